// A database whose flushes and compactions are done by a thread of its own, so that a write waits
// for them only when they cannot keep up. Native only. Section 09.
//
// What is read is what an inline database gives; which tables there are depends on time, and on
// what is read: a table that get() searches in vain too often is merged down, as LevelDB does. May
// be called by several threads; each has a Call of its own, on the Env given here.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "store/db.h"

namespace systemsim::store {

class BackgroundDb {
 public:
  // As Db::open(). The Env must outlive it, and bear two threads.
  static Result<std::unique_ptr<BackgroundDb>> open(Env& env, Options options);
  // Ends the work that is under way, and gives the lock back.
  ~BackgroundDb();
  BackgroundDb(const BackgroundDb&) = delete;
  BackgroundDb& operator=(const BackgroundDb&) = delete;

  // As those of Db. A write also reports, once, what failed in the thread since the last one.
  Outcome put(Call& call, std::string_view key, std::string_view value);
  Outcome erase(Call& call, std::string_view key);
  Outcome write(Call& call, WriteBatch& batch, bool sync = false);
  Result<bool> get(Call& call, std::string_view key, std::string& value,
                   Sequence at = kMaxSequence);
  DbCursor cursor(Call& call, Sequence at = kMaxSequence);
  Sequence snapshot();
  void release(Sequence snapshot);
  // Waits until nothing is due.
  Outcome settle();
  Outcome compact(Call& call, const std::string* first = nullptr,
                  const std::string* last = nullptr);
  // The database while nobody else changes it: for what is asked rarely.
  template <class Ask>
  auto ask(Ask ask) {
    const std::lock_guard lock(mutex_);
    return ask(static_cast<const Db&>(db_));
  }

 private:
  using Lock = std::unique_lock<std::mutex>;
  BackgroundDb(Env& env, Db db);

  Outcome make_room(Call& call, Lock& lock);
  Outcome take_error();
  void charge(const VainSearch& search);
  void work();
  Outcome flush(Call& call, Lock& lock, const Work& work, std::optional<uint32_t> level);
  Outcome compact(Call& call, Lock& lock, const Work& work);

  Env& env_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Db db_;
  std::optional<Error> error_;                  // of the thread
  std::map<uint64_t, uint64_t> vain_searches_;  // by table, since the last compaction
  std::optional<VainSearch> wanted_;            // to be merged down
  bool busy_ = false;                           // somebody works
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace systemsim::store
