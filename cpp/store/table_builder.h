// Builds a table. Its bytes may be taken away while it grows; what is left stands in memory. Given
// the same keys and options, the bytes are those that libleveldb writes without compression.
// Section 09.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/block_builder.h"
#include "store/filter_block.h"
#include "store/internal_key.h"
#include "store/table_format.h"

namespace systemsim::store {

struct TableOptions {
  uint32_t block_bytes = 4096;     // a data block ends when it has these
  uint32_t restart_interval = 16;  // entries, in data blocks
  uint32_t bloom_bits = 10;        // a key; 0: no filter
};

class TableBuilder {
 public:
  TableBuilder(const TableOptions& options, KeyForm form);

  // Precondition: the key comes after all before it.
  void add(std::string_view key, std::string_view value);
  uint64_t entries() const { return entries_; }
  // Of the blocks that are complete.
  uint64_t size_bytes() const { return taken_bytes_ + file_.size(); }
  // What the file will need at most, roughly: for reserving memory.
  void reserve(uint64_t bytes) { file_.reserve(bytes); }
  // What is complete and not yet taken away; valid until the builder is changed.
  std::string_view complete() const { return file_; }
  void take_away() {
    taken_bytes_ += file_.size();
    file_.clear();
  }
  uint64_t taken_bytes() const { return taken_bytes_; }
  // The file, or what was not taken away of it. The builder is at its end.
  std::string finish();

 private:
  void end_block();
  BlockHandle write_block(std::string_view block);
  // The entry of the data block before, once it is known what follows it.
  void add_index_entry();

  TableOptions options_;
  KeyForm form_;
  std::string file_;
  uint64_t taken_bytes_ = 0;  // of the file, before `file_`
  BlockBuilder data_;
  BlockBuilder index_;
  std::optional<FilterBlockBuilder> filter_;
  std::string last_key_;
  BlockHandle pending_;  // of a data block that the index does not have yet
  bool has_pending_ = false;
  uint64_t entries_ = 0;
};

}  // namespace systemsim::store
