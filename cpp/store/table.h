// A table's file, read. It never changes, so everybody shares it: copies of a database, cursors,
// and the thread that compacts. The index and the filter are checked when it is opened; a data
// block when it is first read (Reading::verify). Section 09.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/block.h"
#include "store/env.h"
#include "store/filter_block.h"
#include "store/reading.h"
#include "store/table_format.h"

namespace systemsim::store {

// The error of a file that does not hold what was written: "NAME at OFFSET: WHAT".
Error damaged(const std::string& name, uint64_t offset, std::string_view what);

// A block's entries, and what keeps them alive (nothing, when they stand in the table's file).
struct BlockBytes {
  std::string_view bytes;
  BlockCache::Decoded decoded;
};

// What a search found. `value` is valid as long as the table and `block`.
struct Found {
  enum State : uint8_t { nothing, deleted, value_found };
  State state = nothing;
  std::string_view value;
  BlockBytes block;
};

class Table {
 public:
  // `name` and `number` are the file's. Errors: damaged.
  static Result<std::shared_ptr<const Table>> open(FileBytes file, std::string name,
                                                   uint64_t number, KeyForm form);

  // The newest version of the user key that a reader at the tag's sequence may see. `level` is told
  // to the observer. Precondition: internal keys.
  Outcome find(Reading& reading, uint8_t level, std::string_view internal_key, Found& found) const;

  // An entry of the index, whose value is the handle of a data block.
  Result<BlockBytes> read_block(Reading& reading, const BlockCursor& index_entry) const;
  std::string_view index() const { return index_.bytes; }
  // Whether the filter says that the key may be in the block of this index entry.
  bool may_contain(const BlockCursor& index_entry, uint32_t hash) const;

  const std::string& name() const { return name_; }
  uint64_t number() const { return number_; }
  KeyForm form() const { return form_; }
  uint64_t size_bytes() const { return file_.bytes.size(); }
  uint64_t filter_bytes() const { return filter_bytes_.bytes.size(); }
  // What opening it reads.
  uint64_t open_bytes() const { return open_bytes_; }
  // Where in the file the block begins that an index entry names, or 0 if it names none.
  static uint64_t offset_of(const BlockCursor& index_entry);
  // Where in the file this key would stand, roughly.
  uint64_t approximate_offset(std::string_view internal_key) const;

 private:
  Table(FileBytes file, std::string name, uint64_t number, KeyForm form)
      : file_(std::move(file)), name_(std::move(name)), number_(number), form_(form) {}

  Outcome load();
  // Checks the block's place, its checksum if wanted, and decodes it if needed.
  Result<BlockBytes> load_block(BlockHandle handle, bool verify) const;

  FileBytes file_;
  std::string name_;
  uint64_t number_;
  KeyForm form_;
  BlockBytes index_;
  BlockBytes filter_bytes_;
  FilterBlock filter_;
  uint64_t open_bytes_ = 0;
  // By the data block's number: its checksum has been found right. What is shared between threads
  // here only ever becomes true.
  std::unique_ptr<std::atomic<uint8_t>[]> verified_;
  uint32_t blocks_ = 0;
};

}  // namespace systemsim::store
