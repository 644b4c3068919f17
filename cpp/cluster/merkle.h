// A Merkle tree over a range of tokens: a hash of all that a replica keeps there, and of each part
// of it, so that two replicas find where they differ without sending what they hold. Chapter
// section 07; Dynamo (DeCandia et al., SOSP 2007, section 4.7), Cassandra's utils/MerkleTree.java.
// How two trees are compared: cluster/merkle_diff.h. What is hashed: cluster/merkle_hash.h.
//
// All leaves lie at the same depth, and each is an equal part of the range, give or take a token. A
// node is known by its level (0: the root) and its index there, in clockwise order. Adding or
// taking away an entry changes its leaf at once and marks what is above as stale: O(depth), and
// O(1) where it is stale already. update() then hashes each stale node once: at most depth *
// fan-out hashes are read for one changed leaf, and building a whole tree hashes each node once.
//
// Invariants: above a stale node all are stale; without stale nodes every inner node's hash is that
// of its children. A value: a copy is a snapshot and costs a pointer a chunk (base/chunked.h). Not
// thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/chunked.h"
#include "cluster/merkle_hash.h"
#include "cluster/token_range.h"

namespace systemsim {

// What two trees must have in common to be compared.
struct MerkleShape {
  static constexpr uint32_t kMaxFanOut = 256;
  static constexpr uint32_t kMaxLeaves = 1U << 24;

  TokenRange range;  // all tokens
  MerkleHashKind hash = MerkleHashKind::fast64;
  uint32_t fan_out = 16;  // children of an inner node: 2, 4, 8, ... kMaxFanOut
  uint32_t depth = 3;     // levels below the root: 0 (the root is the only leaf) .. max_depth()

  bool operator==(const MerkleShape&) const = default;
  // Whether all is within its limits.
  bool valid() const;

  // The deepest tree with this range and fan-out: at most kMaxLeaves leaves, and a token for each.
  uint32_t max_depth() const;
  // The smallest depth that leaves, of `keys` evenly spread keys, at most `leaf_keys` (>= 1) to a
  // leaf on average; max_depth() where none does.
  uint32_t depth_for(uint64_t keys, uint64_t leaf_keys) const;

  // What follows needs valid().
  uint32_t fan_out_bits() const;
  uint32_t nodes_at(uint32_t level) const {
    SYSTEMSIM_ASSERT(level * fan_out_bits() < 32);
    return 1U << (level * fan_out_bits());
  }
  uint32_t leaves() const { return nodes_at(depth); }
  uint32_t inner_nodes() const { return (leaves() - 1) / (fan_out - 1); }
  // What a tree holds that has keys everywhere: all its hashes, and a bit for each inner node.
  // Where it is empty it holds less.
  uint64_t size_bytes() const;

  // The leaf's index. Precondition: range.holds(token).
  uint32_t leaf_of(Token token) const;
  // The tokens below a node. level: 0 .. depth; index: 0 .. nodes_at(level) - 1.
  TokenRange part(uint32_t level, uint32_t index) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.range, self.hash, self.fan_out, self.depth);
  }
};

class MerkleTree {
 public:
  // Without entries. Precondition: shape.valid().
  explicit MerkleTree(const MerkleShape& shape);

  const MerkleShape& shape() const { return shape_; }
  // Added and not taken away.
  uint64_t entries() const { return entries_; }

  // `entry`: by hash_entry of this tree's kind. A key whose content changes is taken away as it was
  // and added as it is. Precondition: shape().range.holds(token); what is taken away was added.
  void add(Token token, const MerkleHash& entry);
  void remove(Token token, const MerkleHash& entry);

  // Hashes what is stale; returns how many inner nodes that were.
  uint32_t update();
  bool current() const { return inner_ == 0 || !is_stale(0); }

  // Preconditions: current(), and a node of this shape.
  MerkleHash hash(uint32_t level, uint32_t index) const;
  MerkleHash root() const { return hash(0, 0); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    if constexpr (Archive::kDigests) {  // all else follows from it, now or after update()
      archive(self.shape_, self.entries_, self.sum_);
    } else {
      archive(self.hashes_, self.stale_);
    }
  }

 private:
  // Inside, nodes are numbered level by level from the root's 0: the children of k are
  // k * fan_out + 1 and so on, and the inner nodes come before the leaves.
  static constexpr size_t kChunkWords = 1024;  // a multiple of kMaxMerkleWords: no hash is split

  void touch(uint32_t leaf);
  uint32_t rehash(uint32_t node);
  MerkleHash hash_below(uint32_t node) const;
  bool is_stale(uint32_t node) const { return (stale_[node / 64] >> (node % 64) & 1) != 0; }
  uint64_t* own_hash(uint32_t node) { return &hashes_.own(size_t{node} * words_); }

  MerkleShape shape_;
  uint32_t bits_;   // of the fan-out
  uint32_t words_;  // of a hash
  uint32_t inner_;  // nodes that are not leaves
  uint64_t entries_ = 0;
  MerkleHash sum_;  // of all leaves
  Chunked<uint64_t, kChunkWords> hashes_;
  Chunked<uint64_t, kChunkWords> stale_;  // a bit for each inner node
};

}  // namespace systemsim
