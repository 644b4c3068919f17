#include "store/bloom.h"

#include <algorithm>
#include <bit>

#include "store/coding.h"

namespace systemsim::store {

uint32_t leveldb_hash(std::string_view bytes, uint32_t seed) {
  constexpr uint32_t kFactor = 0xc6a4a793;
  const char* at = bytes.data();
  size_t left = bytes.size();
  uint32_t hash = seed ^ (static_cast<uint32_t>(left) * kFactor);
  for (; left >= 4; left -= 4, at += 4) {
    hash = (hash + load32(at)) * kFactor;
    hash ^= hash >> 16;
  }
  if (left > 0) {
    for (size_t i = 0; i < left; ++i) {
      hash += static_cast<uint32_t>(static_cast<uint8_t>(at[i])) << (8 * i);
    }
    hash *= kFactor;
    hash ^= hash >> 24;
  }
  return hash;
}

void add_bloom_filter(const std::vector<uint32_t>& hashes, uint32_t bits_per_key,
                      std::string& out) {
  // ln 2 bits a key and probe make the fewest false positives.
  const auto probes = std::clamp<uint32_t>(bits_per_key * 69 / 100, 1, 30);
  const size_t bytes = (std::max<size_t>(hashes.size() * bits_per_key, 64) + 7) / 8;
  const auto bits = static_cast<uint32_t>(bytes * 8);
  const size_t start = out.size();
  out.resize(start + bytes + 1);
  char* const filter = out.data() + start;
  filter[bytes] = static_cast<char>(probes);
  for (uint32_t hash : hashes) {
    const uint32_t step = std::rotr(hash, 17);
    for (uint32_t i = 0; i < probes; ++i, hash += step) {
      const uint32_t bit = hash % bits;
      filter[bit / 8] = static_cast<char>(filter[bit / 8] | 1 << bit % 8);
    }
  }
}

bool bloom_may_contain(std::string_view filter, uint32_t hash) {
  if (filter.size() < 2) return false;
  const auto bits = static_cast<uint32_t>((filter.size() - 1) * 8);
  const auto probes = static_cast<uint8_t>(filter.back());
  if (probes > 30) return true;  // of a kind to come
  const uint32_t step = std::rotr(hash, 17);
  for (uint32_t i = 0; i < probes; ++i, hash += step) {
    const uint32_t bit = hash % bits;
    if ((static_cast<uint8_t>(filter[bit / 8]) >> bit % 8 & 1) == 0) return false;
  }
  return true;
}

}  // namespace systemsim::store
