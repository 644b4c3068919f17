#include "lab/sync_scenario.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "lab/challenge.h"
#include "support.h"

namespace sync_scenario_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

Json json_of(const std::string& text) {
  auto json = parse_json(text);
  REQUIRE_MESSAGE(json.ok(), text);
  return std::move(json).value();
}

SyncScenario read(const std::string& text) {
  auto scenario = read_sync_scenario(json_of(text), "");
  REQUIRE_MESSAGE(scenario.ok(), text);
  return std::move(scenario).value();
}

std::string complaint(const std::string& text) {
  auto scenario = read_sync_scenario(json_of(text), "");
  REQUIRE_FALSE(scenario.ok());
  return scenario.error().path + ": " + scenario.error().message;
}

Json result_of(const std::string& text) {
  SyncScenarioRun run(read(text));
  run.advance(run.total() / 2);
  CHECK_FALSE(run.finished());
  run.advance(run.total());
  REQUIRE(run.finished());
  return json_of(run.result());
}

double number(const Json& json, const char* pointer) {
  const Json* at = resolve(json, pointer);
  REQUIRE_MESSAGE(at != nullptr, pointer);
  return at->number;
}

bool flag(const Json& json, const char* pointer) {
  const Json* at = resolve(json, pointer);
  REQUIRE_MESSAGE(at != nullptr, pointer);
  return at->boolean;
}

const std::string kByHand =
    R"({"seed":3,"replicas":{"keys":256,"differ":1,"kinds":["stale"],"id_bytes":8},
        "sync":{"method":"hand","fan_out":2,"depth":8},"actions":[)";

// The asks of somebody who asks for one child of what differs, and takes the other for different
// where that one is equal; whether it is, `differs` says.
std::string asks_down(uint32_t leaf) {
  std::string actions;
  for (uint32_t level = 1; level <= 8; ++level) {
    const uint32_t parent = leaf >> (8 - level + 1);
    actions += std::string(actions.empty() ? "" : ",") + R"({"do":"ask","level":)" +
               std::to_string(level) + R"(,"first":)" + std::to_string(2 * parent) + "}";
  }
  return actions;
}

// The leaf of the one key that differs.
uint32_t differing_leaf() {
  const SyncScenario scenario = read(kByHand + "]}");
  const SyncPair pair = make_pair(scenario.replicas);
  REQUIRE(pair.differing.size() == 1);
  return scenario.settings.shape.leaf_of(token_of(pair.differing.begin()->first));
}

}  // namespace

TEST_CASE("a scenario of two replicas is written as it is read, its depth for its leaves") {
  const std::string text =
      R"({"version":1,"title":"t","seed":9,"replicas":{"keys":4096,"differ":3,"clustered":true,
          "kinds":["deleted","stale"],"versions":"lww"},
          "sync":{"fan_out":4,"leaf_keys":4,"hash":"sha256","rtt_ms":150,"writes":2},
          "actions":[{"do":"put","side":"A","key":"k","value":"v"},
                     {"do":"delete","side":"B","key":"k"},{"do":"gather"}]})";
  const std::string written = write_sync_scenario(read(text));
  CHECK(write_sync_scenario(read(written)) == written);
  CHECK(written.find(R"("depth":5)") != std::string::npos);
  CHECK(written.find("leaf_keys") == std::string::npos);
}

TEST_CASE("what is wrong with one is said with its place") {
  const std::string replicas = R"("replicas":{"keys":16})";
  CHECK(complaint(R"({})") == "/replicas: missing; an object is expected here");
  CHECK(complaint(R"({"replicas":{"keys":1048577}})").rfind("/replicas/keys: ", 0) == 0);
  CHECK(complaint(R"({"replicas":{"keys":16,"seed":1}})") ==
        "/replicas/seed: stands beside \"replicas\"");
  CHECK(complaint("{" + replicas + R"(,"actions":[{"do":"ask","level":1,"first":0}]})") ==
        "/actions/0/do: belongs to the method \"hand\"");
  CHECK(complaint("{" + replicas + R"(,"actions":[{"do":"jump"}]})") ==
        "/actions/0/do: expected put, delete, forget, ask, another or gather");
  CHECK(complaint("{" + replicas + R"(,"sync":{"method":"hand","fan_out":2,"depth":16},"actions":[
                  {"do":"ask","level":16,"first":0,"count":4096},
                  {"do":"ask","level":1,"first":0}]})") ==
        "/actions/1: 4097 hashes are asked for; the most is 4096");
  const std::string hand = "{" + replicas + R"(,"sync":{"method":"hand","fan_out":2,"depth":4},)";
  CHECK(complaint(hand + R"("actions":[{"do":"ask","level":5,"first":0}]})") ==
        "/actions/0/level: the tree has no such nodes");
  CHECK(complaint(hand + R"("actions":[{"do":"ask","level":1,"first":0},
                                       {"do":"forget","side":"A","key":"k"}]})") ==
        "/actions/1/do: changes by hand come before all else");
  CHECK(complaint(hand + R"("actions":[{"do":"another"},{"do":"another"}]})") ==
        "/actions/1/do: comes once, and before \"gather\"");
  CHECK(complaint(R"({"replicas":{"keys":2,"differ":2},"actions":[{"do":"another"}]})") ==
        "/actions/0/do: all keys differ already");
}

