// What is recovered from logs and manifests whose content looks like logs, from a disk that writes
// out of order, and in which order what is safe becomes so.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "guarded_env.h"
#include "lsm.h"
#include "store/background_db.h"
#include "store/fault_env.h"
#include "store/file_name.h"
#include "store/log_writer.h"
#include "store/memtable.h"

namespace lsm_recovery_test {
using namespace systemsim;
using namespace systemsim::store;
using store::Call;

std::string bytes_of(Env& env, const std::string& name) {
  const auto file = env.read(name);
  REQUIRE_OK(file);
  return std::string(file.value().bytes);
}

// A log that another database could have written.
std::string foreign_log(Sequence first) {
  WriteBatch batch;
  batch.put("foreign", "value");
  batch.set_sequence(first);
  LogWriter writer;
  std::string log;
  writer.add(batch.bytes(), log);
  writer.add("hello", log);
  return log;
}

std::string manifest_of(MemoryEnv& env) {
  const std::string name = bytes_of(env, kCurrentName);
  return bytes_of(env, name.substr(0, name.size() - 1));
}

TEST_CASE("a torn log gives a prefix also where its values are logs themselves") {
  MemoryEnv env;
  const Options options;
  std::string older;
  {
    Db db = test::open_db(env, options);
    Call call(env);
    for (int i = 0; i < 20; ++i) REQUIRE_OK(db.put(call, "older", std::to_string(i)));
    older = bytes_of(env, log_name(db.log_number()));
    db.close(call);
  }
  Db db = test::open_db(env, options);
  Call call(env);
  const std::string name = log_name(db.log_number());
  std::vector<uint64_t> ends = {0};
  const std::string far = foreign_log(1'000'000'000);
  const std::vector<std::string> values = {
      older, far, foreign_log(0), "plain", std::string(40'000, 'x') + older + far, older + older};
  for (size_t i = 0; i < values.size(); ++i) {
    REQUIRE_OK(db.put(call, std::to_string(i), values[i]));
    ends.push_back(bytes_of(env, name).size());
  }
  const std::string log = bytes_of(env, name);
  REQUIRE(log.size() > kLogBlockBytes);
  for (size_t size = 0, whole = 0; size <= log.size(); ++size) {
    while (whole + 1 < ends.size() && ends[whole + 1] <= size) ++whole;
    if (size % 37 != 0 && size - ends[whole] > 2000) continue;
    MemoryEnv torn = env;
    torn.unlock();
    REQUIRE_OK(torn.write(name, log.substr(0, size), true));
    const Db again = test::open_db(torn, options);
    test::Pairs expected = {{"older", "19"}};
    for (size_t i = 0; i < whole; ++i) expected[std::to_string(i)] = values[i];
    REQUIRE(test::pairs_of(torn, again) == expected);
  }
}

TEST_CASE("a damaged record before whole ones is an error also where it is the log's first") {
  MemoryEnv env;
  const Options options;
  Db db = test::open_db(env, options);
  Call call(env);
  for (int i = 0; i < 3; ++i) REQUIRE_OK(db.put(call, std::to_string(i), foreign_log(0)));
  const std::string name = log_name(db.log_number());
  std::string log = bytes_of(env, name);
  for (size_t byte = 0; byte < log.size() / 3; ++byte) {
    MemoryEnv bad = env;
    bad.unlock();
    std::string bytes = log;
    bytes[byte] = static_cast<char>(bytes[byte] ^ 0x10);
    REQUIRE_OK(bad.write(name, bytes, true));
    Call opening(bad);
    const auto refused = Db::open(opening, options);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message == name + " at 0: a record is damaged, and whole ones follow it");
  }
}

TEST_CASE("a torn manifest gives the version before also where a key is a manifest itself") {
  MemoryEnv env;
  const Options options = test::small_options();
  Db db = test::open_db(env, options);
  Call call(env);
  REQUIRE_OK(db.put(call, "first", "value"));
  REQUIRE_OK(db.flush(call));
  const std::string key = "key" + manifest_of(env);
  REQUIRE_OK(db.put(call, key, "value"));
  const std::string current = bytes_of(env, kCurrentName);
  const std::string name = current.substr(0, current.size() - 1);
  const size_t before = bytes_of(env, name).size();
  MemoryEnv with_log = env;  // a flush removes its log only after its edit is safe
  REQUIRE_OK(db.flush(call));
  const std::string manifest = bytes_of(env, name);
  REQUIRE(manifest.size() > before + 2 * key.size());
  for (size_t size = before; size < manifest.size(); ++size) {
    MemoryEnv torn = with_log;
    torn.unlock();
    REQUIRE_OK(torn.write(name, manifest.substr(0, size), true));
    const Db again = test::open_db(torn, options);
    CHECK(test::pairs_of(torn, again) == test::Pairs{{"first", "value"}, {key, "value"}});
  }
}

TEST_CASE(
    "a disk that wrote later pages first: an error that says where, and without wrong data when "
    "told to salvage") {
  MemoryEnv env;
  const Options options;
  Db db = test::open_db(env, options);
  Call call(env);
  test::Pairs model;
  for (int i = 0; i < 300; ++i) {
    const std::string key = std::to_string(i);
    REQUIRE_OK(db.put(call, key, std::string(100, 'v')));
    model[key] = std::string(100, 'v');
  }
  const std::string name = log_name(db.log_number());
  std::string log = bytes_of(env, name);
  REQUIRE(log.size() > 5 * 4096U);
  log.replace(2 * size_t{4096}, 4096, 4096, '\0');
  env.unlock();
  REQUIRE_OK(env.write(name, log, true));
  Call opening(env);
  const auto refused = Db::open(opening, options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::damaged);
  CHECK(refused.error().message.find(name + " at ") == 0);
  Options salvage = options;
  salvage.paranoid = false;
  const Db again = test::open_db(env, salvage);
  const test::Pairs pairs = test::pairs_of(env, again);
  CHECK(pairs.size() > 50);
  CHECK(pairs.size() < model.size());
  for (const auto& [key, value] : pairs) CHECK(model.at(key) == value);
}

TEST_CASE(
    "what was acknowledged as safe is safe with all before it, while an older log waits for its "
    "flush") {
  MemoryEnv disk;
  FaultEnv env(disk);
  Options options = test::small_options();
  options.compact_inline = false;
  Db db = test::open_db(env, options);
  Call call(env);
  test::Pairs model;
  for (int round = 0; round < 2; ++round) {
    int i = 0;
    while (!db.memtable_full()) {
      const std::string key = std::to_string(round) + "-" + std::to_string(i++);
      REQUIRE_OK(db.put(call, key, "value"));
      model[key] = "value";
    }
    if (round == 0) REQUIRE_OK(db.switch_memtable(call));
  }
  REQUIRE(db.flush_due());
  WriteBatch batch;
  batch.put("safe", "value");
  model["safe"] = "value";
  const uint32_t before = call.cost.syncs;
  REQUIRE_OK(db.write(call, batch, true));
  CHECK(call.cost.syncs == before + 2);
  batch.clear();
  batch.put("safe too", "value");
  model["safe too"] = "value";
  REQUIRE_OK(db.write(call, batch, true));
  CHECK(call.cost.syncs == before + 3);  // the older log is safe by now
  REQUIRE_OK(db.put(call, "lost", "value"));
  REQUIRE_OK(env.crash(0));
  const Db again = test::open_db(env, options);
  CHECK(test::pairs_of(env, again) == model);
}

TEST_CASE("after a power cut that takes names which are not safe, what was synced is there") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    MemoryEnv disk;
    FaultEnv env(disk);
    const Options options = test::small_options(policy);
    test::Pairs model;
    test::Dice dice(8);
    for (int round = 0; round < 60; ++round) {
      Db db = test::open_db(env, options);
      CHECK(test::pairs_of(env, db) == model);
      Call call(env);
      test::Pairs now = model;
      for (uint32_t left = dice.below(400); left > 0; --left) {
        WriteBatch batch;
        const std::string key = std::to_string(dice.below(200));
        const std::string value = test::random_bytes(dice, dice.below(100));
        batch.put(key, value);
        now[key] = value;
        REQUIRE_OK(db.write(call, batch, true));
        model = now;
      }
      REQUIRE_OK(env.crash(0));
    }
  }
}

// The power fails in call `at`, which has done all of its work or some; of what was not synced the
// disk has some bytes, and no name. False when there is no such call.
bool cut_in_call(uint64_t at, uint64_t torn_bytes, uint64_t kept_bytes, CompactionPolicy policy) {
  Options options = test::small_options(policy);
  options.write_buffer_bytes = 4 << 10;
  options.sync = true;
  MemoryEnv disk;
  FaultEnv env(disk);
  test::Pairs model;
  test::Pairs next;  // the same with the operation that is under way
  bool cut = false;
  {
    Db db = test::open_db(env, options);
    env.faults.fail_from = env.calls() + at;
    env.faults.torn_bytes = torn_bytes;
    Call call(env);
    for (const test::Step& operation : test::some_operations(11, 600)) {
      test::apply(next, operation);
      cut = !test::apply(db, call, operation).ok();
      if (cut) break;
      model = next;
    }
  }
  env.faults = {};
  REQUIRE_OK(env.crash(kept_bytes));
  const test::Pairs found = test::pairs_of(env, test::open_db(env, options));
  CHECK((found == model || found == next));
  return cut;
}

TEST_CASE("a power cut in the midst of any call loses nothing that was synced") {
  const uint64_t stride = test::is_short() ? 37 : test::is_long() ? 1 : 7;
  test::Dice dice(12);
  uint64_t cuts = 0;
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    for (uint64_t at = 0;; at += stride) {
      CAPTURE(at);
      bool cut = false;
      const auto some = [&] { return uint64_t{dice.below(300)}; };
      const uint64_t ways[][2] = {
          {UINT64_MAX, 0}, {UINT64_MAX, some()}, {some(), UINT64_MAX}, {UINT64_MAX, UINT64_MAX}};
      for (const auto& [torn, kept] : ways) {
        cut = cut_in_call(at, torn, kept, policy);
        cuts += cut ? 1 : 0;
      }
      if (!cut) break;
    }
  }
  MESSAGE(cuts << " power cuts");
  CHECK(cuts > 8000 / stride);
}

