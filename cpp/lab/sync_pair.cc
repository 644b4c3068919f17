#include "lab/sync_pair.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.h"
#include "base/draw.h"
#include "base/math.h"
#include "base/sort.h"
#include "cluster/siblings.h"
#include "lab/scenario_fields.h"
#include "lab/shuffled.h"

namespace systemsim {
namespace {

const std::vector<const char*> kDriftNames = {"missing", "stale", "deleted", "concurrent"};
const std::vector<const char*> kVersionNames = {"lww", "dotted"};
constexpr uint64_t kLoadedUs = 1'000'000;   // when all was written, and
constexpr uint64_t kDriftedUs = 2'000'000;  // when the two drifted apart

std::string key_of(const PairSetup& setup, uint32_t index) {
  const uint64_t root = root_key(setup.seed, Stream::sync_key);
  std::string key;
  // The first word is another for each index: mixing is a bijection.
  for (uint64_t word = 0; key.size() < setup.id_bytes; ++word) {
    const uint64_t bytes = word == 0 ? mix64(root + index) : child_key(root + index, word);
    for (int i = 0; i < 8 && key.size() < setup.id_bytes; ++i) {
      key += static_cast<char>(bytes >> (8 * i));
    }
  }
  return key;
}

std::string value_of(const PairSetup& setup, uint32_t index, char mark) {
  std::string value = mark + std::to_string(index);
  value.resize(setup.value_bytes, '.');
  return value;
}

// A copy with one more write, taken by the side's machine after it has seen `context`.
std::string written(const PairSetup& setup, const std::optional<std::string>& held,
                    const Record& record, Endpoint side, const std::string& context) {
  if (!keeps_siblings(setup.versions)) return encode_record(record);
  Siblings siblings = held ? Siblings::decode(*held) : Siblings::of(setup.versions);
  siblings.take(record, context, side, record.version.stamp_us, {});
  return siblings.encode();
}

std::string context_of(const PairSetup& setup, const std::string& copy) {
  return keeps_siblings(setup.versions) ? Siblings::decode(copy).context() : std::string();
}

// Of a key's first eight bytes: as numbers, in the order of the keys.
uint64_t first_bytes(std::string_view key) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<uint8_t>(key[i]);
  return number;
}

std::string first_copy(const PairSetup& setup, uint32_t index) {
  const Record record = {{kLoadedUs, index}, false, value_of(setup, index, 'v')};
  return written(setup, std::nullopt, record, 0, "");
}

}  // namespace

PairSetup PairSetup::read(Fields& fields) {
  PairSetup setup;
  fields.integer("keys", setup.keys, 1, kMostKeys);
  setup.differ = std::min(setup.differ, setup.keys);
  fields.integer("differ", setup.differ, 0, setup.keys);
  fields.boolean("clustered", setup.clustered);
  if (const Json* kinds = take_list(fields, "kinds", kDrifts)) {
    setup.kinds.clear();
    for (size_t i = 0; i < kinds->items.size() && fields.ok(); ++i) {
      const Json& item = kinds->items[i];
      const auto name = std::find_if(kDriftNames.begin(), kDriftNames.end(),
                                     [&](const char* one) { return item.text == one; });
      if (name == kDriftNames.end()) {
        fields.fail(bad_input(pointer_to(fields.pointer("kinds"), i),
                              "expected missing, stale, deleted or concurrent"));
        break;
      }
      setup.kinds.push_back(static_cast<Drift>(name - kDriftNames.begin()));
    }
    if (setup.kinds.empty()) fields.fail("kinds", "is empty; expected at least one");
  }
  fields.integer("id_bytes", setup.id_bytes, kLeastIdBytes, kMostIdBytes);
  fields.integer("value_bytes", setup.value_bytes, 0, kMostValueBytes);
  uint32_t versions = 1;
  fields.choice("versions", versions, kVersionNames);
  setup.versions = versions == 0 ? Versions::lww : Versions::dotted;
  fields.integer("seed", setup.seed, uint64_t{0}, Limits::kMaxInteger);
  return setup;
}

