// What a database's own thread does besides: tables are written while they are built, so that none
// stands in memory whole; reading in vain merges them.
#include <set>

#include "lsm.h"
#include "store/background_db.h"
#include "store/compaction.h"
#include "store/file_name.h"
#include "store/posix_env.h"

namespace lsm_thread_test {

using namespace systemsim;
using namespace systemsim::store;
using store::Call;

namespace {

class Collected final : public TableSink {
 public:
  explicit Collected(size_t most_pieces = SIZE_MAX) : most_pieces_(most_pieces) {}
  Outcome take(std::string_view bytes) override {
    if (++pieces == most_pieces_) return Error{ErrorCode::limit, "the disk is full", ""};
    largest = std::max(largest, bytes.size());
    file += bytes;
    return Done{};
  }
  std::string file;
  size_t pieces = 0;
  size_t largest = 0;

 private:
  size_t most_pieces_;
};

std::shared_ptr<const Memtable> some_entries(int count) {
  auto memtable = std::make_shared<Memtable>(4096);
  test::Dice dice(1);
  for (int i = 0; i < count; ++i) {
    memtable->add(static_cast<Sequence>(i) + 1, kValue, std::to_string(dice.below(1'000'000)),
                  test::random_bytes(dice, 100));
  }
  return memtable;
}

}  // namespace

TEST_CASE("a table that is taken away piece by piece is the same file") {
  const auto memtable = some_entries(5000);
  const auto built = [&](TableSink* sink) {
    MemtableCursor cursor(memtable);
    cursor.seek_first();
    return build_table(cursor, TableOptions{}, memtable->size_bytes(), sink);
  };
  const auto whole = built(nullptr);
  REQUIRE_OK(whole);
  CHECK(whole.value().taken_bytes == 0);
  Collected sink;
  const auto rest = built(&sink);
  REQUIRE_OK(rest);
  CHECK(sink.pieces > 5);
  CHECK(sink.largest < 70'000);
  CHECK(rest.value().taken_bytes == sink.file.size());
  CHECK(sink.file + rest.value().bytes == whole.value().bytes);

  Collected full(3);
  const auto failed = built(&full);
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().code == ErrorCode::limit);
}

TEST_CASE(
    "a thread's large tables are what it was given, and nothing else is left in the directory") {
  const test::TemporaryDirectory directory;
  const std::string& path = directory.path;
  {
    PosixEnv env(path, false);
    Options options;
    options.write_buffer_bytes = 512 << 10;
    options.table_bytes = 256 << 10;
    options.level1_bytes = 512 << 10;
    test::Pairs model;
    test::Dice dice(2);
    auto opened = BackgroundDb::open(env, options);
    REQUIRE_OK(opened);
    Call call(env);
    for (int i = 0; i < 40'000; ++i) {
      const std::string key = std::to_string(dice.below(20'000));
      model[key] = test::random_bytes(dice, 100);
      REQUIRE_OK(opened.value()->put(call, key, model[key]));
    }
    REQUIRE_OK(opened.value()->settle());
    std::set<uint64_t> numbers;
    opened.value()->ask([&](const Db& db) {
      for (const Files& files : db.version().levels) {
        for (const FilePtr& file : files) {
          numbers.insert(file->number);
          CHECK(file->size_bytes ==
                std::filesystem::file_size(path + "/" + table_name(file->number)));
        }
      }
    });
    CHECK(numbers.size() > 4);
    const auto names = env.list();
    REQUIRE_OK(names);
    size_t tables = 0;
    for (const std::string& name : names.value()) {
      tables += parse_file_name(name).kind == FileKind::table ? 1 : 0;
    }
    CHECK(tables == numbers.size());
    opened.value() = nullptr;
    const Db again = test::open_db(env, options);
    CHECK(test::pairs_of(env, again) == model);
    test::check_shape(again);
  }
}

TEST_CASE(
    "a thread merges down what readers search in vain too often, and nothing for those who do "
    "not") {
  const test::TemporaryDirectory directory;
  const std::string& path = directory.path;
  {
    PosixEnv env(path, false);
    auto opened = BackgroundDb::open(env, test::small_options());
    REQUIRE_OK(opened);
    BackgroundDb& db = *opened.value();
    Call call(env);
    test::Pairs model;
    for (int i = 0; i < 4000; ++i) {
      const std::string key = std::to_string(i * 7919 % 3000);
      model[key] = std::to_string(i) + std::string(50, '.');
      REQUIRE_OK(db.put(call, key, model[key]));
    }
    REQUIRE_OK(db.settle());
    const auto compactions = [&] {
      return db.ask(
          [](const Db& inner) { return inner.counters().compactions + inner.counters().moves; });
    };
    const size_t before = compactions();
    // Reads every key, or beside every key. Returns how often a table was searched in vain.
    const auto read_all = [&](const std::string& tail) {
      int in_vain = 0;
      for (const auto& [key, expected] : model) {
        std::string value;
        const auto found = db.get(call, key + tail, value);
        REQUIRE_OK(found);
        REQUIRE(found.value() == tail.empty());
        if (found.value()) CHECK(value == expected);
        in_vain += call.in_vain.file != 0 ? 1 : 0;
      }
      return in_vain;
    };
    std::string value;
    for (int i = 0; i < 50; ++i) REQUIRE_OK(db.get(call, "1", value));
    REQUIRE_OK(db.settle());
    CHECK(compactions() == before);
    // Nothing is merged before a table was searched in vain a hundred times; from then on the
    // thread may be faster than the readers.
    CHECK(read_all("") >= 100);
    int in_vain = 1;
    for (int round = 0; round < 200 && in_vain > 0; ++round) {
      in_vain = read_all(round % 2 == 0 ? "" : "?");
      REQUIRE_OK(db.settle());
    }
    CHECK(in_vain == 0);
    CHECK(compactions() > before);
    db.ask([](const Db& inner) {
      test::check_shape(inner);
      return 0;
    });
  }
}

}  // namespace lsm_thread_test
