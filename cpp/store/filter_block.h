// A table's filters (LevelDB doc/table_format.md, "filter" meta block): one Bloom filter for the
// keys of the data blocks that begin in each 2 KiB of the file. Section 09.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace systemsim::store {

class FilterBlockBuilder {
 public:
  explicit FilterBlockBuilder(uint32_t bits_per_key) : bits_per_key_(bits_per_key) {}

  // A data block begins at `offset`; what is added from here on is in it.
  void start_block(uint64_t offset);
  void add(std::string_view user_key);
  std::string finish();

 private:
  void close_filter();

  uint32_t bits_per_key_;
  std::vector<uint32_t> hashes_;   // of the filter that is being filled
  std::vector<uint32_t> offsets_;  // of the filters that are finished
  std::string filters_;
};

class FilterBlock {
 public:
  FilterBlock() = default;  // says yes to everything
  // A view; the bytes must outlive it. Malformed bytes say yes to everything.
  explicit FilterBlock(std::string_view block);

  bool empty() const { return filters_ == 0; }
  // Whether a key with this hash (bloom.h) may be in the data block that begins at `offset`.
  bool may_contain(uint64_t block_offset, uint32_t hash) const;

 private:
  std::string_view block_;
  uint32_t offsets_at_ = 0;  // where the filters end and their offsets begin
  uint32_t filters_ = 0;
  uint8_t base_lg_ = 0;
};

}  // namespace systemsim::store
