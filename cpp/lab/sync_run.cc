#include "lab/sync_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.h"
#include "base/draw.h"
#include "base/sort.h"
#include "lab/scenario_fields.h"

namespace systemsim {
namespace {

constexpr uint32_t kAsker = 0;
constexpr uint32_t kAnswerer = 1;
const std::vector<const char*> kHashNames = {"64", "128", "sha256"};

// `hand` is the last.
std::vector<const char*> method_names(bool with_hand) {
  std::vector<const char*> names;
  for (size_t i = 0; i < kSyncMethods - (with_hand ? 0 : 1); ++i)
    names.push_back(name_of(static_cast<SyncMethod>(i)));
  return names;
}

bool has_tree(SyncMethod method) {
  return method != SyncMethod::range && method != SyncMethod::hashes && method != SyncMethod::all;
}

std::vector<Token> sorted_once(std::vector<Token> tokens) {
  std::vector<SortKey> keys;
  keys.reserve(tokens.size());
  for (const Token token : tokens) keys.push_back({TokenRange().offset(token), 0, 0});
  sort_keys(keys);
  tokens.clear();
  for (const SortKey& key : keys) {
    const auto token = static_cast<Token>(key.first + 1);
    if (tokens.empty() || tokens.back() != token) tokens.push_back(token);
  }
  return tokens;
}

}  // namespace

SyncLink SyncLink::read(Fields& fields) {
  SyncLink link;
  fields.number("rtt_ms", link.rtt_ms, 0.0, kMostRttMs);
  fields.number("mbps", link.mbps, kLeastMbps, kMostMbps);
  return link;
}

uint64_t SyncLink::rtt_us() const { return static_cast<uint64_t>(std::floor(rtt_ms * 1000 + 0.5)); }

uint64_t SyncLink::wire_us(uint64_t bytes) const {
  return static_cast<uint64_t>(std::ceil(static_cast<double>(bytes) * 8 / mbps));
}

SyncSettings read_sync_settings(Fields& fields, uint32_t keys, bool may_be_by_hand) {
  SyncSettings settings;
  auto method = static_cast<uint32_t>(settings.method);
  fields.choice("method", method, method_names(may_be_by_hand));
  settings.method = static_cast<SyncMethod>(method);
  auto hash = static_cast<uint32_t>(settings.shape.hash);
  fields.choice("hash", hash, kHashNames);
  settings.shape.hash = static_cast<MerkleHashKind>(hash);
  const bool tree = settings.method == SyncMethod::tree || settings.method == SyncMethod::hand;
  for (const char* name : {"fan_out", "depth", "leaf_keys", "levels_per_round", "batch"}) {
    if (!tree && fields.take(name) != nullptr) {
      fields.fail(name, "belongs to the method \"tree\" alone");
    }
  }
  fields.integer("fan_out", settings.shape.fan_out, 2, MerkleShape::kMaxFanOut);
  if (fields.ok() && (settings.shape.fan_out & (settings.shape.fan_out - 1)) != 0) {
    fields.fail("fan_out", text_of(settings.shape.fan_out) + " is not a power of two");
    return settings;
  }
  uint32_t leaf_keys = 1;
  const bool has_depth = fields.take("depth") != nullptr;
  if (has_depth && fields.take("leaf_keys") != nullptr) {
    fields.fail("leaf_keys", "expected depth or leaf_keys, not both");
  }
  fields.integer("leaf_keys", leaf_keys, 1, PairSetup::kMostKeys);
  settings.shape.depth = 0;
  const uint32_t deepest = settings.shape.max_depth();
  settings.shape.depth = settings.shape.depth_for(keys, leaf_keys);
  fields.integer("depth", settings.shape.depth, 0, deepest);
  fields.integer("levels_per_round", settings.levels_per_round, 1, 24);
  fields.integer("batch", settings.batch, 1, MerkleShape::kMaxLeaves);
  return settings;
}

void write_sync_settings(JsonWriter& writer, const SyncSettings& settings) {
  writer.field("method", name_of(settings.method));
  if (settings.method == SyncMethod::tree || settings.method == SyncMethod::hand) {
    writer.field("fan_out", settings.shape.fan_out).field("depth", settings.shape.depth);
    writer.field("levels_per_round", settings.levels_per_round).field("batch", settings.batch);
  }
  writer.field("hash", kHashNames[static_cast<size_t>(settings.shape.hash)]);
}

SyncRun::SyncRun(SyncPair& pair, const SyncSettings& settings, const SyncLink& link)
    : link_(link),
      ends_{make_asker(settings, pair.replicas[kAsker], *this),
            make_answerer(settings, pair.replicas[kAnswerer], *this)} {
  send(kAsker, 1, ends_[kAsker]->start());
}

void SyncRun::send(uint32_t from, uint32_t hop, std::vector<SyncMessage> messages) {
  for (SyncMessage& message : messages) {
    const uint64_t bytes = message.bytes.size();
    uint64_t& free_us = free_us_[from];
    free_us = std::max(free_us, now_us_) + link_.wire_us(bytes);
    Bill& bill = bills_[from];
    bill.bytes += bytes - message.record_bytes;
    bill.record_bytes += message.record_bytes;
    bill.messages += 1;
    bill.hashes += message.hashes;
    bill.keys += message.keys;
    bill.copies += message.copies;
    hops_ = std::max(hops_, hop);
    Delivery delivery = {sent_.size(), std::move(message.bytes)};
    message.bytes.clear();
    sent_.push_back({now_us_, free_us + link_.rtt_us() / 2, hop, static_cast<uint8_t>(from),
                     std::move(message), bytes});
    // Equal times: what was sent first.
    const uint64_t arrives_us = sent_.back().arrives_us;
    const auto place =
        std::upper_bound(queue_.begin() + static_cast<std::ptrdiff_t>(next_), queue_.end(),
                         arrives_us, [&](uint64_t at_us, const Delivery& other) {
                           return at_us < sent_[other.sent].arrives_us;
                         });
    queue_.insert(place, std::move(delivery));
  }
}

void SyncRun::step() {
  SYSTEMSIM_ASSERT(!finished());
  const Delivery delivery = std::move(queue_[next_++]);
  const Sent sent = sent_[delivery.sent];
  now_us_ = sent.arrives_us;
  taking_ = delivery.sent;
  const uint32_t to = 1U - sent.from;
  send(to, sent.hop + 1, ends_[to]->take(delivery.bytes));
}

uint64_t SyncRun::tokens(std::vector<Token> list) { return sorted_once(std::move(list)).size(); }

std::vector<Token> SyncRun::changed() const { return sorted_once(changed_keys_); }

void SyncRun::on_compared(const MerkleRequest& /*nodes*/, const std::vector<uint32_t>& differing) {
  sent_[taking_].message.differing = differing;
}

void SyncRun::on_changed(std::string_view key, bool /*on_asker*/) {
  changed_keys_.push_back(token_of(key));
}

void SyncRun::on_sent(std::string_view key, bool /*by_asker*/) {
  sent_keys_.push_back(token_of(key));
}

SyncReport reconcile(SyncPair& pair, const SyncSettings& settings, const SyncLink& link) {
  SyncRun run(pair, settings, link);
  while (!run.finished()) run.step();
  return report_of(run, pair, settings);
}

SyncReport report_of(const SyncRun& run, const SyncPair& pair, const SyncSettings& settings) {
  SyncReport report;
  report.rounds = run.rounds();
  report.finish_us = run.now_us();
  if (has_tree(settings.method)) report.tree_bytes = sync_shape(settings).size_bytes();
  for (uint32_t side = 0; side < 2; ++side) {
    const SyncRun::Bill& bill = run.bill(side);
    report.messages += bill.messages;
    report.hashes += bill.hashes;
    report.bytes_to[1 - side] = bill.bytes;
    report.bytes_records += bill.record_bytes;
  }
  report.keys_sent = run.keys_sent();
  report.keys_differing = pair.differing.size();
  std::vector<Token> differing;
  for (const auto& [key, one] : pair.differing) differing.push_back(token_of(key));
  const std::vector<Token> changed = run.changed();
  report.keys_changed = changed.size();
  report.found_exactly = changed == sorted_once(std::move(differing));
  report.equal_after =
      pair.replicas[kAsker].store().size() == pair.replicas[kAnswerer].store().size() &&
      pair.replicas[kAsker].sum() == pair.replicas[kAnswerer].sum();
  for (const auto& [key, one] : pair.differing) {
    for (const OperationId write : one.maximal) {
      report.lost_updates +=
          pair.holds(kAsker, key, write) && pair.holds(kAnswerer, key, write) ? 0 : 1;
    }
  }
  return report;
}

SyncBounds bounds_of(const SyncPair& pair, MerkleHashKind hash) {
  SyncBounds bounds;
  for (uint32_t side = 0; side < 2; ++side) {
    uint64_t missing = 0;
    uint64_t behind = 0;
    for (const auto& [key, one] : pair.differing) {
      if (!one.held[side]) {
        ++missing;
      } else if (*one.held[side] != one.joined) {
        ++behind;
      }
    }
    const double bits =
        bits_to_learn(8 * pair.setup.id_bytes, missing, pair.replicas[side].store().size(), behind);
    bounds.bytes_to[side] = static_cast<uint64_t>(std::ceil(bits / 8));
  }
  const SyncReplica& replica = pair.replicas[kAsker];
  bounds.bytes_full = replica.sum().bytes;
  bounds.bytes_hash_list = replica.store().size() * bytes_of(hash);
  return bounds;
}

SyncOutcome run_with_writes(const SyncPair& before, const SyncSettings& settings,
                            const SyncLink& link, uint32_t writes, OperationId operation,
                            uint64_t stamp_us) {
  SyncOutcome outcome;
  outcome.first.bounds = bounds_of(before, settings.shape.hash);
  SyncPair pair = before;
  SyncRun run(pair, settings, link);
  std::vector<std::string> keys;  // that were written meanwhile
  while (!run.finished()) {
    run.step();
    if (keys.size() == writes) continue;
    const uint32_t number = static_cast<uint32_t>(keys.size());
    const uint64_t luck = draw(pair.setup.seed, Stream::sync_choice, {number, operation}, 1U << 20);
    keys.push_back(pair.any_key(luck >> 1));
    pair.write(static_cast<uint32_t>(luck & 1), keys.back(), "during " + std::to_string(number),
               false, operation + number, stamp_us + number);
  }
  outcome.first.report = report_of(run, pair, settings);
  outcome.sent = run.sent();
  if (writes == 0) return outcome;
  SyncSettings once_more = settings;
  if (settings.method == SyncMethod::hand) once_more.method = SyncMethod::tree;
  pair.differing.clear();
  for (const std::string& key : keys) pair.note(key);
  SyncOutcome::Billed again;
  again.bounds = bounds_of(pair, settings.shape.hash);
  again.report = reconcile(pair, once_more, link);
  outcome.again = again;
  return outcome;
}

void write_report(JsonWriter& writer, const SyncReport& report, const SyncBounds& bounds) {
  writer.field("rounds", report.rounds).field("messages", report.messages);
  writer.field("hashes", report.hashes);
  writer.field("finish_ms", static_cast<double>(report.finish_us) / 1000);
  writer.field("tree_bytes", report.tree_bytes).field("bytes", report.bytes());
  writer.field("bytes_to_a", report.bytes_to[0]).field("bytes_to_b", report.bytes_to[1]);
  writer.field("bytes_records", report.bytes_records);
  writer.field("bytes_full", bounds.bytes_full);
  writer.field("bytes_hash_list", bounds.bytes_hash_list);
  writer.field("lower_bound_bytes", bounds.bytes_to[0] + bounds.bytes_to[1]);
  writer.field("lower_bound_to_a", bounds.bytes_to[0]);
  writer.field("lower_bound_to_b", bounds.bytes_to[1]);
  writer.field("keys_sent", report.keys_sent).field("keys_differing", report.keys_differing);
  writer.field("found_exactly", report.found_exactly).field("equal_after", report.equal_after);
  writer.field("lost_updates", report.lost_updates);
}

}  // namespace systemsim
