#include "store/background_db.h"

#include <algorithm>
#include <chrono>

#include "store/file_name.h"

namespace systemsim::store {
namespace {

// LevelDB's (db/dbformat.h): from so many tables on level 0 a write waits a little, from so many
// until there are fewer.
constexpr size_t kSlowTables = 8;
constexpr size_t kMostTables = 12;
// And (db/version_set.cc) a search costs what it takes to compact so many bytes.
constexpr uint64_t kBytesPerSearch = 16 << 10;
constexpr uint64_t kFewestSearches = 100;

// Into the table's file: a memtable and a table as large would be twice the memory.
class FileSink final : public TableSink {
 public:
  FileSink(Env& env, uint64_t number) : env_(env), name_(table_name(number)) {}
  Outcome take(std::string_view bytes) override {
    if (begun_) return env_.append(name_, bytes);
    begun_ = true;  // what may bear the name is nobody's
    return env_.write(name_, std::string(bytes), false);
  }
  void remove() {
    if (begun_) (void)env_.remove(name_);
  }

 private:
  Env& env_;
  std::string name_;
  bool begun_ = false;
};

}  // namespace

Result<std::unique_ptr<BackgroundDb>> BackgroundDb::open(Env& env, Options options) {
  options.compact_inline = false;
  Call call(env);
  auto db = Db::open(call, options);
  if (!db) return db.error();
  return std::unique_ptr<BackgroundDb>(new BackgroundDb(env, std::move(db).value()));
}

BackgroundDb::BackgroundDb(Env& env, Db db) : env_(env), db_(std::move(db)) {
  if (!db_.options().read_only) thread_ = std::thread([this] { work(); });
}

BackgroundDb::~BackgroundDb() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  Call call(env_);
  db_.close(call);
}

Outcome BackgroundDb::take_error() {
  if (!error_) return Done{};
  Error error = std::move(*error_);
  error_.reset();
  changed_.notify_all();  // it is tried again
  return error;
}

Outcome BackgroundDb::make_room(Call& call, Lock& lock) {
  bool slowed = false;
  while (true) {
    Outcome failed = take_error();
    if (!failed) return failed;
    const size_t tables = db_.version().levels[0].size();
    const bool full = db_.memtable_full();
    if (!slowed && tables >= kSlowTables) {
      slowed = true;
      lock.unlock();
      // portable: LevelDB's slowdown, in a thread's wrapper that no simulated run has.
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      lock.lock();
    } else if (!full) {
      return Done{};
    } else if (db_.flush_due() || tables >= kMostTables) {
      changed_.wait(lock);
    } else {
      Outcome switched = db_.switch_memtable(call);
      changed_.notify_all();
      if (!switched) return switched;
    }
  }
}

Outcome BackgroundDb::put(Call& call, std::string_view key, std::string_view value) {
  Lock lock(mutex_);
  Outcome room = make_room(call, lock);
  return room ? db_.put(call, key, value) : std::move(room);
}

Outcome BackgroundDb::erase(Call& call, std::string_view key) {
  Lock lock(mutex_);
  Outcome room = make_room(call, lock);
  return room ? db_.erase(call, key) : std::move(room);
}

Outcome BackgroundDb::write(Call& call, WriteBatch& batch, bool sync) {
  Lock lock(mutex_);
  Outcome room = make_room(call, lock);
  return room ? db_.write(call, batch, sync) : std::move(room);
}

Result<bool> BackgroundDb::get(Call& call, std::string_view key, std::string& value, Sequence at) {
  const Lock lock(mutex_);
  call.in_vain = {};
  auto found = db_.get(call, key, value, at);
  if (call.in_vain.file != 0) charge(call.in_vain);
  return found;
}

void BackgroundDb::charge(const VainSearch& search) {
  if (wanted_ || db_.options().read_only) return;
  const uint64_t searches = ++vain_searches_[search.file];
  if (searches < std::max(search.size_bytes / kBytesPerSearch, kFewestSearches)) return;
  wanted_ = search;
  changed_.notify_all();
}

