// A log whose end was lost, or of which a byte turned, recovered by both engines. In memory, where
// thousands of openings take seconds.
#include <leveldb/helpers/memenv.h>

#include <set>

#include "engine.h"
#include "lsm.h"
#include "store/file_name.h"
#include "store/log_format.h"

namespace torn_log_test {

using namespace systemsim;
using namespace systemsim::store;
using store::Call;

namespace {

// A database of which everything stands in its log.
struct Written {
  MemoryEnv disk;
  std::string name;  // the log's
  std::string log;
  std::vector<uint64_t> ends = {0};  // of the log after so many records
  std::vector<uint64_t> digests = {test::digest_of({})};
};

Written written_log(uint64_t seed, uint32_t records, uint32_t large) {
  Written made;
  test::Dice dice(seed);
  Db db = test::open_db(made.disk, {});
  Call call(made.disk);
  test::Pairs model;
  WriteBatch batch;
  for (uint32_t i = 0; i < records; ++i) {
    batch.clear();
    const uint32_t count = dice.chance(0.1) ? 1 + dice.below(4) : 1;
    for (uint32_t k = 0; k < count; ++k) {
      // The last record is to be seen.
      const uint32_t number = i + 1 < records ? dice.below(records) : records;
      const std::string key = "key" + std::to_string(number);
      if (number < records && dice.chance(0.2)) {
        batch.erase(key);
        model.erase(key);
      } else {
        const uint32_t size = i == large ? 40000 : dice.below(30);
        model[key] = std::to_string(i) + ":" + test::random_bytes(dice, size);
        batch.put(key, model[key]);
      }
    }
    REQUIRE_OK(db.write(call, batch));
    made.ends.push_back(call.cost.bytes_written);
    made.digests.push_back(test::digest_of(model));
  }
  made.name = log_name(db.log_number());
  made.log = made.disk.read(made.name).value().bytes;
  REQUIRE(made.log.size() == made.ends.back());
  db.close(call);
  return made;
}

// What an engine finds; nothing when it refuses.
using Recovered = std::optional<uint64_t>;

class Recovery {
 public:
  explicit Recovery(const Written& made) : made_(made) {}

  Recovered by_us(const std::string& log, bool paranoid) const {
    MemoryEnv disk = made_.disk;
    REQUIRE_OK(disk.write(made_.name, log, true));
    Call call(disk);
    auto db = Db::open(call, {.paranoid = paranoid});
    if (!db) {
      CHECK(db.error().code == ErrorCode::damaged);
      return std::nullopt;
    }
    auto cursor = db.value().cursor(call);
    Mix128 mix;
    for (cursor.seek_first(); cursor.valid(); cursor.next())
      fold(mix, cursor.key(), cursor.value());
    CHECK(cursor.error() == nullptr);
    return mix.low();
  }

  Recovered by_libleveldb(const std::string& log, bool paranoid) const {
    const std::unique_ptr<leveldb::Env> env(leveldb::NewMemEnv(leveldb::Env::Default()));
    MemoryEnv disk = made_.disk;
    const auto names = disk.list();
    for (const std::string& name : names.value()) {
      const std::string bytes =
          name == made_.name ? log : std::string(disk.read(name).value().bytes);
      REQUIRE(leveldb::WriteStringToFile(env.get(), bytes, "/db/" + name).ok());
    }
    const auto engine = peer::leveldb_engine({.paranoid = paranoid, .env = env.get()});
    peer::Stream pairs;
    const std::string wrong = peer::read_all(*engine, "/db", pairs);
    if (!wrong.empty()) {
      CHECK(wrong.find("Corruption") != std::string::npos);
      return std::nullopt;
    }
    Mix128 mix;
    for (const auto& [key, value] : pairs) fold(mix, key, value);
    return mix.low();
  }

 private:
  // As test::digest_of does.
  static void fold(Mix128& mix, std::string_view key, std::string_view value) {
    mix.fold_bytes(key);
    mix.fold_bytes(value);
  }

