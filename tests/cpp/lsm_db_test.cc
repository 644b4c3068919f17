// The LSM tree against a sorted map: whatever is written, in whatever order of flushes, compactions
// and openings, is what is read.
#include <chrono>
#include <vector>

#include "base/archive.h"
#include "base/bytes.h"
#include "lsm.h"
#include "store/log_reader.h"
#include "store/version_edit.h"

namespace lsm_db_test {

using namespace systemsim;
using namespace systemsim::store;
using store::Call;

namespace {

std::string key_of(uint32_t i) {
  char text[16];
  std::snprintf(text, sizeof text, "key%06u", i);
  return text;
}

// Keys of a few kinds: short, binary, empty, alike for long.
std::string some_key(test::Dice& dice) {
  switch (dice.below(8)) {
    case 0:
      return {};
    case 1:
      return std::string(1, static_cast<char>(dice.below(256)));
    case 2:
      return std::string(200 + dice.below(4), 'p') + static_cast<char>(dice.below(8));
    case 3:
      return "key" + std::string(dice.below(3), '\xff') + static_cast<char>(dice.below(4));
    default:
      return key_of(dice.below(300));
  }
}

std::string some_value(test::Dice& dice) {
  const uint32_t size = dice.chance(0.02) ? dice.below(20000) : dice.below(200);
  return test::random_bytes(dice, size);
}

struct Kept {
  Sequence sequence;
  test::Pairs pairs;
};

void check_same(Env& env, const Db& db, const test::Pairs& model, test::Dice& dice) {
  CHECK(test::pairs_of(env, db) == model);
  CHECK(test::pairs_backward(env, db) == model);
  test::check_shape(db);
  Call call(env);
  auto cursor = db.cursor(call);
  for (int i = 0; i < 20; ++i) {
    const std::string key = some_key(dice);
    std::string value;
    const auto found = db.get(call, key, value);
    REQUIRE(found.ok());
    const auto expected = model.find(key);
    REQUIRE(found.value() == (expected != model.end()));
    if (found.value()) CHECK(value == expected->second);

    // From there a walk that turns round.
    cursor.seek(key);
    auto at = model.lower_bound(key);
    for (int step = 0; step < 12; ++step) {
      REQUIRE(cursor.valid() == (at != model.end()));
      if (!cursor.valid()) break;
      CHECK(cursor.key() == at->first);
      CHECK(cursor.value() == at->second);
      if (dice.chance(0.5)) {
        cursor.next();
        ++at;
      } else {
        cursor.prev();
        if (at == model.begin()) {
          CHECK_FALSE(cursor.valid());
          break;
        }
        --at;
      }
    }
  }
}

void run_workload(uint64_t seed, CompactionPolicy policy, int operations) {
  test::Dice dice(seed);
  MemoryEnv env;
  const Options options = test::small_options(policy);
  std::optional<Db> db = test::open_db(env, options);
  test::Pairs model;
  std::vector<Kept> snapshots;
  for (int i = 0; i < operations; ++i) {
    Call call(env);
    const uint32_t what = dice.below(1000);
    if (what < 650) {
      const std::string key = some_key(dice);
      const std::string value = some_value(dice);
      REQUIRE_OK(db->put(call, key, value));
      model[key] = value;
    } else if (what < 850) {
      const std::string key = some_key(dice);
      REQUIRE_OK(db->erase(call, key));
      model.erase(key);
    } else if (what < 950) {
      WriteBatch batch;
      for (uint32_t k = dice.below(30); k > 0; --k) {
        const std::string key = some_key(dice);
        if (dice.chance(0.3)) {
          batch.erase(key);
          model.erase(key);
        } else {
          const std::string value = some_value(dice);
          batch.put(key, value);
          model[key] = value;
        }
      }
      REQUIRE_OK(db->write(call, batch, dice.chance(0.5)));
    } else if (what < 965) {
      snapshots.push_back({db->snapshot(), model});
    } else if (what < 980 && !snapshots.empty()) {
      const size_t which = dice.below(static_cast<uint32_t>(snapshots.size()));
      CHECK(test::pairs_of(env, *db, snapshots[which].sequence) == snapshots[which].pairs);
      CHECK(test::pairs_backward(env, *db, snapshots[which].sequence) == snapshots[which].pairs);
      db->release(snapshots[which].sequence);
      snapshots.erase(snapshots.begin() + static_cast<std::ptrdiff_t>(which));
    } else if (what < 985) {
      REQUIRE_OK(db->flush(call));
    } else if (what < 988) {
      const std::string a = some_key(dice);
      const std::string b = some_key(dice);
      REQUIRE_OK(db->compact(call, dice.chance(0.3) ? nullptr : &std::min(a, b),
                             dice.chance(0.3) ? nullptr : &std::max(a, b)));
    } else if (what < 993) {
      check_same(env, *db, model, dice);
    } else {
      db->close(call);
      snapshots.clear();
      db = test::open_db(env, options);
      check_same(env, *db, model, dice);
    }
  }
  check_same(env, *db, model, dice);
  Call call(env);
  db->close(call);
  db = test::open_db(env, options);
  REQUIRE_OK(db->compact(call));
  check_same(env, *db, model, dice);
}

}  // namespace

TEST_CASE("whatever is written is read, by key and both ways, with either policy") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    for (uint64_t seed = 1; seed <= test::cases(20, 400); ++seed) {
      CAPTURE(seed);
      run_workload(seed, policy, 2000);
    }
  }
}

