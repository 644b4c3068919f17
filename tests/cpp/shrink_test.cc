#include "lab/shrink.h"

#include <cstdlib>
#include <map>

#include "lab/engine.h"
#include "lab/smaller.h"
#include "random_runs.h"

namespace shrink_test {

using namespace systemsim;

namespace {

RunJudge whole_run(const Scenario& scenario) {
  RunJudge run(std::make_shared<const RunPlan>(scenario), scenario.setup.seed);
  while (!run.finished()) (void)run.advance(1'000'000);
  return run;
}

Verdict verdict_of(const Scenario& scenario) {
  return whole_run(scenario).verdict(kDefaultStates).verdict;
}

bool breaks(const Scenario& scenario, Promise promise) {
  return verdict_of(scenario).of(promise).state == Finding::State::broken;
}

Shrink shrunk(const Scenario& scenario, std::optional<Promise> promise) {
  Shrink shrink(scenario, promise);
  while (!shrink.finished()) shrink.advance(1'000'000);
  return shrink;
}

// The scenario without one action, written again here: the others keep their ids, and what waited
// for it happens when it did, or never. Nothing when taking it away takes more with it.
std::optional<Scenario> one_less(const Scenario& scenario, uint32_t gone) {
  std::map<OperationId, uint64_t> answered;
  const RunJudge run = whole_run(scenario);
  for (const Operation& operation : run.operations()) {
    if (operation.outcome != OperationOutcome::open) answered[operation.id] = operation.end_us;
  }
  const auto id = [&](uint32_t i) { return scenario.actions[i].id.value_or(i); };
  Scenario less = scenario;
  less.actions.clear();
  for (uint32_t i = 0; i < scenario.actions.size(); ++i) {
    if (i == gone) continue;
    Action action = scenario.actions[i];
    if (action.is_call()) action.id = id(i);
    if (action.after == gone) {
      if (answered.count(id(gone)) == 0) return std::nullopt;
      action.at_us += answered[id(gone)];
      action.after.reset();
    } else if (action.after && *action.after > gone) {
      --*action.after;
    }
    less.actions.push_back(action);
  }
  return less;
}

size_t count_of(const Scenario& scenario, Action::Kind kind) {
  return static_cast<size_t>(
      std::count_if(scenario.actions.begin(), scenario.actions.end(),
                    [&](const Action& action) { return action.kind == kind; }));
}

}  // namespace

TEST_CASE("the five records stay, all of them, whatever else goes") {
  const Scenario scenario = test::scenario_of(R"({"workload":{"traffic":"five-records"},
      "network":{"loss":0.1},"actions":[{"do":"crash","node":"A"},{"do":"restart","node":"A"}]})");
  const Scenario smaller = without(scenario, {0}, {});
  CHECK(smaller.actions.size() == 1);
  CHECK(smaller.setup.records.size() == scenario.setup.records.size());
}

TEST_CASE("a stale read under W + R <= N shrinks to exactly one write and one read") {
  int found = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Scenario scenario = test::scenario_of(
        R"({"cluster":{"w":1,"r":1,"nodes":8},"records":[{"key":"k1","value":"0"}],
        "workload":{"clients":4,"duration_ms":400,"think_ms":5,"keys":2},
        "actions":[{"do":"crash","node":"B","at_ms":50},{"do":"restart","node":"B","at_ms":90}]})");
    scenario.setup.seed = seed;
    const Shrink shrink = shrunk(scenario, Promise::regular);
    if (!shrink.broken()) continue;
    ++found;
    CAPTURE(seed);
    const Scenario& small = shrink.scenario();
    CHECK(small.actions.size() == 2);
    CHECK(count_of(small, Action::Kind::put) == 1);
    CHECK(count_of(small, Action::Kind::get) == 1);
    CHECK(small.setup.records.empty());
    CHECK(small.setup.workload.duration_us == 0);
    CHECK(breaks(small, Promise::regular));
  }
  CHECK(found > 40);
}

