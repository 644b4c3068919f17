#include "cluster/merkle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/archive.h"
#include "base/bytes.h"
#include "base/chunked.h"
#include "base/sha256.h"
#include "cluster/merkle_diff.h"
#include "store/coding.h"
#include "support.h"

namespace merkle_test {

using namespace systemsim;
using systemsim::test::cases;
using systemsim::test::Dice;

namespace {

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

Token token_in(const TokenRange& range, Dice& dice) {
  const uint64_t last = range.offset(range.last);
  const uint64_t offset = last == UINT64_MAX ? dice.next() : dice.next() % (last + 1);
  return static_cast<Token>(static_cast<uint64_t>(range.after) + 1 + offset);
}

// Every fan-out in turn, with a depth of its own.
MerkleShape random_shape(Dice& dice, uint32_t most_leaves) {
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
    put(token_in(tree.shape().range, dice), std::to_string(dice.below(3)));
  }

  std::map<Token, std::string> held;
  MerkleTree tree;
};

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

// Leaf by leaf, what both maps hold: the leaves where that is not the same. Leaves are told apart
// by the ends of their parts, not by leaf_of.
std::vector<uint32_t> leaves_that_differ(const Replica& a, const Replica& b) {
  const MerkleShape& shape = a.tree.shape();
  std::vector<uint64_t> ends;
  for (uint32_t i = 0; i < shape.leaves(); ++i) {
    ends.push_back(shape.range.offset(shape.part(shape.depth, i).last));
  }
  const auto by_leaf = [&](const Replica& replica) {
    std::map<uint32_t, std::map<Token, std::string>> leaves;
    for (const auto& [token, content] : replica.held) {
      const auto end = std::lower_bound(ends.begin(), ends.end(), shape.range.offset(token));
      leaves[static_cast<uint32_t>(end - ends.begin())][token] = content;
    }
    return leaves;
  };
  auto of_a = by_leaf(a);
  auto of_b = by_leaf(b);
  std::vector<uint32_t> leaves;
  for (uint32_t i = 0; i < shape.leaves(); ++i) {
    if (of_a[i] != of_b[i]) leaves.push_back(i);
  }
  return leaves;
}

// The nodes of a level above these leaves, and how many inner nodes there are above them at all.
std::set<uint32_t> above(const MerkleShape& shape, const std::vector<uint32_t>& leaves,
                         uint32_t level) {
  std::set<uint32_t> nodes;
  for (uint32_t node : leaves) {
    for (uint32_t up = shape.depth; up > level; --up) node /= shape.fan_out;
    nodes.insert(node);
  }
  return nodes;
}
uint64_t inner_above(const MerkleShape& shape, const std::vector<uint32_t>& leaves) {
  uint64_t nodes = 0;
  for (uint32_t level = 0; level < shape.depth; ++level)
    nodes += above(shape, leaves, level).size();
  return nodes;
}

struct Bill {
  uint32_t rounds = 0;
  uint64_t hashes = 0;
  uint64_t bytes_asked = 0;
  uint64_t bytes_answered = 0;
};

Bill compare(MerkleDiff& diff, MerkleTree theirs) {
  Bill bill;
  theirs.update();
  while (!diff.done()) {
    REQUIRE(diff.request().fits(theirs.shape()));
    const MerkleAnswer answer = merkle_answer(theirs, diff.request());
    ++bill.rounds;
    bill.hashes += answer.hashes.size();
    bill.bytes_asked += size_bytes(diff.request());
    bill.bytes_answered += size_bytes(answer, theirs.shape().hash);
    REQUIRE(diff.take(answer));
  }
  return bill;
}

}  // namespace

TEST_CASE("a list of one item many times shares its full chunks until one is changed") {
  Chunked<int, 4> list(10, 7);
  CHECK(list.size() == 10);
  CHECK(&list[0] == &list[4]);
  const Chunked<int, 4> copy = list;
  list.own(5) = 1;
  list.own(9) = 2;
  list.push_back(3);
  for (size_t i = 0; i < 10; ++i) {
    CHECK(list[i] == (i == 5 ? 1 : i == 9 ? 2 : 7));
    CHECK(copy[i] == 7);
  }
  CHECK(list[10] == 3);
  CHECK(Chunked<int, 4>(8, 1).size() == 8);
  CHECK(Chunked<int, 4>(0, 1).size() == 0);
}

