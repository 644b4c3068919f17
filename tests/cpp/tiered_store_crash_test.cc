// The hash table with tiers: what a crash takes, what a bad disk does to it.
#include "base/archive.h"
#include "store/fault_env.h"
#include "tiers.h"

namespace tiered_store_crash_test {

using namespace systemsim;
using namespace systemsim::store;
using namespace systemsim::test::tiers;

TEST_CASE("a tiered store holds what a map holds, through crashes, copies and tidying") {
  uint64_t crashes = 0;
  uint64_t lost = 0;
  uint64_t tidied = 0;
  uint64_t evictions = 0;
  for (uint64_t seed = 1; seed <= test::cases(150, 2000); ++seed) {
    CAPTURE(seed);
    test::Dice dice(seed);
    const TierOptions options = some_options(dice);
    MemoryEnv env;
    TieredStore store = opened(env, options);
    Values safe;                  // what a crash must leave, at least
    std::vector<Written> unsafe;  // acknowledged since, of which it leaves a first part
    Values model;
    for (uint64_t i = 0; i < 600; ++i) {
      const Written written = some_write(dice, i);
      const auto done = write_to(store, env, written);
      REQUIRE(done.ok());
      note(model, written);
      unsafe.push_back(written);
      CHECK(store.memory_bytes() <= options.memory_bytes);
      CHECK(store.unsynced_writes() < options.sync_every);
      if (done.value().syncs > 0 && store.unsynced_writes() == 0) {
        safe = model;
        unsafe.clear();
      }
      if (store.wants_tidying() && dice.chance(0.5)) {
        const auto cost = store.tidy(env);
        REQUIRE(cost.ok());
        CHECK(cost.value().bytes_read > 0);
        CHECK(store.unsynced_writes() == 0);
        safe = model;
        unsafe.clear();
      }
      if (dice.chance(0.3)) {
        const std::string key = "k" + std::to_string(dice.below(60));
        const auto expected = model.find(key);
        const auto value = value_of(store, env, key);
        CHECK(value.has_value() == (expected != model.end()));
        if (value) CHECK(*value == expected->second);
      }
      if (dice.chance(0.01)) {
        // A copy beside a copy of the disk goes its own way.
        MemoryEnv other_env = env;
        TieredStore other = store;
        const std::string before = walk(store).digest();
        REQUIRE(other.put(other_env, "k1", "elsewhere").ok());
        CHECK(value_of(other, other_env, "k1") == "elsewhere");
        CHECK(walk(store).digest() == before);
      }
      if (!dice.chance(0.02)) continue;
      ++crashes;
      tidied += store.counts().tidied;
      evictions += store.counts().evictions;
      env.lose_unsynced(dice.below(400));
      store = opened(env, options);
      CHECK(store.in_memory_count() == 0);
      // A first part of what was not safe is there, and nothing after it.
      size_t kept = 0;
      Values expected = safe;
      const auto is_there = [&] {
        if (store.size() != expected.size()) return false;
        for (const auto& [key, value] : expected) {
          if (value_of(store, env, key) != value) return false;
        }
        return true;
      };
      // The longest part that fits: writes may repeat what was there.
      std::optional<size_t> found;
      if (is_there()) found = 0;
      while (kept < unsafe.size()) {
        note(expected, unsafe[kept++]);
        if (is_there()) found = kept;
      }
      REQUIRE(found.has_value());
      lost += unsafe.size() - *found;
      if (options.sync_every == 1) CHECK(unsafe.empty());
      for (size_t j = 0; j < *found; ++j) note(safe, unsafe[j]);
      model = safe;
      unsafe.clear();
    }
    check_equal(store, env, model);
  }
  MESSAGE(crashes << " crashes, " << lost << " writes lost, " << tidied << " segments tidied, "
                  << evictions << " evictions");
  CHECK(lost > 0);
  CHECK(tidied > 0);
  CHECK(evictions > 0);
}

TEST_CASE("when calls fail the error reaches the caller, reads go on, and later writes succeed") {
  uint64_t failures = 0;
  for (uint64_t seed = 1; seed <= test::cases(60, 1000); ++seed) {
    CAPTURE(seed);
    test::Dice dice(seed);
    const TierOptions options = some_options(dice);
    MemoryEnv disk;
    FaultEnv env(disk);
    TieredStore store = opened(env, options);
    Values model;
    std::vector<Written> failed;  // since the last success: a crash may leave the last of them
    for (uint64_t i = 0; i < 500; ++i) {
      if (dice.chance(0.05)) {
        env.faults.fail_from = env.calls() + dice.below(4);
        env.faults.fail_count = 1 + dice.below(3);
        env.faults.torn_bytes = dice.below(200);
      }
      if (dice.chance(0.01)) env.faults.space_bytes = dice.below(300);
      if (dice.chance(0.1)) env.faults.space_bytes = Faults::kNever;
      const Written written = some_write(dice, i);
      const auto done = write_to(store, env, written);
      if (done.ok()) {
        note(model, written);
      } else {
        ++failures;
        const bool expected =
            done.error().code == ErrorCode::io || done.error().code == ErrorCode::limit;
        CHECK(expected);
      }
      if (store.wants_tidying()) (void)store.tidy(env);
      if (!done.ok() || i % 20 == 0) check_equal(store, env, model);
    }
    // The disk is well again, and the machine crashes behind a sync.
    env.faults = Faults();
    REQUIRE(store.put(env, "last", "word").ok());
    model["last"] = "word";
    REQUIRE(store.sync(env).ok());
    disk.lose_unsynced();
    TieredStore again = opened(disk, options);
    check_equal(again, disk, model);
  }
  CHECK(failures > 100);
}

TEST_CASE("a crash between any two calls of tidying loses nothing") {
  TierOptions options;
  options.segment_bytes = 300;
  options.sync_every = 5;
  MemoryEnv disk;
  TieredStore store = opened(disk, options);
  Values model;
  test::Dice dice(11);
  for (uint64_t i = 0; i < 200; ++i) {
    if (i % 40 == 0) {
      const Written kept = {"kept" + std::to_string(i), std::string(40, 'v')};
      REQUIRE(write_to(store, disk, kept).ok());
      note(model, kept);
    }
    const Written written = some_write(dice, i);
    REQUIRE(write_to(store, disk, written).ok());
    note(model, written);
  }
  REQUIRE(store.sync(disk).ok());
  REQUIRE(store.wants_tidying());
  uint64_t points = 0;
  for (bool finished = false; !finished; ++points) {
    MemoryEnv copy = disk;
    FaultEnv env(copy);
    env.faults.fail_from = points;
    env.faults.torn_bytes = 7;
    TieredStore tried = store;
    finished = tried.tidy(env).ok();
    for (const uint64_t kept : {0, 1, 7, 100'000}) {
      MemoryEnv crashed = copy;
      crashed.lose_unsynced(kept);
      TieredStore again = opened(crashed, options);
      check_equal(again, crashed, model);
    }
  }
  CHECK(points > 3);
}

TEST_CASE("a segment that is missing is an error that names it, and nothing else goes") {
  TierOptions options;
  options.segment_bytes = 100;
  MemoryEnv env;
  TieredStore store = opened(env, options);
  REQUIRE(store.put(env, "gone", std::string(60, 'x')).ok());
  const std::string first = tier_file_name(1);
  const auto old = env.read(first);
  REQUIRE(old.ok());
  const std::string bytes(old.value().bytes);
  REQUIRE(store.erase(env, "gone").ok());
  for (int i = 0; i < 5; ++i) REQUIRE(store.put(env, "other", std::string(60, 'y')).ok());
  while (store.wants_tidying()) REQUIRE(store.tidy(env).ok());
  REQUIRE(env.write(first, bytes, true).ok());
  StoreCost cost;
  const auto again = TieredStore::open(env, options, cost);
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == ErrorCode::damaged);
  CHECK(again.error().message == tier_file_name(2) + ": it is missing");
  CHECK(env.read(first).ok());
}

TEST_CASE("segments are replayed in the order of their numbers, which is not that of long names") {
  const TierOptions options;
  MemoryEnv env;
  for (const uint32_t number : {999'998U, 999'999U, 1'000'000U}) {
    std::string record;
    write_tier_record("key", std::to_string(number), 0, record);
    REQUIRE(env.write(tier_file_name(number), record, true).ok());
  }
  TieredStore store = opened(env, options);
  CHECK(value_of(store, env, "key") == "1000000");
  CHECK(env.list().value().size() == 3);
}

TEST_CASE("a flipped bit is an error or a shorter log, never a wrong value") {
  TierOptions options;
  options.memory_bytes = 0;
  options.segment_bytes = 150;
  MemoryEnv env;
  TieredStore store = opened(env, options);
  for (int i = 0; i < 20; ++i) {
    REQUIRE(store.put(env, "k" + std::to_string(i), std::to_string(i) + ":value").ok());
  }
  uint64_t refused = 0;
  uint64_t shorter = 0;
  const auto names = env.list();
  REQUIRE(names.ok());
  CHECK(names.value().size() > 2);
  for (const std::string& name : names.value()) {
    const auto file = env.read(name);
    REQUIRE(file.ok());
    for (size_t at = 0; at < file.value().bytes.size(); ++at) {
      MemoryEnv bad = env;
      FaultEnv faults(bad);
      REQUIRE(faults.flip(name, at, 4).ok());
      // What is open finds it when it reads the value.
      TieredStore still = store;
      for (int i = 0; i < 20; ++i) {
        std::optional<std::string> value;
        const auto got = still.get(bad, "k" + std::to_string(i), value);
        if (got.ok()) {
          CHECK(value == std::to_string(i) + ":value");
        } else {
          CHECK(got.error().code == ErrorCode::damaged);
          CHECK_FALSE(value.has_value());
        }
      }
      StoreCost cost;
      auto again = TieredStore::open(bad, options, cost);
      if (!again) {
        CHECK(again.error().code == ErrorCode::damaged);
        CHECK(again.error().message.find(name) != std::string::npos);
        ++refused;
        continue;
      }
      CHECK(name == names.value().back());
      if (again.value().size() < 20) ++shorter;
      for (uint32_t i = 0; i < again.value().size(); ++i) {
        CHECK(value_of(again.value(), bad, "k" + std::to_string(i)) ==
              std::to_string(i) + ":value");
      }
    }
  }
  CHECK(refused > 0);
  CHECK(shorter > 0);
}

}  // namespace tiered_store_crash_test