TEST_CASE(
    "200 random broken runs: what is left still breaks the promise, is locally minimal, and "
    "opens") {
  const int wanted = std::getenv("SYSTEMSIM_LONG") != nullptr ? 5000 : 200;
  int runs = 0;
  size_t before = 0;
  size_t after = 0;
  std::map<Promise, int> promises;
  for (uint64_t seed = 1; runs < wanted; ++seed) {
    const Scenario scenario = test::random_run(seed);
    const RunJudge run = whole_run(scenario);
    const Verdict first = run.verdict(kDefaultStates).verdict;
    // Of the broken promises the one that has come up least.
    std::optional<Promise> rarest;
    for (int i = 0; i < kPromises; ++i) {
      const auto promise = static_cast<Promise>(i);
      if (first.of(promise).state != Finding::State::broken) continue;
      if (!rarest || promises[promise] < promises[*rarest]) rarest = promise;
    }
    if (!rarest) continue;
    ++runs;
    const Promise promise = *rarest;
    ++promises[promise];
    CAPTURE(seed);
    CAPTURE(std::string(name_of(promise)));
    const Shrink shrink = shrunk(scenario, promise);
    REQUIRE(shrink.broken());
    const auto opened = parse_scenario(write_scenario(shrink.scenario()));
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().path + opened.error().message));
    const Scenario& small = opened.value();
    REQUIRE(breaks(small, promise));
    CHECK(small.setup.workload.duration_us == 0);
    CHECK(small.setup.cluster.nodes <= scenario.setup.cluster.nodes);
    for (uint32_t i = 0; i < small.actions.size(); ++i) {
      CAPTURE(i);
      const auto less = one_less(small, i);
      // Without a machine's join, what names that machine cannot stay.
      if (!less || !parse_scenario(write_scenario(*less))) continue;
      REQUIRE_FALSE(breaks(*less, promise));
    }
    for (size_t i = 0; i < small.setup.records.size(); ++i) {
      Scenario less = small;
      less.setup.records.erase(less.setup.records.begin() + static_cast<std::ptrdiff_t>(i));
      REQUIRE_FALSE(breaks(less, promise));
    }
    before += run.operations().size();
    after += small.actions.size();
  }
  MESSAGE("operations before: " << before << ", actions after: " << after);
  for (const auto& [promise, count] : promises)
    MESSAGE(std::string(name_of(promise)) << ": " << count);
  CHECK(promises.size() == kPromises);  // a write is lost to a wrong clock alone
  CHECK(after < 6 * static_cast<size_t>(wanted));
}

TEST_CASE("how a shrink is sliced changes nothing in its result") {
  const Scenario scenario = test::random_run(69);
  Shrink whole = shrunk(scenario, std::nullopt);
  REQUIRE(whole.broken());
  Shrink sliced(scenario, std::nullopt);
  while (!sliced.finished()) sliced.advance(1);
  CHECK(sliced.json(0) == whole.json(0));
}

TEST_CASE("a run that breaks nothing is handed back as it was") {
  const Scenario scenario = test::scenario_of(R"({"workload":{"duration_ms":100}})");
  const Shrink shrink = shrunk(scenario, std::nullopt);
  CHECK_FALSE(shrink.broken());
  CHECK_FALSE(shrink.promise());
  CHECK(shrink.tried() == 1);
  CHECK(write_scenario(shrink.scenario()) == write_scenario(scenario));
}

TEST_CASE("a promise that holds is not shrunk, although another is broken") {
  const Scenario weak = test::scenario_of(
      R"({"cluster":{"w":1,"r":1},"workload":{"duration_ms":500,"think_ms":5,"keys":1}})");
  CHECK(shrunk(weak, Promise::linearizable).broken());
  CHECK_FALSE(shrunk(weak, Promise::convergence).broken());
  CHECK(shrunk(weak, std::nullopt).promise() == verdict_of(weak).weakest_broken());
}

TEST_CASE("a hold that makes the run wrong stays, and what it was released by goes") {
  const Scenario scenario = test::scenario_of(R"({"cluster":{"nodes":3,"w":2,"r":1},
      "network":{"latency":{"profile":"constant","ms":1}},"records":[{"key":"x","value":"0"}],
      "actions":[
      {"do":"hold","op":3,"kind":"write","to":"B","at_ms":1},
      {"do":"hold","op":7,"kind":"ack","at_ms":1},
      {"do":"get","client":"c1","key":"x","at_ms":2},
      {"do":"put","client":"c1","key":"x","value":"1","at_ms":5},
      {"do":"get","client":"c2","key":"x","after":3,"at_us":10},
      {"do":"release","at_ms":20},
      {"do":"get","client":"c2","key":"x","at_ms":30}]})");
  const Shrink shrink = shrunk(scenario, Promise::regular);
  REQUIRE(shrink.broken());
  const Scenario& small = shrink.scenario();
  CHECK(small.actions.size() == 3);
  CHECK(count_of(small, Action::Kind::hold) == 1);
  CHECK(count_of(small, Action::Kind::put) == 1);
  CHECK(count_of(small, Action::Kind::get) == 1);
}

