#include "cluster/merkle_hash.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "base/mix.h"
#include "base/sha256.h"

namespace systemsim {
namespace {

// What a hash is of stands before it, so that no entry has an inner node's hash (RFC 6962, 2.1).
constexpr char kEntryMark = 0;
constexpr char kInnerMark = 1;

MerkleHash hash_of(const Mix128& mix, MerkleHashKind kind) {
  MerkleHash hash;
  hash.words[0] = mix.low();
  if (kind == MerkleHashKind::fast128) hash.words[1] = mix.high();
  return hash;
}

MerkleHash hash_of(const Sha256& sha) {
  const std::array<uint32_t, 8> halves = sha.words();
  MerkleHash hash;
  for (size_t i = 0; i < kMaxMerkleWords; ++i) {
    hash.words[i] = static_cast<uint64_t>(halves[2 * i + 1]) << 32 | halves[2 * i];
  }
  return hash;
}

void update_word(Sha256& sha, uint64_t word) {
  char bytes[8];
  put_le(bytes, word, 8);
  sha.update({bytes, 8});
}

}  // namespace

MerkleHash hash_entry(MerkleHashKind kind, std::string_view key, std::string_view content) {
  if (kind == MerkleHashKind::sha256) {
    Sha256 sha;
    sha.update({&kEntryMark, 1});
    update_word(sha, key.size());  // so that nothing moves between key and content
    sha.update(key);
    sha.update(content);
    return hash_of(sha);
  }
  Mix128 mix;
  mix.fold(kEntryMark);
  mix.fold_bytes(key);
  mix.fold_bytes(content);
  return hash_of(mix, kind);
}

MerkleHash hash_children(MerkleHashKind kind, const uint64_t* words, size_t count) {
  if (std::all_of(words, words + count, [](uint64_t word) { return word == 0; })) return {};
  if (kind == MerkleHashKind::sha256) {
    Sha256 sha;
    sha.update({&kInnerMark, 1});
    for (size_t i = 0; i < count; ++i) update_word(sha, words[i]);
    return hash_of(sha);
  }
  Mix128 mix;
  mix.fold(kInnerMark);
  for (size_t i = 0; i < count; ++i) mix.fold(words[i]);
  return hash_of(mix, kind);
}

void add_words(uint64_t* sum, const uint64_t* hash, uint32_t count) {
  uint64_t carry = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t with_carry = hash[i] + carry;
    carry = with_carry < carry ? 1 : 0;
    sum[i] += with_carry;
    if (sum[i] < with_carry) carry = 1;
  }
}

void subtract_words(uint64_t* sum, const uint64_t* hash, uint32_t count) {
  uint64_t borrow = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t with_borrow = hash[i] + borrow;
    borrow = with_borrow < borrow ? 1 : 0;
    if (sum[i] < with_borrow) borrow = 1;
    sum[i] -= with_borrow;
  }
}

}  // namespace systemsim
