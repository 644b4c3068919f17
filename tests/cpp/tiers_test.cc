// The hash table with tiers: what it keeps where, what a crash takes, what a bad disk does to it.
#include <map>

#include "base/archive.h"
#include "base/zipf.h"
#include "lsm.h"
#include "store/fault_env.h"
#include "store/hash_table.h"
#include "store/posix_env.h"
#include "store/snappy.h"
#include "store/tiered_store.h"

namespace tiers_test {

using namespace systemsim;
using namespace systemsim::store;

namespace {

using Model = std::map<std::string, std::string>;

TieredStore opened(Env& env, const TierOptions& options) {
  StoreCost cost;
  auto store = TieredStore::open(env, options, cost);
  REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().message));
  return std::move(store).value();
}

std::optional<std::string> value_of(TieredStore& store, Env& env, const std::string& key) {
  std::optional<std::string> value;
  const auto got = store.get(env, key, value);
  REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  return value;
}

// Everything that the model has, and nothing else.
void check_equal(TieredStore& store, Env& env, const Model& model) {
  CHECK(store.size() == model.size());
  for (const auto& [key, expected] : model) CHECK(value_of(store, env, key) == expected);
}

struct Written {
  std::string key;
  std::optional<std::string> value;  // nothing: removed
};

Written some_write(test::Dice& dice, uint64_t number) {
  Written written{"k" + std::to_string(dice.below(60)), std::nullopt};
  if (!dice.chance(0.2)) {
    // Now and then one that is larger than a segment, an empty one, or one that repeats itself.
    const uint32_t size = dice.chance(0.02) ? 3000 : dice.below(120);
    written.value = std::to_string(number) +
                    (dice.chance(0.5) ? std::string(size, 'a') : test::random_bytes(dice, size));
  }
  return written;
}

Result<StoreCost> write_to(TieredStore& store, Env& env, const Written& written) {
  return written.value ? store.put(env, written.key, *written.value)
                       : store.erase(env, written.key);
}

void note(Model& model, const Written& written) {
  if (written.value) {
    model[written.key] = *written.value;
  } else {
    model.erase(written.key);
  }
}

TierOptions some_options(test::Dice& dice) {
  TierOptions options;
  options.memory_bytes = dice.below(3000);
  options.eviction = dice.chance(0.5) ? Eviction::lru : Eviction::clock;
  options.sync_every = 1 + dice.below(2) * dice.below(20);
  options.compress = dice.chance(0.5);
  options.segment_bytes = 200 + dice.below(2000);
  return options;
}

}  // namespace

TEST_CASE("a table of keys grows by one bucket a key, and no bucket becomes long") {
  KeyTable<uint32_t> table;
  const uint32_t count = 200'000;
  uint32_t longest = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t at = table.find_or_add("key" + std::to_string(i));
    if (at != i) FAIL_CHECK("the entry of key " << i << " stands at " << at);
    table.own_value(at) = i;
    if ((i & (i + 1)) == 0 || i % 50'000 == 0) {
      longest = std::max(longest, table.longest_chain());
    }
  }
  longest = std::max(longest, table.longest_chain());
  // At most one key a bucket on average, in half of a table that is just being doubled two.
  CHECK(longest <= 14);
  CHECK(longest >= 3);
  for (uint32_t i = 0; i < count; i += 7) {
    const uint32_t at = table.find("key" + std::to_string(i));
    REQUIRE(at != KeyTable<uint32_t>::kNone);
    CHECK(table.value(at) == i);
  }
  CHECK(table.find("key200000") == KeyTable<uint32_t>::kNone);
}

TEST_CASE("a copy of a table of keys is a snapshot, whichever of the two goes on") {
  test::Dice dice(7);
  HashTable table;
  Model model;
  std::vector<std::pair<HashTable, Model>> snapshots;
  for (int i = 0; i < 4000; ++i) {
    const std::string key = "k" + std::to_string(dice.below(700));
    if (dice.chance(0.7)) {
      const std::string value = std::to_string(i);
      (void)table.put(key, value);
      model[key] = value;
    } else {
      (void)table.erase(key);
      model.erase(key);
    }
    if (i % 400 == 0) snapshots.emplace_back(table, model);
  }
  for (const auto& [copy, expected] : snapshots) {
    CHECK(copy.size() == expected.size());
    copy.for_each([&expected = expected](const std::string& key, const std::string& value) {
      CHECK(expected.at(key) == value);
    });
  }
}

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
    Model safe;                   // what a crash must leave, at least
    std::vector<Written> unsafe;  // acknowledged since, of which it leaves a first part
    Model model;
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
      Model expected = safe;
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
    Model model;
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
  Model model;
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

