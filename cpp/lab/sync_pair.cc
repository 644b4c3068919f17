#include "lab/sync_pair.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

SyncPair make_pair(const PairSetup& setup) {
  std::vector<SortKey> order;
  order.reserve(setup.keys);
  for (uint32_t i = 0; i < setup.keys; ++i) {
    const std::string key = key_of(setup, i);
    order.push_back({TokenRange().offset(token_of(key)), mix64(i), i});
  }
  sort_keys(order);
  TokenLoader loader;
  const auto first_copy = [&](uint32_t index) {
    const Record record = {{kLoadedUs, index}, false, value_of(setup, index, 'v')};
    return written(setup, std::nullopt, record, 0, "");
  };
  for (const SortKey& at : order) {
    loader.add(static_cast<Token>(at.first + 1), key_of(setup, at.index), first_copy(at.index));
  }
  const TokenStore loaded = loader.finish();
  SyncPair pair = {
      {SyncReplica(setup.versions, loaded), SyncReplica(setup.versions, loaded)}, {}, setup};

  // Which differ: anywhere, or from some place on.
  std::vector<uint32_t> chosen;
  if (setup.clustered && setup.differ > 0) {
    const auto from =
        static_cast<uint32_t>(draw_below(setup.seed, Stream::sync_choice, {}, 0, setup.keys));
    for (uint32_t i = 0; i < setup.differ; ++i) {
      chosen.push_back((from + i) % setup.keys);
    }
  } else if (setup.differ > 0) {
    chosen = shuffled(setup.keys, setup.seed, Stream::sync_choice, 1);
    chosen.resize(setup.differ);
  }
  for (uint32_t i = 0; i < chosen.size(); ++i) {
    const uint32_t index = order[chosen[i]].index;
    SyncPair::Differing one;
    one.key = key_of(setup, index);
    one.drift = setup.kinds[i % setup.kinds.size()];
    const auto side = static_cast<uint32_t>(i / setup.kinds.size() % 2);
    const std::string first = first_copy(index);
    const std::string context = context_of(setup, first);
    const OperationId operation = setup.keys + 2 * i;
    one.held = {first, first};
    if (one.drift == Drift::missing) {
      one.held[1 - side].reset();
    } else {
      const bool deleted = one.drift == Drift::deleted;
      const Record record = {
          {kDriftedUs, operation}, deleted, deleted ? std::string() : value_of(setup, index, 'w')};
      one.held[side] = written(setup, first, record, static_cast<Endpoint>(side), context);
      if (one.drift == Drift::concurrent) {
        const Record other = {{kDriftedUs + 1, operation + 1}, false, value_of(setup, index, 'x')};
        one.held[1 - side] = written(setup, first, other, static_cast<Endpoint>(1 - side), context);
      }
    }
    for (uint32_t which = 0; which < 2; ++which) {
      if (!one.held[which]) {
        pair.replicas[which].erase(one.key);
      } else if (*one.held[which] != first) {
        pair.replicas[which].put(one.key, *one.held[which]);
      }
    }
    const std::string& some = one.held[0] ? *one.held[0] : *one.held[1];
    one.joined =
        one.held[0] && one.held[1] ? joined(*one.held[0], *one.held[1], setup.versions) : some;
    pair.differing.push_back(std::move(one));
  }
  std::vector<SortKey> places;
  for (uint32_t i = 0; i < pair.differing.size(); ++i) {
    places.push_back({TokenRange().offset(token_of(pair.differing[i].key)), 0, i});
  }
  sort_keys(places);
  std::vector<SyncPair::Differing> ordered;
  ordered.reserve(places.size());
  for (const SortKey& place : places) ordered.push_back(std::move(pair.differing[place.index]));
  pair.differing = std::move(ordered);
  return pair;
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
