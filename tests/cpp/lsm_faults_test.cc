// What is left when the machine crashes or bytes turn.
#include <functional>
#include <set>

#include "lsm.h"
#include "store/fault_env.h"
#include "store/file_name.h"
#include "store/verify.h"

namespace lsm_faults_test {

using namespace systemsim;
using namespace systemsim::store;
using store::Call;

namespace {

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
  const auto operations = test::some_operations(3, 2000);
  std::set<uint64_t> prefixes = {test::digest_of({})};
  test::Pairs model;
  for (const test::Step& operation : operations) {
    test::apply(model, operation);
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
  for (const test::Step& operation : operations) {
    test::apply(next, operation);
    REQUIRE_OK(test::apply(db, call, operation));
    test::apply(model, operation);
  }
  CHECK(test::pairs_of(watched, db) == model);
  MESSAGE(boundary << " boundaries between calls, each " << stride
                   << ". tried three ways: " << points << " crash points");
  return points;
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
  const auto operations = test::some_operations(5, 700);
  std::vector<uint64_t> ends;  // of the log after each operation
  std::vector<uint64_t> digests = {test::digest_of({})};
  test::Pairs model;
  for (const test::Step& operation : operations) {
    REQUIRE_OK(test::apply(db, call, operation));
    test::apply(model, operation);
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
  CHECK(points > 6000);
}

TEST_CASE("a byte that turns is found, or does no harm") {
  const uint64_t stride = test::is_short() ? 70 : 1;
  for (const bool with_log : {true, false}) {
    const MemoryEnv good = test::small_database(with_log);
    MemoryEnv copy = good;
    const Options options = test::small_options();
    const test::Pairs expected = [&] {
      MemoryEnv env = good;
      const Db db = test::open_db(env, options);
      return test::pairs_of(env, db);
    }();
    // What the log gives when its last record is damaged, behind which no whole one follows.
    test::Pairs without_last;
    const auto logged = test::some_operations(9, 60);
    for (const test::Step& operation : test::some_operations(8, 400))
      test::apply(without_last, operation);
    for (size_t i = 0; i + 1 < logged.size(); ++i) test::apply(without_last, logged[i]);
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
  for (const test::Step& operation : test::some_operations(1, 500))
    REQUIRE_OK(test::apply(db, call, operation));
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
  MemoryEnv good = test::small_database(true);
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

}  // namespace lsm_faults_test