TEST_CASE("the directories that libleveldb wrote are read, pair by pair") {
  SUBCASE("a log alone") {
    MemoryEnv env = test::golden_disk("db-wal-only");
    const Db db = test::open_db(env, {});
    CHECK(test::pairs_of(env, db) ==
          test::Pairs{{"", ""}, {"c", "3"}, {"d", std::string(40000, 'x')}});
  }
  SUBCASE("a table with a Bloom filter") {
    MemoryEnv env = test::golden_disk("db-compacted-bloom10");
    const Db db = test::open_db(env, {});
    std::string dump;
    for (const auto& [key, value] : test::pairs_of(env, db)) {
      dump.append(key).append("\t").append(value).append("\n");
    }
    CHECK(dump == test::read_file(test::leveldb_path("db-compacted-bloom10.dump.tsv")));
  }
  SUBCASE("blocks that Snappy compressed") {
    MemoryEnv env = test::golden_disk("db-snappy");
    const Db db = test::open_db(env, {});
    CHECK(test::pairs_of(env, db).size() == 500);
    CHECK(test::pairs_backward(env, db).size() == 500);
  }
}

TEST_CASE("a database that is opened for reading changes nothing on its disk") {
  for (const char* name : {"db-wal-only", "db-compacted-bloom10", "db-snappy"}) {
    MemoryEnv env = test::golden_disk(name);
    const std::string before = env.archive();
    Db db = test::open_db(env, {.read_only = true});
    CHECK_FALSE(test::pairs_of(env, db).empty());
    Call call(env);
    CHECK(db.put(call, "a", "b").error().code == ErrorCode::bad_input);
    db.close(call);
    CHECK(env.archive() == before);
  }
}

TEST_CASE("a copy of a database and its disk goes its own way, and the original stays as it was") {
  test::Dice dice(11);
  MemoryEnv env;
  Db db = test::open_db(env, test::small_options());
  test::Pairs model;
  Call call(env);
  for (int round = 0; round < 60; ++round) {
    MemoryEnv copied_env = env;
    Db copy = db;
    const auto before = walk(db).digest();
    const auto disk_before = walk(env).digest();
    CHECK(walk(copy).digest() == before);
    test::Pairs copied = model;
    Call copied_call(copied_env);
    for (int i = 0; i < 100; ++i) {
      const std::string key = some_key(dice);
      const std::string value = some_value(dice);
      REQUIRE_OK(copy.put(copied_call, key, value));
      copied[key] = value;
    }
    CHECK(test::pairs_of(copied_env, copy) == copied);
    CHECK(walk(db).digest() == before);
    CHECK(walk(env).digest() == disk_before);
    CHECK(test::pairs_of(env, db) == model);
    // The copy's disk is whole.
    copy.close(copied_call);
    const Db again = test::open_db(copied_env, test::small_options());
    CHECK(test::pairs_of(copied_env, again) == copied);
    for (int i = 0; i < 50; ++i) {
      const std::string key = some_key(dice);
      REQUIRE_OK(db.put(call, key, key));
      model[key] = key;
    }
  }
}

