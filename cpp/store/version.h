// Which tables hold the data, level by level: level 0 has one table a flush, and they may overlap;
// each level below is one sorted run of tables that do not (LevelDB doc/impl.md). Section 09.
//
// A version never changes; an edit makes the next one. Copies of a database share versions, and
// versions share tables.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/table.h"
#include "store/version_edit.h"

namespace systemsim::store {

struct TableFile {
  uint64_t number = 0;
  uint64_t size_bytes = 0;
  std::string smallest;  // internal keys
  std::string largest;
  std::shared_ptr<const Table> table;  // nullptr: it could not be opened, `error` says why
  std::shared_ptr<const Error> error;
};
using FilePtr = std::shared_ptr<const TableFile>;
using Files = std::vector<FilePtr>;

uint64_t total_bytes(const Files& files);

// Cuts a range of user keys out; nullptr: no bound.
struct KeyRange {
  const std::string* first = nullptr;
  const std::string* last = nullptr;  // within the range
};

struct Version {
  std::array<Files, kLevels> levels;  // 0: oldest first; the others by key

  // Files of a level that hold keys within the range. On level 0 the range grows by what is found,
  // until nothing more overlaps.
  Files overlapping(uint32_t level, const KeyRange& range) const;
  bool overlaps(uint32_t level, std::string_view first, std::string_view last) const;
  // Whether a level below `level` may hold the user key.
  bool deeper_may_have(uint32_t level, std::string_view user_key) const;
  uint32_t deepest_level() const;  // with files; 0 when there are none

  // Looks for the internal key where it may be, newest first. Errors: damaged, io.
  Outcome find(Reading& reading, std::string_view internal_key, Found& found) const;
  uint64_t approximate_offset(std::string_view internal_key) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    for (const Files& files : self.levels) {
      archive(files.size());
      for (const FilePtr& file : files) archive(file->number, file->size_bytes);
    }
  }
};

// The index of the first file whose largest key is not before the internal key.
size_t find_file(const Files& files, std::string_view internal_key);

// Adds files, removes files, keeps order. Nullptr, or why the result would be no version: then
// `version` is not to be used.
const char* apply(Version& version, const VersionEdit& edit, const Files& opened);

}  // namespace systemsim::store
