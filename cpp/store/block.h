// Walks over a block of a table, both ways (block_builder.h has the format). The bytes may be
// damaged: then the walk stops and says so, and nothing outside the block is read. Section 09.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "store/internal_key.h"

namespace systemsim::store {

class BlockCursor {
 public:
  explicit BlockCursor(KeyForm form) : form_(form) {}

  // Stands nowhere in this block. The bytes must outlive the walk.
  void reset(std::string_view block);
  // The same over no block at all.
  void clear() { *this = BlockCursor(form_); }

  bool valid() const { return current_ < restarts_at_; }
  // True once the block has been found to be malformed; then it is not valid().
  bool damaged() const { return damaged_; }
  // Precondition of all that follow: valid(). A key is valid until the cursor moves.
  std::string_view key() const { return key_; }
  std::string_view value() const { return {value_, value_bytes_}; }
  // The entry's number in a block of which each entry is a restart point; -1 in another.
  int64_t ordinal() const {
    return restart_point(restart_) == current_ ? static_cast<int64_t>(restart_) : -1;
  }
  void next() {
    current_ = next_;
    parse();
  }
  void prev();

  // No precondition.
  void seek_first();
  void seek_last();
  // To the first entry whose key is not before the target.
  void seek(std::string_view target);

 private:
  uint32_t restart_point(uint32_t index) const {
    return load32(data_ + restarts_at_ + static_cast<size_t>(index) * 4);
  }
  // Before the restart point's entry; next_ leads to it.
  void go_to_restart(uint32_t index);
  // Reads the entry at current_; at the end there is none.
  void parse();
  void damage();
  // The key of a restart point, which stands there whole; empty when that is damaged.
  std::string_view restart_key(uint32_t index);
  void keep_prefix(size_t bytes, size_t room);

  KeyForm form_;
  bool damaged_ = false;
  const char* data_ = nullptr;
  uint32_t restarts_at_ = 0;  // where entries end
  uint32_t restarts_ = 0;
  uint32_t restart_ = 0;  // the last restart point that is not behind current_
  uint32_t current_ = 0;  // the entry; restarts_at_ when there is none
  uint32_t next_ = 0;     // the one after it
  uint32_t value_bytes_ = 0;
  const char* value_ = nullptr;
  std::string_view key_;            // in the block, or in buffer_
  std::unique_ptr<char[]> buffer_;  // where keys are put together
  size_t room_ = 0;
};

}  // namespace systemsim::store
