#include "store/log_reader.h"

#include <algorithm>

#include "store/coding.h"
#include "store/crc32c.h"

namespace systemsim::store {

LogReader::Part LogReader::next_part() {
  while (true) {
    const uint64_t block_end =
        std::min<uint64_t>(file_.size(), (at_ / kLogBlockBytes + 1) * kLogBlockBytes);
    // A block that is not full is the file's last.
    const bool last_block = block_end % kLogBlockBytes != 0 || at_ >= file_.size();
    part_offset_ = at_;
    if (block_end - std::min(at_, block_end) < kLogHeaderBytes) {
      if (last_block) {  // a header that was cut short is no damage
        if (at_ < block_end) tear(at_);
        return {true, kEnd, {}};
      }
      at_ = block_end;
      continue;
    }
    const char* const header = file_.data() + at_;
    const size_t length = static_cast<uint8_t>(header[4]) |
                          (static_cast<size_t>(static_cast<uint8_t>(header[5])) << 8);
    const auto type = static_cast<uint8_t>(header[6]);
    if (kLogHeaderBytes + length > block_end - at_) {
      at_ = block_end;
      if (last_block) {  // its writer died
        tear(part_offset_);
        return {true, kEnd, {}};
      }
      report("a record is longer than its block", part_offset_);
      return {true, kBad, {}};
    }
    if (type == kZeroRecord && length == 0) {
      tear(part_offset_);
      at_ = block_end;
      return {true, kBad, {}};
    }
    if (crc32c({header + 6, 1 + length}) != crc32c_unmask(load32(header))) {
      at_ = block_end;  // the length may be what is wrong
      report("a record does not match its checksum", part_offset_);
      return {true, kBad, {}};
    }
    at_ += kLogHeaderBytes + length;
    return {false, type, {header + kLogHeaderBytes, length}};
  }
}

std::optional<std::string_view> LogReader::next() {
  bool in_record = false;
  scratch_.clear();
  while (true) {
    const Part part = next_part();
    if (part.special) {
      if (part.type == kEnd) {
        if (in_record) tear(record_offset_);
        return std::nullopt;
      }
      if (in_record) report("a record breaks off", record_offset_);
      in_record = false;
      continue;
    }
    switch (part.type) {
      case kFullRecord:
      case kFirstRecord:
        if (in_record && !scratch_.empty()) report("a record has no end", record_offset_);
        record_offset_ = part_offset_;
        if (part.type == kFullRecord) return part.data;
        scratch_ = part.data;
        in_record = true;
        break;
      case kMiddleRecord:
      case kLastRecord:
        if (!in_record) {
          report("a record has no beginning", part_offset_);
          break;
        }
        scratch_ += part.data;
        if (part.type == kLastRecord) return scratch_;
        break;
      default:
        report("a record of an unknown kind", part_offset_);
        in_record = false;
        break;
    }
  }
}

std::optional<LogReader::Follower> LogReader::follower(uint64_t from) const {
  // At any byte: a length that is wrong hides where the next one begins.
  for (uint64_t at = from + 1; at + kLogHeaderBytes <= file_.size(); ++at) {
    const char* const header = file_.data() + at;
    const size_t length = static_cast<uint8_t>(header[4]) |
                          (static_cast<size_t>(static_cast<uint8_t>(header[5])) << 8);
    const auto type = static_cast<uint8_t>(header[6]);
    // A record's last part always begins a block, after a part that filled the one before.
    if ((type != kFullRecord && !(type == kLastRecord && at % kLogBlockBytes == 0)) ||
        at % kLogBlockBytes + kLogHeaderBytes + length > kLogBlockBytes ||
        kLogHeaderBytes + length > file_.size() - at) {
      continue;
    }
    if (crc32c({header + 6, 1 + length}) == crc32c_unmask(load32(header))) {
      return Follower{at, {header + kLogHeaderBytes, length}};
    }
  }
  return std::nullopt;
}

}  // namespace systemsim::store
