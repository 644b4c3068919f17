// The disks that a database may stand on: some fail, fill up or are slow; an archive; real files,
// and a thread of its own.
#include <optional>

#include "guarded_env.h"
#include "lsm.h"
#include "store/background_db.h"
#include "store/fault_env.h"
#include "store/posix_env.h"

namespace lsm_disks_test {

using namespace systemsim;
using namespace systemsim::store;
using store::Call;

namespace {

// The n-th changing call fails (from 1; 0: none), and one or two after it. How many calls there
// are.
uint64_t fail_call(CompactionPolicy policy, uint64_t n, uint64_t& failures) {
  const auto operations = test::some_operations(6, 500);
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
  for (const test::Step& operation : operations) {
    const Outcome done = test::apply(*db, call, operation);
    if (done) {
      test::apply(model, operation);
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
  MemoryEnv env = test::small_database(true);
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
      for (const test::Step& operation : test::some_operations(1, 3000)) {
        REQUIRE_OK(test::apply(db, call, operation));
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
        if (i % 1000 == 0) CHECK(test::pairs_of(env, db) == model);
      }
      if (round % 2 == 0) REQUIRE_OK(db.settle());
      if (round == 3) REQUIRE_OK(db.compact(call));
    }
    const Db inline_db = test::open_db(env, options);
    CHECK(test::pairs_of(env, inline_db) == model);
    test::check_shape(inline_db);
  }
}

TEST_CASE("what fails in the thread reaches who writes, and the store goes on when the disk does") {
  MemoryEnv disk;
  FaultEnv faulty(disk);
  test::Guarded env(faulty);
  const Options options = test::small_options();
  test::Pairs model;
  test::Dice dice(4);
  uint64_t errors = 0;
  {
    auto opened = BackgroundDb::open(env, options);
    REQUIRE_OK(opened);
    BackgroundDb& db = *opened.value();
    Call call(env);
    for (int round = 0; round < 20; ++round) {
      Faults faults;
      if (round % 2 == 1) faults.space_bytes = dice.below(40 << 10);
      env.set(faults);
      uint64_t done = 0;
      for (int i = 0; i < 600; ++i) {
        const std::string key = std::to_string(dice.below(1000));
        const std::string value = test::random_bytes(dice, dice.below(200));
        const Outcome put = db.put(call, key, value);
        if (put) {
          model[key] = value;
          ++done;
        } else {
          CHECK(put.error().code == ErrorCode::limit);
          ++errors;
        }
        std::string found;
        const auto known = model.find(key);
        CHECK(db.get(call, key, found).value() == (known != model.end()));
        if (known != model.end()) CHECK(found == known->second);
      }
      // Of the first of these a write may still be told.
      if (round % 2 == 0) CHECK(done >= 599);
    }
    env.set({});
    (void)db.settle();
    REQUIRE_OK(db.settle());
    CHECK(test::pairs_of(env, db) == model);
  }
  const Db again = test::open_db(env, options);
  CHECK(test::pairs_of(env, again) == model);
  MESSAGE(errors << " errors told, " << model.size() << " pairs kept");
  CHECK(errors > 100);
}

}  // namespace lsm_disks_test
