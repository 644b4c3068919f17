// What is left when the machine crashes, the disk is full, calls fail or bytes turn.
#include <functional>
#include <set>

#include "lsm.h"
#include "store/background_db.h"
#include "store/fault_env.h"
#include "store/file_name.h"
#include "store/posix_env.h"
#include "store/verify.h"

namespace lsm_faults_test {

using namespace systemsim;
using namespace systemsim::store;
using store::Call;

namespace {

struct Step {
  bool erase = false;
  std::string key;
  std::string value;
};

std::vector<Step> some_operations(uint64_t seed, int count) {
  test::Dice dice(seed);
  std::vector<Step> list;
  list.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    list.push_back({dice.chance(0.2), "key" + std::to_string(dice.below(120)),
                    std::to_string(i) + ":" + test::random_bytes(dice, dice.below(150))});
  }
  return list;
}

Outcome apply(Db& db, Call& call, const Step& operation) {
  return operation.erase ? db.erase(call, operation.key)
                         : db.put(call, operation.key, operation.value);
}

void apply(test::Pairs& model, const Step& operation) {
  if (operation.erase) {
    model.erase(operation.key);
  } else {
    model[operation.key] = operation.value;
  }
}

// Hands every call on, and lets somebody look at the disk before each that changes it.
class Watched final : public Env {
 public:
  Watched(MemoryEnv& disk, std::function<void()> look) : disk_(disk), look_(std::move(look)) {}
  Result<FileBytes> read(const std::string& name) override { return disk_.read(name); }
  Outcome write(const std::string& name, std::string bytes, bool sync) override {
    look_();
    return disk_.write(name, std::move(bytes), sync);
  }
  Outcome append(const std::string& name, std::string_view bytes) override {
    look_();
    return disk_.append(name, bytes);
  }
  Outcome sync(const std::string& name) override {
    look_();
    return disk_.sync(name);
  }
  Outcome rename(const std::string& from, const std::string& to) override {
    look_();
    return disk_.rename(from, to);
  }
  Outcome remove(const std::string& name) override {
    look_();
    return disk_.remove(name);
  }
  Result<std::vector<std::string>> list() override { return disk_.list(); }
  Outcome lock() override { return disk_.lock(); }
  void unlock() override { disk_.unlock(); }

 private:
  MemoryEnv& disk_;
  std::function<void()> look_;
};

// Crashes at every boundary between two calls that change the disk (each `stride`-th of them),
// keeping so many unsynced bytes of each file.
uint64_t crash_everywhere(CompactionPolicy policy, bool sync, uint64_t stride) {
  Options options = test::small_options(policy);
  options.sync = sync;
  const auto operations = some_operations(3, 2000);
  std::set<uint64_t> prefixes = {test::digest_of({})};
  test::Pairs model;
  for (const Step& operation : operations) {
    apply(model, operation);
    prefixes.insert(test::digest_of(model));
  }
  model.clear();
  test::Pairs next;  // the same with the operation that is under way
  uint64_t boundary = 0;
  uint64_t points = 0;
  MemoryEnv disk;
  test::Dice dice(4);
  Watched watched(disk, [&] {
    if (++boundary % stride != 0) return;
    for (const uint64_t kept : {uint64_t{0}, uint64_t{dice.below(200)}, UINT64_MAX}) {
      MemoryEnv crashed = disk;
      crashed.lose_unsynced(kept);
      const Db db = test::open_db(crashed, options);
      const test::Pairs pairs = test::pairs_of(crashed, db);
      if (sync) {
        CHECK((pairs == model || pairs == next));
      } else {
        CHECK(prefixes.count(test::digest_of(pairs)) == 1);
      }
      ++points;
    }
  });
  Db db = test::open_db(watched, options);
  Call call(watched);
  for (const Step& operation : operations) {
    apply(next, operation);
    REQUIRE_OK(apply(db, call, operation));
    apply(model, operation);
  }
  CHECK(test::pairs_of(watched, db) == model);
  MESSAGE(boundary << " boundaries between calls, each " << stride
                   << ". tried three ways: " << points << " crash points");
  return points;
}

MemoryEnv small_database(bool with_log) {
  MemoryEnv env;
  Options options = test::small_options();
  Db db = test::open_db(env, options);
  Call call(env);
  for (const Step& operation : some_operations(8, 400)) REQUIRE_OK(apply(db, call, operation));
  REQUIRE_OK(db.compact(call));
  for (const Step& operation : some_operations(9, 60)) REQUIRE_OK(apply(db, call, operation));
  if (!with_log) REQUIRE_OK(db.flush(call));
  db.close(call);
  return env;
}

}  // namespace