TEST_CASE("by hand, one child asked a level finds the leaf; beside it nothing is found") {
  const uint32_t leaf = differing_leaf();
  const Json found = result_of(kByHand + asks_down(leaf) + "]}");
  CHECK(number(found, "/report/hashes") == 8);
  CHECK(flag(found, "/report/found_exactly"));
  CHECK(flag(found, "/report/equal_after"));
  // Beside it nothing is found, and nothing is repaired.
  const Json missed = result_of(kByHand + asks_down(leaf ^ 128) + "]}");
  CHECK_FALSE(flag(missed, "/report/found_exactly"));
  CHECK_FALSE(flag(missed, "/report/equal_after"));
}

TEST_CASE("by hand, what is mended is what differs in every world that agrees with the answers") {
  const uint64_t trees = cases(1000, 20000);
  Dice dice(71);
  uint64_t mended = 0;
  for (uint64_t tree = 0; tree < trees; ++tree) {
    CAPTURE(tree);
    const uint32_t fan_out = dice.chance(0.5) ? 2 : 4;
    const uint32_t depth = fan_out == 2 ? 4 : 2;
    const std::string text = R"({"seed":)" + std::to_string(tree) +
                             R"(,"replicas":{"keys":48,"kinds":["stale"],"id_bytes":8,"differ":)" +
                             std::to_string(1 + dice.below(3)) +
                             R"(},"sync":{"method":"hand","fan_out":)" + std::to_string(fan_out) +
                             R"(,"depth":)" + std::to_string(depth) + "}}";
    const SyncScenario scenario = read(text);
    const MerkleShape shape = scenario.settings.shape;
    const uint32_t leaves = shape.leaves();
    SyncPair pair = make_pair(scenario.replicas);
    std::map<uint32_t, uint32_t> keys_in;  // that differ, by leaf
    for (const auto& [key, kind] : pair.differing) {
      ++keys_in[shape.leaf_of(token_of(key))];
    }
    uint32_t differing = 0;  // a bit for each leaf, as below
    for (const auto& [leaf, keys] : keys_in) differing |= 1U << leaf;

    std::vector<std::pair<uint32_t, bool>> answers = {{(1U << leaves) - 1, true}};  // the roots
    SyncSettings settings = scenario.settings;
    for (uint32_t count = dice.below(24); count > 0; --count) {
      const uint32_t level = 1 + dice.below(depth);
      const uint32_t index = dice.below(shape.nodes_at(level));
      settings.asks.push_back({level, {{index, 1}}});
      const uint32_t under = leaves / shape.nodes_at(level);
      const uint32_t node = ((1U << under) - 1) << (index * under);
      answers.emplace_back(node, (differing & node) != 0);
    }
    uint32_t certain = (1U << leaves) - 1;
    for (uint32_t world = 0; world < 1U << leaves; ++world) {
      const bool agrees = std::all_of(answers.begin(), answers.end(), [world](const auto& answer) {
        return ((world & answer.first) != 0) == answer.second;
      });
      if (agrees) certain &= world;
    }
    uint32_t keys = 0;
    for (const auto& [leaf, in_leaf] : keys_in) keys += (certain >> leaf & 1) != 0 ? in_leaf : 0;
    const SyncReport report = reconcile(pair, settings, {});
    REQUIRE(report.keys_changed == keys);
    REQUIRE(report.found_exactly == (certain == differing));
    mended += keys;
  }
  CHECK(mended > trees / 4);
}

