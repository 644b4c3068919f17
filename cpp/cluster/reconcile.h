// How two replicas of the same keys are made equal without sending all that they hold: several
// methods, all of them as messages without I/O between an asker and an answerer. Chapter section
// 07.
//
//   tree       Merkle trees, level by level below what differs (cluster/merkle_diff.h), then the
//              copies in the leaves that differ, as the cluster's anti-entropy does
//   cassandra  the other's tree as a whole, at its leaves (2^15 of them; Cassandra's
//              utils/MerkleTree.java, early versions), then all copies in those that differ, both
//              ways
//   riak       1024 hashes below what differs, twice (riak_core's hashtree.erl), then the keys of
//              the leaves that differ with a hash each, then the copies that differ
//   range      range-based set reconciliation: fingerprints of sixteen parts of what differs, a
//              list of keys where fewer than 32 are left (A. Meyer, "Range-Based Set
//              Reconciliation", SRDS 2023; the numbers are negentropy's)
//   hand       as `tree`, but what is asked for is said beforehand
//   hashes     a hash of each key with its copy, of all of them
//   all        all copies
//
// A message is bytes, really encoded and decoded: nothing passes from one side to the other but
// through them. What a side compares is what it held when it began; what it merges, it merges into
// what it holds by then. So either side may be written to meanwhile: what was on either side when
// the reconciliation began is on both afterwards, or what has replaced it.
//
// Both ways by version (cluster/siblings.h, joined): the newer wins, concurrent ones stay beside
// each other, a deletion is a version like another.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/merkle_diff.h"
#include "cluster/record.h"
#include "cluster/token_store.h"

namespace systemsim {

// What a store holds, in a number: equal for equal contents, and but for a chance of 2^-128 for
// them alone.
struct StoreSum {
  uint64_t low = 0;
  uint64_t high = 0;
  uint64_t bytes = 0;  // of keys and copies

  bool operator==(const StoreSum&) const = default;
};

// One of the two. A value.
class SyncReplica {
 public:
  SyncReplica(Versions versions, TokenStore store)
      : versions_(versions), store_(std::move(store)) {}

  Versions versions() const { return versions_; }
  const TokenStore& store() const { return store_; }
  // Joins the copy with what is there. Returns what is held then. `changed`: it was not held so.
  std::string merge(std::string_view key, std::string_view copy, bool& changed);
  // In place of what is there.
  void put(std::string_view key, std::string_view copy);
  void erase(std::string_view key);

  // A tree of what it holds now: made, or the one that is kept.
  std::shared_ptr<const MerkleTree> tree(const MerkleShape& shape) const;
  // Of what it holds now: a walk over all of it, or the one that is kept.
  StoreSum sum() const;
  // For whoever asks again and again: copies share both, and the next change lets go of them.
  void keep(const MerkleShape& shape);

 private:
  void let_go();

  Versions versions_;
  TokenStore store_;
  std::shared_ptr<const MerkleTree> kept_tree_;
  std::optional<StoreSum> kept_sum_;
};

// A tree of what a store holds.
MerkleTree tree_of(const TokenStore& store, const MerkleShape& shape);

enum class SyncMethod : uint8_t { tree, cassandra, riak, range, hashes, all, hand };
constexpr size_t kSyncMethods = 7;
const char* name_of(SyncMethod method);  // as above

struct SyncSettings {
  SyncMethod method = SyncMethod::tree;
  // Of `tree`; of the others, the hash alone counts (`riak` and `cassandra` have trees of their
  // own, see sync_shape).
  MerkleShape shape;
  uint32_t levels_per_round = 1;  // of `tree`
  // Of `tree`: hashes asked for in one message; what is more is asked for in several, whose answers
  // are worked on while the others are on their way. At least 1.
  uint32_t batch = 1U << 20;
  // Of `hand`: asked for one after the other, each within the shape. Then the leaves are mended
  // that differ by the answers, or that must differ where the roots do: of a node that differs, the
  // one child that is left when all others are equal.
  std::vector<MerkleRequest> asks;
};

// The trees that a method has; nothing to be had of `range`, `hashes` and `all`.
MerkleShape sync_shape(const SyncSettings& settings);

// What is in a message, for whoever counts.
enum class SyncPart : uint8_t {
  compare,   // which nodes' hashes, or parts' fingerprints, are asked for
  compared,  // hashes of nodes
  ranges,    // fingerprints of parts, and lists of the keys of small ones
  keys,      // keys of leaves, with hashes
  list,      // a hash for each key
  copies,    // keys with their copies, and perhaps keys that are wanted
};

struct SyncMessage {
  SyncPart part = SyncPart::compare;
  std::string bytes;
  uint64_t record_bytes = 0;  // of them, copies: versions and values
  uint32_t hashes = 0;        // and fingerprints
  uint32_t keys = 0;          // identifiers, those of copies too
  uint32_t copies = 0;
  // Of compare and compared.
  MerkleRequest nodes;
  std::vector<uint32_t> differing;  // compared: indices, once it was taken; ascending
};

// What a side learns as it goes.
class SyncObserver {
 public:
  virtual ~SyncObserver() = default;
  // The asker has compared these nodes, of which these differ.
  virtual void on_compared(const MerkleRequest& /*nodes*/,
                           const std::vector<uint32_t>& /*differing*/) {}
  // A copy was taken over: it was not held so.
  virtual void on_changed(std::string_view /*key*/, bool /*on_asker*/) {}
  // A copy was sent.
  virtual void on_sent(std::string_view /*key*/, bool /*by_asker*/) {}
};

// One side. Its replica and observer must outlive it.
class SyncEnd {
 public:
  virtual ~SyncEnd() = default;
  // What the asker begins with.
  virtual std::vector<SyncMessage> start() { return {}; }
  // What follows from a message of the other side. One that makes no sense is taken for lost.
  virtual std::vector<SyncMessage> take(std::string_view message) = 0;
};

std::unique_ptr<SyncEnd> make_asker(const SyncSettings& settings, SyncReplica& replica,
                                    SyncObserver& observer);
std::unique_ptr<SyncEnd> make_answerer(const SyncSettings& settings, SyncReplica& replica,
                                       SyncObserver& observer);

}  // namespace systemsim