TEST_CASE("equal calls make equal files, costs and states") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    std::string archives[2];
    std::string digests[2];
    uint64_t read[2] = {};
    for (int run = 0; run < 2; ++run) {
      test::Dice dice(5);
      MemoryEnv env;
      Db db = test::open_db(env, test::small_options(policy));
      BlockCache cache(16 << 10);
      Call call(env);
      call.cache = &cache;
      std::string value;
      for (int i = 0; i < 5000; ++i) {
        const std::string key = key_of(dice.below(2000));
        REQUIRE_OK(db.put(call, key, some_value(dice)));
        REQUIRE_OK(db.get(call, key_of(dice.below(2000)), value));
        // A snapshot now and then must change nothing.
        if (run == 1 && i % 97 == 0) {
          MemoryEnv other_env = env;
          Db other = db;
          Call other_call(other_env);
          REQUIRE_OK(other.put(other_call, key, "x"));
          REQUIRE_OK(other.get(other_call, key, value));
        }
      }
      archives[run] = env.archive();
      digests[run] = walk(db).digest() + walk(cache).digest();
      read[run] = call.cost.bytes_read;
    }
    CHECK(archives[0] == archives[1]);
    CHECK(digests[0] == digests[1]);
    CHECK(read[0] == read[1]);
    CHECK(read[0] > 0);
  }
}

TEST_CASE("compaction drops what was overwritten and deleted, but nothing that a snapshot sees") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    MemoryEnv env;
    Db db = test::open_db(env, test::small_options(policy));
    Call call(env);
    for (uint32_t i = 0; i < 500; ++i) REQUIRE_OK(db.put(call, key_of(i), std::string(100, 'a')));
    const Sequence then = db.snapshot();
    for (uint32_t i = 0; i < 500; ++i) REQUIRE_OK(db.erase(call, key_of(i)));
    REQUIRE_OK(db.compact(call));
    CHECK(test::pairs_of(env, db).empty());
    CHECK(test::pairs_of(env, db, then).size() == 500);
    db.release(then);
    REQUIRE_OK(db.put(call, "zz", "1"));
    REQUIRE_OK(db.put(call, key_of(0), "1"));
    REQUIRE_OK(db.compact(call));
    REQUIRE_OK(db.compact(call));
    CHECK(test::pairs_of(env, db).size() == 2);
    if (policy == CompactionPolicy::size_tiered) {
      uint64_t bytes = 0;
      for (const Files& files : db.version().levels) bytes += total_bytes(files);
      CHECK(bytes < 1000);
    }
  }
}

TEST_CASE("leveled levels keep to their limits; size-tiered runs below level 0 are few") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    test::Dice dice(9);
    MemoryEnv env;
    const Options options = test::small_options(policy);
    Db db = test::open_db(env, options);
    Call call(env);
    for (int i = 0; i < 20000; ++i) {
      REQUIRE_OK(db.put(call, key_of(dice.below(5000)), test::random_bytes(dice, 50)));
      CHECK(db.version().levels[0].size() <= options.level0_tables);
    }
    const WriteCounters& counters = db.counters();
    CHECK(counters.compactions > 10);
    const double amplification =
        static_cast<double>(counters.flushed_bytes + counters.compaction_written_bytes) /
        static_cast<double>(counters.user_bytes);
    CHECK(amplification > 1.5);
    CHECK(amplification < 30);
    if (policy == CompactionPolicy::leveled) {
      uint64_t limit = options.level1_bytes;
      for (uint32_t level = 1; level + 1 < kLevels; ++level, limit *= 10) {
        CHECK(total_bytes(db.version().levels[level]) < limit);
      }
    }
  }
}