void PairSetup::write(JsonWriter& writer) const {
  writer.field("keys", keys).field("differ", differ).field("clustered", clustered);
  writer.key("kinds").begin_array();
  for (const Drift kind : kinds) writer.value(kDriftNames[static_cast<size_t>(kind)]);
  writer.end_array().field("id_bytes", id_bytes).field("value_bytes", value_bytes);
  writer.field("versions", kVersionNames[versions == Versions::lww ? 0 : 1]);
}

PairBuilder::PairBuilder(const PairSetup& setup) : setup_(setup) { order_.reserve(setup.keys); }

void PairBuilder::advance(uint64_t budget) {
  for (; budget > 0 && !finished(); --budget) {
    if (drawn_ < setup_.keys) {
      draw_key();
      if (++drawn_ == setup_.keys) sort_keys(order_);
    } else if (loaded_ < setup_.keys) {
      load_key();
      if (loaded_ == setup_.keys) choose();
    } else {
      drift_apart();
    }
  }
}

void PairBuilder::draw_key() {
  const auto index = static_cast<uint32_t>(order_.size());
  // Equal tokens: in the order of keys, as the loader wants them.
  const std::string key = key_of(setup_, index);
  order_.push_back({TokenRange().offset(token_of(key)), first_bytes(key), index});
}

void PairBuilder::load_key() {
  const SortKey& at = order_[loaded_++];
  loader_.add(static_cast<Token>(at.first + 1), key_of(setup_, at.index),
              first_copy(setup_, at.index));
}

// Which differ: anywhere, or from some place on.
void PairBuilder::choose() {
  const TokenStore loaded = loader_.finish();
  pair_ = {
      {SyncReplica(setup_.versions, loaded), SyncReplica(setup_.versions, loaded)}, {}, setup_};
  std::vector<uint32_t> places;
  if (setup_.clustered) {
    const auto from =
        static_cast<uint32_t>(draw_below(setup_.seed, Stream::sync_choice, {}, 0, setup_.keys));
    for (uint32_t i = 0; i < setup_.differ; ++i) places.push_back((from + i) % setup_.keys);
  } else {
    places = shuffled(setup_.keys, setup_.seed, Stream::sync_choice, 1);
  }
  for (uint32_t i = 0; i < setup_.differ; ++i) chosen_.push_back(order_[places[i]].index);
  order_ = std::vector<SortKey>();  // a million of them are 24 MB
}

void PairBuilder::drift_apart() {
  const auto turn = static_cast<uint32_t>(drifted_++);
  const uint32_t index = chosen_[turn];
  const auto kinds = static_cast<uint32_t>(setup_.kinds.size());
  const uint32_t side = turn / kinds % 2;
  const std::string key = key_of(setup_, index);
  const std::string first = first_copy(setup_, index);
  const std::string context = context_of(setup_, first);
  const OperationId operation = setup_.keys + 2 * turn;
  const auto change = [&](uint32_t which, OperationId by, char mark, bool deleted) {
    const Record record = {{kDriftedUs + (by - operation), by},
                           deleted,
                           deleted ? std::string() : value_of(setup_, index, mark)};
    pair_->put(which, key, written(setup_, first, record, static_cast<Endpoint>(which), context),
               by);
  };
  switch (setup_.kinds[turn % kinds]) {
    case Drift::missing:
      pair_->replicas[1 - side].erase(key);
      break;
    case Drift::stale:
      change(side, operation, 'w', false);
      break;
    case Drift::deleted:
      change(side, operation, 'w', true);
      break;
    case Drift::concurrent:
      change(side, operation, 'w', false);
      change(1 - side, operation + 1, 'x', false);
      break;
  }
  pair_->note(key);
}

SyncPair PairBuilder::take() {
  SYSTEMSIM_ASSERT(finished() && pair_);
  return std::move(*pair_);
}

