#include <doctest/doctest.h>

#include <algorithm>

#include "base/chunked.h"
#include "cluster/merkle.h"
#include "merkle_replica.h"

namespace merkle_shape_test {

using namespace systemsim;
using namespace systemsim::test;
using namespace systemsim::test::merkle;

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

}  // namespace merkle_shape_test