TEST_CASE(
    "the parts of a level tile the range, are equal to a token, and hold their leaves' tokens") {
  Dice dice(1);
  for (uint64_t run = 0; run < cases(400, 4'000); ++run) {
    const MerkleShape shape = random_shape(dice, 1024);
    CAPTURE(shape.range.after);
    CAPTURE(shape.range.last);
    CAPTURE(shape.fan_out);
    CAPTURE(shape.depth);
    const uint32_t level = dice.below(shape.depth + 1);
    const uint32_t under = shape.leaves() / shape.nodes_at(level);
    Token after = shape.range.after;
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    bool right = true;
    for (uint32_t i = 0; i < shape.nodes_at(level); ++i) {
      const TokenRange part = shape.part(level, i);
      right &= part.after == after;
      after = part.last;
      least = std::min(least, part.offset(part.last));
      most = std::max(most, part.offset(part.last));
      const auto first = static_cast<Token>(static_cast<uint64_t>(part.after) + 1);
      right &= shape.leaf_of(first) == i * under && shape.leaf_of(part.last) == (i + 1) * under - 1;
      const Token token = token_in(part, dice);
      right &= shape.leaf_of(token) / under == i && part.holds(token);
    }
    CHECK(right);
    CHECK(after == shape.range.last);
    CHECK(most - least <= 1);
  }
  MerkleShape whole;
  whole.fan_out = 16;
  whole.depth = 5;
  for (const Token start : {Token{0}, kMin, kMax, Token{12'345}}) {
    whole.range = {start, start};
    for (int i = 0; i < 1'000; ++i) {
      const Token token = token_in(whole.range, dice);
      REQUIRE(whole.leaf_of(token) == whole.range.offset(token) >> 44);
    }
  }
}

TEST_CASE(
    "the depth follows from the number of keys and the leaf size, within what there is room for") {
  const auto depth = [](uint32_t fan_out, uint64_t keys, uint64_t leaf_keys,
                        TokenRange range = {}) {
    MerkleShape shape;
    shape.range = range;
    shape.fan_out = fan_out;
    shape.depth = shape.depth_for(keys, leaf_keys);
    CHECK(shape.valid());
    return shape.depth;
  };
  CHECK(depth(2, 1 << 20, 1) == 20);
  CHECK(depth(4, 1 << 20, 1) == 10);
  CHECK(depth(16, 1 << 20, 1) == 5);
  CHECK(depth(256, 1 << 20, 1) == 3);
  CHECK(depth(2, (1 << 20) + 1, 1) == 21);
  CHECK(depth(2, 1'000'000, 30) == 16);
  CHECK(depth(64, 1'000'000, 256) == 2);
  CHECK(depth(64, 1'048'577, 256) == 3);
  CHECK(depth(16, 0, 8) == 0);
  CHECK(depth(16, 8, 8) == 0);
  CHECK(depth(16, 9, 8) == 1);
  CHECK(depth(2, UINT64_MAX, 1) == 24);
  CHECK(depth(128, UINT64_MAX, 1) == 3);
  CHECK(depth(2, 100, 1, {0, 5}) == 2);
  CHECK(depth(2, 100, 1, {kMax, kMin + 3}) == 2);
  CHECK(depth(8, 100, 1, {0, 7}) == 0);
  CHECK(depth(8, 100, 1, {0, 8}) == 1);

  MerkleShape shape;
  for (const uint32_t fan_out : {0U, 1U, 3U, 255U, 512U}) {
    shape.fan_out = fan_out;
    CHECK_FALSE(shape.valid());
  }
  shape.fan_out = 64;
  shape.depth = 5;
  CHECK_FALSE(shape.valid());
  shape.depth = 4;
  CHECK(shape.valid());
  shape.range = {0, 1'000};
  CHECK_FALSE(shape.valid());
}

TEST_CASE("what a tree costs, stated in bytes") {
  MerkleShape shape;
  shape.fan_out = 2;
  shape.depth = 20;
  CHECK(shape.leaves() == 1 << 20);
  CHECK(shape.inner_nodes() == (1 << 20) - 1);
  CHECK(shape.size_bytes() == 16'908'280);
  shape.fan_out = 16;
  shape.depth = 5;
  CHECK(shape.inner_nodes() == 1 + 16 + 256 + 4'096 + 65'536);
  CHECK(shape.size_bytes() == 8'956'587);
  shape.hash = MerkleHashKind::sha256;
  CHECK(shape.size_bytes() == 35'800'131);
}

TEST_CASE("hashes are sums with carries through all their words") {
  // The oracle adds byte by byte, as by hand.
  const auto by_hand = [](const MerkleHash& a, const MerkleHash& b, uint32_t words) {
    MerkleHash sum;
    uint32_t carry = 0;
    for (uint32_t i = 0; i < 8 * words; ++i) {
      const uint32_t digit = static_cast<uint32_t>((a.words[i / 8] >> (8 * (i % 8)) & 255) +
                                                   (b.words[i / 8] >> (8 * (i % 8)) & 255)) +
                             carry;
      sum.words[i / 8] |= uint64_t{digit & 255} << (8 * (i % 8));
      carry = digit >> 8;
    }
    return sum;
  };
  Dice dice(2);
  for (int i = 0; i < 20'000; ++i) {
    const uint32_t words = words_of(kKinds[dice.below(3)]);
    MerkleHash a;
    MerkleHash b;
    for (uint32_t w = 0; w < words; ++w) {
      a.words[w] = dice.chance(0.3) ? UINT64_MAX : dice.chance(0.3) ? 0 : dice.next();
      b.words[w] = dice.chance(0.3) ? UINT64_MAX : dice.chance(0.3) ? 1 : dice.next();
    }
    MerkleHash sum = a;
    add_words(sum.words.data(), b.words.data(), words);
    REQUIRE(sum == by_hand(a, b, words));
    subtract_words(sum.words.data(), b.words.data(), words);
    REQUIRE(sum == a);
  }
}

TEST_CASE(
    "an entry's hash and an inner node's with SHA-256 are those of the bytes that are stated") {
  const auto hex = [](const MerkleHash& hash) {
    std::string text;
    for (const uint64_t word : hash.words) {
      for (const uint32_t half : {static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)}) {
        for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(half >> shift & 255);
      }
    }
    return to_hex(text);
  };
  const auto sha = [](std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.hex_digest();
  };
  CHECK(hex(hash_entry(MerkleHashKind::sha256, "key", "v")) ==
        sha(std::string_view("\0\3\0\0\0\0\0\0\0keyv", 13)));
  const uint64_t words[] = {0x0807060504030201, 9};
  CHECK(hex(hash_children(MerkleHashKind::sha256, words, 2)) ==
        sha(std::string_view("\1\1\2\3\4\5\6\7\10\11\0\0\0\0\0\0\0", 17)));
  for (const MerkleHashKind kind : kKinds) {
    CHECK(hash_entry(kind, "ab", "c") != hash_entry(kind, "a", "bc"));
    CHECK(hash_entry(kind, "a", "b") != hash_entry(kind, "b", "a"));
    const uint64_t zeros[4] = {};
    CHECK(hash_children(kind, zeros, 4) == MerkleHash());
    for (uint32_t w = words_of(kind); w < kMaxMerkleWords; ++w) {
      CHECK(hash_entry(kind, "a", "b").words[w] == 0);
    }
    CHECK(hash_entry(kind, "a", "b").words[words_of(kind) - 1] != 0);
  }
}

TEST_CASE("an entry that is there twice does not cancel itself, nor is taking away like adding") {
  for (const MerkleHashKind kind : kKinds) {
    MerkleShape shape;
    shape.hash = kind;
    const MerkleHash entry = hash_entry(kind, "key", "value");
    MerkleTree tree(shape);
    const MerkleHash empty = tree.root();
    CHECK(empty == MerkleHash());
    tree.add(5, entry);
    tree.update();
    const MerkleHash once = tree.root();
    CHECK(once != empty);
    tree.add(5, entry);
    tree.update();
    CHECK(tree.root() != empty);
    CHECK(tree.root() != once);
    CHECK(tree.entries() == 2);
    tree.remove(5, entry);
    tree.remove(5, entry);
    tree.update();
    CHECK(tree.root() == empty);
  }
}

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

TEST_CASE("a comparison finds exactly the leaves that differ, for as many hashes as it says") {
  Dice dice(8);
  std::set<std::pair<uint32_t, uint32_t>> tried;  // (fan-out, depth)
  for (uint64_t run = 0; run < cases(1'500, 20'000); ++run) {
    const MerkleShape shape = random_shape(dice, 4'096);
    CAPTURE(run);
    tried.insert({shape.fan_out, shape.depth});
    Replica a(shape);
    const uint32_t keys = dice.below(200);
    for (uint32_t i = 0; i < keys; ++i) a.change(dice);
    Replica b = a;
    const uint32_t changes = dice.below(1U << dice.below(7));
    for (uint32_t i = 0; i < changes; ++i) (dice.chance(0.5) ? a : b).change(dice);
    const std::vector<uint32_t> expected = leaves_that_differ(a, b);

    MerkleDiff diff(a.tree);
    const Bill bill = compare(diff, b.tree);
    REQUIRE(diff.leaves() == expected);
    CHECK(bill.hashes == 1 + shape.fan_out * inner_above(shape, expected));
    CHECK(bill.rounds == (expected.empty() ? 1 : 1 + shape.depth));
    CHECK(bill.bytes_answered == bill.rounds + bill.hashes * bytes_of(shape.hash));

    MerkleDiff other_way(b.tree);
    CHECK(compare(other_way, a.tree).hashes == bill.hashes);
    CHECK(other_way.leaves() == expected);

    const uint32_t levels = 1 + dice.below(shape.depth + 2);
    MerkleDiff leaping(a.tree, levels);
    const Bill leaps = compare(leaping, b.tree);
    CHECK(leaping.leaves() == expected);
    CHECK(leaps.rounds == (expected.empty() ? 1 : 1 + (shape.depth + levels - 1) / levels));
    uint64_t hashes = 1;
    for (uint32_t level = 0; level < shape.depth; level += levels) {
      const uint32_t step = std::min(levels, shape.depth - level);
      hashes += above(shape, expected, level).size() * shape.nodes_at(step);
    }
    CHECK(leaps.hashes == hashes);

    // Each token of the leaves is in one of the ranges, no other is, and no two ranges touch.
    const std::vector<TokenRange> ranges = merkle_ranges(shape, expected);
    for (size_t i = 1; i < ranges.size(); ++i) CHECK(ranges[i - 1].last != ranges[i].after);
    for (int i = 0; i < 20; ++i) {
      const Token token = token_in(shape.range, dice);
      const bool wanted =
          std::binary_search(expected.begin(), expected.end(), shape.leaf_of(token));
      CHECK(wanted == std::any_of(ranges.begin(), ranges.end(),
                                  [&](const TokenRange& range) { return range.holds(token); }));
    }
  }
  CHECK(tried.size() >= 30);
}

TEST_CASE("no difference costs one hash, and one of 2^20 leaves what arithmetic says") {
  const auto bill_of = [](uint32_t fan_out, uint32_t levels, bool differ) {
    MerkleShape shape;
    shape.fan_out = fan_out;
    shape.depth = shape.depth_for(1 << 20, 1);
    Replica a(shape);
    Dice dice(9);
    for (int i = 0; i < 1'000; ++i) a.change(dice);
    Replica b = a;
    if (differ) b.put(token_in(shape.range, dice), "x");
    MerkleDiff diff(a.tree, levels);
    const Bill bill = compare(diff, b.tree);
    CHECK(diff.leaves().size() == (differ ? 1 : 0));
    return bill;
  };
  for (const uint32_t fan_out : {2U, 16U, 256U}) {
    const Bill bill = bill_of(fan_out, 1, false);
    CHECK(bill.rounds == 1);
    CHECK(bill.hashes == 1);
    CHECK(bill.bytes_asked == 3);
    CHECK(bill.bytes_answered == 9);
  }
  const Bill by_two = bill_of(2, 1, true);
  CHECK(by_two.hashes == 41);  // 1 + 2 * 20
  CHECK(by_two.rounds == 21);
  const Bill by_sixteen = bill_of(16, 1, true);
  CHECK(by_sixteen.hashes == 81);  // 1 + 16 * 5
  CHECK(by_sixteen.rounds == 6);
  CHECK(by_sixteen.bytes_answered == 6 + 8 * 81);
  CHECK(bill_of(256, 1, true).hashes == 769);  // 1 + 256 * 3
  const Bill leaping = bill_of(2, 4, true);    // as by sixteen
  CHECK(leaping.hashes == 81);
  CHECK(leaping.rounds == 6);
}

TEST_CASE("a request can be written in the bytes that are counted for it, and read back") {
  Dice dice(10);
  for (int run = 0; run < 1'000; ++run) {
    MerkleRequest request;
    request.level = dice.below(25);
    uint32_t end = 0;
    const uint32_t runs = dice.below(20);
    for (uint32_t i = 0; i < runs; ++i) {
      const uint32_t first = end + dice.below(1U << dice.below(20)) + (i > 0 ? 1 : 0);
      const uint32_t count = 1 + dice.below(1U << dice.below(18));
      request.runs.push_back({first, count});
      end = first + count;
    }
    std::string bytes;
    store::put_varint(bytes, request.level);
    end = 0;
    for (const MerkleRun& run_of : request.runs) {
      store::put_varint(bytes, run_of.first - end);
      store::put_varint(bytes, run_of.count);
      end = run_of.first + run_of.count;
    }
    REQUIRE(size_bytes(request) == bytes.size());
    store::Reader reader(bytes);
    MerkleRequest read;
    REQUIRE(reader.varint32(read.level));
    end = 0;
    while (!reader.empty()) {
      MerkleRun run_of;
      REQUIRE((reader.varint32(run_of.first) && reader.varint32(run_of.count)));
      run_of.first += end;
      end = run_of.first + run_of.count;
      read.runs.push_back(run_of);
    }
    REQUIRE(read.level == request.level);
    REQUIRE(read.runs == request.runs);
  }
}

TEST_CASE("an answer that comes late, twice or short is not taken") {
  MerkleShape shape;
  Replica a(shape);
  Replica b(shape);
  b.put(1, "x");
  b.tree.update();
  MerkleDiff diff(a.tree);
  const MerkleAnswer root = merkle_answer(b.tree, diff.request());
  CHECK(diff.take(root));
  const MerkleRequest second = diff.request();
  CHECK_FALSE(diff.take(root));
  MerkleAnswer answer = merkle_answer(b.tree, second);
  const MerkleHash last = answer.hashes.back();
  answer.hashes.pop_back();
  CHECK_FALSE(diff.take(answer));
  CHECK(diff.request().runs == second.runs);
  answer.hashes.push_back(last);
  CHECK(diff.take(answer));
  CHECK_FALSE(diff.take(answer));
  while (!diff.done()) CHECK(diff.take(merkle_answer(b.tree, diff.request())));
  CHECK_FALSE(diff.take(root));
  CHECK(diff.leaves() == std::vector<uint32_t>{shape.leaf_of(1)});

  CHECK_FALSE(MerkleRequest{4, {{0, 1}}}.fits(shape));
  CHECK_FALSE(MerkleRequest{1, {{15, 2}}}.fits(shape));
  CHECK_FALSE(MerkleRequest{1, {{16, UINT32_MAX}}}.fits(shape));
  CHECK(MerkleRequest{1, {{15, 1}}}.fits(shape));
}

TEST_CASE("writes on the other side during a comparison hide no difference that stays") {
  Dice dice(11);
  for (uint64_t run = 0; run < cases(500, 5'000); ++run) {
    const MerkleShape shape = random_shape(dice, 1'024);
    Replica a(shape);
    const uint32_t keys = dice.below(100);
    for (uint32_t i = 0; i < keys; ++i) a.change(dice);
    Replica b = a;
    for (uint32_t i = dice.below(10); i > 0; --i) b.change(dice);
    std::vector<uint32_t> always = leaves_that_differ(a, b);
    std::set<uint32_t> ever(always.begin(), always.end());
    MerkleDiff diff(a.tree);
    while (!diff.done()) {
      const std::vector<uint32_t> now = leaves_that_differ(a, b);
      std::vector<uint32_t> still;
      std::set_intersection(always.begin(), always.end(), now.begin(), now.end(),
                            std::back_inserter(still));
      always = still;
      ever.insert(now.begin(), now.end());
      b.tree.update();
      REQUIRE(diff.take(merkle_answer(b.tree, diff.request())));
      if (dice.chance(0.5)) b.change(dice);
    }
    CHECK(std::includes(diff.leaves().begin(), diff.leaves().end(), always.begin(), always.end()));
    CHECK(std::includes(ever.begin(), ever.end(), diff.leaves().begin(), diff.leaves().end()));
  }
}

}  // namespace merkle_test
