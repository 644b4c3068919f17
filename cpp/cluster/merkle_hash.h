// The hashes of Merkle trees: of an entry (a key with what is kept of it), of a leaf and of an
// inner node. Chapter section 07; R. Merkle, "A Digital Signature Based on a Conventional
// Encryption Function", CRYPTO 1987.
//
// A leaf's hash is the sum of its entries' hashes modulo 2^64, 2^128 or 2^256 (AdHash: M. Bellare,
// D. Micciancio, "A New Paradigm for Collision-free Hashing: Incrementality at Reduced Cost",
// EUROCRYPT 1997). So the order of entries does not matter, and one entry can be added or taken
// away without looking at the others. A sum and not an exclusive or: there an entry that is there
// twice cancels itself, taking away what was never there looks like adding it, and whoever chooses
// entries finds another set with the same hash by solving linear equations (same paper, section 4).
// A sum is found out by neither, but it is no signature: D. Wagner ("A Generalized Birthday
// Problem", CRYPTO 2002) needs about 2^(2 sqrt b) steps for b bits. Trees here are built against
// accidents: two leaves with other entries have the same hash with a chance of 2^-b.
//
// An inner node's hash is that of its children's hashes in order; where all of them are zero, zero.
// So whatever holds no entry has the hash zero.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace systemsim {

enum class MerkleHashKind : uint8_t {
  fast64,   // half of a running mix (base/mix.h): not cryptographic
  fast128,  // all of it
  sha256,
};

constexpr uint32_t kMaxMerkleWords = 4;
// Of a hash: 1, 2 or 4 words of 8 bytes.
constexpr uint32_t words_of(MerkleHashKind kind) { return 1U << static_cast<uint32_t>(kind); }
constexpr uint32_t bytes_of(MerkleHashKind kind) { return 8 * words_of(kind); }

// A hash of any kind, lowest word first; words beyond the kind's are zero.
struct MerkleHash {
  std::array<uint64_t, kMaxMerkleWords> words = {};

  bool operator==(const MerkleHash&) const = default;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.words);
  }
};

// Of a key and of whatever tells one content of it from another: its version, a digest, the bytes.
MerkleHash hash_entry(MerkleHashKind kind, std::string_view key, std::string_view content);

// Of children's hashes, whose `count` words stand one after another.
MerkleHash hash_children(MerkleHashKind kind, const uint64_t* words, size_t count);

// sum += hash, or -= hash, modulo 2^(64 * count).
void add_words(uint64_t* sum, const uint64_t* hash, uint32_t count);
void subtract_words(uint64_t* sum, const uint64_t* hash, uint32_t count);

}  // namespace systemsim