TEST_CASE("after a crash at any moment, no synced write is lost, and what is there is a prefix") {
  const bool short_run = test::is_short();
  uint64_t points = 0;
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    points += crash_everywhere(policy, true, short_run ? 50 : 1);
    points += crash_everywhere(policy, false, short_run ? 50 : test::is_long() ? 1 : 5);
  }
  MESSAGE(points << " crash points in all");
  CHECK(points > (short_run ? 300 : 10000));
}

TEST_CASE("a log that is torn at any byte gives a prefix") {
  MemoryEnv env;
  Options options;
  Db db = test::open_db(env, options);
  Call call(env);
  const auto operations = some_operations(5, 700);
  std::vector<uint64_t> ends;  // of the log after each operation
  std::vector<uint64_t> digests = {test::digest_of({})};
  test::Pairs model;
  for (const Step& operation : operations) {
    REQUIRE_OK(apply(db, call, operation));
    apply(model, operation);
    ends.push_back(call.cost.bytes_written);
    digests.push_back(test::digest_of(model));
  }
  const std::string name = log_name(db.log_number());
  const auto log = env.read(name);
  REQUIRE(log.ok());
  const std::string bytes(log.value().bytes);
  REQUIRE(bytes.size() == ends.back());
  CHECK(bytes.size() > 2 * kLogBlockBytes);
  uint64_t points = 0;
  const bool every = std::getenv("SYSTEMSIM_LONG") != nullptr;
  size_t whole = 0;
  for (uint64_t size = 0; size <= bytes.size(); ++size) {
    while (whole < ends.size() && ends[whole] <= size) ++whole;
    const uint64_t in_block = size % kLogBlockBytes;
    const bool near_record = whole > 0 && size <= ends[whole - 1] + 1;
    const bool before_record = whole < ends.size() && size + 1 == ends[whole];
    const bool near_block = in_block <= 8 || in_block + 8 >= kLogBlockBytes;
    if (!every && !near_record && !before_record && !near_block && size + 4096 < bytes.size()) {
      continue;
    }
    MemoryEnv torn = env;
    torn.unlock();
    REQUIRE_OK(torn.write(name, bytes.substr(0, size), true));
    Options reading = options;
    reading.read_only = true;
    const Db again = test::open_db(torn, reading);
    CHECK(test::digest_of(test::pairs_of(torn, again)) == digests[whole]);
    ++points;
  }
  MESSAGE(points << " torn logs");
}

