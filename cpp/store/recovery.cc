// Opening a database: what the manifest says is there, and what the logs add (LevelDB
// db/version_set.cc Recover, db/db_impl.cc RecoverLogFile).
#include <algorithm>

#include "store/db.h"
#include "store/file_name.h"
#include "store/log_reader.h"

namespace systemsim::store {
namespace {

constexpr const char* kFollowed = "a record is damaged, and whole ones follow it";

// The writes that make sense, up to the first that does not.
uint64_t count_writes(BatchReader& batch) {
  BatchReader::Write write;
  uint64_t count = 0;
  while (batch.next(write)) ++count;
  return count;
}

}  // namespace

// One opening. Nothing is written before everything has been read, but for tables of what a long
// log holds; they go again when it turns out to be damaged.
class Recovery {
 public:
  Recovery(Call& call, const Options& options) : call_(call), db_(options) {}
  Result<Db> run();

 private:
  Outcome find_files();
  Outcome read_manifest();
  Outcome apply_manifest(std::string_view bytes, const std::string& name);
  Outcome open_tables();
  Outcome read_logs();
  Outcome read_log(uint64_t number);
  bool add_batch(std::string_view record);
  bool has_room(std::string_view record) const;
  bool batch_follows(std::string_view record, uint64_t bytes_before) const;
  Outcome begin_anew();
  Outcome write_memtable();
  bool has(const std::string& name) const {
    return std::binary_search(names_.begin(), names_.end(), name);
  }
  Outcome read(const std::string& name, FileBytes& bytes) {
    auto read = call_.env.read(name);
    if (!read) return read.error();
    bytes = std::move(read).value();
    ++call_.cost.seeks;
    call_.cost.bytes_read += bytes.bytes.size();
    return Done{};
  }

