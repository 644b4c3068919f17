#include "cluster/merkle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/archive.h"
#include "merkle_replica.h"

namespace merkle_test {

using namespace systemsim;
using namespace systemsim::test;
using namespace systemsim::test::merkle;

namespace {

using Nodes = std::set<std::pair<uint32_t, uint32_t>>;  // (level, index)

// Where two trees' hashes differ, all of them looked at.
Nodes differing(const MerkleTree& a, const MerkleTree& b) {
  Nodes nodes;
  for (uint32_t level = 0; level <= a.shape().depth; ++level) {
    for (uint32_t i = 0; i < a.shape().nodes_at(level); ++i) {
      if (a.hash(level, i) != b.hash(level, i)) nodes.insert({level, i});
    }
  }
  return nodes;
}

// The same by the definition, from the bottom up and without the tree's own code.
MerkleHash hash_by_definition(const Replica& replica, uint32_t level, uint32_t index) {
  const MerkleShape& shape = replica.tree.shape();
  const uint32_t words = words_of(shape.hash);
  if (level == shape.depth) {
    MerkleHash sum;
    const TokenRange part = shape.part(level, index);
    for (const auto& [token, content] : replica.held) {
      if (!part.holds(token)) continue;
      add_words(sum.words.data(), replica.hash_of(token).words.data(), words);
    }
    return sum;
  }
  std::vector<uint64_t> below;
  for (uint32_t i = 0; i < shape.fan_out; ++i) {
    const MerkleHash child = hash_by_definition(replica, level + 1, index * shape.fan_out + i);
    below.insert(below.end(), child.words.begin(), child.words.begin() + words);
  }
  return hash_children(shape.hash, below.data(), below.size());
}

}  // namespace

TEST_CASE("equal content in any order of updates gives every node the same hash") {
  Dice dice(3);
  for (uint64_t run = 0; run < cases(300, 3'000); ++run) {
    const MerkleShape shape = random_shape(dice, 512);
    Replica a(shape);
    const uint32_t keys = dice.below(80);
    for (uint32_t i = 0; i < keys; ++i) a.change(dice);
    std::vector<std::pair<Token, std::string>> order(a.held.begin(), a.held.end());
    for (size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[dice.below(static_cast<uint32_t>(i))]);
    }
    Replica b(shape);
    for (const auto& [token, content] : order) {
      if (dice.chance(0.3)) b.put(token, "something else");
      b.put(token, content);
      if (dice.chance(0.1)) b.tree.update();
    }
    // Equal states, whether they are hashed already or not.
    CHECK(walk(a.tree).digest() == walk(b.tree).digest());
    a.tree.update();
    b.tree.update();
    CHECK(differing(a.tree, b.tree).empty());
    CHECK(a.tree.entries() == a.held.size());
    if (order.empty()) continue;
    const std::string before = walk(a.tree).digest();
    a.erase(order[0].first);
    CHECK(walk(a.tree).digest() != before);
  }
}

TEST_CASE("a tree that follows random changes is the one that is built anew, and as defined") {
  Dice dice(4);
  for (uint64_t run = 0; run < cases(40, 400); ++run) {
    Replica followed(random_shape(dice, 600));
    for (int step = 0; step < 200; ++step) {
      const int changes = dice.chance(0.5) ? 1 : static_cast<int>(dice.below(6));
      for (int i = 0; i < changes; ++i) followed.change(dice);
      followed.tree.update();
      if (step % 10 != 0) continue;
      Replica anew(followed.tree.shape());
      for (const auto& [token, content] : followed.held) anew.put(token, content);
      anew.tree.update();
      REQUIRE(differing(followed.tree, anew.tree).empty());
      REQUIRE(followed.tree.root() == hash_by_definition(followed, 0, 0));
    }
    while (!followed.held.empty()) followed.erase(followed.held.begin()->first);
    followed.tree.update();
    REQUIRE(differing(followed.tree, MerkleTree(followed.tree.shape())).empty());
  }
}

TEST_CASE("one key that differs changes every hash on its path and no other") {
  Dice dice(5);
  for (uint64_t run = 0; run < cases(500, 5'000); ++run) {
    const MerkleShape shape = random_shape(dice, 512);
    Replica a(shape);
    const uint32_t keys = dice.below(60);
    for (uint32_t i = 0; i < keys; ++i) a.change(dice);
    a.tree.update();
    Replica b = a;
    Token token = token_in(shape.range, dice);
    if (!a.held.empty() && dice.chance(0.6))
      token = std::next(a.held.begin(), dice.below(a.held.size()))->first;
    if (a.held.count(token) != 0 && dice.chance(0.5)) {
      b.erase(token);
    } else {
      b.put(token, "new");
    }
    CHECK(b.tree.update() == shape.depth);
    Nodes path;
    for (uint32_t level = 0; level <= shape.depth; ++level) {
      for (uint32_t i = 0; i < shape.nodes_at(level); ++i) {
        if (shape.part(level, i).holds(token)) path.insert({level, i});
      }
    }
    CHECK(path.size() == shape.depth + 1);
    CHECK(differing(a.tree, b.tree) == path);
  }
}

TEST_CASE("an update hashes each node above a changed leaf once") {
  Dice dice(6);
  for (uint64_t run = 0; run < cases(200, 2'000); ++run) {
    const MerkleShape shape = random_shape(dice, 4'096);
    Replica a(shape);
    std::vector<uint32_t> leaves;
    const uint32_t keys = dice.below(100);
    for (uint32_t i = 0; i < keys; ++i) {
      const Token token = token_in(shape.range, dice);
      a.put(token, "x");
      leaves.push_back(shape.leaf_of(token));
    }
    CHECK(a.tree.current() == (keys == 0 || shape.depth == 0));
    CHECK(a.tree.update() == inner_above(shape, leaves));
    CHECK(a.tree.current());
    CHECK(a.tree.update() == 0);
  }
}

TEST_CASE("a copy is a snapshot: it stays while the original changes") {
  MerkleShape shape;
  shape.range = kRanges[4];
  Dice dice(7);
  Replica a(shape);
  for (int i = 0; i < 2'000; ++i) a.change(dice);
  a.tree.update();
  const Replica before = a;
  const MerkleTree snapshot = a.tree;
  for (int i = 0; i < 2'000; ++i) a.change(dice);
  a.tree.update();
  Replica anew(shape);
  for (const auto& [token, content] : before.held) anew.put(token, content);
  anew.tree.update();
  CHECK(differing(snapshot, anew.tree).empty());
  CHECK_FALSE(differing(snapshot, a.tree).empty());
}

// Cassandra's MerkleTreeTest.testDifference and testHashing have two trees over the same keys that
// were split differently, whose hashes over the full range are equal. Here all leaves are equally
// deep; what does not depend on the depth is what a leaf's hash adds up to.
TEST_CASE("trees over the same keys hash equal, and leaves of any depth add up to the same") {
  for (const MerkleHashKind kind : kKinds) {
    const TokenRange range = kRanges[7];
    std::vector<MerkleHash> totals;
    for (const uint32_t fan_out : {2U, 4U, 16U}) {
      MerkleShape shape;
      shape.range = range;
      shape.hash = kind;
      shape.fan_out = fan_out;
      for (shape.depth = 0; shape.depth <= shape.max_depth(); ++shape.depth) {
        Replica one(shape);
        Replica two(shape);
        for (const Token token : {2, 4, 6, 8, 12, 14, 0}) one.put(token, "v");
        for (const Token token : {14, 0, 2, 12, 8, 4, 6}) two.put(token, "v");
        one.tree.update();
        two.tree.update();
        CHECK(one.tree.root() == two.tree.root());
        MerkleHash total;
        for (uint32_t i = 0; i < shape.leaves(); ++i) {
          const MerkleHash leaf = one.tree.hash(shape.depth, i);
          add_words(total.words.data(), leaf.words.data(), words_of(kind));
        }
        totals.push_back(total);
      }
    }
    CHECK(totals.size() == 5 + 3 + 2);
    CHECK(std::all_of(totals.begin(), totals.end(),
                      [&](const MerkleHash& total) { return total == totals[0]; }));
    CHECK(totals[0] != MerkleHash());
  }
}

}  // namespace merkle_test