TEST_CASE("a byte that turns is found, or does no harm") {
  const uint64_t stride = test::is_short() ? 70 : 1;
  for (const bool with_log : {true, false}) {
    const MemoryEnv good = small_database(with_log);
    MemoryEnv copy = good;
    const Options options = test::small_options();
    const test::Pairs expected = [&] {
      MemoryEnv env = good;
      const Db db = test::open_db(env, options);
      return test::pairs_of(env, db);
    }();
    // What the log gives when its last record is damaged, behind which no whole one follows.
    test::Pairs without_last;
    const auto logged = some_operations(9, 60);
    for (const Step& operation : some_operations(8, 400)) apply(without_last, operation);
    for (size_t i = 0; i + 1 < logged.size(); ++i) apply(without_last, logged[i]);
    CHECK(without_last != expected);
    const auto names = copy.list();
    uint64_t errors = 0;
    uint64_t harmless = 0;
    uint64_t shorter = 0;
    uint64_t flips = 0;
    for (const std::string& name : names.value()) {
      const auto file = copy.read(name);
      const uint64_t size = file.value().bytes.size();
      const bool log = parse_file_name(name).kind == FileKind::log;
      for (uint64_t at = 0; at < size; at += stride, ++flips) {
        MemoryEnv bad = good;
        FaultEnv faults(bad);
        REQUIRE_OK(faults.flip(name, at, static_cast<uint8_t>(1U << at % 8)));
        CAPTURE(name);
        CAPTURE(at);
        Call call(bad);
        const std::string before = bad.archive();
        auto db = Db::open(call, options);
        if (!db) {
          CHECK(bad.archive() == before);  // nothing was touched
          ++errors;
          continue;
        }
        auto cursor = db.value().cursor(call);
        test::Pairs pairs;
        for (cursor.seek_first(); cursor.valid(); cursor.next()) {
          pairs.emplace(cursor.key(), cursor.value());
        }
        if (cursor.error() != nullptr) {
          CHECK(cursor.error()->code == ErrorCode::damaged);
          ++errors;
        } else if (pairs == expected) {
          ++harmless;
        } else {
          CHECK(log);
          CHECK(pairs == without_last);
          ++shorter;
        }
        // And key by key.
        std::string value;
        for (int i = 0; i < 5; ++i) {
          const std::string key = "key" + std::to_string((at * 5 + static_cast<uint64_t>(i)) % 120);
          const auto found = db.value().get(call, key, value);
          if (!found || log) continue;
          const auto known = expected.find(key);
          CHECK(found.value() == (known != expected.end()));
          if (found.value() && known != expected.end()) CHECK(value == known->second);
        }
      }
    }
    MESSAGE(flips << " bytes of " << names.value().size() << " files turned: " << errors
                  << " errors, " << harmless << " without harm, " << shorter
                  << " that took the log's last record");
    CHECK(errors > 50 * harmless);
    CHECK((shorter > 0) == with_log);
  }
}

TEST_CASE(
    "a directory whose long log is damaged at its end is refused, and no table is left in it") {
  MemoryEnv disk;
  Db db = test::open_db(disk, {});
  Call call(disk);
  for (const Step& operation : some_operations(1, 500)) REQUIRE_OK(apply(db, call, operation));
  db.close(call);
  const std::string name = log_name(db.log_number());
  const uint64_t size = disk.read(name).value().bytes.size();
  FaultEnv faults(disk);
  REQUIRE_OK(faults.flip(name, size - 1000, 1));
  const std::string before = disk.archive();
  const Options options = test::small_options();  // whose memtables are full long before
  CHECK(size > 3 * options.write_buffer_bytes);
  CHECK(Db::open(call, options).error().code == ErrorCode::damaged);
  CHECK(disk.archive() == before);
}

TEST_CASE("verify finds nothing in a good database, and names file and offset in a damaged one") {
  MemoryEnv good = small_database(true);
  Call call(good);
  const auto report = verify(call, test::small_options());
  REQUIRE_OK(report);
  CHECK(report.value().damages.empty());
  CHECK(report.value().tables > 1);
  CHECK(report.value().entries > 50);
  const auto names = good.list();
  for (const std::string& name : names.value()) {
    if (parse_file_name(name).kind != FileKind::table) continue;
    MemoryEnv bad = good;
    FaultEnv faults(bad);
    REQUIRE_OK(faults.flip(name, 700, 0x40));
    Call bad_call(bad);
    const std::string before = bad.archive();
    const auto found = verify(bad_call, test::small_options());
    REQUIRE_OK(found);
    REQUIRE(found.value().damages.size() == 1);
    CHECK(found.value().damages[0].rfind(name + " at ", 0) == 0);
    CHECK(bad.archive() == before);
  }
}