SyncPair make_pair(const PairSetup& setup) {
  PairBuilder builder(setup);
  builder.advance(UINT64_MAX);
  return builder.take();
}

void SyncPair::write(uint32_t side, const std::string& key, const std::string& value, bool deleted,
                     OperationId operation, uint64_t stamp_us) {
  const auto held = replicas[side].store().get(key);
  const Record record = {{stamp_us, operation}, deleted, deleted ? std::string() : value};
  put(side, key,
      written(setup, held, record, static_cast<Endpoint>(side),
              held ? context_of(setup, *held) : std::string()),
      operation);
}

std::string SyncPair::any_key(uint64_t luck) const {
  return key_of(setup, static_cast<uint32_t>(luck % setup.keys));
}

void SyncPair::note(const std::string& key) {
  Differing now;
  for (uint32_t side = 0; side < 2; ++side) now.held[side] = replicas[side].store().get(key);
  if (now.held[0] == now.held[1]) {
    differing.erase(key);
    return;
  }
  now.joined = now.held[0] && now.held[1]
                   ? systemsim::joined(*now.held[0], *now.held[1], setup.versions)
                   : *now.held[now.held[0] ? 0 : 1];
  std::set<OperationId> all = held_by(0, key);
  all.merge(held_by(1, key));
  if (const auto at = writes.find(key); at != writes.end()) {
    for (const Written& one : at->second) all.insert(one.operation);
    for (const Written& one : at->second) {
      for (const OperationId gone : one.seen) all.erase(gone);
    }
  }
  now.maximal.assign(all.begin(), all.end());
  differing[key] = std::move(now);
}

void SyncPair::put(uint32_t side, const std::string& key, const std::string& copy,
                   OperationId operation) {
  Written write;
  write.operation = operation;
  for (const OperationId shown : held_by(side, key)) {
    write.seen.insert(shown);
    if (const Written* one = find(key, shown)) {
      write.seen.insert(one->seen.begin(), one->seen.end());
    }
  }
  writes[key].push_back(std::move(write));
  replicas[side].put(key, copy);
}

bool SyncPair::holds(uint32_t side, const std::string& key, OperationId operation) const {
  const std::set<OperationId> held = held_by(side, key);
  return std::any_of(held.begin(), held.end(), [&](OperationId one) {
    const Written* write = find(key, one);
    return one == operation || (write != nullptr && write->seen.count(operation) > 0);
  });
}

std::set<OperationId> SyncPair::held_by(uint32_t side, const std::string& key) const {
  std::set<OperationId> operations;
  if (const auto copy = replicas[side].store().get(key)) {
    for (const Record& record : versions_in(*copy, setup.versions)) {
      operations.insert(record.version.operation);
    }
  }
  return operations;
}

const SyncPair::Written* SyncPair::find(const std::string& key, OperationId operation) const {
  const auto of_key = writes.find(key);
  if (of_key == writes.end()) return nullptr;
  const auto at = std::find_if(of_key->second.begin(), of_key->second.end(),
                               [&](const Written& one) { return one.operation == operation; });
  return at == of_key->second.end() ? nullptr : &*at;
}

namespace {

double log2_of(double x) { return portable_log(x) / kLn2; }

}  // namespace

double bits_to_learn(uint32_t id_bits, uint64_t missing, uint64_t held, uint64_t behind) {
  double bits = 0.0;
  for (uint64_t i = 0; i < missing; ++i) {
    // 2^id_bits - i is 2^id_bits to a double, but where ids are few.
    const double all =
        id_bits < 53 ? std::ldexp(1.0, static_cast<int>(id_bits)) - static_cast<double>(i) : 0.0;
    bits += (id_bits < 53 ? log2_of(all) : id_bits) - log2_of(static_cast<double>(i + 1));
  }
  for (uint64_t i = 0; i < behind; ++i) {
    bits += log2_of(static_cast<double>(held - i)) - log2_of(static_cast<double>(i + 1));
  }
  return bits;
}

}  // namespace systemsim
