// The command as a stranger's script would use it: exit codes, one JSON object, complaints.
#include <cmath>

#include "command.h"
#include "lab/json.h"
#include "lab/measure.h"
#include "support.h"

namespace cli_test {

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

TEST_CASE("systemsim ring: racks, weights, and what dies") {
  const auto report = [](const std::string& arguments) {
    const Ran ran = systemsim_command("ring " + arguments);
    CHECK(ran.exit == 0);
    auto json = parse_json(ran.out);
    REQUIRE_MESSAGE(json.ok(), ran.out);
    return std::move(json).value();
  };
  const auto number = [](const Json& json, const std::string& name) {
    for (const Json::Member& member : json.members) {
      if (member.name == name) return member.value.number;
    }
    FAIL("no field " << name);
    return 0.0;
  };
  const std::string twelve = "--nodes 12 --vnodes 16 --n 3 --seed 1 ";
  const Json racks = report(twelve + "--racks 3");
  CHECK(number(racks, "one_rack") > 0.01);
  CHECK(number(racks, "one_rack") < 0.2);
  CHECK(number(racks, "one_data_centre") == 1);
  CHECK(number(racks, "dead") == 3);
  CHECK(number(racks, "loss_chance") == number(racks, "replica_sets") / 220);
  CHECK(number(racks, "moved_on_join_modulo") == doctest::Approx(12.0 / 13).epsilon(0.01));
  CHECK(number(report(twelve + "--racks 3 --skip-same-rack"), "one_rack") == 0);
  CHECK(number(report(twelve + "--data-centres 2"), "one_data_centre") == 0);
  CHECK(number(report(twelve + "--allow-same-machine"), "fewer_machines") > 0.1);
  CHECK(number(report(twelve + "--dead 12"), "loss_chance") == 1);
  CHECK(number(report(twelve + "--dead 2"), "loss_chance") == 0);
  CHECK(number(report("--nodes 100 --n 3 --dead 8"), "loss_draws") == 10000);
  CHECK(number(report("--nodes 3 --vnodes 256 --n 1 --weights 1,1,2"), "max_over_mean") > 1.3);

  const auto complaint = [](const std::string& arguments) {
    const Ran ran = systemsim_command("ring " + arguments);
    CHECK(ran.exit == 2);
    return ran.out;
  };
  CHECK(complaint("--nodes 2 --n 3").find("--n: 3 is more than nodes, which is 2") !=
        std::string::npos);
  CHECK(complaint("--dead 6").find("--dead: 6 is more than nodes, which is 5") !=
        std::string::npos);
  CHECK(complaint("--weights 1,heavy").find("--weights: expected a number") != std::string::npos);
  CHECK(complaint("--weights 1,0").find("--weights: ") != std::string::npos);
  CHECK(complaint("--racks 0").find("--racks: 0 is too small") != std::string::npos);
  CHECK(complaint("--data-centres 17").find("--data-centres: 17 is too large") !=
        std::string::npos);
  CHECK(complaint("--seed -1").find("--seed: ") != std::string::npos);
  CHECK(complaint("--nodes 1000 --vnodes 300").find("--vnodes: the ring would have 300000") !=
        std::string::npos);
  CHECK(complaint("--nodes ten").find("--nodes: expected a whole number") != std::string::npos);
}

TEST_CASE("systemsim pbs prints how fresh reads are, under the names of the times as given") {
  const Ran ran = systemsim_command("pbs --profile lnkd-disk --trials 50000 --times 0,10.0,1e1");
  CHECK(ran.exit == 0);
  const auto json = parse_json(ran.out);
  REQUIRE(json.ok());
  std::vector<std::string> names;
  for (const Json::Member& member : json.value().members) {
    names.push_back(member.name);
    const auto has = [&](std::initializer_list<const char*> inner) {
      REQUIRE(member.value.members.size() == inner.size());
      size_t i = 0;
      for (const char* name : inner) CHECK(member.value.members[i++].name == name);
    };
    if (member.name == "p_fresh") {
      has({"0", "10.0", "1e1"});
      CHECK(std::abs(member.value.members[0].value.number - 0.4365) < 0.01);
      CHECK(member.value.members[1].value.number == member.value.members[2].value.number);
    }
    if (member.name == "read_ms" || member.name == "write_ms") has({"p50", "p99", "p999"});
    if (member.name == "t_visibility_ms") has({"p99", "p999"});
    if (member.name == "k_staleness") has({"1", "2", "3", "5", "10"});
  }
  CHECK(names == std::vector<std::string>{"profile", "n", "r", "w", "method", "alpha", "trials",
                                          "seed", "p_fresh", "read_ms", "write_ms",
                                          "t_visibility_ms", "k_staleness"});
  CHECK(systemsim_command("pbs --profile lnkd-disk --trials 50000 --times 0,10.0,1e1").out ==
        ran.out);
  const Ran all = systemsim_command(
      "pbs --profile ymmr --n 5 --r 2 --w 3 --alpha 3.35 --method wars --trials 5000 --seed 2");
  CHECK(all.exit == 0);
  CHECK(all.out.starts_with(
      "{\"profile\":\"ymmr\",\"n\":5,\"r\":2,\"w\":3,\"method\":\"wars\",\"alpha\":3.35,"
      "\"trials\":5000,\"seed\":2,\"p_fresh\":{\"0\":"));
  const Ran passage =
      systemsim_command("pbs --profile wan --r 2 --method first-passage --trials 1000");
  CHECK(passage.exit == 0);
  CHECK(passage.out.find("\"step_ms\":0.1") != std::string::npos);
}

// The PBS paper, section 5.3 and its re-run: fresh at once, and after 10 ms.
TEST_CASE("the engine's own path is as fresh as the paper says, within 0.75 points") {
  struct Told {
    const char* profile;
    double at_once;
    double after_10_ms;
  };
  for (const Told& told : {Told{"lnkd-ssd", 0.9736, 1.0}, Told{"lnkd-disk", 0.4365, 0.926},
                           Told{"ymmr", 0.8929, 0.9399}}) {
    const Ran ran = systemsim_command(std::string("pbs --method engine --times 0,10 --profile ") +
                                      told.profile + " --trials 60000");
    CAPTURE(told.profile);
    REQUIRE(ran.exit == 0);
    const auto json = parse_json(ran.out);
    REQUIRE(json.ok());
    CHECK(std::abs(resolve(json.value(), "/p_fresh/0")->number - told.at_once) < 0.0075);
    CHECK(std::abs(resolve(json.value(), "/p_fresh/10")->number - told.after_10_ms) < 0.0075);
  }
}

TEST_CASE("systemsim pbs reads a model of one's own, and complains about options and places") {
  const auto complaint = [](const std::string& arguments) {
    const Ran ran = systemsim_command("pbs " + arguments);
    CHECK(ran.exit == 2);
    return ran.out;
  };
  CHECK(complaint("").find("--profile: missing") != std::string::npos);
  CHECK(complaint("--profile disk").find("--profile: expected lnkd-ssd") != std::string::npos);
  CHECK(complaint("--profile wan --r 4").find("--r: 4 is more than n") != std::string::npos);
  CHECK(complaint("--profile wan --n x").find("--n: expected a whole") != std::string::npos);
  CHECK(complaint("--profile wan --times 0,x").find("--times: expected") != std::string::npos);
  CHECK(complaint("--profile wan --method engine").find("in no data centre") != std::string::npos);
  CHECK(complaint("--profile ymmr --method engine --times 0.0001")
            .find("--times: expected a whole") != std::string::npos);
  CHECK(
      complaint("--profile lnkd-ssd --method engine --alpha 3").find("--alpha: the engine takes") !=
      std::string::npos);
  CHECK(complaint("--profile ymmr --method engine --alpha 0.1 --w 3 --trials 2000")
            .find("longer than an hour") != std::string::npos);
  CHECK(complaint("--profile ymmr --method engine --seed 9007199254740991")
            .find("--seed: each trial") != std::string::npos);
  CHECK(systemsim_command("pbs --method engine --profile ymmr --times 1.005 --trials 10").exit ==
        0);
  CHECK(complaint("--profile wan --r 2 --r 3").find("--r: given twice") != std::string::npos);
  CHECK(complaint("--profile wan --sede 1").find("unknown option --sede") != std::string::npos);
  CHECK(complaint("--profile wan extra").find("did not expect") != std::string::npos);
  CHECK(complaint("--custom /nowhere.json").find("/nowhere.json: cannot open") !=
        std::string::npos);
  const std::string custom = "'" + test::source_path("tests/data/pbs-custom.json") + "'";
  const Ran ran = systemsim_command("pbs --custom " + custom + " --trials 1000");
  CHECK(ran.exit == 0);
  CHECK(ran.out.starts_with("{\"profile\":\"custom\""));
  const Ran piped = systemsim_command("pbs --custom - --trials 1000 < " + custom);
  CHECK(piped.out == ran.out);
  const Ran wrong =
      systemsim_command("pbs --custom '" + test::source_path("tests/data/too-strict.json") + "'");
  CHECK(wrong.exit == 2);
  CHECK(wrong.out.find("too-strict.json: /w: missing") != std::string::npos);
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

TEST_CASE("systemsim search finds a run that breaks a promise, and shrink makes it small") {
  const std::string weak = golden("weak-quorum");
  const Ran found = systemsim_command("search " + weak + " --broken regular --seeds 5..20");
  CHECK(found.exit == 0);
  const auto search = parse_json(found.out);
  REQUIRE(search.ok());
  CHECK(search.value().members[0].name == "found");
  CHECK(search.value().members[0].value.boolean);
  const Ran shrunk = systemsim_command("shrink " + weak + " --broken regular");
  CHECK(shrunk.exit == 0);
  CHECK(shrunk.out.find(R"("promise":"regular")") != std::string::npos);
  CHECK(shrunk.out.find(R"("ops":2,"faults":0,)") != std::string::npos);
  const auto report = parse_json(shrunk.out);
  REQUIRE(report.ok());
  for (const auto& [name, value] : report.value().members) {
    if (name == "scenario") CHECK(read_scenario(value, "").ok());
  }
  CHECK(systemsim_command("shrink " + weak).out.find(R"("broken":true)") != std::string::npos);
}

TEST_CASE("a search that finds nothing, and a run that breaks nothing, exit 1") {
  const std::string strict = golden("strict-quorum");
  const Ran none = systemsim_command("search " + strict + " --broken regular --seeds 1..20");
  CHECK(none.exit == 1);
  CHECK(
      none.out ==
      R"({"found":false,"promise":"regular","tried":20,"undecided":0,"seed":null,"scenario":null})"
      "\n");
  const Ran whole = systemsim_command("shrink " + strict + " --broken regular");
  CHECK(whole.exit == 1);
  CHECK(whole.out.find(R"("broken":false)") != std::string::npos);
  CHECK(whole.out.find("shrink: with its own seed this run does not break regular") !=
        std::string::npos);
}

TEST_CASE("search and shrink say what they were not given") {
  const std::string weak = golden("weak-quorum");
  CHECK(systemsim_command("search " + weak).exit == 2);
  CHECK(systemsim_command("search --broken regular").exit == 2);
  CHECK(systemsim_command("search " + weak + " --broken fresh").out.find("--broken: expected ") !=
        std::string::npos);
  for (const char* seeds : {"5", "5..", "..5", "9..5", "1...5", "1..x", "0..10000000"}) {
    CAPTURE(seeds);
    const Ran ran = systemsim_command("search " + weak + " --broken regular --seeds " + seeds);
    CHECK(ran.exit == 2);
    CHECK(ran.out.find("--seeds: expected A..B") != std::string::npos);
  }
  CHECK(systemsim_command("shrink /nowhere.json").exit == 2);
  CHECK(systemsim_command("shrink " + weak + " --broken fresh").exit == 2);
  CHECK(systemsim_command("shrink a b").exit == 2);
}

}  // namespace cli_test