namespace {

// The n-th changing call fails (from 1; 0: none), and one or two after it. How many calls there
// are.
uint64_t fail_call(CompactionPolicy policy, uint64_t n, uint64_t& failures) {
  const auto operations = some_operations(6, 500);
  const Options options = test::small_options(policy);
  MemoryEnv disk;
  FaultEnv env(disk);
  Call call(env);
  if (n > 0) {
    env.faults.fail_from = n - 1;
    env.faults.fail_count = 1 + n % 3;
    env.faults.torn_bytes = n % 11;
  }
  uint64_t failed = 0;
  std::optional<Db> db;
  for (int tries = 0; !db && tries < 5; ++tries) {
    auto opened = Db::open(call, options);
    if (opened) {
      db = std::move(opened).value();
    } else {
      ++failed;
    }
  }
  REQUIRE(db.has_value());
  test::Pairs model;
  for (const Step& operation : operations) {
    const Outcome done = apply(*db, call, operation);
    if (done) {
      apply(model, operation);
    } else {
      ++failed;
      CHECK(done.error().code == ErrorCode::io);
      CHECK(test::pairs_of(env, *db) == model);
    }
  }
  CHECK(failed <= 4);
  failures += failed;
  const uint64_t calls = env.calls();
  CHECK(test::pairs_of(env, *db) == model);
  env.faults = {};
  REQUIRE_OK(db->put(call, "last", "1"));
  model["last"] = "1";
  CHECK(env.crash(UINT64_MAX).ok());
  const Db again = test::open_db(disk, options);
  CHECK(test::pairs_of(disk, again) == model);
  return calls;
}

// Fills a disk until a write was refused 200 times, gives it space again, and goes on.
template <class Give>
void fill_disk(Env& env, CompactionPolicy policy, Give give_space) {
  const Options options = test::small_options(policy);
  Db db = test::open_db(env, options);
  Call call(env);
  test::Dice dice(2);
  test::Pairs model;
  int refused = 0;
  int done_after = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string key = std::to_string(dice.below(2000));
    const std::string value = test::random_bytes(dice, 100);
    const Outcome done = db.put(call, key, value);
    if (done) {
      model[key] = value;
      done_after += refused >= 200;
      continue;
    }
    CHECK(done.error().code == ErrorCode::limit);
    std::string found;
    CHECK(db.get(call, model.begin()->first, found).value());
    CHECK(found == model.begin()->second);
    if (refused++ % 50 == 0) CHECK(test::pairs_of(env, db) == model);
    if (refused == 100) {  // opened for reading, a database needs no space
      db.close(call);
      Options reading = options;
      reading.read_only = true;
      Db reader = test::open_db(env, reading);
      CHECK(test::pairs_of(env, reader) == model);
      reader.close(call);
      REQUIRE_OK(env.lock());
    }
    if (refused == 200) give_space();
  }
  CHECK(refused == 200);
  CHECK(done_after > 500);
  CHECK(test::pairs_of(env, db) == model);
  db.close(call);
  const Db again = test::open_db(env, options);
  CHECK(test::pairs_of(env, again) == model);
  MESSAGE(model.size() << " pairs kept; " << refused << " writes refused, " << done_after
                       << " done once there was space");
}

}  // namespace

TEST_CASE("a call that fails is reported, and the store goes on with all that was acknowledged") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    uint64_t failures = 0;
    const uint64_t calls = fail_call(policy, 0, failures);
    CHECK(failures == 0);
    CHECK(calls > 500);
    const uint64_t stride = test::is_short() ? 50 : 1;
    uint64_t points = 0;
    for (uint64_t n = 1; n <= calls; n += stride, ++points) {
      CAPTURE(n);
      fail_call(policy, n, failures);
    }
    MESSAGE(points << " of " << calls << " calls made to fail: " << failures << " errors told");
    CHECK(failures > points / 2);
  }
}

TEST_CASE("a full disk stops writing, not reading, and writing goes on when there is space again") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    MemoryEnv small(100 << 10);
    fill_disk(small, policy, [&] { small.set_capacity(10 << 20); });
    // And one that takes the bytes for which it still has room.
    MemoryEnv disk;
    FaultEnv env(disk);
    env.faults.space_bytes = 400 << 10;
    fill_disk(env, policy, [&] { env.faults.space_bytes = Faults::kNever; });
  }
}

TEST_CASE("a slow disk makes calls slow, and nothing else") {
  MemoryEnv disk;
  FaultEnv env(disk);
  env.faults.call_us = 100;
  env.faults.byte_ns = 10;
  Db db = test::open_db(env, {});
  Call call(env);
  const uint64_t before_us = env.slow_us();
  const uint64_t calls = env.calls();
  REQUIRE_OK(db.put(call, "key", std::string(10000, 'x')));
  CHECK(env.calls() == calls + 1);
  CHECK(env.slow_us() == before_us + 100 + call.cost.bytes_written * 10 / 1000);
  CHECK(test::pairs_of(env, db).size() == 1);
}