TEST_CASE("a batch that no memtable can hold is refused, and the database goes on") {
  MemoryEnv env;
  Db db = test::open_db(env, Options());
  Call call(env);
  WriteBatch batch;
  for (int i = 0; i < 40'000'000; ++i) batch.erase("");
  const Outcome refused = db.write(call, batch);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::bad_input);
  CHECK(refused.error().message.find("expected a batch that one memtable can hold") == 0);
  REQUIRE_OK(db.put(call, "key", "value"));
  const Memtable memtable(256 << 10);
  CHECK(memtable.has_room(1, (2ULL << 30) - 64));  // the largest pair
  CHECK(memtable.has_room(1'000'000, 116'000'000));
  CHECK_FALSE(memtable.has_room(17'000, 17'000ULL * 70'000));
}

TEST_CASE(
    "a compaction that fails in the middle does not stop later writes, nor does one that makes "
    "more due") {
  MemoryEnv disk;
  FaultEnv faulty(disk);
  test::Guarded env(faulty);
  const Options options = test::small_options();
  auto opened = BackgroundDb::open(env, options);
  REQUIRE_OK(opened);
  BackgroundDb& db = *opened.value();
  Call call(env);
  test::Pairs model;
  const auto put = [&](int i) {
    const std::string key = std::to_string(i % 500);
    const std::string value(100, static_cast<char>('a' + i % 26));
    REQUIRE_OK(db.put(call, key, value));
    model[key] = value;
  };
  // The thread has worked, and waits for more.
  for (int i = 0; i < 500; ++i) put(i);
  REQUIRE_OK(db.settle());
  Faults faults;
  faults.fail_from = env.calls() + 1;  // the new log is made; the table cannot be written
  faults.fail_count = 1;               // but by the thread, which tries it again
  env.set(faults);
  CHECK_FALSE(db.compact(call).ok());
  env.set({});
  for (int i = 0; i < 3000; ++i) put(i);
  REQUIRE_OK(db.compact(call));
  REQUIRE_OK(db.settle());
  CHECK(test::pairs_of(env, db) == model);
}

}  // namespace lsm_recovery_test
