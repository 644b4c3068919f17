// Two runs side by side.
#include "lab/compare.h"

#include "command.h"
#include "lab/json_edit.h"
#include "lab/measure.h"
#include "support.h"

namespace compare_test {

using namespace systemsim;

namespace {

Json compared(const std::string& a, const std::string& b) {
  auto json = parse_json(compare_runs(test::scenario_of(a), test::scenario_of(b)));
  REQUIRE(json.ok());
  return std::move(json).value();
}

const Json& at(const Json& json, const std::string& pointer) {
  const Json* found = resolve(json, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  return *found;
}

std::string text(const Json& json) {
  JsonWriter writer;
  write_json(writer, json);
  return writer.take();
}

const std::string kTraffic =
    R"("network":{"latency":{"profile":"lnkd-disk"}},
       "workload":{"clients":3,"duration_ms":2000,"think_ms":10,"keys":1})";

std::string golden(const std::string& name) {
  return "'" + test::source_path("tests/golden/scenarios/" + name + ".json") + "'";
}

}  // namespace

TEST_CASE("a run beside itself: one trace, no differences, and every message took the same time") {
  const std::string same = "{\"seed\":4," + kTraffic + "}";
  const Json json = compared(same, same);
  CHECK(at(json, "/same_trace").boolean);
  CHECK(text(at(json, "/a")) == text(at(json, "/b")));
  CHECK(at(json, "/settings/differing").integer == 0);
  CHECK(at(json, "/operations/differing").integer == 0);
  CHECK(at(json, "/operations/both").integer == at(json, "/a/ops/total").integer);
  CHECK(at(json, "/operations/only_a").integer == 0);
  CHECK(at(json, "/promises").items.empty());
  CHECK(at(json, "/luck/both").integer == at(json, "/a/messages/sent").integer);
  CHECK(at(json, "/luck/same_time").integer == at(json, "/luck/both").integer);
}

TEST_CASE(
    "another quorum with the same luck: the setting, the calls and the promises that differ") {
  const Json json =
      compared(R"({"seed":4,"cluster":{"w":1,"r":1},"title":"weak",)" + kTraffic + "}",
               R"({"seed":4,"cluster":{"w":2,"r":2},)" + kTraffic + "}");
  CHECK_FALSE(at(json, "/same_trace").boolean);
  CHECK(at(json, "/settings/differing").integer == 3);
  CHECK(text(at(json, "/settings/list")).find(R"({"pointer":"/title","a":"weak","b":null})") !=
        std::string::npos);
  CHECK(text(at(json, "/settings/list")).find(R"({"pointer":"/cluster/w","a":1,"b":2})") !=
        std::string::npos);
  CHECK(text(at(json, "/promises")).find(R"({"promise":"regular","a":"broken","b":"held"})") !=
        std::string::npos);
  CHECK(text(at(json, "/a/verdict/regular/state")) == "\"broken\"");
  CHECK(at(json, "/operations/differing").integer > 100);
  CHECK(at(json, "/operations/list").items.size() == kMostDifferences);
  const Json& first = at(json, "/operations/list/0");
  CHECK(at(first, "/a/latency_ms").number < at(first, "/b/latency_ms").number);
  // What both sent has one luck, whatever the quorum; some is sent by one alone.
  CHECK(at(json, "/luck/both").integer > 500);
  CHECK(at(json, "/luck/both").integer < at(json, "/luck/messages_a").integer);
  CHECK(at(json, "/luck/same_time").integer == at(json, "/luck/both").integer);
}

TEST_CASE("both summaries tell how far the copies were apart, moment by moment") {
  const std::string start = R"({"cluster":{"nodes":3,"n":3,"w":1,"r":1,"coordinator":"outside"},
      "network":{"latency":{"profile":"constant","ms":1}},"actions":[
      {"do":"put","key":"x","value":"1","at_ms":1},{"do":"put","key":"x","value":"2","at_ms":10},
      {"do":"heal","at_ms":30})";
  const Json json = compared(start + "]}", start + R"(,{"do":"crash","node":"B","at_ms":5}]})");
  for (const char* run : {"/a", "/b"}) {
    CAPTURE(std::string(run));
    const Json& divergence = at(json, std::string(run) + "/counters/divergence");
    CHECK(at(divergence, "/keys_watched").integer == 1);
    REQUIRE(at(divergence, "/moments").items.size() == 31);
    CHECK(at(divergence, "/moments/5/behind").integer == 0);
    CHECK(at(divergence, "/moments/20/behind").integer == (*(run + 1) == 'b' ? 1 : 0));
  }
}

TEST_CASE("with another seed, next to no message takes the same time") {
  const Json json = compared("{\"seed\":4," + kTraffic + "}", "{\"seed\":5," + kTraffic + "}");
  CHECK(text(at(json, "/settings/list")) == R"([{"pointer":"/seed","a":4,"b":5}])");
  CHECK(at(json, "/luck/both").integer > 500);
  CHECK(at(json, "/luck/same_time").integer * 20 < at(json, "/luck/both").integer);
}

TEST_CASE("calls by their ids: outcome, value and latency, and those that one run alone has") {
  const std::string start = R"({"cluster":{"nodes":3,"n":3,"w":1,"r":1,"coordinator":"outside",
      "timeout_ms":20},"network":{"latency":{"profile":"constant","ms":1}},
      "workload":{"clients":1,"duration_ms":0},"actions":[
      {"do":"put","client":"c1","key":"x","value":"1","at_ms":1})";
  const std::string read = R"(,{"do":"get","client":"c1","key":"x","at_ms":30})";
  const std::string crash =
      R"({"do":"crash","node":"A","at_ms":0},{"do":"crash","node":"B","at_ms":0},
         {"do":"crash","node":"C","at_ms":0})";
  const Json json = compared(start + read + "]}", start + read + "," + crash + "]}");
  CHECK(at(json, "/operations/both").integer == 2);
  CHECK(at(json, "/operations/differing").integer == 2);
  CHECK(text(at(json, "/operations/list")) ==
        R"([{"op":0,"client":"c1","do":"put","key":"x",)"
        R"("a":{"outcome":"ok","value":"1","latency_ms":2},)"
        R"("b":{"outcome":"timeout","value":"1","latency_ms":20}},)"
        R"({"op":1,"client":"c1","do":"get","key":"x",)"
        R"("a":{"outcome":"ok","value":"1","latency_ms":2},)"
        R"("b":{"outcome":"timeout","value":null,"latency_ms":20}}])");
  CHECK(at(json, "/settings/differing").integer == 3);
  CHECK(at(json, "/settings/list/0/pointer").text == "/actions/2");
  const Json shorter = compared(start + read + "]}", start + "]}");
  CHECK(at(shorter, "/operations/only_a").integer == 1);
  CHECK(at(shorter, "/operations/only_b").integer == 0);
  CHECK(at(shorter, "/operations/both").integer == 1);
  CHECK(at(shorter, "/operations/differing").integer == 0);
}

