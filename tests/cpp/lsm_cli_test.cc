// `systemsim db`, as a stranger's script would use it.
#include <fstream>

#include "command.h"
#include "lab/json.h"
#include "lsm.h"

namespace lsm_cli_test {

using namespace systemsim;
using test::Ran;
using test::systemsim_command;

namespace {

struct Directory : test::TemporaryDirectory {
  Ran run(const std::string& words) const {
    return systemsim_command("db '" + path + "' " + words);
  }
};

double number(const Ran& ran, const std::string& name) {
  REQUIRE_MESSAGE(ran.out.find('{') != std::string::npos, ran.out);
  const auto json = parse_json(ran.out.substr(ran.out.find('{')));  // behind what was told
  REQUIRE_MESSAGE(json.ok(), ran.out);
  for (const auto& member : json.value().members) {
    if (member.name == name) return member.value.number;
  }
  FAIL("no field " << name);
  return 0;
}

}  // namespace

TEST_CASE("systemsim db puts, gets, deletes and scans") {
  const Directory db;
  CHECK(db.run("get a").exit == 2);  // not a database, and not made by asking
  CHECK(std::filesystem::is_empty(db.path));
  CHECK(db.run("put a 1").exit == 0);
  CHECK(number(db.run("put b 'two words'"), "sequence") == 2);
  CHECK(db.run("put --hex 00ff 5c09").exit == 0);
  CHECK(db.run("get a").out == "1\n");
  CHECK(db.run("get nothing").exit == 1);
  CHECK(db.run("get nothing").out.empty());
  CHECK(db.run("scan").out == "\\x00\\xff\t\\x5c\\x09\na\t1\nb\ttwo words\n");
  CHECK(db.run("scan a b").out == "a\t1\n");
  CHECK(db.run("scan --hex 61").out == "61\t31\n62\t74776f20776f726473\n");
  CHECK(db.run("delete a").exit == 0);
  CHECK(db.run("get a").exit == 1);
  CHECK(db.run("scan a").out == "b\ttwo words\n");
  CHECK(db.run("put a").exit == 2);
  CHECK(db.run("sing").exit == 2);
  CHECK(db.run("fill x").exit == 2);
  CHECK(db.run("get --hex 0g").exit == 2);
  CHECK(db.run("scan --policy fast").exit == 2);
  CHECK(systemsim_command("db").exit == 2);
}

TEST_CASE("systemsim db fill makes equal files with --inline, and equal pairs without") {
  const Directory one;
  const Directory two;
  const Directory threaded;
  const Ran filled = one.run("fill 10000 --seed 7 --inline --write-buffer 65536");
  REQUIRE(filled.exit == 0);
  CHECK(number(filled, "write_amplification") > 2);
  CHECK(two.run("fill 10000 --seed 7 --inline --write-buffer 65536").out == filled.out);
  CHECK(threaded.run("fill 10000 --seed 7 --write-buffer 65536").exit == 0);
  for (const auto& file : std::filesystem::directory_iterator(one.path)) {
    CHECK(test::read_file(file.path().string()) ==
          test::read_file(two.path + "/" + file.path().filename().string()));
  }
  const std::string pairs = one.run("scan").out;
  CHECK(pairs.size() == 10000 * (16 + 1 + 100 + 1));
  CHECK(threaded.run("scan").out == pairs);
  CHECK(number(one.run("stats"), "keys") == 10000);
  CHECK(one.run("compact").exit == 0);
  CHECK(one.run("scan").out == pairs);
  CHECK(number(one.run("verify"), "entries") == 10000);
}

TEST_CASE("systemsim db verify names the file and the place of damage") {
  const Directory db;
  REQUIRE(db.run("fill 2000 --inline").exit == 0);
  REQUIRE(db.run("compact").exit == 0);
  CHECK(db.run("verify").exit == 0);
  std::string table;
  for (const auto& file : std::filesystem::directory_iterator(db.path)) {
    if (file.path().extension() == ".ldb") table = file.path().filename().string();
  }
  REQUIRE_FALSE(table.empty());
  std::string bytes = test::read_file(db.path + "/" + table);
  bytes[5000] = static_cast<char>(bytes[5000] ^ 4);
  std::ofstream(db.path + "/" + table, std::ios::binary) << bytes;
  const Ran verdict = db.run("verify");
  CHECK(verdict.exit == 1);
  CHECK(verdict.out.find(table + " at ") != std::string::npos);
  CHECK(db.run("scan").exit == 4);
}

TEST_CASE("systemsim db says which part of a log it left out") {
  const Directory db;
  REQUIRE(db.run("fill 30").exit == 0);
  const std::string log = db.path + "/000003.log";
  const std::string bytes = test::read_file(log);
  std::ofstream(log, std::ios::binary) << bytes.substr(0, 1000);
  const Ran verdict = db.run("verify");
  CHECK(verdict.exit == 0);
  CHECK(number(verdict, "log_entries") == 7);
  CHECK(verdict.out.find(R"("log_end":{"file":"000003.log","offset":966,"bytes":1000})") !=
        std::string::npos);
  CHECK(db.run("scan").out.find("000003.log: from byte 966 of 1000 on, ") != std::string::npos);

  std::string damaged = bytes;
  damaged[500] = static_cast<char>(damaged[500] ^ 1);
  std::ofstream(log, std::ios::binary) << damaged;
  const Ran refused = db.run("scan");
  CHECK(refused.exit == 4);
  CHECK(refused.out.find("--salvage takes what can be read") != std::string::npos);
  const Ran saved = db.run("stats --salvage");
  CHECK(saved.exit == 0);
  CHECK(number(saved, "keys") == 3);
  CHECK(saved.out.find("000003.log: from byte 414 of 4140 on, ") != std::string::npos);
  CHECK(number(saved, "space_amplification") > 4140.0 / (3 * 116));
}

TEST_CASE("systemsim db reads what libleveldb wrote, and refuses what is no database") {
  const Directory copy;
  std::filesystem::copy(test::leveldb_path("db-compacted-bloom10"), copy.path);
  CHECK(copy.run("scan").out ==
        test::read_file(test::leveldb_path("db-compacted-bloom10.dump.tsv")));
  CHECK(copy.run("verify").exit == 0);

  const Directory other;
  std::ofstream(other.path + "/notes.txt") << "hello";
  for (const char* const words : {"put a 1", "get a", "scan", "fill 10", "verify", "compact"}) {
    CHECK(other.run(words).exit == 2);
  }
  CHECK(std::distance(std::filesystem::directory_iterator(other.path), {}) == 1);
  CHECK(systemsim_command("db /no/such/directory get a").exit == 2);
}

}  // namespace lsm_cli_test