DbCursor BackgroundDb::cursor(Call& call, Sequence at) {
  const Lock lock(mutex_);
  return db_.cursor(call, at);
}

Sequence BackgroundDb::snapshot() {
  const Lock lock(mutex_);
  return db_.snapshot();
}

void BackgroundDb::release(Sequence snapshot) {
  const Lock lock(mutex_);
  db_.release(snapshot);
}

Outcome BackgroundDb::settle() {
  Lock lock(mutex_);
  while (!error_ && (busy_ || db_.due(wanted_))) changed_.wait(lock);
  return take_error();
}

Outcome BackgroundDb::compact(Call& call, const std::string* first, const std::string* last) {
  Lock lock(mutex_);
  while (!error_ && (busy_ || db_.flush_due())) changed_.wait(lock);
  Outcome done = take_error();
  if (done) done = db_.compact(call, first, last);
  changed_.notify_all();  // what it left undone, or made due, is the thread's
  return done;
}

void BackgroundDb::work() {
  Call call(env_);
  Lock lock(mutex_);
  while (!stopping_) {
    const auto due = error_ ? std::nullopt : db_.due(wanted_);
    if (!due) {
      wanted_.reset();
      changed_.wait(lock);
      continue;
    }
    busy_ = true;
    const Outcome done =
        due->flush != nullptr ? flush(call, lock, *due, std::nullopt) : compact(call, lock, *due);
    busy_ = false;
    if (due->compaction) {
      wanted_.reset();
      vain_searches_.clear();
    }
    if (!done) error_ = done.error();
    changed_.notify_all();
  }
}

Outcome BackgroundDb::flush(Call& call, Lock& lock, const Work& work,
                            std::optional<uint32_t> level) {
  if (work.flush->entries() == 0) return db_.install_flush(call, nullptr, level);
  const uint64_t number = db_.new_file_number();
  const TableOptions options = db_.options().table;
  lock.unlock();
  MemtableCursor cursor(work.flush);
  cursor.seek_first();
  FileSink sink(call.env, number);
  auto image = build_table(cursor, options, work.flush->size_bytes(), &sink);
  if (!image) sink.remove();
  auto table = image ? Db::write_table(call, number, std::move(image).value())
                     : Result<FilePtr>(image.error());
  lock.lock();
  if (!table) return table.error();
  return db_.install_flush(call, table.value(), level);
}

Outcome BackgroundDb::compact(Call& call, Lock& lock, const Work& work) {
  const Compaction& compaction = *work.compaction;
  Files outputs;
  if (!compaction.move) {
    const Options options = db_.options();
    Reading reading;
    uint64_t number = db_.new_file_number();
    lock.unlock();
    CompactionRun tables(compaction, *work.version, work.oldest, options, reading);
    Outcome failed = Done{};
    while (failed) {
      TableImage image;
      FileSink sink(call.env, number);
      auto more = tables.next(image, &sink);
      if (!more) {
        sink.remove();
        failed = more.error();
      }
      if (!failed || !more.value()) break;
      auto table = Db::write_table(call, number, std::move(image));
      if (!table) {
        failed = table.error();
        break;
      }
      outputs.push_back(std::move(table).value());
      lock.lock();
      // The next memtable may be full meanwhile. Its table goes no deeper than level 0: where the
      // outputs of this compaction will lie is not known yet.
      if (db_.flush_due()) {
        failed = flush(call, lock, *db_.due(), 0);
        changed_.notify_all();
      }
      number = db_.new_file_number();
      lock.unlock();
    }
    lock.lock();
    if (!failed) {
      for (const FilePtr& file : outputs) (void)call.env.remove(file->table->name());
      return failed;
    }
  }
  return db_.install_compaction(call, compaction, outputs);
}

}  // namespace systemsim::store