TEST_CASE("what is no database, of a foreign order, locked or too large is refused untouched") {
  int cases = 0;
  const auto refused = [&](MemoryEnv& env, const Options& options, ErrorCode code,
                           const std::string& why) {
    ++cases;
    const std::string before = env.archive();
    Call call(env);
    const auto db = Db::open(call, options);
    REQUIRE_FALSE(db.ok());
    CHECK(db.error().code == code);
    CHECK(db.error().message.find(why) != std::string::npos);
    CHECK(env.archive() == before);
  };
  MemoryEnv other;
  REQUIRE_OK(other.write("notes.txt", "hello", true));
  refused(other, {}, ErrorCode::bad_input, "notes.txt");

  MemoryEnv empty;
  refused(empty, {.create = false}, ErrorCode::bad_input, "no CURRENT");
  refused(empty, {.read_only = true}, ErrorCode::bad_input, "no CURRENT");
  refused(empty, {.write_buffer_bytes = 1}, ErrorCode::bad_input, "write_buffer_bytes");

  MemoryEnv foreign;
  VersionEdit edit;
  edit.comparator = "reverse";
  edit.log_number = 0;
  edit.next_file_number = 2;
  edit.last_sequence = 0;
  LogWriter writer;
  std::string manifest;
  writer.add(edit.encode(), manifest);
  REQUIRE_OK(foreign.write("MANIFEST-000001", manifest, true));
  REQUIRE_OK(foreign.write("CURRENT", "MANIFEST-000001\n", true));
  refused(foreign, {}, ErrorCode::bad_input, "found reverse");
  CHECK(foreign.lock().ok());  // it was given back

  MemoryEnv newer = test::golden_disk("db-snappy");
  std::string text = test::read_file(test::leveldb_path("db-snappy/MANIFEST-000002"));
  LogReader reader(text);
  LogWriter again;
  std::string longer;
  while (const auto record = reader.next()) again.add(*record, longer);
  again.add("\x63", longer);  // a tag that we do not know
  REQUIRE_OK(newer.write("MANIFEST-000002", longer, true));
  refused(newer, {}, ErrorCode::damaged, "an unknown tag");

  MemoryEnv lost = test::golden_disk("db-snappy");
  REQUIRE_OK(lost.remove("000005.ldb"));
  refused(lost, {}, ErrorCode::damaged, "000005.ldb");
  MemoryEnv headless = test::golden_disk("db-snappy");
  REQUIRE_OK(headless.remove("CURRENT"));
  refused(headless, {}, ErrorCode::damaged, "CURRENT is missing");

  MemoryEnv env;
  Db db = test::open_db(env, {.max_pair_bytes = 100});
  refused(env, {}, ErrorCode::bad_input, "already open");  // locked
  Call call(env);
  CHECK(db.put(call, "key", std::string(97, 'x')).ok());
  CHECK(db.put(call, "key", std::string(98, 'x')).error().code == ErrorCode::bad_input);
  CHECK(db.erase(call, std::string(101, 'x')).error().code == ErrorCode::bad_input);
  WriteBatch batch;
  batch.put("a", "b");
  batch.put("key", std::string(98, 'x'));
  CHECK_FALSE(db.write(call, batch).ok());
  CHECK(test::pairs_of(env, db).size() == 1);
  MESSAGE(cases << " directories and 3 writes refused");
}