  const Written& made_;
};

}  // namespace

TEST_CASE("of a log that is torn, both engines recover the same prefix") {
  const Written made = written_log(1, test::is_long() ? 2200 : 1100, 700);
  const uint64_t size = made.log.size();
  CHECK(size > 2 * kLogBlockBytes);
  std::set<uint64_t> points;
  const auto around = [&](uint64_t at, uint64_t most) {
    for (uint64_t i = at < most ? 0 : at - most; i <= at + most && i <= size; ++i) points.insert(i);
  };
  for (const uint64_t end : made.ends) around(end, 1);
  for (uint64_t at = 0; at <= size; at += kLogBlockBytes) around(at, 8);
  around(size, 4096);
  if (test::is_long()) around(size, size);
  size_t whole = 0;
  const Recovery recovery(made);
  for (const uint64_t point : points) {
    CAPTURE(point);
    while (whole + 1 < made.ends.size() && made.ends[whole + 1] <= point) ++whole;
    const std::string log = made.log.substr(0, point);
    const Recovered expected = made.digests[whole];
    CHECK(recovery.by_us(log, true) == expected);
    CHECK(recovery.by_libleveldb(log, true) == expected);
  }
  MESSAGE(points.size() << " torn logs of " << made.ends.size() - 1 << " records");
  CHECK(points.size() > 7000);
}

TEST_CASE("of a log of which a byte turned, we tell whenever records that are whole are lost") {
  struct Case {
    std::string name;
    uint32_t records;
    uint32_t large;
    uint64_t stride;
  };
  for (const Case& one : {Case{"one block", 65, UINT32_MAX, 1},
                          Case{"three blocks", 700, 300, test::is_long() ? 1U : 37U}}) {
    const Written made = written_log(2, one.records, one.large);
    const Recovery recovery(made);
    const std::set<uint64_t> prefixes(made.digests.begin(), made.digests.end());
    struct Count {
      uint64_t refused = 0;
      uint64_t all = 0;
      uint64_t prefix = 0;  // some records at the end are missing
      uint64_t gap = 0;     // some before the last are
    } ours, theirs;
    const auto count = [&](Count& of, const Recovered& found) {
      if (!found) {
        ++of.refused;
      } else if (*found == made.digests.back()) {
        ++of.all;
      } else {
        ++(prefixes.count(*found) == 1 ? of.prefix : of.gap);
      }
    };
    uint64_t flips = 0;
    uint64_t differ = 0;
    uint64_t salvaged = 0;
    size_t record = 0;
    for (uint64_t at = 0; at < made.log.size(); at += one.stride, ++flips) {
      CAPTURE(at);
      while (made.ends[record + 1] <= at) ++record;
      std::string log = made.log;
      log[at] = static_cast<char>(log[at] ^ (1 << at % 8));
      const Recovered us = recovery.by_us(log, true);
      const Recovered them = recovery.by_libleveldb(log, true);
      count(ours, us);
      count(theirs, them);
      differ += us != them;
      // Only the last record may be lost in silence: there it looks as if its writer had died.
      if (us) CHECK((*us == made.digests[record] && record + 2 == made.digests.size()));
      // Where libleveldb tells, so do we; but for the last record.
      if (!them) CHECK((!us || record + 2 == made.digests.size()));
      // And who takes what can be read gets the same from both.
      const Recovered salvage = recovery.by_us(log, false);
      CHECK(salvage.has_value());
      CHECK(salvage == recovery.by_libleveldb(log, false));
      salvaged += salvage != made.digests.back();
    }
    MESSAGE(one.name << ", " << flips << " flips: we refuse " << ours.refused << ", give all of "
                     << ours.all << ", a prefix of " << ours.prefix
                     << "; libleveldb (paranoid) refuses " << theirs.refused << ", gives all of "
                     << theirs.all << ", in silence a prefix of " << theirs.prefix
                     << " and one with gaps of " << theirs.gap << "; " << differ
                     << " differ; not paranoid, both lose the same in " << salvaged);
    CHECK(ours.gap == 0);
  }
}

}  // namespace torn_log_test
