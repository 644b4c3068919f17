// The command as a stranger's script would use it: exit codes, one JSON object, complaints.
#include <cmath>

#include "command.h"
#include "lab/json.h"
#include "support.h"

using namespace systemsim;
using test::Ran;
using test::systemsim_command;

namespace {

std::string golden(const std::string& name) {
  return "'" + test::source_path("tests/golden/scenarios/" + name + ".json") + "'";
}

}  // namespace

TEST_CASE("systemsim run prints one JSON object with the seed, the hash and the counts") {
  const Ran ran = systemsim_command("run " + golden("strict-quorum"));
  CHECK(ran.exit == 0);
  const auto json = parse_json(ran.out);
  REQUIRE(json.ok());
  CHECK(json.value().members[0].name == "seed");
  CHECK(json.value().members[1].value.text.size() == 64);
  CHECK(systemsim_command("run " + golden("strict-quorum") + " --seed 99").out != ran.out);
  const auto cut =
      parse_json(systemsim_command("run " + golden("strict-quorum") + " --until 100").out);
  REQUIRE(cut.ok());
  CHECK(cut.value().members[3].name == "sim_ms");
  CHECK(cut.value().members[3].value.number <= 100);
  CHECK(cut.value().members[3].value.number > 80);
  CHECK(systemsim_command("run - < " + golden("strict-quorum")).out == ran.out);
}

TEST_CASE("systemsim token prints one token a line") {
  CHECK(systemsim_command("token 123").out == "-7468325962851647638\n");
  CHECK(systemsim_command("token --hex fefefefefefefefe 00017f7f").out ==
        "-8927430733708461935\n6573459401642635627\n");
  CHECK(systemsim_command("token").exit == 2);
  CHECK(systemsim_command("token --hex 0g").exit == 2);
  CHECK(systemsim_command("token -- --hex").exit == 0);
}

TEST_CASE("systemsim ring measures a ring") {
  const Ran ran = systemsim_command("ring --nodes 10 --vnodes 256 --n 3 --seed 7");
  CHECK(ran.exit == 0);
  const auto json = parse_json(ran.out);
  REQUIRE(json.ok());
  for (const auto& [name, value] : json.value().members) {
    if (name == "moved_on_join") CHECK(std::abs(value.number - 1.0 / 11) < 0.03);
    if (name == "max_over_mean") CHECK(std::abs(value.number - 1.1) < 0.1);
  }
  CHECK(systemsim_command("ring --nodes 2 --n 3").exit == 2);
  CHECK(systemsim_command("ring --nodes 0").exit == 2);
  CHECK(systemsim_command("ring --nodes").exit == 2);
}

TEST_CASE("bad input exits 2 and says where and what was expected") {
  CHECK(systemsim_command("run /nowhere.json").exit == 2);
  CHECK(systemsim_command("").exit == 2);
  CHECK(systemsim_command("fly").exit == 2);
  CHECK(systemsim_command("run a b").exit == 2);
  CHECK(systemsim_command("run --sede 1 x").out.find("unknown option --sede") != std::string::npos);
  const Ran pointed =
      systemsim_command("run '" + test::source_path("tests/data/too-strict.json") + "'");
  CHECK(pointed.exit == 2);
  CHECK(pointed.out.find("/cluster/w: 4 is more than n, which is 3") != std::string::npos);
}

TEST_CASE("a trace file that cannot be written exits 4") {
  CHECK(systemsim_command("run " + golden("single-node") + " --trace /nowhere/t").exit == 4);
}
