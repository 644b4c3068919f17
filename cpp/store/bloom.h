// LevelDB's Bloom filter (util/bloom.cc, util/hash.cc), bit for bit: a set of keys in some bits a
// key, which never denies a key that is in it and rarely claims one that is not. The last byte is
// the number of probes. Section 09.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace systemsim::store {

constexpr const char* kBloomName = "leveldb.BuiltinBloomFilter2";

// LevelDB's 32-bit hash, something like Murmur's.
uint32_t leveldb_hash(std::string_view bytes, uint32_t seed);
inline uint32_t bloom_hash(std::string_view key) { return leveldb_hash(key, 0xbc9f1d34); }

// Appends to `out` the filter of the keys with these hashes. bits_per_key: 1 .. 100.
void add_bloom_filter(const std::vector<uint32_t>& hashes, uint32_t bits_per_key, std::string& out);
// Whether the key with this hash may be in the filter.
bool bloom_may_contain(std::string_view filter, uint32_t hash);

}  // namespace systemsim::store
