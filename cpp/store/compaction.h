// What is merged when, and the merging (LevelDB doc/impl.md, db/version_set.cc, db/db_impl.cc).
// Section 09.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "store/merge_cursor.h"
#include "store/options.h"
#include "store/version.h"

namespace systemsim::store {

constexpr uint64_t kGrandparentTables = 10;  // a table overlaps at most so many two levels below

struct Compaction {
  std::array<Files, kLevels> inputs;  // the files that go, by level; adjacent in age
  uint32_t level = 0;                 // the youngest input's
  uint32_t output_level = 0;
  Files grandparents;   // on the level below the output: a table is to overlap few of them
  std::string pointer;  // where the next compaction of `level` begins: an internal key, or ""
  bool move = false;    // the one input goes down as it is
};

using CompactPointers = std::array<std::string, kLevels>;

// What is to be done next, if anything.
std::optional<Compaction> pick_compaction(const Version& version, const Options& options,
                                          const CompactPointers& pointers);
// That table, if it is still there, into the next level: too many searched it in vain.
std::optional<Compaction> pick_table(const Version& version, const Options& options,
                                     const VainSearch& table);
// A level's files within the range, and what must go with them; nothing when there are none.
std::optional<Compaction> pick_range(const Version& version, const Options& options, uint32_t level,
                                     const KeyRange& range);
// All runs into one.
std::optional<Compaction> pick_everything(const Version& version);
// Where a memtable's table with these user keys goes.
uint32_t flush_level(const Version& version, const Options& options, std::string_view first,
                     std::string_view last);

// Takes a table's bytes while it is being built, so that it never stands in memory whole.
class TableSink {
 public:
  virtual ~TableSink() = default;
  // The bytes that follow those taken before.
  virtual Outcome take(std::string_view bytes) = 0;
};

// A table that has been built.
struct TableImage {
  uint64_t taken_bytes = 0;  // what a sink has of it
  std::string bytes;         // the rest, or all of it
  std::string smallest;      // internal keys
  std::string largest;
};

// All entries of a cursor, which has some, as one table of `bytes` at most, roughly. Without a sink
// it is built in memory. Errors: the cursor's and the sink's.
Result<TableImage> build_table(KeyCursor& cursor, const TableOptions& options, uint64_t bytes,
                               TableSink* sink = nullptr);

// A compaction's outputs, one after the other.
class CompactionRun {
 public:
  // oldest: no reader is older than this sequence number. The version is the one picked from; it
  // and the reading must outlive this.
  CompactionRun(const Compaction& compaction, const Version& version, Sequence oldest,
                const Options& options, Reading& reading);

  // True with the next table; false when there is none. Errors: damaged, io, the sink's.
  Result<bool> next(TableImage& image, TableSink* sink = nullptr);

 private:
  bool dropped(std::string_view key);
  bool ends_before(std::string_view key);

  const Compaction& compaction_;
  const Version& version_;
  Sequence oldest_;
  const Options& options_;
  std::unique_ptr<MergeCursor> cursor_;
  // Of the user key that is passing by.
  bool has_user_ = false;
  std::string user_;
  Sequence newer_ = kMaxSequence;  // the version before
  size_t grandparent_ = 0;
  uint64_t overlapped_bytes_ = 0;  // of grandparents, by the table that is being built
  bool seen_ = false;
};

}  // namespace systemsim::store
