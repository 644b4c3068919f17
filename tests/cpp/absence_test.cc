// A machine is away for a while: who brings it what it has missed, by how long that was. The runs
// are those of the figure of section 07 (content/scenarios/failure-handling.json).
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "lab/measure.h"
#include "lab/run_summary.h"
#include "lab/scenario.h"
#include "support.h"

namespace absence_test {

using namespace systemsim;

namespace {

constexpr uint64_t kSecond = 1'000'000;
constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;
constexpr uint64_t kDay = 24 * kHour;
// The changes lie on every fourth of so many parts of the absence.
constexpr uint64_t kPlaces = 80;

Scenario scenario_named(const std::string& name) {
  return test::scenario_of(
      test::read_file(test::source_path("content/scenarios/" + name + ".json")));
}

// The figure's run, with C away for so long: its twenty changes keep their places in the absence,
// and each is read a second later.
Scenario away_for(uint64_t absence_us) {
  Scenario scenario = scenario_named("failure-handling");
  uint64_t leaves_us = 0;
  uint64_t returned_us = 0;
  for (const Action& action : scenario.actions) {
    if (action.kind == Action::Kind::crash) leaves_us = action.at_us;
    if (action.kind == Action::Kind::restart) returned_us = action.at_us;
  }
  const uint64_t usual_us = returned_us - leaves_us;
  const uint64_t returns_us = leaves_us + absence_us;
  std::map<std::string, uint64_t> changed_us;
  for (Action& action : scenario.actions) {
    const bool is_get = action.kind == Action::Kind::get;
    const auto change = changed_us.find(action.key);
    if (is_get && action.at_us < returned_us) {
      REQUIRE(change != changed_us.end());
      action.at_us = change->second + kSecond;
    } else if (action.at_us >= returned_us) {
      action.at_us = action.at_us - returned_us + returns_us;
    } else if (action.at_us > leaves_us) {
      action.at_us =
          leaves_us + (action.at_us - leaves_us) / (usual_us / kPlaces) * absence_us / kPlaces;
      changed_us[action.key] = action.at_us;
    }
  }
  std::stable_sort(scenario.actions.begin(), scenario.actions.end(),
                   [](const Action& one, const Action& other) { return one.at_us < other.at_us; });
  scenario.setup.upkeep_us = scenario.setup.upkeep_us - returned_us + returns_us;
  return scenario;
}

Json summary_of(const Scenario& scenario) {
  auto json = parse_json(run_summary(scenario));
  REQUIRE(json.ok());
  return std::move(json).value();
}

int64_t count_in(const Json& summary, const std::string& pointer) {
  const Json* found = resolve(summary, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  return found->integer;
}

std::string text_in(const Json& summary, const std::string& pointer) {
  const Json* found = resolve(summary, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  return found->text;
}

double number_in(const Json& summary, const std::string& pointer) {
  const Json* found = resolve(summary, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  return found->number;
}

}  // namespace

// What the changes came by, of twenty; at ten milliseconds the last is still on its way when C is
// back. Past ten days C brings the others the record that was deleted: two copies, by their trees.
TEST_CASE("absence: the ladder of absences is one sweep with its table") {
  struct Row {
    uint64_t absence_us;
    int64_t read_repair;
    int64_t hint;
    int64_t merkle;
    const char* delete_held;
  };
  const std::vector<Row> table = {
      {10'000, 19, 0, 0, "held"},      {100'000, 20, 0, 0, "held"},
      {kSecond, 20, 0, 0, "held"},     {2 * kSecond, 10, 10, 0, "held"},
      {5 * kSecond, 4, 16, 0, "held"}, {10 * kSecond, 2, 18, 0, "held"},
      {kMinute, 0, 20, 0, "held"},     {10 * kMinute, 0, 20, 0, "held"},
      {kHour, 0, 20, 0, "held"},       {3 * kHour, 0, 20, 0, "held"},
      {4 * kHour, 0, 15, 5, "held"},   {8 * kHour, 0, 8, 12, "held"},
      {kDay, 0, 3, 17, "held"},        {3 * kDay, 0, 1, 19, "held"},
      {9 * kDay, 0, 1, 19, "held"},    {11 * kDay, 0, 0, 21, "broken"},
      {30 * kDay, 0, 0, 21, "broken"},
  };
  const uint64_t lucks = test::cases(2, 20);
  for (const Row& row : table) {
    Scenario scenario = away_for(row.absence_us);
    for (uint64_t seed = 1; seed <= lucks; ++seed) {
      CAPTURE(row.absence_us);
      CAPTURE(seed);
      scenario.setup.seed = seed;
      const Json summary = summary_of(scenario);
      CHECK(count_in(summary, "/healing/brought/read_repair") == row.read_repair);
      CHECK(count_in(summary, "/healing/brought/hint") == row.hint);
      CHECK(count_in(summary, "/healing/brought/merkle") == row.merkle);
      CHECK(count_in(summary, "/healing/brought/rebuild") == 0);
      CHECK(count_in(summary, "/healing/hints/held") == 0);
      CHECK(text_in(summary, "/verdict/no_resurrection/state") == row.delete_held);
      CHECK(count_in(summary, "/ops/ok") == 41);
    }
  }
}

TEST_CASE("absence: the window ends the writing of hints, and hands over those from before") {
  Scenario scenario = away_for(4 * kHour);
  for (const uint64_t window_us : {kHour, 2 * kHour, 3 * kHour, 5 * kHour}) {
    scenario.setup.cluster.healing.hints.window_us = window_us;
    const Json summary = summary_of(scenario);
    // The changes are twelve minutes apart.
    const auto expected = static_cast<int64_t>(std::min<uint64_t>(20, window_us / (12 * kMinute)));
    CHECK(count_in(summary, "/healing/hints/kept") == expected);
    CHECK(count_in(summary, "/healing/hints/delivered") == expected);
    CHECK(count_in(summary, "/healing/brought/merkle") == 20 - expected);
  }
}

TEST_CASE("absence: with a longer grace the delete holds, and with no grace it holds for ever") {
  Scenario scenario = away_for(11 * kDay);
  for (const uint64_t grace_us : {12 * kDay, uint64_t{0}}) {
    scenario.setup.cluster.healing.gc_grace_us = grace_us;
    CHECK(text_in(summary_of(scenario), "/verdict/no_resurrection/state") == "held");
  }
}

TEST_CASE("absence: where nobody mends, nobody brings anything") {
  const Json summary = summary_of(scenario_named("away-nobody-mends"));
  for (const char* carrier : {"read_repair", "hint", "merkle", "rebuild"}) {
    CHECK(count_in(summary, std::string("/healing/brought/") + carrier) == 0);
  }
}

TEST_CASE("absence: a silent machine is convicted at the first look after 18.42 mean intervals") {
  Scenario scenario = scenario_named("silent-machine");
  for (uint64_t seed = 1; seed <= test::cases(20, 200); ++seed) {
    scenario.setup.seed = seed;
    const Json summary = summary_of(scenario);
    CHECK(count_in(summary, "/healing/taken_for_dead") == 4);
    const double after = number_in(summary, "/healing/convicted_after");
    CHECK(after > 18.42);
    CHECK(after < 19.45);
  }
  scenario.actions.clear();
  CHECK(number_in(summary_of(scenario), "/healing/convicted_after") == 0);
}

}  // namespace absence_test