TEST_CASE(
    "systemsim compare prints one object, exits 0 whatever the verdicts, and 2 for bad input") {
  using test::systemsim_command;
  const auto ran = systemsim_command("compare " + golden("weak-quorum") + " " + golden("loss"));
  CHECK(ran.exit == 0);
  const auto json = parse_json(ran.out);
  REQUIRE(json.ok());
  const auto alone = parse_json(systemsim_command("run " + golden("loss")).out);
  REQUIRE(alone.ok());
  CHECK(at(json.value(), "/b/trace_sha256").text == at(alone.value(), "/trace_sha256").text);
  CHECK(text(at(json.value(), "/b/verdict")) == text(at(alone.value(), "/verdict")));
  const auto seeded =
      systemsim_command("compare " + golden("loss") + " " + golden("loss") + " --seed 9");
  CHECK(seeded.out.starts_with(R"({"a":{"seed":9,)"));
  CHECK(systemsim_command("compare " + golden("loss")).exit == 2);
  CHECK(systemsim_command("compare " + golden("loss") + " /nowhere.json")
            .out.find("/nowhere.json: cannot open") != std::string::npos);
  CHECK(systemsim_command("compare " + golden("loss") + " " + golden("loss") + " --seed x").exit ==
        2);
  CHECK(systemsim_command("compare " + golden("loss") + " '" +
                          test::source_path("tests/data/too-strict.json") + "'")
            .out.find("/cluster/w: 4 is more than n") != std::string::npos);
}

TEST_CASE("a refused call and one that was not equal are called so") {
  const auto outcome = [](const std::string& scenario) {
    return at(compared(scenario, R"({"cluster":{"nodes":3,"n":3}})"), "/operations/only_a").integer;
  };
  const std::string refused = R"({"cluster":{"nodes":3,"n":3,"w":2,"r":2,"patience_ms":20)";
  const std::string calls =
      R"(},"network":{"latency":{"profile":"constant","ms":1}},"workload":{"clients":1},
         "actions":[{"do":"crash","node":"B","at_ms":0},{"do":"crash","node":"C","at_ms":0},
         {"do":"put","client":"c1","key":"x","value":"1","coordinator":"A","at_ms":1}]})";
  CHECK(outcome(refused + calls) == 1);
  const Json json = compared(refused + calls, refused + R"(,"without_quorum":"answer")" + calls);
  CHECK(text(at(json, "/operations/list/0/a/outcome")) == R"("refused")");
  CHECK(text(at(json, "/operations/list/0/b/outcome")) == R"("ok")");
  const std::string owner =
      R"({"cluster":{"mode":"single_owner","nodes":3,"n":3},"workload":{"clients":1},
          "records":[{"key":"x","value":"0"}],
          "actions":[{"do":"cas","client":"c1","key":"x","value":"2","at_ms":1,"expected":")";
  const Json cas = compared(owner + "0\"}]}", owner + "1\"}]}");
  CHECK(text(at(cas, "/operations/list/0/a/outcome")) == R"("ok")");
  CHECK(text(at(cas, "/operations/list/0/b/outcome")) == R"("not_equal")");
  CHECK(at(cas, "/operations/list/0/b/value").text == "2");
}

}  // namespace compare_test
