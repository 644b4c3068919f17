// A key-value database as one machine keeps it: a log-structured merge tree in LevelDB's files
// (LevelDB doc/impl.md), which LevelDB opens, and the other way round. Section 09.
//
// A write goes to the log, then to the memtable; a full memtable is flushed to a table; tables are
// compacted. Every read sees the newest version at its sequence number.
//
// A value, for one thread at a time. It holds no Env: each call is handed one, always the same
// disk or a copy made together with the database. So a simulated machine is copied by copying two
// values, and neither points into the other. Copies share memtable chunks, versions and opened
// tables, none of which is changed while it is shared; a copy costs a few pointers. Tables are
// opened when they are made or recovered, not when they are first read: otherwise what a read
// costs would depend on what a copy has read.
//
// Compaction is done by the call that makes it necessary, so that equal calls make equal files
// everywhere; or, with Options::compact_inline false, by whoever takes the work (background_db.h).
//
// After a failed call nothing of it is visible, and later calls may succeed: a log or manifest
// whose last bytes may not have arrived is left, and the next write begins a new one. What a failed
// write put into the log may come back when the database is opened next.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/compaction.h"
#include "store/db_cursor.h"
#include "store/log_writer.h"
#include "store/options.h"
#include "store/write_batch.h"

namespace systemsim::store {

// What a call is handed, and what it reports: costs and counters, which add up over calls.
struct Call : Reading {
  explicit Call(Env& disk) : env(disk) {}
  Env& env;
  StoreCost background;  // of flushes and compactions; Reading::cost is what the caller waits for
};

struct WriteCounters {
  uint64_t user_bytes = 0;  // keys and values, as they were given
  uint64_t log_bytes = 0;
  uint64_t flushes = 0;
  uint64_t flushed_bytes = 0;
  uint64_t compactions = 0;
  uint64_t moves = 0;  // compactions that wrote nothing
  uint64_t compaction_read_bytes = 0;
  uint64_t compaction_written_bytes = 0;

  WriteCounters& operator+=(const WriteCounters& other) {
    user_bytes += other.user_bytes;
    log_bytes += other.log_bytes;
    flushes += other.flushes;
    flushed_bytes += other.flushed_bytes;
    compactions += other.compactions;
    moves += other.moves;
    compaction_read_bytes += other.compaction_read_bytes;
    compaction_written_bytes += other.compaction_written_bytes;
    return *this;
  }
  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.user_bytes, self.log_bytes, self.flushes, self.flushed_bytes, self.compactions,
            self.moves, self.compaction_read_bytes, self.compaction_written_bytes);
  }
};

// Work that is due: an immutable memtable, or a compaction.
struct Work {
  std::shared_ptr<const Memtable> flush;
  std::optional<Compaction> compaction;
  std::shared_ptr<const Version> version;
  Sequence oldest = 0;
};

// A log of which not everything came back when the database was opened: from `offset` on, something
// is no whole record that can follow. A writer that died leaves such an end.
struct LogEnd {
  uint64_t log_number = 0;
  uint64_t offset = 0;
  uint64_t bytes = 0;  // of the log
};

class Db {
 public:
  // Opens the directory, or makes a database in it, and takes its lock; close() gives it back.
  // Errors: bad_input (no database, of another kind, or options out of range), damaged, io. After
  // an error the lock is free, and nothing that was there is changed.
  static Result<Db> open(Call& call, const Options& options);
  void close(Call& call) { call.env.unlock(); }

  // Errors: bad_input (opened for reading, or a pair that is too large), io, limit (the disk is
  // full), damaged (a compaction met it).
  Outcome put(Call& call, std::string_view key, std::string_view value);
  Outcome erase(Call& call, std::string_view key);
  // All or none of it. `sync`: safe on return, even if the options do not ask for it.
  Outcome write(Call& call, WriteBatch& batch, bool sync = false);

  // False when there is no such key. `at`: what snapshot() gave, or now. Errors: damaged, io.
  Result<bool> get(Call& call, std::string_view key, std::string& value,
                   Sequence at = kMaxSequence) const;
  // The call must outlive it, the database need not.
  DbCursor cursor(Call& call, Sequence at = kMaxSequence) const;

  // What is visible now stays readable until it is released as often as it was taken.
  Sequence snapshot();
  void release(Sequence snapshot);

