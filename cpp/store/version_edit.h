// One change of the set of files (LevelDB db/version_edit.cc): a record of the manifest. Section
// 09.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/internal_key.h"

namespace systemsim::store {

constexpr uint32_t kLevels = 7;
constexpr const char* kComparatorName = "leveldb.BytewiseComparator";

struct NewFile {
  uint32_t level = 0;
  uint64_t number = 0;
  uint64_t size_bytes = 0;
  std::string smallest;  // internal keys
  std::string largest;
};

struct VersionEdit {
  std::optional<std::string> comparator;
  std::optional<uint64_t> log_number;
  std::optional<uint64_t> previous_log_number;
  std::optional<uint64_t> next_file_number;
  std::optional<Sequence> last_sequence;
  std::vector<std::pair<uint32_t, std::string>> compact_pointers;  // level, internal key
  std::vector<std::pair<uint32_t, uint64_t>> removed;              // level, file number
  std::vector<NewFile> added;

  std::string encode() const;
};

// Nullptr, or what is wrong with the record.
const char* decode(std::string_view record, VersionEdit& edit);

}  // namespace systemsim::store
