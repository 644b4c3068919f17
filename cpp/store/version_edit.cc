#include "store/version_edit.h"

namespace systemsim::store {
namespace {

enum Tag : uint32_t {  // stand in files: never changed
  kComparator = 1,
  kLogNumber = 2,
  kNextFileNumber = 3,
  kLastSequence = 4,
  kCompactPointer = 5,
  kRemovedFile = 6,
  kNewFile = 7,
  kPreviousLogNumber = 9,
};

void put_number(std::string& out, Tag tag, const std::optional<uint64_t>& number) {
  if (!number) return;
  put_varint(out, tag);
  put_varint(out, *number);
}

bool read_number(Reader& in, std::optional<uint64_t>& number) {
  uint64_t value = 0;
  if (!in.varint64(value)) return false;
  number = value;
  return true;
}

bool read_level(Reader& in, uint32_t& level) { return in.varint32(level) && level < kLevels; }

bool read_key(Reader& in, std::string& key) {
  std::string_view bytes;
  if (!in.length_prefixed(bytes) || bytes.size() < kTagBytes) return false;
  key = bytes;
  return true;
}

}  // namespace

std::string VersionEdit::encode() const {
  std::string out;
  if (comparator) {
    put_varint(out, kComparator);
    put_length_prefixed(out, *comparator);
  }
  put_number(out, kLogNumber, log_number);
  put_number(out, kPreviousLogNumber, previous_log_number);
  put_number(out, kNextFileNumber, next_file_number);
  put_number(out, kLastSequence, last_sequence);
  for (const auto& [level, key] : compact_pointers) {
    put_varint(out, kCompactPointer);
    put_varint(out, level);
    put_length_prefixed(out, key);
  }
  for (const auto& [level, number] : removed) {
    put_varint(out, kRemovedFile);
    put_varint(out, level);
    put_varint(out, number);
  }
  for (const NewFile& file : added) {
    put_varint(out, kNewFile);
    put_varint(out, file.level);
    put_varint(out, file.number);
    put_varint(out, file.size_bytes);
    put_length_prefixed(out, file.smallest);
    put_length_prefixed(out, file.largest);
  }
  return out;
}

const char* decode(std::string_view record, VersionEdit& edit) {
  Reader in(record);
  while (!in.empty()) {
    uint32_t tag = 0;
    uint32_t level = 0;
    uint64_t number = 0;
    std::string_view bytes;
    std::string key;
    if (!in.varint32(tag)) return "a malformed tag";
    switch (tag) {
      case kComparator:
        if (!in.length_prefixed(bytes)) return "a malformed comparator name";
        edit.comparator = bytes;
        break;
      case kLogNumber:
        if (!read_number(in, edit.log_number)) return "a malformed log number";
        break;
      case kPreviousLogNumber:
        if (!read_number(in, edit.previous_log_number)) return "a malformed previous log number";
        break;
      case kNextFileNumber:
        if (!read_number(in, edit.next_file_number)) return "a malformed next file number";
        break;
      case kLastSequence:
        if (!read_number(in, edit.last_sequence)) return "a malformed sequence number";
        break;
      case kCompactPointer:
        if (!read_level(in, level) || !read_key(in, key)) return "a malformed compaction pointer";
        edit.compact_pointers.emplace_back(level, std::move(key));
        break;
      case kRemovedFile:
        if (!read_level(in, level) || !in.varint64(number)) return "a malformed removed file";
        edit.removed.emplace_back(level, number);
        break;
      case kNewFile: {
        NewFile file;
        if (!read_level(in, file.level) || !in.varint64(file.number) ||
            !in.varint64(file.size_bytes) || !read_key(in, file.smallest) ||
            !read_key(in, file.largest)) {
          return "a malformed new file";
        }
        edit.added.push_back(std::move(file));
        break;
      }
      default:
        return "an unknown tag";
    }
  }
  return nullptr;
}

}  // namespace systemsim::store