TEST_CASE("a disk is written to one archive and read back; a damaged archive is refused") {
  MemoryEnv env = small_database(true);
  const std::string archive = env.archive();
  auto back = MemoryEnv::from_archive(archive);
  REQUIRE_OK(back);
  CHECK(back.value().archive() == archive);
  MemoryEnv original = env;
  const Db one = test::open_db(original, {});
  const Db other = test::open_db(back.value(), {});
  CHECK(test::pairs_of(original, one) == test::pairs_of(back.value(), other));
  for (size_t at = 0; at < archive.size(); at += 101) {
    std::string bad = archive;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    CHECK_FALSE(MemoryEnv::from_archive(bad).ok());
    CHECK_FALSE(MemoryEnv::from_archive(archive.substr(0, at)).ok());
  }
}

TEST_CASE("files on a real disk are those of the disk in memory, byte for byte") {
  const test::TemporaryDirectory directory;
  const std::string& path = directory.path;
  {
    PosixEnv posix(path);
    MemoryEnv memory;
    for (Env* const env : {static_cast<Env*>(&posix), static_cast<Env*>(&memory)}) {
      Db db = test::open_db(*env, test::small_options());
      Call call(*env);
      for (const Step& operation : some_operations(1, 3000)) {
        REQUIRE_OK(apply(db, call, operation));
      }
      db.close(call);
    }
    const auto names = memory.list();
    for (const std::string& name : names.value()) {
      const auto a = posix.read(name);
      const auto b = memory.read(name);
      REQUIRE_OK(a);
      CHECK(a.value().bytes == b.value().bytes);
    }
    const auto listed = posix.list();
    CHECK(listed.value().size() == names.value().size() + 1);  // LOCK

    // Nobody else gets in.
    Db db = test::open_db(posix, test::small_options());
    PosixEnv second(path);
    Call call(second);
    const auto refused = Db::open(call, {});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::bad_input);
    CHECK(posix.read("no such file").error().code == ErrorCode::not_found);
  }
}

TEST_CASE("a database with a thread of its own gives what an inline one gives") {
  const test::TemporaryDirectory directory;
  const std::string& path = directory.path;
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    PosixEnv env(path + (policy == CompactionPolicy::leveled ? "/a" : "/b"), false);
    const Options options = test::small_options(policy);
    test::Pairs model;
    test::Dice dice(3);
    for (int round = 0; round < 5; ++round) {
      auto opened = BackgroundDb::open(env, options);
      REQUIRE_OK(opened);
      BackgroundDb& db = *opened.value();
      Call call(env);
      for (int i = 0; i < 5000; ++i) {
        const std::string key = std::to_string(dice.below(3000));
        if (dice.chance(0.2)) {
          REQUIRE_OK(db.erase(call, key));
          model.erase(key);
        } else {
          const std::string value = test::random_bytes(dice, dice.below(100));
          REQUIRE_OK(db.put(call, key, value));
          model[key] = value;
        }
        std::string value;
        const std::string asked = std::to_string(dice.below(3000));
        const auto found = db.get(call, asked, value);
        REQUIRE_OK(found);
        const auto known = model.find(asked);
        REQUIRE(found.value() == (known != model.end()));
        if (found.value()) CHECK(value == known->second);
        if (i % 1000 == 0) {
          auto cursor = db.cursor(call);
          test::Pairs pairs;
          for (cursor.seek_first(); cursor.valid(); cursor.next()) {
            pairs.emplace(cursor.key(), cursor.value());
          }
          CHECK(pairs == model);
        }
      }
      if (round % 2 == 0) REQUIRE_OK(db.settle());
      if (round == 3) REQUIRE_OK(db.compact(call));
    }
    const Db inline_db = test::open_db(env, options);
    CHECK(test::pairs_of(env, inline_db) == model);
    test::check_shape(inline_db);
  }
}

}  // namespace lsm_faults_test
