#include "cluster/merkle_hash.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/sha256.h"
#include "cluster/merkle.h"
#include "merkle_replica.h"

namespace merkle_hash_test {

using namespace systemsim;
using namespace systemsim::test;
using namespace systemsim::test::merkle;

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

TEST_CASE("the roots of a thousand keys are the same with every compiler") {
  const auto root = [](MerkleHashKind kind) {
    MerkleShape shape;
    shape.hash = kind;
    MerkleTree tree(shape);
    for (int i = 0; i < 1'000; ++i) {
      const std::string key = "key " + std::to_string(i);
      tree.add(token_of(key), hash_entry(kind, key, std::to_string(i % 7)));
    }
    tree.update();
    return tree.root().words;
  };
  using Words = std::array<uint64_t, kMaxMerkleWords>;
  CHECK(root(MerkleHashKind::fast64) == Words{0x521eb4d7ccfc1d54});
  CHECK(root(MerkleHashKind::fast128) == Words{0xe8c323a3574ccc37, 0x12f4081aa2685917});
  CHECK(root(MerkleHashKind::sha256) ==
        Words{0x535f433732262b48, 0x2a8ce4362d7e0ee9, 0x24e79b033786d7a0, 0x6996c8680dcecd36});
}

}  // namespace merkle_hash_test
