// The blocks of tables that a machine holds in memory, within a budget of bytes. What the clock
// hand finds unused since its last round goes (CLOCK). Section 09.
//
// A block as it stands in the file is a view of the file: of it the cache keeps only that it is
// there, which says whether reading it costs a disk access. Of a block that had to be decoded it
// keeps the result. Where the system keeps files in memory anyway (mapped files), only decoded
// blocks need a place: keep_plain = false. A value; copies share the decoded blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace systemsim::store {

class BlockCache {
 public:
  // A block of a table's file.
  struct Key {
    uint64_t file = 0;
    uint64_t offset = 0;
    bool operator==(const Key&) const = default;
  };
  using Decoded = std::shared_ptr<const std::string>;

  explicit BlockCache(uint64_t capacity_bytes, bool keep_plain = true)
      : capacity_bytes_(capacity_bytes), keep_plain_(keep_plain) {}

  // Whether the block is there; `decoded` is what was kept of it.
  bool find(const Key& key, Decoded& decoded);
  // Precondition: it is not there. Nothing is kept of a plain block, nor of what the budget cannot
  // hold.
  void insert(const Key& key, uint64_t bytes, Decoded decoded);

  bool keep_plain() const { return keep_plain_; }
  uint64_t size_bytes() const { return size_bytes_; }
  uint64_t capacity_bytes() const { return capacity_bytes_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.capacity_bytes_, self.size_bytes_, self.hand_, self.entries_, self.free_);
  }

 private:
  struct Entry {
    Key key;
    uint64_t bytes = 0;  // 0: the place is free
    bool used = false;   // since the hand came by
    Decoded decoded;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.key.file, self.key.offset, self.bytes, self.used);
    }
  };

  // The slot that holds the key, or the free one where it would go. Needs a free slot.
  size_t slot_of(const Key& key) const;
  void grow();
  void remove(size_t entry);

  uint64_t capacity_bytes_;
  bool keep_plain_;
  uint64_t size_bytes_ = 0;
  uint32_t hand_ = 0;
  std::vector<Entry> entries_;
  std::vector<uint32_t> free_;   // entries without a block
  std::vector<uint32_t> slots_;  // entry + 1, or 0; a power of two, at most half full
};

}  // namespace systemsim::store