  // Writes the memtable to a table, if it holds anything.
  Outcome flush(Call& call);
  // Merges what lies within the range (user keys) down, so that what was overwritten or deleted
  // goes. nullptr: no bound.
  Outcome compact(Call& call, const std::string* first = nullptr,
                  const std::string* last = nullptr);
  // Bytes of tables between two keys, roughly.
  uint64_t approximate_bytes(std::string_view first, std::string_view last) const;

  // For those who compact elsewhere: the work that is due, and the steps of doing it. run() does
  // them all. Between steps other calls may be made; only one work is done at a time, but a flush
  // may come between.
  // `wanted`: a table to be merged down when nothing else is due.
  std::optional<Work> due(const std::optional<VainSearch>& wanted = std::nullopt) const;
  Outcome run(Call& call, const Work& work);
  // A full memtable became immutable and is not flushed yet: writes must wait if the next is full.
  bool flush_due() const { return immutable_ != nullptr; }
  bool memtable_full() const {
    return log_broken_ || memtable_->size_bytes() >= options_.write_buffer_bytes;
  }
  Outcome switch_memtable(Call& call);
  uint64_t new_file_number() { return next_file_number_++; }
  // Writes what is not written yet of a table that run() or its like has built, and opens it.
  static Result<FilePtr> write_table(Call& call, uint64_t number, TableImage image);
  // to_level: nothing means as deep as may be.
  Outcome install_flush(Call& call, const FilePtr& table, std::optional<uint32_t> to_level);
  Outcome install_compaction(Call& call, const Compaction& compaction, const Files& outputs);

  const Options& options() const { return options_; }
  const Version& version() const { return *version_; }
  const WriteCounters& counters() const { return counters_; }
  // The first such log of the opening.
  const std::optional<LogEnd>& log_end() const { return log_end_; }
  Sequence last_sequence() const { return last_sequence_; }
  uint64_t log_number() const { return log_number_; }
  uint64_t memtable_bytes() const { return memtable_->size_bytes(); }
  uint64_t memtable_entries() const { return memtable_->entries(); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(*self.memtable_, self.immutable_ != nullptr, *self.version_, self.log_number_,
            self.log_broken_, self.log_, self.manifest_number_, self.manifest_broken_,
            self.manifest_, self.next_file_number_, self.last_sequence_, self.snapshots_,
            self.counters_);
    if (self.immutable_ != nullptr) archive(*self.immutable_);
    for (const std::string& pointer : self.pointers_) archive(pointer);
  }

 private:
  friend class Recovery;
  explicit Db(const Options& options);

  std::shared_ptr<Memtable> empty_memtable() const;
  Memtable& own_memtable();
  Outcome make_room(Call& call);
  Outcome append_to_log(Call& call, std::string_view record, bool sync);
  Outcome sync_logs(Call& call);
  Outcome check_pair(uint64_t bytes) const;
  Outcome write_batch(Call& call, WriteBatch& batch, bool sync);
  // Writes the edit to the manifest and makes the version it leads to the current one.
  Outcome commit(Call& call, VersionEdit edit, const Files& added);
  // A manifest that begins with all there is. oldest_log: the first that recovery needs, if it is
  // not that of the oldest memtable.
  Outcome new_manifest(Call& call, uint64_t number, const Version& version,
                       std::optional<uint64_t> oldest_log);
  void remove_file(Call& call, const std::string& name, uint64_t number) const;
  Sequence oldest_reader() const {
    return snapshots_.empty() ? last_sequence_ : snapshots_.front();
  }

  Options options_;
  std::shared_ptr<Memtable> memtable_;  // copied before it is written to while it is shared
  std::shared_ptr<const Memtable> immutable_;
  std::shared_ptr<const Version> version_;
  CompactPointers pointers_;
  uint64_t log_number_ = 0;
  std::string log_name_;
  LogWriter log_;
  bool log_broken_ = false;      // its last record may not have arrived
  bool log_safe_ = true;         // all of it is synced
  uint64_t old_log_number_ = 0;  // of the immutable memtable
  bool old_log_safe_ = true;
  uint64_t manifest_number_ = 0;
  LogWriter manifest_;
  bool manifest_broken_ = false;
  uint64_t next_file_number_ = 2;
  Sequence last_sequence_ = 0;
  std::vector<Sequence> snapshots_;  // ascending
  WriteCounters counters_;
  std::optional<LogEnd> log_end_;
  WriteBatch batch_;       // put() and erase() put their bytes here
  std::string log_bytes_;  // and these are what goes to the log
};

}  // namespace systemsim::store