TEST_CASE("what only a later part made necessary is left out once that is gone") {
  // The restart is needed as long as there is the crash, which stands after it in the list. The
  // times leave nothing to trim, so no other find can lead to one more round.
  const Scenario scenario = test::scenario_of(R"({"cluster":{"nodes":3,"w":2,"r":1},
      "network":{"latency":{"profile":"constant","ms":1}},"actions":[
      {"do":"restart","node":"C","at_ms":1},
      {"do":"hold","op":3,"kind":"write","to":"B","at_ms":0},
      {"do":"crash","node":"C","at_ms":0},
      {"do":"put","client":"c1","key":"x","value":"1","at_ms":2},
      {"do":"get","client":"c2","key":"x","at_ms":6}]})");
  CHECK_FALSE(breaks(*one_less(scenario, 0), Promise::regular));
  const Shrink shrink = shrunk(scenario, Promise::regular);
  REQUIRE(shrink.broken());
  CHECK(shrink.scenario().actions.size() == 3);
  CHECK(count_of(shrink.scenario(), Action::Kind::restart) == 0);
}

TEST_CASE("what waited for a call that is left out happens when it did") {
  const Scenario scenario =
      test::scenario_of(R"({"network":{"latency":{"profile":"constant","ms":1}},
      "actions":[{"do":"put","client":"c1","key":"x","value":"1","id":9,"at_ms":5},
      {"do":"crash","node":"A","after":0,"at_us":100},
      {"do":"get","client":"c2","key":"x","at_ms":20},
      {"do":"hold","at_ms":30},
      {"do":"get","client":"c2","key":"y","after":2,"at_us":1},
      {"do":"get","client":"c2","key":"z","after":4,"at_ms":50}]})");
  const auto operations = whole_run(scenario).operations();
  const Scenario less = without(scenario, {0}, operations);
  REQUIRE(less.actions.size() == 5);
  CHECK(less.actions[0].kind == Action::Kind::crash);
  CHECK(less.actions[0].at_us == 7100);
  CHECK_FALSE(less.actions[0].after);
  CHECK(less.actions[3].after == 1U);
  CHECK(less.actions[1].id == 2U);
  // Whom nothing was answered to, nothing follows.
  std::vector<Operation> unanswered = operations;
  for (Operation& operation : unanswered) operation.outcome = OperationOutcome::open;
  CHECK(without(scenario, {2}, unanswered).actions.size() == 3);
}

TEST_CASE("fewer machines and clients leave the others' luck and places alone") {
  Scenario scenario = test::scenario_of(R"({"cluster":{"nodes":9,"n":3},"workload":{"clients":7},
      "actions":[{"do":"get","client":"c3","key":"x","at_ms":5},{"do":"crash","node":"D"},
      {"do":"partition","groups":[["A","H","c7"],["C","c3"],["I"]],"at_ms":9},
      {"do":"hold","to":"c5","at_ms":1}]})");
  CHECK(fewest_nodes(scenario) == 4);
  CHECK(fewest_clients(scenario) == 5);
  const Scenario less = with_clients(with_nodes(scenario, 4), 5);
  REQUIRE(parse_scenario(write_scenario(less)).ok());
  CHECK(less.actions[2].groups.size() == 2);
  CHECK(less.actions[2].groups[0].size() == 1);
  const Scenario renamed = with_first_clients(scenario);
  REQUIRE(parse_scenario(write_scenario(renamed)).ok());
  CHECK(renamed.setup.workload.clients == 2);
  CHECK(renamed.actions[0].client == client_endpoint(0));
  CHECK(renamed.actions[3].messages.to == client_endpoint(1));
}

TEST_CASE("a shrink job reports its smallest run so far, and says what it was not given") {
  Engine engine(every_job());
  const std::string weak =
      R"({"cluster":{"w":1,"r":1},"workload":{"duration_ms":500,"think_ms":5,"keys":1}})";
  const auto started =
      engine.start(R"({"job":"shrink","promise":"regular","scenario":)" + weak + "}");
  REQUIRE(started.ok());
  CHECK(started.value().find(R"("done":0,"total":1,"finished":false,"broken":false)") !=
        std::string::npos);
  const auto id =
      static_cast<Engine::Id>(parse_json(started.value()).value().members[0].value.integer);
  std::string report;
  uint64_t done = 0;
  do {
    report = engine.advance(id, 16).value();
    const Json json = parse_json(report).value();
    CHECK(json.members[1].value.integer >= static_cast<int64_t>(done));
    CHECK(json.members[2].value.integer >= json.members[1].value.integer);
    done = static_cast<uint64_t>(json.members[1].value.integer);
  } while (report.find(R"("finished":true)") == std::string::npos);
  CHECK(report.find(R"("broken":true,"promise":"regular")") != std::string::npos);
  CHECK(report.find(R"("ops":2,"faults":0,"nodes":)") != std::string::npos);
  CHECK(engine.start(R"({"job":"shrink","promise":"fresh"})").error().path == "/promise");
  CHECK(engine.start(R"({"job":"shrink","scenario":{"cluster":{"w":9}}})").error().path ==
        "/scenario/cluster/w");
  CHECK(engine.start(R"({"job":"shrink","seeds":{}})").error().path == "/seeds");
}

}  // namespace shrink_test
