// Counterexamples to "W + R > N makes a store linearizable" (DDIA, ABD, Dynamo, Cassandra's and
// Jepsen's documents; sources in tests/data/counterexamples.json) as runs of the engine: each
// scenario makes just the history that is known, it is judged as known, and its remedy mends it.
#include <map>

#include "lab/run_judge.h"
#include "lab/run_log.h"
#include "lab/search.h"
#include "lab/shrink.h"
#include "support.h"

namespace counterexamples_test {

using namespace systemsim;

namespace {

Json known_histories() {
  auto json = parse_json(test::read_file(test::source_path("tests/data/counterexamples.json")));
  REQUIRE(json.ok());
  return std::move(json).value();
}

const Json& part(const Json& object, const std::string& name) {
  for (const Json::Member& found : object.members) {
    if (found.name == name) return found.value;
  }
  FAIL("no member " << name);
  return object;
}

// A history in words: calls and answers in their order, "1 calls w 1", "2 answers 0".
std::vector<std::string> in_words(const Json& history) {
  std::map<int64_t, std::string> moments;
  for (size_t i = 0; i < history.items.size(); ++i) {
    const Json& call = history.items[i];
    const std::string who = std::to_string(i + 1);
    const bool write = part(call, "op").text == "w";
    moments[part(call, "call").integer] =
        who + (write ? " calls w " + std::to_string(part(call, "arg").integer) : " calls r");
    if (part(call, "ret").type == Json::Type::null) continue;
    moments[part(call, "ret").integer] =
        who + " answers" + (write ? "" : " " + std::to_string(part(call, "out").integer));
  }
  std::vector<std::string> words;
  words.reserve(moments.size());
  for (const auto& [at, text] : moments) words.push_back(text);
  return words;
}

Scenario scenario_named(const std::string& name) {
  return test::scenario_of(
      test::read_file(test::source_path("tests/golden/scenarios/" + name + ".json")));
}

struct Watched {
  std::vector<Operation> of_x;
  JudgedRun judged;
};

// What the clients of a scenario saw of key x. `drop_timeouts`: as a harness reports it that takes
// a timeout for "did not happen".
Watched watch(const std::string& name, bool drop_timeouts = false) {
  const Scenario scenario = scenario_named(name);
  RunJudge run(std::make_shared<const RunPlan>(scenario), scenario.setup.seed);
  while (!run.finished()) run.advance(100'000);
  Watched watched;
  for (const Operation& operation : run.operations()) {
    const bool dropped = drop_timeouts && operation.outcome == OperationOutcome::timeout;
    if (operation.key == "x" && !dropped) watched.of_x.push_back(operation);
  }
  watched.judged = judge_run(watched.of_x, run.world(), false);
  return watched;
}

std::vector<std::string> in_words(const std::vector<Operation>& operations) {
  std::map<uint64_t, std::string> moments;
  for (size_t i = 0; i < operations.size(); ++i) {
    const Operation& call = operations[i];
    const std::string who = std::to_string(i + 1);
    const bool write = call.verb != Verb::get;
    // The histories have no deletions: their 0 is nothing.
    const bool nothing = call.verb == Verb::erase || (call.verb == Verb::get && !call.found);
    const std::string value = nothing ? "0" : call.value;
    REQUIRE(moments.count(call.begin_position) == 0);
    moments[call.begin_position] = who;
    moments[call.begin_position] += write ? " calls w " + value : " calls r";
    if (call.outcome != OperationOutcome::ok) continue;
    REQUIRE(moments.count(call.end_position) == 0);
    moments[call.end_position] = who + " answers" + (write ? "" : " " + value);
  }
  std::vector<std::string> words;
  words.reserve(moments.size());
  for (const auto& [at, text] : moments) words.push_back(text);
  return words;
}

Finding::State linearizable(const Watched& watched) {
  return watched.judged.verdict.of(Promise::linearizable).state;
}

}  // namespace

TEST_CASE("each schedule makes the history that is known, is convicted, and is mended") {
  const Json known = known_histories();
  // By the case's id: the scenarios of its remedies.
  const std::map<std::string, std::vector<std::string>> remedies = {
      {"ce0", {"ce0-remedy"}}, {"ce1", {"ce1-blocking", "ce1-write-back"}},
      {"ce2", {"ce2-remedy"}}, {"ce3", {"ce3-remedy"}},
      {"ce4", {"ce4-remedy"}}, {"ce5", {"ce5-remedy"}},
      {"ce6", {"ce6-remedy"}}, {"ce7", {"ce7-remedy"}}};
  int seen = 0;
  for (const Json& item : part(known, "cases").items) {
    const std::string id = part(item, "id").text;
    const auto mended_by = remedies.find(id);
    if (mended_by == remedies.end()) continue;
    CAPTURE(id);
    const Watched wrong = watch(id);
    CHECK(in_words(wrong.of_x) == in_words(part(item, "history")));
    CHECK(linearizable(wrong) == Finding::State::broken);
    for (const std::string& remedy : mended_by->second) {
      CAPTURE(remedy);
      const Watched mended = watch(remedy);
      CHECK(in_words(mended.of_x) == in_words(part(item, "remedy_history")));
      CHECK(linearizable(mended) == Finding::State::held);
    }
    ++seen;
  }
  CHECK(seen == 8);
}

TEST_CASE(
    "a failed write that a harness takes for one that did not happen is a read from nowhere") {
  const Json known = known_histories();
  for (const Json& item : part(known, "cases").items) {
    if (part(item, "id").text != "ce2b") continue;
    const Watched dropped = watch("ce2b", true);
    CHECK(in_words(dropped.of_x) == in_words(part(item, "history")));
    CHECK(linearizable(dropped) == Finding::State::broken);
    const Watched unknown = watch("ce2b");
    CHECK(in_words(unknown.of_x) == in_words(part(item, "remedy_history")));
    CHECK(linearizable(unknown) == Finding::State::held);
    return;
  }
  FAIL("ce2b is not there");
}

namespace {

// The first seed from 1 on whose run breaks `promise` and keeps `kept`; nothing below 100 000.
std::optional<uint64_t> first_seed(const std::string& scenario, Promise promise,
                                   std::optional<Promise> kept) {
  const auto plan = std::make_shared<const RunPlan>(test::scenario_of(scenario));
  for (uint64_t seed = 1; seed <= 100'000; ++seed) {
    RunJudge run(plan, seed);
    while (!run.finished()) run.advance(100'000);
    if (run.finding(promise, kDefaultStates).state != Finding::State::broken) continue;
    if (kept && run.finding(*kept, kDefaultStates).state == Finding::State::broken) continue;
    return seed;
  }
  return std::nullopt;
}

// Three replicas, a strict quorum, and three clients on one key; `more` joins the cluster's fields.
std::string busy_key(const std::string& more) {
  return R"({"cluster":{"nodes":3,"n":3,"w":2,"r":2)" + more +
         R"(},"workload":{"clients":3,"duration_ms":100,"think_ms":10,"keys":1}})";
}

}  // namespace

TEST_CASE(
    "luck alone finds a new value, then the old one (CE1), and a write lost to a clock (CE4)") {
  // Right clocks: every single read is as fresh as it must be, and yet there is no order.
  const auto inversion = first_seed(busy_key(""), Promise::linearizable, Promise::regular);
  REQUIRE(inversion);
  // Wrong clocks: a read misses a write that was acknowledged before it began.
  const std::string wrong = R"(,"clocks":[{"node":"c1","skew_ms":10000}])";
  const auto lost = first_seed(busy_key(wrong), Promise::regular, {});
  REQUIRE(lost);
  MESSAGE("CE1 at seed " << *inversion << ", CE4 at seed " << *lost);
  // And with the remedies neither is found by ten times as much luck.
  const uint64_t enough = 10 * std::max(*inversion, *lost);
  const std::string mended = R"(,"write_back":true,"versions":"logical")";
  const auto plan = std::make_shared<const RunPlan>(test::scenario_of(busy_key(wrong + mended)));
  uint64_t broken = 0;
  for (uint64_t seed = 1; seed <= enough / test::kLuckShare; ++seed) {
    RunJudge run(plan, seed);
    while (!run.finished()) run.advance(100'000);
    broken += run.finding(Promise::linearizable, kDefaultStates).state == Finding::State::broken;
  }
  CHECK(broken == 0);
}

TEST_CASE(
    "luck alone finds two quorums that do not meet (CE3), in a sloppy store and in no strict one") {
  const auto cut_up = [](bool sloppy) {
    return std::string(R"({"cluster":{"nodes":5,"n":3,"w":2,"r":2,"coordinator":"any","hints":{},
        "gossip":{"every_ms":200},"detector":{"kind":"timeout","timeout_ms":1000},"timeout_ms":300)") +
           (sloppy ? R"(,"sloppy":true)" : "") + R"(},
        "workload":{"clients":3,"duration_ms":10000,"think_ms":200,"keys":1},"skip_idle":true,
        "nemesis":{"mix":"partition","until_ms":10000,"every_ms":2000},"settle_ms":1000})";
  };
  const auto missed = first_seed(cut_up(true), Promise::regular, {});
  REQUIRE(missed);
  MESSAGE("CE3 at seed " << *missed);
  const auto plan = std::make_shared<const RunPlan>(test::scenario_of(cut_up(false)));
  for (uint64_t seed = 1; seed <= 10 * *missed; ++seed) {
    RunJudge run(plan, seed);
    while (!run.finished()) run.advance(100'000);
    CHECK(run.finding(Promise::regular, kDefaultStates).state != Finding::State::broken);
  }
  // What is left of it is what the schedule says: the network is cut, one writes, another reads.
  Scenario found = test::scenario_of(cut_up(true));
  found.setup.seed = *missed;
  Shrink shrink(found, Promise::regular);
  while (!shrink.finished()) shrink.advance(1000);
  REQUIRE(shrink.broken());
  std::vector<Action::Kind> kinds;
  for (const Action& action : shrink.scenario().actions) kinds.push_back(action.kind);
  const auto count = [&](Action::Kind kind) {
    return std::count(kinds.begin(), kinds.end(), kind);
  };
  CHECK(count(Action::Kind::partition) == 1);
  CHECK(count(Action::Kind::put) == 1);
  CHECK(count(Action::Kind::get) == 1);
  CHECK(kinds.size() == 3);
}

TEST_CASE("luck alone finds a write that failed and was there all the same (CE2)") {
  const auto lossy = [](const std::string& cluster) {
    return R"({"cluster":{"nodes":3,"n":3,"w":2,"r":2,"coordinator":"outside","timeout_ms":40)" +
           cluster + R"(},"network":{"latency":{"profile":"exponential","ms":5},"loss":0.2},
           "workload":{"clients":3,"duration_ms":300,"think_ms":10,"keys":1}})";
  };
  // One that has a failed write among its guilty calls, and cannot do without it.
  const auto has_failed_write = [](const Scenario& scenario) {
    RunJudge run(std::make_shared<const RunPlan>(scenario), scenario.setup.seed);
    while (!run.finished()) run.advance(100'000);
    return std::any_of(run.operations().begin(), run.operations().end(), [](const Operation& one) {
      return one.verb == Verb::put && one.outcome == OperationOutcome::timeout;
    });
  };
  std::optional<uint64_t> found;
  Scenario small;
  for (uint64_t from = 1; !found && from <= 100'000;) {
    Search search(test::scenario_of(lossy("")), Promise::linearizable, from, 100'000);
    while (!search.finished()) search.advance(1000);
    REQUIRE(search.found());
    Scenario scenario = test::scenario_of(lossy(""));
    scenario.setup.seed = *search.found();
    Shrink shrink(scenario, Promise::linearizable);
    while (!shrink.finished()) shrink.advance(1000);
    if (shrink.broken() && has_failed_write(shrink.scenario())) {
      found = search.found();
      small = shrink.scenario();
    }
    from = *search.found() + 1;
  }
  REQUIRE(found);
  MESSAGE("CE2 at seed " << *found << ", in " << small.actions.size() << " calls");
  CHECK(small.actions.size() <= 4);
  // Reads that mend before they answer: ten times as much luck finds none.
  const auto plan =
      std::make_shared<const RunPlan>(test::scenario_of(lossy(R"(,"read_repair":"blocking")")));
  for (uint64_t seed = 1; seed <= 10 * *found; ++seed) {
    RunJudge run(plan, seed);
    while (!run.finished()) run.advance(100'000);
    CHECK(run.finding(Promise::linearizable, kDefaultStates).state != Finding::State::broken);
  }
}

TEST_CASE("with write-back, strict quorums and logical stamps nothing is found in any luck") {
  const auto plan = std::make_shared<const RunPlan>(test::scenario_of(
      R"({"cluster":{"nodes":3,"n":3,"w":2,"r":2,"coordinator":"outside","timeout_ms":60,
          "write_back":true,"versions":"logical","clocks":[{"node":"c1","skew_ms":10000}]},
          "network":{"latency":{"profile":"exponential","ms":5},"loss":0.1},
          "workload":{"clients":4,"duration_ms":500,"think_ms":5,"keys":2}})"));
  const uint64_t wanted = test::cases(100'000, 10'000'000);
  uint64_t operations = 0;
  uint64_t failed = 0;
  uint64_t runs = 0;
  for (; operations < wanted; ++runs) {
    RunJudge run(plan, runs + 1);
    while (!run.finished()) run.advance(100'000);
    CAPTURE(runs);
    REQUIRE(run.finding(Promise::linearizable, kDefaultStates).state == Finding::State::held);
    operations += run.operations().size();
    for (const Operation& one : run.operations()) {
      failed += one.outcome == OperationOutcome::timeout ? 1 : 0;
    }
  }
  MESSAGE(operations << " operations in " << runs << " runs, " << failed << " without an answer");
  CHECK(failed > operations / 100);
}

}  // namespace counterexamples_test
