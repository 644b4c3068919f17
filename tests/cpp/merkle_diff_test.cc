#include "cluster/merkle_diff.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "merkle_replica.h"
#include "store/coding.h"

namespace merkle_diff_test {

using namespace systemsim;
using namespace systemsim::test;
using namespace systemsim::test::merkle;

namespace {

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
    const std::vector<MerkleRun>& runs = diff.request().runs;
    for (size_t i = 1; i < runs.size(); ++i) {
      REQUIRE(runs[i].first > runs[i - 1].first + runs[i - 1].count);
    }
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
  if (!test::is_short()) CHECK(tried.size() >= 30);
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
  CHECK_FALSE(MerkleRequest{1, {{15, UINT32_MAX}}}.fits(shape));
  CHECK_FALSE(MerkleRequest{1, {{16, 1}}}.fits(shape));
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

}  // namespace merkle_diff_test
