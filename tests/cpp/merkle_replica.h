// Replicas with Merkle trees beside maps of what they hold, for the tests of both.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster/merkle.h"
#include "support.h"

namespace systemsim::test::merkle {

constexpr Token kMin = std::numeric_limits<Token>::min();
constexpr Token kMax = std::numeric_limits<Token>::max();
constexpr std::array kKinds = {MerkleHashKind::fast64, MerkleHashKind::fast128,
                               MerkleHashKind::sha256};
// Whole rings, ranges that wrap and that do not, small ones.
constexpr std::array<TokenRange, 8> kRanges = {{{0, 0},
                                                {kMin, kMin},
                                                {kMax, kMax},
                                                {-5'000'000'000, 7'000'000'000'000},
                                                {kMax - 1'000'000, kMin + 2'345'678},
                                                {1'000'000'007, -1'000'000'009},
                                                {kMax, kMin + 6},
                                                {-1, 16}}};

inline Token token_in(const TokenRange& range, Dice& dice) {
  const uint64_t last = range.offset(range.last);
  const uint64_t offset = last == UINT64_MAX ? dice.next() : dice.next() % (last + 1);
  return static_cast<Token>(static_cast<uint64_t>(range.after) + 1 + offset);
}

// Every fan-out in turn, with a depth of its own.
inline MerkleShape random_shape(Dice& dice, uint32_t most_leaves) {
  MerkleShape shape;
  shape.range = kRanges[dice.below(kRanges.size())];
  shape.hash = kKinds[dice.below(kKinds.size())];
  shape.fan_out = 2U << dice.below(8);
  shape.depth = 0;
  uint32_t deepest = 0;
  for (uint64_t leaves = shape.fan_out; leaves <= most_leaves; leaves *= shape.fan_out) ++deepest;
  shape.depth = dice.below(std::min(deepest, shape.max_depth()) + 1);
  REQUIRE(shape.valid());
  return shape;
}

// What a replica holds, in a map, beside the tree that follows it.
struct Replica {
  explicit Replica(const MerkleShape& shape) : tree(shape) {}

  void put(Token token, const std::string& content) {
    erase(token);
    held[token] = content;
    tree.add(token, hash_of(token));
  }
  void erase(Token token) {
    if (held.count(token) == 0) return;
    tree.remove(token, hash_of(token));
    held.erase(token);
  }
  MerkleHash hash_of(Token token) const {
    return hash_entry(tree.shape().hash, std::to_string(token), held.at(token));
  }
  void change(Dice& dice) {
    if (!held.empty() && dice.chance(0.3)) {
      auto at = held.lower_bound(token_in(tree.shape().range, dice));
      if (at == held.end()) at = held.begin();
      if (dice.chance(0.5)) return erase(at->first);
      return put(at->first, std::to_string(dice.below(3)));
    }
    const Token token = token_in(tree.shape().range, dice);
    put(token, std::to_string(dice.below(3)));
  }

  std::map<Token, std::string> held;
  MerkleTree tree;
};

// The nodes of a level above these leaves, and how many inner nodes there are above them at all.
inline std::set<uint32_t> above(const MerkleShape& shape, const std::vector<uint32_t>& leaves,
                                uint32_t level) {
  std::set<uint32_t> nodes;
  for (uint32_t node : leaves) {
    for (uint32_t up = shape.depth; up > level; --up) node /= shape.fan_out;
    nodes.insert(node);
  }
  return nodes;
}
inline uint64_t inner_above(const MerkleShape& shape, const std::vector<uint32_t>& leaves) {
  uint64_t nodes = 0;
  for (uint32_t level = 0; level < shape.depth; ++level)
    nodes += above(shape, leaves, level).size();
  return nodes;
}

}  // namespace systemsim::test::merkle