TEST_CASE("numbers that no database comes to are refused, or end in an error") {
  const auto disk_of = [](uint64_t next_file, Sequence last, const std::string& log) {
    VersionEdit edit;
    edit.comparator = kComparatorName;
    edit.log_number = 3;
    edit.next_file_number = next_file;
    edit.last_sequence = last;
    LogWriter writer;
    std::string manifest;
    writer.add(edit.encode(), manifest);
    MemoryEnv disk;
    REQUIRE_OK(disk.write("MANIFEST-000001", manifest, true));
    REQUIRE_OK(disk.write("CURRENT", "MANIFEST-000001\n", true));
    REQUIRE_OK(disk.write("000003.log", log, true));
    return disk;
  };
  const auto refused = [](MemoryEnv disk) {
    Call call(disk);
    const auto db = Db::open(call, {});
    REQUIRE_FALSE(db.ok());
    CHECK(db.error().code == ErrorCode::damaged);
  };
  refused(disk_of(UINT64_MAX, 1, ""));
  refused(disk_of(4, kMaxSequence + 1, ""));
  MemoryEnv numbered = disk_of(4, 1, "");
  REQUIRE_OK(numbered.write("18446744073709551609.log", "", true));
  refused(numbered);

  MemoryEnv full = disk_of(4, kMaxSequence - 1, "");
  Db last = test::open_db(full, {});
  Call full_call(full);
  REQUIRE_OK(last.put(full_call, "a", "1"));
  CHECK(last.put(full_call, "a", "2").error().code == ErrorCode::limit);
  CHECK(test::pairs_of(full, last) == test::Pairs{{"a", "1"}});

  // Two batches of one number: which of them is the newer?
  LogWriter twice;
  std::string doubled;
  for (const char* const value : {"1", "2"}) {
    WriteBatch batch;
    batch.put("a", value);
    batch.set_sequence(5);
    twice.add(batch.bytes(), doubled);
  }
  MemoryEnv ambiguous = disk_of(4, 1, doubled);
  refused(ambiguous);
  Db first = test::open_db(ambiguous, {.paranoid = false});
  CHECK(test::pairs_of(ambiguous, first) == test::Pairs{{"a", "1"}});

  // A batch of the log with such a number: its tag would be that of another kind and time.
  for (const Sequence first : {kMaxSequence, kMaxSequence + 1, UINT64_MAX}) {
    WriteBatch batch;
    batch.put("a", "1");
    batch.put("b", "1");
    batch.set_sequence(first);
    LogWriter writer;
    std::string log;
    writer.add(batch.bytes(), log);
    MemoryEnv disk = disk_of(4, 1, log);
    refused(disk);
    Db db = test::open_db(disk, {.paranoid = false});
    Call call(disk);
    REQUIRE_OK(db.put(call, "a", "2"));
    CHECK(test::pairs_of(disk, db) == test::Pairs{{"a", "2"}});
  }
}

TEST_CASE("a cursor shows the moment of its making, whatever is written meanwhile") {
  MemoryEnv env;
  Db db = test::open_db(env, test::small_options());
  Call call(env);
  for (uint32_t i = 0; i < 300; ++i) REQUIRE_OK(db.put(call, key_of(i), "old"));
  auto cursor = db.cursor(call);
  cursor.seek_first();
  for (uint32_t i = 0; i < 300; ++i) {
    REQUIRE(cursor.valid());
    CHECK(cursor.key() == key_of(i));
    CHECK(cursor.value() == "old");
    for (uint32_t k = 0; k < 20; ++k) {
      REQUIRE_OK(db.put(call, key_of((i * 7 + k) % 400), std::string(100, 'n')));
    }
    REQUIRE_OK(db.erase(call, key_of(i)));
    cursor.next();
  }
  CHECK_FALSE(cursor.valid());
}

TEST_CASE("approximate sizes grow with what is stored between two keys") {
  MemoryEnv env;
  Db db = test::open_db(env, {});
  Call call(env);
  test::Dice dice(1);
  for (uint32_t i = 0; i < 1000; ++i) {
    REQUIRE_OK(db.put(call, key_of(i), test::random_bytes(dice, 1000)));
  }
  CHECK(db.approximate_bytes("", "z") == 0);  // all in the memtable
  REQUIRE_OK(db.flush(call));
  const uint64_t half = db.approximate_bytes(key_of(0), key_of(500));
  CHECK(half > 490000);
  CHECK(half < 530000);
  CHECK(db.approximate_bytes(key_of(500), key_of(500)) == 0);
  CHECK(db.approximate_bytes("", "z") > 1000000);
}

