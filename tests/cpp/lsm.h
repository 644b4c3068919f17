// What the tests of the LSM tree share.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/mix.h"
#include "store/db.h"
#include "store/memory_env.h"
#include "support.h"

namespace systemsim::test {

// A directory of its own, which goes with this.
struct TemporaryDirectory {
  std::string path = (std::filesystem::temp_directory_path() / "systemsim-XXXXXX").string();
  TemporaryDirectory() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
};

// A file that libleveldb wrote, or a vector of its tests.
inline std::string leveldb_path(const std::string& name) {
  return source_path("tests/data/leveldb/" + name);
}

inline std::string random_bytes(Dice& dice, uint32_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(dice.next());
  return bytes;
}

// A directory of such files, as a disk.
inline store::MemoryEnv golden_disk(const std::string& directory) {
  store::MemoryEnv env;
  for (const auto& file : std::filesystem::directory_iterator(leveldb_path(directory))) {
    const auto written =
        env.write(file.path().filename().string(), read_file(file.path().string()), true);
    REQUIRE(written.ok());
  }
  return env;
}

// Small buffers, so that little data makes many tables on several levels.
inline store::Options small_options(
    store::CompactionPolicy policy = store::CompactionPolicy::leveled) {
  store::Options options;
  options.write_buffer_bytes = 8 << 10;
  options.table_bytes = 4 << 10;
  options.level1_bytes = 16 << 10;
  options.table.block_bytes = 512;
  options.policy = policy;
  return options;
}

template <class T>
std::string message_of(const Result<T>& result) {
  return result.ok() ? ""
                     : std::string(name_of(result.error().code)) + ": " + result.error().message;
}

#define REQUIRE_OK(expression)                                \
  do {                                                        \
    const auto& outcome = (expression);                       \
    REQUIRE_MESSAGE(outcome.ok(), test::message_of(outcome)); \
  } while (false)

inline store::Db open_db(store::Env& env, const store::Options& options) {
  store::Call call(env);
  auto db = store::Db::open(call, options);
  REQUIRE_MESSAGE(db.ok(), message_of(db));
  return std::move(db).value();
}

using Pairs = std::map<std::string, std::string>;

inline uint64_t digest_of(const Pairs& pairs) {
  Mix128 mix;
  for (const auto& [key, value] : pairs) {
    mix.fold_bytes(key);
    mix.fold_bytes(value);
  }
  return mix.low();
}

// Everything that is to be seen, walked in one direction.
// `Database`: a Db, or one with a thread.
template <class Database>
Pairs pairs_walked(store::Env& env, Database&& db, store::Sequence at, bool backward) {
  store::Call call(env);
  Pairs pairs;
  auto cursor = db.cursor(call, at);
  std::string last;
  for (backward ? cursor.seek_last() : cursor.seek_first(); cursor.valid();
       backward ? cursor.prev() : cursor.next()) {
    const std::string key(cursor.key());
    if (!pairs.empty()) CHECK((backward ? key < last : last < key));
    pairs.emplace(key, cursor.value());
    last = key;
  }
  REQUIRE_MESSAGE(cursor.error() == nullptr, cursor.error()->message);
  return pairs;
}

template <class Database>
Pairs pairs_of(store::Env& env, Database&& db, store::Sequence at = store::kMaxSequence) {
  return pairs_walked(env, db, at, false);
}

inline Pairs pairs_backward(store::Env& env, const store::Db& db,
                            store::Sequence at = store::kMaxSequence) {
  return pairs_walked(env, db, at, true);
}

// A write of a workload that tests of faults share.
struct Step {
  bool erase = false;
  std::string key;
  std::string value;
};

inline std::vector<Step> some_operations(uint64_t seed, int count) {
  Dice dice(seed);
  std::vector<Step> list;
  list.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    list.push_back({dice.chance(0.2), "key" + std::to_string(dice.below(120)),
                    std::to_string(i) + ":" + random_bytes(dice, dice.below(150))});
  }
  return list;
}

inline Outcome apply(store::Db& db, store::Call& call, const Step& operation) {
  return operation.erase ? db.erase(call, operation.key)
                         : db.put(call, operation.key, operation.value);
}

inline void apply(Pairs& model, const Step& operation) {
  if (operation.erase) {
    model.erase(operation.key);
  } else {
    model[operation.key] = operation.value;
  }
}

// Levels below 0 do not overlap, and every table is where the version says.
inline void check_shape(const store::Db& db) {
  for (uint32_t level = 1; level < store::kLevels; ++level) {
    const auto& files = db.version().levels[level];
    for (size_t i = 1; i < files.size(); ++i) {
      CHECK(store::compare_internal(files[i - 1]->largest, files[i]->smallest) < 0);
    }
  }
}

// Tables on several levels, and with `with_log` a log besides.
inline store::MemoryEnv small_database(bool with_log) {
  store::MemoryEnv env;
  store::Options options = small_options();
  store::Db db = open_db(env, options);
  store::Call call(env);
  for (const Step& operation : some_operations(8, 400)) REQUIRE_OK(apply(db, call, operation));
  REQUIRE_OK(db.compact(call));
  for (const Step& operation : some_operations(9, 60)) REQUIRE_OK(apply(db, call, operation));
  if (!with_log) REQUIRE_OK(db.flush(call));
  db.close(call);
  return env;
}

}  // namespace systemsim::test