TEST_CASE("a removed segment that comes back does not bring removed keys back") {
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
  TieredStore again = opened(env, options);
  CHECK_FALSE(value_of(again, env, "gone").has_value());
  CHECK(value_of(again, env, "other") == std::string(60, 'y'));
  CHECK(env.read(first).error().code == ErrorCode::not_found);
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

TEST_CASE("what was asked for longest ago goes first, and CLOCK gives a second chance") {
  for (const Eviction eviction : {Eviction::lru, Eviction::clock}) {
    TierOptions options;
    options.memory_bytes = 30;
    options.eviction = eviction;
    MemoryEnv env;
    TieredStore store = opened(env, options);
    const std::string ten(10, 'v');
    for (const char* key : {"a", "b", "c"}) REQUIRE(store.put(env, key, ten).ok());
    CHECK(value_of(store, env, "a") == ten);
    CHECK(value_of(store, env, "b") == ten);
    CHECK(value_of(store, env, "a") == ten);
    REQUIRE(store.put(env, "d", ten).ok());
    CHECK_FALSE(store.in_memory("c"));
    REQUIRE(store.put(env, "e", ten).ok());
    // Both a and b were used. LRU knows that b was earlier; CLOCK had passed both, a first.
    CHECK(store.in_memory("a") == (eviction == Eviction::lru));
    CHECK(store.in_memory("b") == (eviction == Eviction::clock));
    CHECK(store.in_memory("d"));
    CHECK(store.memory_bytes() <= 30);
    CHECK(store.counts().hits == 3);
    CHECK(store.counts().evictions == 2);
  }
}

TEST_CASE("a call costs what it does to the disk") {
  TierOptions options;
  options.memory_bytes = 10;
  options.sync_every = 3;
  MemoryEnv env;
  TieredStore store = opened(env, options);
  const std::string value(10, 'v');
  const auto first = store.put(env, "a", value);
  REQUIRE(first.ok());
  CHECK(first.value().syncs == 1);  // the new segment
  CHECK(first.value().bytes_written == 12 + 1 + 10);
  const auto second = store.put(env, "b", value);
  REQUIRE(second.ok());
  CHECK(second.value().syncs == 0);
  const auto third = store.put(env, "c", value);
  REQUIRE(third.ok());
  CHECK(third.value().syncs == 1);
  CHECK(env.size_bytes() == 3 * 23);
  std::optional<std::string> found;
  const auto hit = store.get(env, "c", found);
  REQUIRE(hit.ok());
  CHECK(hit.value().seeks == 0);
  const auto miss = store.get(env, "a", found);
  REQUIRE(miss.ok());
  CHECK(miss.value().seeks == 1);
  CHECK(miss.value().bytes_read == 23);
  CHECK(found == value);
  StoreCost cost;
  REQUIRE(TieredStore::open(env, options, cost).ok());
  CHECK(cost.seeks == 1);
  CHECK(cost.bytes_read == 3 * 23);
  // The cluster's hash table counts the same for a synced write.
  HashTable table;
  CHECK(table.put("a", value).bytes_written == first.value().bytes_written);
}

TEST_CASE("without a log there is none, and a crash leaves nothing") {
  TierOptions options;
  options.log = false;
  options.memory_bytes = 0;
  MemoryEnv disk;
  FaultEnv env(disk);
  TieredStore store = opened(env, options);
  for (int i = 0; i < 100; ++i) {
    const auto cost = store.put(env, "k" + std::to_string(i), std::string(100, 'v'));
    REQUIRE(cost.ok());
    CHECK(cost.value().syncs + cost.value().bytes_written == 0);
  }
  CHECK(store.in_memory_count() == 100);
  CHECK(store.memory_bytes() == 10'000);
  CHECK(store.log_bytes() == 0);
  CHECK_FALSE(store.wants_tidying());
  CHECK(value_of(store, env, "k7") == std::string(100, 'v'));
  CHECK(env.calls() == 0);
  CHECK(disk.list().value().empty());
  CHECK(opened(env, options).size() == 0);
}

TEST_CASE("a pair that is too large is refused and changes nothing") {
  MemoryEnv env;
  TieredStore store = opened(env, {});
  REQUIRE(store.put(env, "key", std::string(10'236, 'v')).ok());
  const std::string before = walk(store).digest();
  const auto refused = store.put(env, "key", std::string(10'237, 'v'));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::bad_input);
  CHECK(refused.error().message == "key and value are 10240 bytes together; the most is 10239");
  CHECK(walk(store).digest() == before);
}

TEST_CASE("the log is files that a process finds again") {
  const auto directory = std::filesystem::temp_directory_path() / "systemsim_tiers_test";
  std::filesystem::remove_all(directory);
  Model model;
  test::Dice dice(3);
  TierOptions options;
  options.segment_bytes = 2000;
  options.memory_bytes = 500;
  options.compress = true;
  for (int session = 0; session < 3; ++session) {
    PosixEnv env(directory.string(), false);
    REQUIRE(env.lock().ok());
    TieredStore store = opened(env, options);
    check_equal(store, env, model);
    for (uint64_t i = 0; i < 300; ++i) {
      const Written written = some_write(dice, i);
      REQUIRE(write_to(store, env, written).ok());
      note(model, written);
      if (store.wants_tidying()) REQUIRE(store.tidy(env).ok());
    }
    check_equal(store, env, model);
  }
  std::filesystem::remove_all(directory);
}

TEST_CASE("what is compressed decodes to the same bytes, and repeats become short") {
  std::string block;
  std::string back;
  for (uint64_t seed = 1; seed <= test::cases(300, 5000); ++seed) {
    test::Dice dice(seed);
    std::string bytes;
    const uint32_t parts = dice.below(30);
    for (uint32_t i = 0; i < parts; ++i) {
      const uint32_t size = dice.below(dice.chance(0.1) ? 3000 : 90);
      if (dice.chance(0.4) && !bytes.empty()) {
        const size_t from = dice.below(static_cast<uint32_t>(bytes.size()));
        bytes += std::string(bytes, from, size);
      } else {
        bytes += dice.chance(0.3) ? std::string(size, 'z') : test::random_bytes(dice, size);
      }
    }
    encode_snappy(bytes, block);
    REQUIRE(decode_snappy(block, back));
    CHECK(back == bytes);
  }
  encode_snappy(std::string(10'000, 'a'), block);
  CHECK(block.size() < 600);
}

}  // namespace tiers_test
