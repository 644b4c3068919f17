#include "cluster/merkle.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/assert.h"

namespace systemsim {

bool MerkleShape::valid() const {
  return fan_out >= 2 && fan_out <= kMaxFanOut && std::has_single_bit(fan_out) &&
         hash <= MerkleHashKind::sha256 && depth <= max_depth();
}

uint32_t MerkleShape::fan_out_bits() const {
  return static_cast<uint32_t>(std::countr_zero(fan_out));
}

uint32_t MerkleShape::max_depth() const {
  const uint64_t most = std::min<uint64_t>(kMaxLeaves - 1, range.offset(range.last));
  uint32_t deepest = 0;
  for (uint64_t leaves = fan_out; leaves - 1 <= most; leaves *= fan_out) ++deepest;
  return deepest;
}

uint32_t MerkleShape::depth_for(uint64_t keys, uint64_t leaf_keys) const {
  const uint32_t deepest = max_depth();
  const uint64_t wanted = keys / leaf_keys + (keys % leaf_keys == 0 ? 0 : 1);
  uint32_t chosen = 0;
  while (chosen < deepest && nodes_at(chosen) < wanted) ++chosen;
  return chosen;
}

uint64_t MerkleShape::size_bytes() const {
  return uint64_t{bytes_of(hash)} * (inner_nodes() + leaves()) + (inner_nodes() + 7) / 8;
}

// A range is halved once for each bit of a leaf's index; of an odd number of tokens, the first half
// has one more. Every part of a level then has the same number of tokens, give or take one.
uint32_t MerkleShape::leaf_of(Token token) const {
  uint64_t offset = range.offset(token);
  uint64_t last = range.offset(range.last);
  SYSTEMSIM_ASSERT(offset <= last);
  uint32_t leaf = 0;
  for (uint32_t bits = depth * fan_out_bits(); bits > 0; --bits) {
    const uint64_t middle = last / 2;
    const bool second = offset > middle;
    leaf = 2 * leaf + (second ? 1 : 0);
    if (second) offset -= middle + 1;
    last = second ? last - middle - 1 : middle;
  }
  return leaf;
}

TokenRange MerkleShape::part(uint32_t level, uint32_t index) const {
  SYSTEMSIM_ASSERT(level <= depth && index < nodes_at(level));
  uint64_t first = 0;
  uint64_t last = range.offset(range.last);  // from `first`
  for (uint32_t bits = level * fan_out_bits(); bits > 0; --bits) {
    const uint64_t middle = last / 2;
    const bool second = (index >> (bits - 1) & 1) != 0;
    if (second) first += middle + 1;
    last = second ? last - middle - 1 : middle;
  }
  const uint64_t after = static_cast<uint64_t>(range.after) + first;
  return {static_cast<Token>(after), static_cast<Token>(after + last + 1)};
}

MerkleTree::MerkleTree(const MerkleShape& shape)
    : shape_(shape), bits_(0), words_(words_of(shape.hash)), inner_(0) {
  SYSTEMSIM_ASSERT(shape.valid());
  bits_ = shape.fan_out_bits();
  inner_ = shape.inner_nodes();
  hashes_ = {(size_t{inner_} + shape.leaves()) * words_, 0};
  stale_ = {(size_t{inner_} + 63) / 64, 0};
}

void MerkleTree::add(Token token, const MerkleHash& entry) {
  const uint32_t leaf = inner_ + shape_.leaf_of(token);
  add_words(own_hash(leaf), entry.words.data(), words_);
  add_words(sum_.words.data(), entry.words.data(), words_);
  ++entries_;
  touch(leaf);
}

void MerkleTree::remove(Token token, const MerkleHash& entry) {
  SYSTEMSIM_ASSERT(entries_ > 0);
  const uint32_t leaf = inner_ + shape_.leaf_of(token);
  subtract_words(own_hash(leaf), entry.words.data(), words_);
  subtract_words(sum_.words.data(), entry.words.data(), words_);
  --entries_;
  touch(leaf);
}

void MerkleTree::touch(uint32_t leaf) {
  for (uint32_t node = leaf; node != 0;) {
    node = (node - 1) >> bits_;
    if (is_stale(node)) return;
    stale_.own(node / 64) |= uint64_t{1} << (node % 64);
  }
}

uint32_t MerkleTree::update() { return current() ? 0 : rehash(0); }

uint32_t MerkleTree::rehash(uint32_t node) {
  uint32_t hashed = 1;
  const uint32_t first = (node << bits_) + 1;
  if (first < inner_) {
    for (uint32_t child = first; child < first + shape_.fan_out; ++child) {
      if (is_stale(child)) hashed += rehash(child);
    }
  }
  const MerkleHash hash = hash_below(node);
  std::copy_n(hash.words.begin(), words_, own_hash(node));
  stale_.own(node / 64) &= ~(uint64_t{1} << (node % 64));
  return hashed;
}

MerkleHash MerkleTree::hash_below(uint32_t node) const {
  std::array<uint64_t, size_t{MerkleShape::kMaxFanOut} * kMaxMerkleWords> words;
  const size_t count = size_t{words_} << bits_;
  const size_t first = ((size_t{node} << bits_) + 1) * words_;
  for (size_t i = 0; i < count; ++i) words[i] = hashes_[first + i];
  return hash_children(shape_.hash, words.data(), count);
}

MerkleHash MerkleTree::hash(uint32_t level, uint32_t index) const {
  SYSTEMSIM_ASSERT(current() && level <= shape_.depth && index < shape_.nodes_at(level));
  const uint32_t before = (shape_.nodes_at(level) - 1) / (shape_.fan_out - 1);
  MerkleHash hash;
  const size_t at = (size_t{before} + index) * words_;
  for (size_t i = 0; i < words_; ++i) hash.words[i] = hashes_[at + i];
  return hash;
}

}  // namespace systemsim