TEST_CASE("one more key differs in the second part, and what is asked there is asked anew") {
  const std::string first = kByHand + asks_down(differing_leaf());
  const Json nothing = result_of(first + R"(,{"do":"another"}]})");
  CHECK(flag(nothing, "/report/found_exactly"));
  CHECK(number(nothing, "/another/report/keys_differing") == 2);
  CHECK(number(nothing, "/another/report/hashes") == 0);
  CHECK_FALSE(flag(nothing, "/another/report/found_exactly"));
  const Json all =
      result_of(first + R"(,{"do":"another"},{"do":"ask","level":8,"first":0,"count":256}]})");
  CHECK(flag(all, "/another/report/found_exactly"));
  CHECK(number(all, "/another/report/hashes") == 256);
}

TEST_CASE("gathered, as many keys differ in fewer leaves") {
  const Json both = result_of(
      R"({"seed":3,"replicas":{"keys":4096,"differ":100},"sync":{"fan_out":2,"leaf_keys":16},
          "actions":[{"do":"gather"}]})");
  CHECK(number(both, "/report/keys_differing") == 100);
  CHECK(number(both, "/gathered/report/keys_differing") == 100);
  CHECK(number(both, "/gathered/report/bytes") * 4 < number(both, "/report/bytes"));
}

TEST_CASE("writes go on meanwhile, and a second run makes the two equal; last write wins loses") {
  const auto run = [](const char* versions) {
    return result_of(std::string(R"({"seed":3,"replicas":{"keys":1024,"differ":3,"versions":")") +
                     versions +
                     R"(","kinds":["stale","deleted","concurrent"]},"sync":{"writes":5}})");
  };
  const Json kept = run("dotted");
  CHECK(flag(kept, "/again/equal_after"));
  CHECK(number(kept, "/report/lost_updates") + number(kept, "/again/lost_updates") == 0);
  const Json lost = run("lww");
  CHECK(flag(lost, "/again/equal_after"));
  CHECK(number(lost, "/report/lost_updates") + number(lost, "/again/lost_updates") > 0);
}

TEST_CASE(
    "a challenge about two replicas: terms, goals in one run, and a star with goals of its own") {
  const std::string start = R"({"seed":3,"replicas":{"keys":1024,"differ":8},
                                "sync":{"fan_out":2,"leaf_keys":1}})";
  const Json challenge = json_of(
      R"({"id":"c","lab":"merkle-sync","title":"t","text":"Some text.","scenario":)" + start +
      R"(,"seed":"fixed","allowed_actions":["gather"],"max_actions":1,"free":["/sync/depth"],
         "goal":[{"says":"equal","experiment":{"kind":"sync"},
                  "measure":{"share":"/report/equal_after","equals":true},"expect":{"at_least":1}},
                 {"says":"few","experiment":{"kind":"sync"},
                  "measure":{"of":"/report/tree_bytes"},"expect":{"at_most":10000}}],
         "stars":[{"says":"gathered","goal":[{"experiment":{"kind":"sync"},
                  "measure":{"of":"/gathered/report/keys_differing"},"expect":{"at_least":8}}]}]})");
  const auto grade = [&](const std::string& text) {
    const Json run = json_of(text);
    auto read = Grade::read(challenge, "", &run, "", hand_in_of(challenge));
    REQUIRE(read.ok());
    Grade grade = std::move(read).value();
    // One run serves both goals and the star.
    CHECK(grade.total() <= 2 * (2 * 1024 + 8 + 1));
    while (!grade.finished()) grade.advance(1000);
    return json_of(grade.json(1));
  };
  const Json untouched = grade(start);
  CHECK_FALSE(flag(untouched, "/met"));
  const std::string shallow = R"({"seed":3,"replicas":{"keys":1024,"differ":8},
                                  "sync":{"fan_out":2,"depth":8})";
  const Json met = grade(shallow + "}");
  CHECK(flag(met, "/met"));
  CHECK_FALSE(flag(met, "/stars/0"));
  CHECK(flag(grade(shallow + R"(,"actions":[{"do":"gather"}]})"), "/stars/0"));
  const Json wide = grade(R"({"seed":3,"replicas":{"keys":1024,"differ":8},
                              "sync":{"fan_out":16,"depth":2}})");
  CHECK(resolve(wide, "/problem")->text == "\"sync\" is not as the challenge has it");
  const Json other = grade(R"({"seed":4,"replicas":{"keys":1024,"differ":8},
                               "sync":{"fan_out":2,"depth":8}})");
  CHECK(resolve(other, "/problem")->text == "the seed is not the challenge's, which is 3");
  CHECK(run_text(json_of(shallow + "}"), sync_scenario_hand_in()) ==
        run_text(json_of(shallow + R"(,"title":"u"})"), sync_scenario_hand_in()));
}

}  // namespace sync_scenario_test
