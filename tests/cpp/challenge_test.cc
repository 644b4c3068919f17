#include "lab/challenge.h"

#include <doctest/doctest.h>

#include "support.h"

namespace challenge_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

// Constant times, so that everybody's luck is the same: the write is everywhere when it is
// acknowledged, unless it is held up.
const std::string kStart =
    R"("cluster":{"nodes":3,"n":3,"w":1,"r":1},
       "network":{"latency":{"profile":"constant","ms":1}})";
const std::string kActions =
    R"({"do":"put","key":"x","value":"1"},{"do":"get","client":"c2","key":"x","after":0})";

std::string scenario(const std::string& more_actions, uint64_t seed,
                     const std::string& settings = kStart) {
  return R"({"seed":)" + std::to_string(seed) + "," + settings + R"(,"actions":[)" + kActions +
         more_actions + "]}";
}

const std::string kHoldB = R"(,{"do":"hold","op":0,"kind":"write","to":"B"})";

std::string challenge(const std::string& seed = "any", const std::string& free = "[]") {
  return R"({"id":"miss-it","lab":"quorum-playground","title":"Miss it","text":"Make a read miss.",
    "scenario":)" +
         scenario("", 7) + R"(,"seed":")" + seed + R"(","allowed_actions":["hold","release"],
    "max_actions":2,"free":)" +
         free + R"(,
    "goal":[{"says":"a read is stale","experiment":{"kind":"run"},
             "measure":{"count":"/verdict/regular/state","equals":"broken"},
             "expect":{"at_least":1}}],
    "cost":{"experiment":{"kind":"run"},"measure":{"of":"/messages/sent"},"unit":"messages"},
    "stars":[{"says":"one action","actions_at_most":1},{"says":"cheap","cost_at_most":3}]})";
}

Json json_of(const std::string& text) {
  auto json = parse_json(text);
  REQUIRE_MESSAGE(json.ok(), text);
  return std::move(json).value();
}

Json grade(const std::string& challenge_text, const std::string& run,
           const std::string& student = "") {
  const Json scenario = json_of(run);
  auto read =
      Grade::read(json_of(challenge_text), "/challenge", &scenario, student, scenario_hand_in());
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().path + " " + read.error().message));
  read.value().advance(1000);
  return json_of(read.value().json(1));
}

std::string problem(const Json& graded) { return resolve(graded, "/problem")->text; }
bool met(const Json& graded) { return resolve(graded, "/met")->boolean; }

}  // namespace

TEST_CASE("a challenge is not met by its own start, and is met by a run that reaches the goal") {
  CHECK_FALSE(met(grade(challenge(), scenario("", 1))));
  const Json graded = grade(challenge(), scenario(kHoldB, 1));
  CHECK(met(graded));
  CHECK(problem(graded).empty());
  CHECK(resolve(graded, "/actions")->integer == 1);
  CHECK(resolve(graded, "/cost")->number > 3);
  CHECK(resolve(graded, "/stars/0")->boolean);
  CHECK_FALSE(resolve(graded, "/stars/1")->boolean);
  CHECK(resolve(graded, "/goals/0/met")->boolean);
}

TEST_CASE("what a challenge does not allow is named, and nothing is met") {
  const auto refused = [](const Json& graded, const std::string& why) {
    CHECK_FALSE(met(graded));
    CHECK(problem(graded).find(why) != std::string::npos);
  };
  refused(grade(challenge(), scenario(R"(,{"do":"crash","node":"A"})", 1)), "\"crash\"");
  refused(grade(challenge(), scenario(kHoldB + kHoldB + kHoldB, 1)), "3 actions; the most is 2");
  refused(grade(challenge(), scenario(kHoldB, 1, R"("cluster":{"nodes":3,"n":3,"w":1,"r":2},
       "network":{"latency":{"profile":"constant","ms":1}})")),
          "\"cluster\"");
  refused(grade(challenge(), scenario(kHoldB, 1, kStart + R"(,"disk":"hdd")")), "\"disk\"");
  refused(grade(challenge("fixed"), scenario(kHoldB, 8)), "seed");
  refused(grade(challenge(), R"({"actions":[]})"), "missing");
  refused(grade(challenge(), R"({"sed":1})"), "/sed");
}

TEST_CASE("settings that are free may differ, in what is free alone") {
  const std::string other = R"("cluster":{"nodes":3,"n":3,"w":1,"r":2},
       "network":{"latency":{"profile":"constant","ms":1}})";
  const std::string holds = kHoldB + R"(,{"do":"hold","op":0,"kind":"write","to":"A"})";
  CHECK(met(grade(challenge("any", R"(["/cluster/r"])"), scenario(holds, 1, other))));
  CHECK_FALSE(met(grade(challenge("any", R"(["/cluster/w"])"), scenario(holds, 1, other))));
}

TEST_CASE("a student's seed is their own, and another's is found out") {
  const uint64_t ada = seed_of_student("miss-it", "Ada");
  CHECK(ada != seed_of_student("miss-it", "Alan"));
  CHECK(ada != seed_of_student("same-sum", "Ada"));
  CHECK(ada < (1ULL << 53));
  CHECK(met(grade(challenge("student"), scenario(kHoldB, ada), "Ada")));
  CHECK(resolve(grade(challenge("student"), scenario(kHoldB, ada), "Ada"), "/own_seed")->boolean);
  const Json copied = grade(challenge("student"), scenario(kHoldB, ada), "Alan");
  CHECK(met(copied));
  CHECK_FALSE(resolve(copied, "/own_seed")->boolean);
  auto asked = Grade::read(json_of(challenge("student")), "", nullptr, "Ada", scenario_hand_in());
  REQUIRE(asked.ok());
  CHECK(resolve(json_of(asked.value().json(1)), "/seed")->integer == static_cast<int64_t>(ada));
}

TEST_CASE("two runs are the same but for their titles") {
  const Json one = json_of(scenario(kHoldB, 1));
  Json titled = one;
  titled.members.push_back({"title", json_of("\"mine\"")});
  CHECK(run_text(one, scenario_hand_in()) == run_text(titled, scenario_hand_in()));
  CHECK(run_text(one, scenario_hand_in()) !=
        run_text(json_of(scenario(kHoldB, 2)), scenario_hand_in()));
  CHECK(run_text(json_of(R"({"seed":"x"})"), scenario_hand_in()).empty());
}

TEST_CASE("a challenge that cannot be read says where") {
  const auto path = [](const std::string& text) {
    const auto read = Grade::read(json_of(text), "/challenge", nullptr, "", scenario_hand_in());
    REQUIRE_FALSE(read.ok());
    return read.error().path;
  };
  CHECK(path(R"({"id":"x"})") == "/challenge/scenario");
  CHECK(path(R"({"id":"x","scenario":{}})") == "/challenge/goal");
  CHECK(path(R"({"id":"x","scenario":{"seed":-1},"goal":[{}]})") == "/challenge/scenario/seed");
  CHECK(path(R"({"id":"x","scenario":{},"goal":[{"says":"a"}]})") ==
        "/challenge/goal/0/experiment");
}

}  // namespace challenge_test
