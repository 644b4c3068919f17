// Reads the records of a log (log_format.h), and goes on behind damage exactly as LevelDB's reader
// does (db/log_reader.cc), so that both recover the same records: a bad checksum drops the rest of
// its block; a record that the file ends in is no damage, its writer died; neither is a zero
// header, which drops the rest of its block in silence. Section 09.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/log_format.h"

namespace systemsim::store {

class LogReader {
 public:
  struct Damage {
    uint64_t offset = 0;  // in the file
    const char* what = "";
  };

  // `file` is the whole log; it must outlive the reader.
  explicit LogReader(std::string_view file) : file_(file) {}

  // The next record, until the log ends. It is valid until the next call.
  std::optional<std::string_view> next();
  // The first damage that was met so far.
  const std::optional<Damage>& damage() const { return damage_; }
  // After the last record: the file goes on with something that is no whole record. A writer that
  // died leaves such an end, and so does damage to a length.
  bool torn() const { return torn_; }
  // The first whole record behind `from`: what may follow the first damage or the torn end, which
  // no writer that died leaves on a disk that writes in order. What looks like one may also be the
  // content of the record that was cut short, for a value can hold anything; only at the beginning
  // of a block no content can stand. Precondition: next() gave nothing.
  struct Follower {
    uint64_t offset = 0;
    std::string_view record;  // or its last part, at the beginning of a block
    bool begins_block() const { return offset % kLogBlockBytes == 0; }
  };
  std::optional<Follower> follower(uint64_t from) const;
  // Where the first damage or the torn end is.
  uint64_t damage_offset() const {
    if (!damage_ || (torn_ && torn_offset_ < damage_->offset)) return torn_offset_;
    return damage_->offset;
  }
  // Where the record begins that next() returned last.
  uint64_t record_offset() const { return record_offset_; }

 private:
  enum Special : uint8_t { kEnd = 0xfe, kBad = 0xff };  // beside LogRecordType, which a file holds

  // A record's part, or a Special. A type that a file holds may be any byte: `special` says.
  struct Part {
    bool special = false;
    uint8_t type = 0;
    std::string_view data;
  };
  Part next_part();
  void report(const char* what, uint64_t offset) {
    if (!damage_) damage_ = Damage{offset, what};
  }

  void tear(uint64_t offset) {
    if (!torn_) torn_offset_ = offset;
    torn_ = true;
  }

  std::string_view file_;
  uint64_t at_ = 0;           // the next part's header
  uint64_t part_offset_ = 0;  // the last part's header
  uint64_t record_offset_ = 0;
  std::string scratch_;  // a record of several parts
  std::optional<Damage> damage_;
  bool torn_ = false;
  uint64_t torn_offset_ = 0;
};

}  // namespace systemsim::store