TEST_CASE("each step of a put and a get is seen with its cost") {
  struct Seen : StoreObserver {
    std::vector<StoreEvent> events;
    void happened(const StoreEvent& event) override { events.push_back(event); }
    bool has(StoreEvent::Kind kind) const {
      for (const StoreEvent& event : events) {
        if (event.kind == kind) return true;
      }
      return false;
    }
  } seen;
  MemoryEnv env;
  Options options = test::small_options();
  options.sync = true;
  Db db = test::open_db(env, options);
  BlockCache cache(1 << 20);
  Call call(env);
  call.observer = &seen;
  call.cache = &cache;
  REQUIRE_OK(db.put(call, "a", std::string(100, 'v')));
  REQUIRE(seen.events.size() == 3);
  CHECK(seen.events[0].kind == StoreEvent::log_append);
  CHECK(seen.events[0].bytes == 7 + 12 + 1 + 1 + 1 + 1 + 100);
  CHECK(seen.events[1].kind == StoreEvent::log_sync);
  CHECK(seen.events[2].kind == StoreEvent::memtable_insert);
  CHECK(call.cost.syncs == 1);
  CHECK(call.cost.bytes_written == seen.events[0].bytes);
  REQUIRE_OK(db.flush(call));
  CHECK(seen.has(StoreEvent::flush_end));
  CHECK(seen.has(StoreEvent::manifest_append));

  seen.events.clear();
  call.cost = {};
  std::string value;
  for (const bool cached : {false, true}) {
    REQUIRE_OK(db.get(call, "a", value));
    REQUIRE(seen.events.size() == 4);
    CHECK(seen.events[0].kind == StoreEvent::memtable_search);
    CHECK_FALSE(seen.events[0].yes);
    CHECK(seen.events[1].kind == StoreEvent::filter);
    CHECK(seen.events[1].yes);
    CHECK(seen.events[2].kind == StoreEvent::block_read);
    CHECK(seen.events[2].yes == cached);
    CHECK(seen.events[3].kind == StoreEvent::table_search);
    CHECK(seen.events[3].yes);
    seen.events.clear();
  }
  CHECK(call.cost.seeks == 1);
  CHECK(call.counters.blocks_read == 1);
  CHECK(call.counters.blocks_cached == 1);
  for (uint32_t i = 0; i < 500; ++i)
    REQUIRE_OK(db.put(call, key_of(i % 100), std::string(100, 'v')));
  CHECK(seen.has(StoreEvent::compaction_end));
  CHECK(seen.has(StoreEvent::remove));
  CHECK(call.background.bytes_written > 0);
}

TEST_CASE("sixteen machines with ten thousand pairs each are copied in less than a millisecond") {
  struct Machine {
    MemoryEnv disk;
    std::optional<Db> db;
  };
  std::vector<Machine> world(16);
  Options options;
  options.write_buffer_bytes = 64 << 10;
  for (Machine& machine : world) {
    machine.db = test::open_db(machine.disk, options);
    Call call(machine.disk);
    for (uint32_t i = 0; i < 10000; ++i) {
      REQUIRE_OK(machine.db->put(call, key_of(i * 7919 % 10000), std::string(100, 'v')));
    }
  }
  double best_us = 1e9;
  for (int i = 0; i < 20; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Machine> copy = world;
    const auto end = std::chrono::steady_clock::now();
    REQUIRE(copy.back().db->last_sequence() == world.back().db->last_sequence());
    best_us = std::min(best_us, std::chrono::duration<double, std::micro>(end - start).count());
  }
  MESSAGE("a copy takes " << best_us << " us");
  CHECK(best_us < 1000 * static_cast<double>(test::kLuckShare));
}

}  // namespace lsm_db_test