  Call& call_;
  Db db_;
  std::vector<std::string> names_;
  bool fresh_ = false;        // there was no database
  uint64_t log_number_ = 0;   // the first that is needed
  uint64_t old_number_ = 0;   // or this one
  Sequence before_logs_ = 0;  // the logs that are needed were begun when this had been used
  Sequence next_ = 0;         // no number of a record that was read reaches it; 0: none was read
  std::vector<uint64_t> logs_;
  std::vector<uint64_t> written_;  // tables of what the logs hold
  Version version_;
};

Outcome Recovery::find_files() {
  fresh_ = false;
  names_.clear();
  auto names = call_.env.list();
  const bool no_directory = !names && names.error().code == ErrorCode::not_found;
  if (!names && !no_directory) return names.error();
  if (!no_directory) names_ = std::move(names).value();
  if (has(kCurrentName)) return Done{};
  for (const std::string& name : names_) {
    const FileKind kind = parse_file_name(name).kind;
    // What a database leaves whose making was cut short, and LevelDB's own diary.
    if (kind == FileKind::manifest || kind == FileKind::temporary || kind == FileKind::lock ||
        name == "LOG" || name == "LOG.old") {
      continue;
    }
    const bool ours = kind == FileKind::table || kind == FileKind::log;
    // An empty log is made before the first CURRENT.
    if (kind == FileKind::log) {
      const auto log = call_.env.read(name);
      if (log && log.value().bytes.empty()) continue;
    }
    return Error{ours ? ErrorCode::damaged : ErrorCode::bad_input,
                 ours ? "CURRENT is missing, but " + name + " is there"
                      : "not a database: there is no CURRENT, but a file " + name,
                 ""};
  }
  if (!db_.options_.create || db_.options_.read_only) {
    return bad_input("", "not a database: there is no CURRENT");
  }
  fresh_ = true;
  return Done{};
}

Outcome Recovery::read_manifest() {
  FileBytes current;
  Outcome done = read(kCurrentName, current);
  if (!done) return done;
  std::string name(current.bytes);
  if (name.empty() || name.back() != '\n') {
    return damaged(kCurrentName, name.size(), "it does not end with a newline");
  }
  name.pop_back();
  const FileName parsed = parse_file_name(name);
  if (parsed.kind != FileKind::manifest) {
    return damaged(kCurrentName, 0, "it does not name a manifest");
  }
  FileBytes manifest;
  done = read(name, manifest);
  if (!done) {
    if (done.error().code != ErrorCode::not_found) return done;
    return damaged(kCurrentName, 0, "it names a file that is not there: " + name);
  }
  db_.manifest_number_ = parsed.number;
  return apply_manifest(manifest.bytes, name);
}

Outcome Recovery::apply_manifest(std::string_view bytes, const std::string& name) {
  LogReader reader(bytes);
  VersionEdit all;  // what is said last of each
  while (const auto record = reader.next()) {
    VersionEdit edit;
    const uint64_t at = reader.record_offset();
    if (const char* const wrong = decode(*record, edit)) return damaged(name, at, wrong);
    if (edit.comparator && *edit.comparator != kComparatorName) {
      return bad_input("", "expected a database ordered by " + std::string(kComparatorName) +
                               ", found " + *edit.comparator);
    }
    Files added;
    for (const NewFile& file : edit.added) {
      auto table = std::make_shared<TableFile>();
      table->number = file.number;
      table->size_bytes = file.size_bytes;
      table->smallest = file.smallest;
      table->largest = file.largest;
      added.push_back(std::move(table));
    }
    if (const char* const wrong = apply(version_, edit, added)) return damaged(name, at, wrong);
    for (auto& [level, key] : edit.compact_pointers) db_.pointers_[level] = std::move(key);
    if (edit.log_number) all.log_number = edit.log_number;
    if (edit.previous_log_number) all.previous_log_number = edit.previous_log_number;
    if (edit.next_file_number) all.next_file_number = edit.next_file_number;
    // A manifest begins when the database is opened, whose older logs are in tables by then.
    if (edit.last_sequence && !all.last_sequence) before_logs_ = *edit.last_sequence;
    if (edit.last_sequence) all.last_sequence = edit.last_sequence;
  }
  if (const auto& damage = reader.damage()) return damaged(name, damage->offset, damage->what);
  if (!all.next_file_number || !all.log_number || !all.last_sequence) {
    return damaged(name, bytes.size(), "it does not say which files and writes there are");
  }
  if (*all.next_file_number > kMaxFileNumber || *all.last_sequence > kMaxSequence) {
    return damaged(name, bytes.size(), "it counts more files or writes than there can be");
  }
  log_number_ = *all.log_number;
  old_number_ = all.previous_log_number.value_or(0);
  // The log is removed only after the edit that makes it superfluous is safe. So if it is not
  // there, that edit was, and what looks like an edit that was cut short is damage.
  if (reader.torn() && log_number_ != 0 && !has(log_name(log_number_))) {
    return damaged(name, reader.damage_offset(), "its last record is damaged");
  }
  db_.next_file_number_ = *all.next_file_number;
  db_.last_sequence_ = *all.last_sequence;
  if (!db_.options_.paranoid || !reader.torn()) return Done{};
  // One that is kept as a key is older. Edits that make no file only move some, and can be missed.
  for (auto behind = reader.follower(reader.damage_offset()); behind;
       behind = reader.follower(behind->offset)) {
    VersionEdit edit;
    if (behind->begins_block() ||
        (decode(behind->record, edit) == nullptr && edit.next_file_number > all.next_file_number)) {
      return damaged(name, reader.damage_offset(), kFollowed);
    }
  }
  return Done{};
}

Outcome Recovery::open_tables() {
  for (Files& files : version_.levels) {
    for (FilePtr& known : files) {
      auto file = std::make_shared<TableFile>(*known);
      std::string name = table_name(file->number);
      if (!has(name)) name = old_table_name(file->number);
      if (!has(name)) {
        return damaged(manifest_name(db_.manifest_number_), 0,
                       "it names a table that is not there: " + table_name(file->number));
      }
      auto bytes = call_.env.read(name);
      if (!bytes) return bytes.error();
      auto table = [&]() -> Result<std::shared_ptr<const Table>> {
        if (bytes.value().bytes.size() != file->size_bytes) {
          return damaged(name, bytes.value().bytes.size(),
                         "expected " + std::to_string(file->size_bytes) + " bytes");
        }
        return Table::open(std::move(bytes).value(), name, file->number, KeyForm::internal);
      }();
      if (table) {
        file->table = std::move(table).value();
        call_.cost.seeks += 2;  // the footer, then what it leads to
        call_.cost.bytes_read += file->table->open_bytes();
      } else {  // what is in other tables can still be read
        file->error = std::make_shared<const Error>(table.error());
      }
      known = std::move(file);
    }
  }
  return Done{};
}

Outcome Recovery::read_logs() {
  for (const std::string& name : names_) {
    const FileName parsed = parse_file_name(name);
    if (parsed.number > kMaxFileNumber) return damaged(name, 0, "its number is too large");
    if (parsed.kind == FileKind::log &&
        (parsed.number >= log_number_ || parsed.number == old_number_)) {
      logs_.push_back(parsed.number);
    }
    if (parsed.number >= db_.next_file_number_) db_.next_file_number_ = parsed.number + 1;
  }
  // Names are in the order of numbers up to six digits only. No two numbers are equal.
  std::sort(logs_.begin(), logs_.end());
  for (const uint64_t number : logs_) {
    Outcome done = read_log(number);
    if (!done) return done;
  }
  return Done{};
}

// What is written in a log's record, as far as it makes sense. Whether all of it does. Two writes
// of one number would be one version twice.
bool Recovery::add_batch(std::string_view record) {
  if (record.size() < kBatchHeaderBytes) return false;
  BatchReader batch(record);
  const Sequence first = batch.first_sequence();
  if (first < next_ || first > kMaxSequence - std::max<uint64_t>(batch.count(), record.size())) {
    return false;
  }
  BatchReader::Write write;
  next_ = first + batch.count();
  while (batch.next(write)) {
    db_.memtable_->add(write.sequence, write.kind, write.key, write.value);
    next_ = std::max(next_, write.sequence + 1);
  }
  if (next_ > first) db_.last_sequence_ = std::max(db_.last_sequence_, next_ - 1);
  return batch.complete();
}

// Whether the record can be the database's next but for what stood in the bytes before it: those
// have used up numbers, at most one each. A log that is kept as a value has others: a copy of the
// database's own has older ones.
bool Recovery::batch_follows(std::string_view record, uint64_t bytes_before) const {
  if (record.size() < kBatchHeaderBytes) return false;
  BatchReader batch(record);
  const Sequence first = batch.first_sequence();
  const Sequence least = std::max(next_, before_logs_ + 1);
  const Sequence begins = next_ > 0 ? next_ : db_.last_sequence_ + 1;
  if (first < least || first > begins + bytes_before) return false;
  (void)count_writes(batch);
  return batch.complete();
}

bool Recovery::has_room(std::string_view record) const {
  // Each write takes two bytes at least: seldom they have to be counted.
  if (db_.memtable_->has_room(record.size() / 2, record.size())) return true;
  BatchReader batch(record);
  return db_.memtable_->has_room(count_writes(batch), record.size());
}

Outcome Recovery::read_log(uint64_t number) {
  const std::string name = log_name(number);
  FileBytes file;
  Outcome done = read(name, file);
  if (!done) return done;
  LogReader reader(file.bytes);
  const bool paranoid = db_.options_.paranoid;
  while (const auto record = reader.next()) {
    if (paranoid && (reader.damage() || reader.torn())) break;
    const uint64_t at = reader.record_offset();
    if (!has_room(*record)) {
      Error error = damaged(name, at, "more writes than a memtable can hold");
      error.code = ErrorCode::limit;
      return error;
    }
    const bool whole = add_batch(*record);
    if (!whole && paranoid)
      return damaged(name, at, "a record is no batch of writes that can follow");
    // LevelDB takes the memtable to level 0 whenever it is full.
    if (!db_.options_.read_only && db_.memtable_full()) {
      done = write_memtable();
      if (!done) return done;
    }
  }
  if (!reader.damage() && !reader.torn()) return Done{};
  const uint64_t from = reader.damage_offset();
  if (!db_.log_end_) db_.log_end_ = LogEnd{number, from, file.bytes.size()};
  if (!paranoid) return Done{};
  for (auto behind = reader.follower(from); behind; behind = reader.follower(behind->offset)) {
    if (behind->begins_block() || batch_follows(behind->record, behind->offset - from)) {
      return damaged(name, from, kFollowed);
    }
  }
  return Done{};
}

Outcome Recovery::write_memtable() {
  if (db_.memtable_->entries() == 0) return Done{};
  const std::shared_ptr<const Memtable> full = std::move(db_.memtable_);
  db_.memtable_ = db_.empty_memtable();
  MemtableCursor cursor(full);
  cursor.seek_first();
  auto image = build_table(cursor, db_.options_.table, full->size_bytes());
  if (!image) return image.error();
  auto table = Db::write_table(call_, db_.new_file_number(), std::move(image).value());
  if (!table) return table.error();
  written_.push_back(table.value()->number);
  ++db_.counters_.flushes;
  db_.counters_.flushed_bytes += table.value()->size_bytes;
  version_.levels[0].push_back(std::move(table).value());
  return Done{};
}

Outcome Recovery::begin_anew() {
  const uint64_t manifest = db_.new_file_number();  // before the log's, as LevelDB does
  const uint64_t log = db_.new_file_number();
  db_.log_number_ = log;
  db_.log_name_ = log_name(log);
  Outcome done = call_.env.write(db_.log_name_, {}, false);
  if (done) done = db_.new_manifest(call_, manifest, version_, log);
  return done;
}

Result<Db> Recovery::run() {
  const Options& options = db_.options_;
  Outcome done = find_files();
  if (!done) return done.error();
  done = call_.env.lock();
  if (!done) return done.error();
  done = [&]() -> Outcome {
    // Whoever held the lock may have changed everything.
    Outcome step = find_files();
    if (!step) return step;
    if (!fresh_) {
      step = read_manifest();
      if (step) step = open_tables();
      if (step) step = read_logs();
    }
    if (step && !options.read_only) step = write_memtable();
    if (!step) {
      for (const uint64_t number : written_) (void)call_.env.remove(table_name(number));
    }
    if (!step || options.read_only) return step;
    return begin_anew();
  }();
  if (!done) {
    call_.env.unlock();
    return done.error();
  }
  db_.version_ = std::make_shared<const Version>(std::move(version_));
  if (!options.read_only) {
    // What the manifest does not name is left over from a call that was cut short.
    auto names = call_.env.list();
    for (const std::string& name : names ? names.value() : std::vector<std::string>()) {
      const FileName file = parse_file_name(name);
      bool needed = true;
      if (file.kind == FileKind::log) needed = file.number == db_.log_number_;
      if (file.kind == FileKind::manifest) needed = file.number == db_.manifest_number_;
      if (file.kind == FileKind::temporary) needed = false;
      if (file.kind == FileKind::table) {
        needed = false;
        for (const Files& files : db_.version_->levels) {
          for (const FilePtr& known : files) needed = needed || known->number == file.number;
        }
      }
      if (!needed) db_.remove_file(call_, name, file.number);
    }
  }
  return std::move(db_);
}

Result<Db> Db::open(Call& call, const Options& options) {
  const auto range = [](uint64_t value, uint64_t low, uint64_t high, const char* name) -> Outcome {
    if (value >= low && value <= high) return Done{};
    return bad_input("", std::string(name) + ": expected " + std::to_string(low) + " to " +
                             std::to_string(high) + ", found " + std::to_string(value));
  };
  Outcome good = range(options.write_buffer_bytes, 4 << 10, 1 << 30, "write_buffer_bytes");
  if (good) good = range(options.table_bytes, 4 << 10, 1 << 30, "table_bytes");
  if (good) good = range(options.level1_bytes, 4 << 10, 1ULL << 40, "level1_bytes");
  if (good) good = range(options.level0_tables, 1, 64, "level0_tables");
  if (good) good = range(options.table.block_bytes, 256, 1 << 20, "block_bytes");
  if (good) good = range(options.table.restart_interval, 1, 1 << 10, "restart_interval");
  if (good) good = range(options.table.bloom_bits, 0, 100, "bloom_bits");
  if (!good) return good.error();
  return Recovery(call, options).run();
}

}  // namespace systemsim::store
