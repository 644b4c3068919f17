#include "store/memtable.h"

#include <algorithm>

#include "base/assert.h"
#include "base/mix.h"

namespace systemsim::store {

Memtable::Memtable(uint32_t chunk_bytes)
    : chunk_bits_(static_cast<uint32_t>(std::countr_zero(chunk_bytes))), mask_(chunk_bytes - 1) {
  SYSTEMSIM_ASSERT(std::has_single_bit(chunk_bytes) && chunk_bytes >= 1024);
  head_ = allocate(sizeof(Node) * kMaxHeight, kHeaderBytes);
  finger_.fill(head_);
}

bool Memtable::has_room(uint64_t entries, uint64_t bytes) const {
  constexpr uint64_t kMostAround = sizeof(Node) * kMaxHeight + kHeaderBytes + kTagBytes + 3;
  // No entry needs more than one chunk, and all but the last are filled to three quarters, or hold
  // one entry of more than a quarter.
  const uint64_t by_bytes = (bytes + entries * kMostAround) * 4 >> chunk_bits_;
  return chunks_.size() + std::min(entries, by_bytes) + 1 <= 1ULL << (32 - chunk_bits_);
}

Memtable::Node Memtable::allocate(size_t links_bytes, size_t bytes) {
  const size_t whole = (links_bytes + bytes + 3) / 4 * 4;
  const size_t chunk_bytes = static_cast<size_t>(mask_) + 1;
  const bool own = whole > chunk_bytes / 4;
  size_bytes_ += whole;
  if (own || chunks_.empty() || used_ + whole > chunk_bytes) {
    SYSTEMSIM_ASSERT(chunks_.size() < (1ULL << (32 - chunk_bits_)));
    const size_t size = own ? whole : chunk_bytes;
    auto fresh = std::make_shared<std::string>(size, '\0');
    chunks_.push_back({fresh->data(), fresh});
    const auto index = static_cast<uint32_t>(chunks_.size() - 1);
    if (own) return (index << chunk_bits_) + static_cast<Node>(links_bytes);
    current_ = index;
    used_ = 0;
  }
  const Node node = (current_ << chunk_bits_) + used_ + static_cast<Node>(links_bytes);
  used_ += static_cast<uint32_t>(whole);
  return node;
}

void Memtable::set_link(Node node, int level, Node to) {
  Chunk& chunk = chunks_[node >> chunk_bits_];
  if (chunk.bytes.use_count() > 1) {
    chunk.bytes = std::make_shared<std::string>(*chunk.bytes);
    chunk.data = chunk.bytes->data();
  }
  store32(chunk.data + (node & mask_) - 4 * (static_cast<ptrdiff_t>(level) + 1), to);
}

bool Memtable::before(const char* header, std::string_view key, uint64_t tag) {
  const uint32_t bytes = load32(header) - static_cast<uint32_t>(kTagBytes);
  const int order = compare_bytes({header + kHeaderBytes, bytes}, key);
  return order != 0 ? order < 0 : load64(header + kHeaderBytes + bytes) > tag;
}

Memtable::Node Memtable::lower_bound(std::string_view key, uint64_t tag,
                                     std::array<Node, kMaxHeight>* before_key) const {
  Node node = head_;
  const char* header = at(node);  // its
  Node known = 0;  // a node that does not come before: needs no second look one level down
  for (int level = height_ - 1;; --level) {
    Node next = link_of(header, level);
    while (next != 0 && next != known) {
      const char* const next_header = at(next);
      if (!before(next_header, key, tag)) break;
      node = next;
      header = next_header;
      next = link_of(header, level);
    }
    if (before_key != nullptr) (*before_key)[static_cast<size_t>(level)] = node;
    if (level == 0) return next;
    known = next;
  }
}

Memtable::Node Memtable::last_before(std::string_view key, uint64_t tag) const {
  std::array<Node, kMaxHeight> before_key = {};
  lower_bound(key, tag, &before_key);
  return before_key[0];
}

Memtable::Node Memtable::last() const {
  Node node = head_;
  for (int level = height_ - 1; level >= 0; --level) {
    while (const Node next = link(node, level)) node = next;
  }
  return node;
}

void Memtable::add(Sequence sequence, KeyKind kind, std::string_view key, std::string_view value) {
  const uint64_t tag = tag_of(sequence, kind);
  const Node after = link(finger_[0], 0);
  const bool at_finger = finger_[0] != head_ && before(at(finger_[0]), key, tag) &&
                         (after == 0 || !before(at(after), key, tag));
  if (!at_finger) lower_bound(key, tag, &finger_);

  int height = 1;
  for (uint64_t draw = mix64(++entries_); height < kMaxHeight && (draw & 3) == 0; draw >>= 2) {
    ++height;
  }
  for (; height_ < height; ++height_) finger_[static_cast<size_t>(height_)] = head_;

  const size_t key_bytes = key.size() + kTagBytes;
  const Node node =
      allocate(4 * static_cast<size_t>(height), kHeaderBytes + key_bytes + value.size());
  for (int level = 0; level < height; ++level) {
    Node& previous = finger_[static_cast<size_t>(level)];
    set_link(node, level, link(previous, level));  // makes the node's chunk ours as well
    set_link(previous, level, node);
    previous = node;
  }
  char* to = chunks_[node >> chunk_bits_].data + (node & mask_);
  store32(to, static_cast<uint32_t>(key_bytes));
  store32(to + 4, static_cast<uint32_t>(value.size()));
  to += kHeaderBytes;
  to = std::copy(key.begin(), key.end(), to);
  store64(to, tag);
  std::copy(value.begin(), value.end(), to + kTagBytes);
}

bool Memtable::find(std::string_view key, Sequence sequence, KeyKind& kind,
                    std::string_view& value) const {
  const Node node = lower_bound(key, seek_tag(sequence), nullptr);
  if (node == 0) return false;
  const std::string_view found = key_of(node);
  if (user_key(found) != key) return false;
  kind = static_cast<KeyKind>(kind_of(tag(found)));
  value = value_of(node);
  return true;
}

void MemtableCursor::prev() { go_to(memtable_->last_before(user_key(key_), tag(key_))); }

}  // namespace systemsim::store
