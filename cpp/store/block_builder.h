// Builds a block of a table (LevelDB doc/table_format.md, table/block_builder.cc): entries in key
// order, each without the prefix that it shares with the one before, except at restart points,
// whose offsets stand at the end, for binary search. Section 09.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace systemsim::store {

class BlockBuilder {
 public:
  // restart_interval: entries from one restart point to the next, at least 1.
  explicit BlockBuilder(uint32_t restart_interval) : restart_interval_(restart_interval) {
    clear();
  }

  // Precondition: the key comes after all that were added since the last clear().
  void add(std::string_view key, std::string_view value);
  // Completes the block and returns it; valid until the builder is changed. Call clear() before
  // add().
  std::string_view finish();
  void clear();

  bool empty() const { return block_.empty(); }
  // Of the block if it were finished now.
  size_t size_bytes() const { return block_.size() + restarts_.size() * 4 + 4; }
  std::string_view last_key() const { return last_key_; }

 private:
  uint32_t restart_interval_;
  uint32_t since_restart_ = 0;  // entries
  std::string block_;
  std::string last_key_;
  std::vector<uint32_t> restarts_;
};

}  // namespace systemsim::store
