// Cassandra's Murmur3Partitioner token of a key: the first 64-bit word of MurmurHash3 x64-128 with
// seed 0 and one quirk. Cassandra shifts the tail's bytes as signed Java bytes, so a tail byte of
// 0x80 or more is sign-extended; full 16-byte blocks are not affected. Chapter section 03.
// Source: apache/cassandra, dht/Murmur3Partitioner.java; vectors in tests/data/murmur3/.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/bytes.h"

namespace systemsim {

using Token = int64_t;

// `TailByte` is int8_t in Cassandra; the standard hash is had with uint8_t (the tests' negative
// control). Never plain char: its sign differs between processors.
template <class TailByte = int8_t>
uint64_t murmur3_hash(std::string_view key) {
  constexpr uint64_t kC1 = 0x87c37b91114253d5ULL;
  constexpr uint64_t kC2 = 0x4cf5ad432745937fULL;
  const auto final_mix = [](uint64_t k) {
    k ^= k >> 33;
    k *= 0xff51afd7ed558ccdULL;
    k ^= k >> 33;
    k *= 0xc4ceb9fe1a85ec53ULL;
    return k ^ (k >> 33);
  };
  uint64_t h1 = 0;
  uint64_t h2 = 0;
  const size_t blocks = key.size() / 16;
  for (size_t i = 0; i < blocks; ++i) {
    const uint64_t k1 = get_le(key.data() + 16 * i, 8);
    const uint64_t k2 = get_le(key.data() + 16 * i + 8, 8);
    h1 ^= std::rotl(k1 * kC1, 31) * kC2;
    h1 = (std::rotl(h1, 27) + h2) * 5 + 0x52dce729;
    h2 ^= std::rotl(k2 * kC2, 33) * kC1;
    h2 = (std::rotl(h2, 31) + h1) * 5 + 0x38495ab5;
  }
  const std::string_view tail = key.substr(16 * blocks);
  uint64_t k1 = 0;
  uint64_t k2 = 0;
  for (size_t i = 0; i < tail.size(); ++i) {
    const auto byte = static_cast<uint64_t>(static_cast<int64_t>(static_cast<TailByte>(tail[i])));
    (i < 8 ? k1 : k2) ^= byte << (8 * (i % 8));
  }
  if (tail.size() > 8) h2 ^= std::rotl(k2 * kC2, 33) * kC1;
  if (!tail.empty()) h1 ^= std::rotl(k1 * kC1, 31) * kC2;
  h1 ^= key.size();
  h2 ^= key.size();
  h1 += h2;
  h2 += h1;
  h1 = final_mix(h1);
  h2 = final_mix(h2);
  return h1 + h2;
}

// The partitioner's token: an empty key has the smallest token, and no other key has it.
inline Token token_of(std::string_view key) {
  if (key.empty()) return std::numeric_limits<Token>::min();
  const auto token = static_cast<Token>(murmur3_hash<>(key));
  return token == std::numeric_limits<Token>::min() ? std::numeric_limits<Token>::max() : token;
}

}  // namespace systemsim
