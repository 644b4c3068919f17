// Two replicas that held the same and have drifted apart: what the Merkle Tree Sync lab begins
// with. Chapter section 07.
//
// Keys are bytes that luck draws, no two alike, spread over the ring as their tokens are. Both
// replicas are loaded with all of them at once and share their tables; then each differing key is
// changed on one side, or on both.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sort.h"
#include "cluster/reconcile.h"
#include "lab/json.h"
#include "lab/json_writer.h"

namespace systemsim {

// How a key may differ.
enum class Drift : uint8_t {
  missing,     // one side has never had it
  stale,       // one side has an older version
  deleted,     // one side has deleted it
  concurrent,  // both have written it, neither after the other
};
constexpr size_t kDrifts = 4;

struct PairSetup {
  static constexpr uint32_t kMostKeys = 1U << 20;
  static constexpr uint32_t kLeastIdBytes = 8;
  static constexpr uint32_t kMostIdBytes = 64;
  static constexpr uint32_t kMostValueBytes = 1000;

  uint32_t keys = 1000;
  uint32_t differ = 1;     // 0 .. keys
  bool clustered = false;  // neighbours on the ring; otherwise anywhere
  // In turn, and with each turn on the other side.
  std::vector<Drift> kinds = {Drift::missing};
  uint32_t id_bytes = 32;
  uint32_t value_bytes = 16;
  Versions versions = Versions::dotted;
  uint64_t seed = 1;

  // "keys", "differ", "clustered", "kinds", "id_bytes", "value_bytes", "versions" ("lww" or
  // "dotted"), "seed": what is not given is as above.
  static PairSetup read(Fields& fields);
  // The same as members of an open object, all but the seed.
  void write(JsonWriter& writer) const;
};

struct SyncPair {
  struct Differing {
    // What each holds (nothing: no copy), and what both should hold: the two joined.
    std::array<std::optional<std::string>, 2> held;
    std::string joined;
    // The writes that no other write of the key had seen: nothing may lose them.
    std::vector<OperationId> maximal;
  };
  // A write of a key that was changed, and all those that it comes after.
  struct Written {
    OperationId operation = kNoOperation;
    std::set<OperationId> seen;
  };

  std::array<SyncReplica, 2> replicas;
  std::map<std::string, Differing> differing;  // by key
  PairSetup setup;
  std::map<std::string, std::vector<Written>> writes = {};

  // A client writes or deletes a key on one side, having seen what is there.
  void write(uint32_t side, const std::string& key, const std::string& value, bool deleted,
             OperationId operation, uint64_t stamp_us);
  // One that was loaded. `luck`: any number.
  std::string any_key(uint64_t luck) const;
  // Puts a copy with one more write, which has seen what the side holds of the key.
  void put(uint32_t side, const std::string& key, const std::string& copy, OperationId operation);
  // A key was changed on some side.
  void note(const std::string& key);
  // Whether a side holds the write, or one that comes after it.
  bool holds(uint32_t side, const std::string& key, OperationId operation) const;

 private:
  std::set<OperationId> held_by(uint32_t side, const std::string& key) const;
  const Written* find(const std::string& key, OperationId operation) const;
};

// Makes a pair, bit by bit.
class PairBuilder {
 public:
  explicit PairBuilder(const PairSetup& setup);

  // A unit is a key that is drawn, loaded or changed.
  static uint64_t units(const PairSetup& setup) { return 2 * uint64_t{setup.keys} + setup.differ; }
  uint64_t total() const { return units(setup_); }
  uint64_t done() const { return drawn_ + loaded_ + drifted_; }
  bool finished() const { return done() == total(); }
  void advance(uint64_t budget);
  // Precondition: finished(). At most once.
  SyncPair take();

 private:
  void draw_key();
  void load_key();
  void choose();
  void drift_apart();

  PairSetup setup_;
  std::vector<SortKey> order_;  // of keys, by token, until they are loaded
  uint64_t drawn_ = 0;
  uint64_t loaded_ = 0;
  uint64_t drifted_ = 0;
  TokenLoader loader_;
  std::vector<uint32_t> chosen_;  // the numbers of those that differ
  std::optional<SyncPair> pair_;
};

SyncPair make_pair(const PairSetup& setup);

// The fewest bytes in which a side can learn which keys it lacks and which of its own are behind,
// whatever the method: of `missing` keys of id_bits bits each, any set may be the one, and of its
// `held` keys any `behind`. log2 C(2^id_bits, missing) + log2 C(held, behind) bits.
double bits_to_learn(uint32_t id_bits, uint64_t missing, uint64_t held, uint64_t behind);

}  // namespace systemsim
