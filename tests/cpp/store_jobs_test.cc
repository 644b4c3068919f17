// The jobs "lookups" and "deletions", and the archive of a directory.
#include <cmath>
#include <cstdlib>

#include "command.h"
#include "lab/deletions.h"
#include "lab/lookups.h"
#include "lab/measure.h"
#include "lab/tar.h"
#include "lsm.h"
#include "store/posix_env.h"

namespace store_jobs_test {

using namespace systemsim;

namespace {

template <class Work>
Json report(const std::string& job, uint64_t slice = 1000) {
  auto read = Work::read(parse_json(job).value());
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().path + ": " + read.error().message));
  while (!read.value().finished()) read.value().advance(slice);
  return parse_json(read.value().result()).value();
}

double number(const Json& json, const std::string& pointer) {
  const Json* found = resolve(json, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  REQUIRE_MESSAGE(found->type != Json::Type::null, pointer);
  return found->number;
}

bool is_null(const Json& json, const std::string& pointer) {
  const Json* found = resolve(json, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  return found->type == Json::Type::null;
}

}  // namespace

TEST_CASE("with filters a miss is cheaper than a hit, and without them it is not") {
  const Json with = report<Lookups>(R"({"bloom_bits":10})");
  const Json without = report<Lookups>(R"({"bloom_bits":0})");
  CHECK(number(with, "/hit/found") == 2000);
  CHECK(number(with, "/miss/found") == 0);
  CHECK(number(with, "/miss_over_hit") < 0.1);
  CHECK(number(without, "/miss_over_hit") > 1);
  // The same trees and the same reads: a filter takes no block from a hit that it needs.
  CHECK(number(with, "/hit/in_memory") == number(without, "/hit/in_memory"));
  CHECK(is_null(without, "/false_positives/measured"));
  CHECK(is_null(without, "/false_positives/theory"));
}

TEST_CASE("what is counted of reads adds up") {
  const Json all = report<Lookups>(R"({"bloom_bits":4,"reads":500,"each_bits":true})", 1);
  REQUIRE(resolve(all, "/each_bits")->items.size() == 21);
  for (const std::string tree : {"", "/each_bits/0", "/each_bits/1", "/each_bits/10"}) {
    for (const std::string kind : {"/hit", "/miss"}) {
      CAPTURE(tree + kind);
      const std::string place = tree + kind;
      const Json& by_blocks = *resolve(all, place + "/reads_by_blocks");
      double reads = 0;
      double blocks = 0;
      for (size_t i = 0; i < by_blocks.items.size(); ++i) {
        reads += by_blocks.items[i].number;
        blocks += static_cast<double>(i) * by_blocks.items[i].number;
      }
      CHECK(reads == 500);
      CHECK(blocks == number(all, place + "/blocks"));
      CHECK(number(all, place + "/blocks_a_read") == blocks / 500);
      // A block is 0.1 ms and its bytes.
      const double least_us = blocks * 100 / 500;
      CHECK(number(all, place + "/us_a_read") >= least_us);
      CHECK(number(all, place + "/us_a_read") <= least_us * 1.1);
    }
    // A miss reads a block where a filter was wrong, and nowhere else.
    if (tree != "/each_bits/0") {
      CHECK(number(all, tree + "/miss/filters/wrong") == number(all, tree + "/miss/blocks"));
      CHECK(number(all, tree + "/miss/filters/asked") ==
            number(all, tree + "/miss/filters/wrong") + number(all, tree + "/miss/filters/denied"));
    }
  }
  // What was asked for alone is what stands in the list.
  CHECK(number(all, "/miss/blocks") == number(all, "/each_bits/4/miss/blocks"));
}

TEST_CASE("filters are wrong about as often as theory says, and less with each bit") {
  double before = 1;
  const Json all = report<Lookups>(R"({"reads":20000,"each_bits":true})", 1);
  for (const uint32_t bits : {1U, 3U, 5U, 7U, 9U, 11U, 13U}) {
    CAPTURE(bits);
    const std::string place = "/each_bits/" + std::to_string(bits) + "/false_positives";
    const double theory = number(all, place + "/theory");
    // Broder and Mitzenmacher's formula, by the library's own exponential.
    const double probes = std::max(1.0, std::floor(bits * 0.69));
    CHECK(theory == doctest::Approx(std::pow(1 - std::exp(-probes / bits), probes)));
    // One filter for each block, of some thirty keys. In so small a filter LevelDB's two hashes
    // meet more often than independent ones (Dillinger and Manolios, 2004), and 64 bits are the
    // least.
    const double measured = number(all, place + "/measured");
    CHECK(measured < theory * 2);
    CHECK(measured > theory / 2);
    CHECK(measured < before);
    before = measured;
  }
}

TEST_CASE("deleting needs space first whatever the values' size; the end is larger or smaller") {
  uint32_t larger = 0;
  uint32_t smaller = 0;
  for (const int bytes : {0, 20, 40, 60, 100, 200, 1000}) {
    CAPTURE(bytes);
    const Json all = report<Deletions>(R"({"value_bytes":)" + std::to_string(bytes) + "}");
    CHECK(number(all, "/grew") > 1.005);
    const bool grew =
        number(all, "/deleted/directory_bytes") > number(all, "/filled/directory_bytes");
    grew ? ++larger : ++smaller;
    CHECK(number(all, "/compacted/directory_bytes") < number(all, "/filled/directory_bytes") / 40);
  }
  CHECK(larger > 0);
  CHECK(smaller > 0);
}

TEST_CASE("deleting every key of short values makes it larger, and compacting it empties it") {
  const Json all = report<Deletions>(R"({"value_bytes":20})");
  CHECK(number(all, "/grew") > 1.2);
  CHECK(number(all, "/deleted/directory_bytes") > number(all, "/filled/directory_bytes"));
  CHECK(number(all, "/deleted/live_bytes") == 0);
  CHECK(number(all, "/compacted/table_bytes") == 0);
  CHECK(number(all, "/compacted/directory_bytes") < number(all, "/filled/directory_bytes") / 20);
  CHECK(number(all, "/filled/live_bytes") == 5000 * (13 + 20));
  CHECK(is_null(all, "/deleted/amplification/space"));
  CHECK(number(all, "/filled/amplification/space") >= 1);
  CHECK(number(all, "/filled/amplification/write") > 1);
  CHECK(number(all, "/compacted/amplification/read") == 0);
  double most = 0;
  const Json& moments = *resolve(all, "/moments");
  CHECK(moments.items.size() == 102);  // the beginning, 50, 50, and compacted
  for (const Json& moment : moments.items)
    most = std::max(most, number(moment, "/directory_bytes"));
  CHECK(most <= number(all, "/most_bytes"));
  for (const std::string part : {"filled", "deleted", "compacted"}) {
    double bytes = 0;
    for (const Json& file : resolve(all, "/" + part + "/files")->items) {
      bytes += number(file, "/bytes");
    }
    CHECK(bytes == number(all, "/" + part + "/directory_bytes"));
  }
}

TEST_CASE("a job in slices of any size is the same job") {
  const auto whole = report<Deletions>(R"({"keys":300})", UINT64_MAX);
  auto read = Deletions::read(parse_json(R"({"keys":300})").value());
  while (!read.value().finished()) read.value().advance(13);
  auto again = Deletions::read(parse_json(R"({"keys":300})").value());
  again.value().advance(UINT64_MAX);
  CHECK(read.value().result() == again.value().result());
  CHECK(number(whole, "/moments/100/deletes") == 300);
}

TEST_CASE("an archive is unpacked by tar, and the directory in it is a database") {
  std::string directory = (std::filesystem::temp_directory_path() / "systemsim-XXXXXX").string();
  REQUIRE(::mkdtemp(directory.data()) != nullptr);
  const Json all = report<Deletions>(R"({"keys":500,"archive":"filled"})");
  // base64 by the system's own.
  const std::string text = directory + "/archive.txt";
  std::ofstream(text, std::ios::binary) << resolve(all, "/archive")->text;
  const std::string line = "cd '" + directory + "' && base64 -d archive.txt | tar xf -";
  REQUIRE(std::system(line.c_str()) == 0);  // NOLINT(cert-env33-c): the system's tar is the oracle
  store::PosixEnv env(directory + "/systemsim-filled");
  const store::Db db = test::open_db(env, {});
  CHECK(test::pairs_of(env, db).size() == 500);
  std::filesystem::remove_all(directory);
}

TEST_CASE("base64 is RFC 4648's") {
  // Its section 10.
  CHECK(to_base64("") == "");
  CHECK(to_base64("f") == "Zg==");
  CHECK(to_base64("fo") == "Zm8=");
  CHECK(to_base64("foo") == "Zm9v");
  CHECK(to_base64("foobar") == "Zm9vYmFy");
  CHECK(to_base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("systemsim lsm lookups and deletions print the jobs' reports") {
  const auto lookups = test::systemsim_command("lsm lookups --keys 500 --reads 50 --show 7");
  auto job = Lookups::read(parse_json(R"({"keys":500,"reads":50,"show":7})").value());
  job.value().advance(1);
  CHECK(lookups.out == job.value().result() + "\n");
  CHECK(lookups.exit == 0);
  const auto deletions = test::systemsim_command("lsm deletions --keys 500 --moments 3");
  auto other = Deletions::read(parse_json(R"({"keys":500,"moments":3})").value());
  other.value().advance(UINT64_MAX);
  CHECK(deletions.out == other.value().result() + "\n");
}

}  // namespace store_jobs_test
