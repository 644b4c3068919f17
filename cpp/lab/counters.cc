#include "lab/counters.h"

#include <algorithm>
#include <optional>

#include "base/murmur3.h"
#include "cluster/siblings.h"

namespace systemsim {
namespace {

constexpr const char* kFateNames[] = {"sent", "delivered", "lost", "cut", "down"};

double ms(int64_t us) { return static_cast<double>(us) / 1000.0; }

}  // namespace

void MessageCounts::add(Fate fate, const Message& message) {
  Count& count = counts_[static_cast<size_t>(message.kind)][fate];
  ++count.messages;
  count.bytes += size_bytes(message);
}

void MessageCounts::write_totals(JsonWriter& writer) const {
  uint64_t bytes = 0;
  for (size_t fate = 0; fate < kFates; ++fate) {
    uint64_t messages = 0;
    for (const auto& fates : counts_) messages += fates[fate].messages;
    writer.field(kFateNames[fate], messages);
  }
  for (const auto& fates : counts_) bytes += fates[sent].bytes;
  writer.field("bytes", bytes);
}

void MessageCounts::write(JsonWriter& writer) const {
  writer.begin_object();
  for (size_t kind = 0; kind < kMessageKinds; ++kind) {
    if (counts_[kind][sent].messages == 0) continue;
    writer.key(name_of(static_cast<MessageKind>(kind))).begin_object();
    for (size_t fate = 0; fate < kFates; ++fate) {
      const Count& count = counts_[kind][fate];
      writer.key(kFateNames[fate]).begin_object().field("messages", count.messages);
      writer.field("bytes", count.bytes).end_object();
    }
    writer.end_object();
  }
  writer.end_object();
}

Divergence::Divergence(const Setup& setup) : n_(setup.cluster.n) {
  for (const InitialRecord& record : setup.records) watch(record.key);
}

void Divergence::watch(const std::string& key) {
  if (keys_.size() < kMostKeys) keys_.try_emplace(key, token_of(key));
}

void Divergence::look(const World& world, uint64_t next_us) {
  if (moments_.size() * interval_us_ >= next_us) return;
  Moment moment = compare(world);
  for (;;) {
    moment.at_us = moments_.size() * interval_us_;
    if (moment.at_us >= next_us) return;
    moments_.push_back(moment);
    if (moments_.size() < kMostMoments) continue;
    // Half as many, twice as far apart.
    for (size_t i = 0; i < kMostMoments / 2; ++i) moments_[i] = moments_[2 * i];
    moments_.resize(kMostMoments / 2);
    interval_us_ *= 2;
  }
}

Divergence::Moment Divergence::compare(const World& world) const {
  Moment moment;
  const Versions versions = world.stage().setup.cluster.calls.versions;
  const Ring& ring = world.ring();
  std::vector<std::optional<std::string>> copies;
  for (const auto& [key, token] : keys_) {
    copies.clear();
    std::string all;  // what they make together
    for (const Endpoint node : ring.preference_list(token, n_)) {
      std::optional<std::string> held;
      world.machines()[node].node.store().peek(key, held);
      if (held && *held != all) all = all.empty() ? *held : joined(all, *held, versions);
      copies.push_back(std::move(held));
    }
    if (all.empty()) continue;
    const uint64_t apart = moment.behind + moment.absent;
    for (const auto& copy : copies) {
      if (!copy) {
        ++moment.absent;
      } else if (*copy != all) {
        ++moment.behind;
      }
    }
    if (moment.behind + moment.absent > apart) ++moment.keys;
  }
  return moment;
}

void Divergence::write(JsonWriter& writer) const {
  writer.begin_object().field("interval_ms", ms(static_cast<int64_t>(interval_us_)));
  writer.field("keys_watched", keys_.size()).key("moments").begin_array();
  for (const Moment& moment : moments_) {
    writer.begin_object().field("at_ms", ms(static_cast<int64_t>(moment.at_us)));
    writer.field("keys", moment.keys).field("behind", moment.behind);
    writer.field("absent", moment.absent).end_object();
  }
  writer.end_array().end_object();
}

void write_machines(JsonWriter& writer, const World& world) {
  const Versions kind = world.stage().setup.cluster.calls.versions;
  writer.begin_array();
  for (size_t node = 0; node < world.machines().size(); ++node) {
    const World::Machine& machine = world.machines()[node];
    uint64_t keys = 0;
    uint64_t versions = 0;
    machine.node.store().for_each([&](std::string_view, std::string_view held) {
      const std::vector<Record> records = versions_in(held, kind);
      versions += records.size();
      keys += std::all_of(records.begin(), records.end(),
                          [](const Record& record) { return record.deleted; })
                  ? 0
                  : 1;
    });
    // A right clock shows 1 when the run begins (sim/clock.h).
    const auto shown_us = static_cast<int64_t>(machine.clock.read_us(world.now_us())) - 1;
    writer.begin_object().field("name", endpoint_name(static_cast<Endpoint>(node)));
    writer.field("up", machine.up).field("keys", keys).field("versions", versions);
    writer.field("clock_ms", ms(shown_us));
    writer.field("skew_ms", ms(shown_us - static_cast<int64_t>(world.now_us()))).end_object();
  }
  writer.end_array();
}

}  // namespace systemsim
