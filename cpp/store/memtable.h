// What was written last, in memory and in key order: a skip list (Pugh, 1990; LevelDB
// db/skiplist.h) whose nodes lie in an arena and name each other by 32-bit offsets. Section 09.
//
// A value. The arena is made of chunks that copies share; a chunk is copied when it is written to
// while another memtable has it. So a copy costs as much as the chunks are many, and the writes
// after it a few chunks. Nothing is ever removed: a deletion is an entry. The heights of nodes are
// drawn by counting, so equal writes make equal bytes everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/internal_key.h"
#include "store/key_cursor.h"

namespace systemsim::store {

class Memtable {
 public:
  // chunk_bytes: a power of two, at least 1024. An entry that is larger gets a chunk of its own.
  explicit Memtable(uint32_t chunk_bytes);

  // Whether so many entries, of so many bytes of keys and values together, surely find room: what
  // is named by 32 bits is at most 4 GiB.
  bool has_room(uint64_t entries, uint64_t bytes) const;
  // Preconditions: there is room; the sequence number is above all before it.
  void add(Sequence sequence, KeyKind kind, std::string_view key, std::string_view value);

  // The newest version of the key that a reader at `sequence` may see: false when there is none;
  // else `kind`, and for a value `value`, which is valid until the memtable changes.
  bool find(std::string_view key, Sequence sequence, KeyKind& kind, std::string_view& value) const;

  uint64_t entries() const { return entries_; }
  // What its entries take.
  uint64_t size_bytes() const { return size_bytes_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.entries_, self.size_bytes_, self.used_);
    for (const Chunk& chunk : self.chunks_) archive(*chunk.bytes);
  }

 private:
  friend class MemtableCursor;
  static constexpr int kMaxHeight = 12;

  // A node, named by where its header stands: before it its links, the lowest last; in the header
  // the lengths of internal key and value (two u32), then both.
  using Node = uint32_t;
  static constexpr uint32_t kHeaderBytes = 8;

  struct Chunk {
    char* data = nullptr;
    std::shared_ptr<std::string> bytes;
  };

  const char* at(Node node) const { return chunks_[node >> chunk_bits_].data + (node & mask_); }
  static Node link_of(const char* header, int level) {
    return load32(header - 4 * (static_cast<ptrdiff_t>(level) + 1));
  }
  Node link(Node node, int level) const { return link_of(at(node), level); }
  std::string_view key_of(Node node) const {
    const char* const header = at(node);
    return {header + kHeaderBytes, load32(header)};
  }
  std::string_view value_of(Node node) const {
    const char* const header = at(node);
    return {header + kHeaderBytes + load32(header), load32(header + 4)};
  }
  // Whether the node with this header comes before (user key, tag).
  static bool before(const char* header, std::string_view key, uint64_t tag);
  // The first node that does not come before (user key, tag), or 0; `before`, if there, gets the
  // last node on each level that does.
  Node lower_bound(std::string_view key, uint64_t tag, std::array<Node, kMaxHeight>* before) const;
  Node last_before(std::string_view key, uint64_t tag) const;
  Node last() const;
  void set_link(Node node, int level, Node to);
  Node allocate(size_t links_bytes, size_t bytes);

  uint32_t chunk_bits_;
  uint32_t mask_;
  uint32_t current_ = 0;  // the chunk that is being filled
  uint32_t used_ = 0;     // bytes of it
  int height_ = 1;
  uint64_t entries_ = 0;
  uint64_t size_bytes_ = 0;
  Node head_ = 0;
  // Where the last entry went in: writes in key order begin there.
  std::array<Node, kMaxHeight> finger_;
  std::vector<Chunk> chunks_;
};

// Walks over a memtable, which must not change meanwhile.
class MemtableCursor final : public KeyCursor {
 public:
  explicit MemtableCursor(std::shared_ptr<const Memtable> memtable)
      : memtable_(std::move(memtable)) {}
  std::string_view value() const override { return memtable_->value_of(node_); }
  void next() override { go_to(memtable_->link(node_, 0)); }
  void prev() override;
  void seek_first() override { go_to(memtable_->link(memtable_->head_, 0)); }
  void seek_last() override { go_to(memtable_->last()); }
  void seek(std::string_view target) override {
    go_to(memtable_->lower_bound(user_key(target), tag(target), nullptr));
  }

 private:
  void go_to(Memtable::Node node) {
    node_ = node;
    valid_ = node != 0 && node != memtable_->head_;
    if (valid_) key_ = memtable_->key_of(node);
  }
  std::shared_ptr<const Memtable> memtable_;
  Memtable::Node node_ = 0;
};

}  // namespace systemsim::store
