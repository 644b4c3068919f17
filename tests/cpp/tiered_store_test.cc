// The hash table with tiers: what it keeps where, what a call costs, what it refuses.
#include "base/archive.h"
#include "store/fault_env.h"
#include "store/hash_table.h"
#include "store/posix_env.h"
#include "tiers.h"

namespace tiered_store_test {

using namespace systemsim;
using namespace systemsim::store;
using namespace systemsim::test::tiers;

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
  const auto directory = std::filesystem::temp_directory_path() / "systemsim_tiered_store_test";
  std::filesystem::remove_all(directory);
  Values model;
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

}  // namespace tiered_store_test
