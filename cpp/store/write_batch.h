// Writes that are made together or not at all (LevelDB db/write_batch.cc): the first sequence
// number (u64), the count (u32), then for each write a byte for its kind, the key, and of a put the
// value. It is what a record of the log holds. Section 09.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/internal_key.h"

namespace systemsim::store {

constexpr size_t kBatchHeaderBytes = 12;

class WriteBatch {
 public:
  WriteBatch() { clear(); }
  void put(std::string_view key, std::string_view value);
  void erase(std::string_view key);
  void clear() {
    bytes_.assign(kBatchHeaderBytes, '\0');
    largest_pair_bytes_ = 0;
  }

  uint32_t count() const { return load32(bytes_.data() + 8); }
  uint64_t largest_pair_bytes() const { return largest_pair_bytes_; }
  // As it stands in the log. The sequence number is the database's to set.
  std::string_view bytes() const { return bytes_; }
  void set_sequence(Sequence first) { store64(bytes_.data(), first); }

 private:
  void begin(KeyKind kind, uint64_t pair_bytes);
  std::string bytes_;
  uint64_t largest_pair_bytes_ = 0;
};

// Reads the writes of a batch, which may be damaged.
class BatchReader {
 public:
  struct Write {
    KeyKind kind = kValue;
    Sequence sequence = 0;
    std::string_view key;
    std::string_view value;
  };

  // Precondition: at least kBatchHeaderBytes.
  explicit BatchReader(std::string_view batch)
      : sequence_(load64(batch.data())),
        count_(load32(batch.data() + 8)),
        in_(batch.substr(kBatchHeaderBytes)) {}

  Sequence first_sequence() const { return sequence_ - read_; }
  uint32_t count() const { return count_; }
  // True with the next write; false at the end, or when the rest makes no sense.
  bool next(Write& write);
  // Nothing was left over, and the count was right.
  bool complete() const { return in_.empty() && !failed_ && read_ == count_; }

 private:
  Sequence sequence_;
  uint32_t count_;
  uint32_t read_ = 0;
  bool failed_ = false;
  Reader in_;
};

}  // namespace systemsim::store
