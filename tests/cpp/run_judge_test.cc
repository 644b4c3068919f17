#include "lab/run_judge.h"

#include "random_runs.h"

namespace run_judge_test {

using namespace systemsim;

namespace {

RunJudge judged(const Scenario& scenario, uint64_t slice = 1'000'000) {
  RunJudge run(std::make_shared<const RunPlan>(scenario), scenario.setup.seed);
  while (!run.finished()) (void)run.advance(slice);
  return run;
}

Finding::State state_of(const std::string& json, Promise promise) {
  return judged(test::scenario_of(json)).finding(promise, kDefaultStates).state;
}

}  // namespace

TEST_CASE("a promise asked alone has the same answer as among all of them") {
  int broken[kPromises] = {};
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    const RunJudge run = judged(test::random_run(seed));
    const JudgedRun all = run.verdict(kDefaultStates);
    for (int i = 0; i < kPromises; ++i) {
      const auto promise = static_cast<Promise>(i);
      CAPTURE(seed);
      CAPTURE(std::string(name_of(promise)));
      const Finding one = run.finding(promise, kDefaultStates);
      REQUIRE(one.state == all.verdict.of(promise).state);
      REQUIRE(one.tests == all.verdict.of(promise).tests);
      const auto& guilty = all.verdict.of(promise).guilty;
      const bool unexplained = promise == Promise::linearizable;
      REQUIRE(one.guilty == (unexplained ? std::vector<uint32_t>() : guilty));
      if (unexplained) REQUIRE(guilty.empty() == (one.state != Finding::State::broken));
      broken[i] += one.state == Finding::State::broken;
    }
  }
  for (int i = 0; i < kPromises; ++i) {
    // This store loses none: a crash keeps what was acknowledged, and clocks agree.
    if (static_cast<Promise>(i) == Promise::no_lost_write) continue;
    CAPTURE(std::string(name_of(static_cast<Promise>(i))));
    CHECK(broken[i] > 0);
  }
}

TEST_CASE("however a run is sliced, its judge sees the same") {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const RunJudge whole = judged(test::random_run(seed));
    const RunJudge sliced = judged(test::random_run(seed), 7);
    CHECK(sliced.world().trace().sha256() == whole.world().trace().sha256());
    REQUIRE(sliced.operations().size() == whole.operations().size());
    for (size_t i = 0; i < whole.operations().size(); ++i) {
      CHECK(sliced.operations()[i].id == whole.operations()[i].id);
      CHECK(sliced.operations()[i].end_us == whole.operations()[i].end_us);
    }
  }
}

TEST_CASE("copies are judged at the end, which has not come while a write is held at a door") {
  const std::string put = R"({"do":"put","key":"x","value":"1","w":1,"at_ms":5})";
  const std::string hold = R"({"do":"hold","kind":"write","to":"B","at_ms":1})";
  const auto actions = [](const std::string& list) {
    return R"({"cluster":{"nodes":3},"actions":[)" + list + "]}";
  };
  CHECK(state_of(actions(put), Promise::convergence) == Finding::State::held);
  CHECK(state_of(actions(hold + "," + put), Promise::convergence) == Finding::State::untested);
  CHECK(state_of(actions(hold + "," + put + R"(,{"do":"release","at_ms":900})"),
                 Promise::convergence) == Finding::State::held);
  CHECK(state_of(actions(hold + "," + put), Promise::no_lost_write) == Finding::State::untested);
  const std::string down = R"({"do":"crash","node":"B","at_ms":1})";
  CHECK(state_of(actions(down + "," + put), Promise::convergence) == Finding::State::broken);
  CHECK(state_of(actions(R"({"do":"get","key":"x","at_ms":5})"), Promise::convergence) ==
        Finding::State::untested);
  // What was there from the start counts as a copy, too.
  CHECK(state_of(R"({"cluster":{"nodes":3},"records":[{"key":"x","value":"0"}],"actions":[)" +
                     down + "," + put + "]}",
                 Promise::convergence) == Finding::State::broken);
}

TEST_CASE("a run that is not over says nothing of what its copies would have become") {
  const Scenario scenario = test::scenario_of(
      R"({"cluster":{"nodes":3},"actions":[{"do":"put","key":"x","value":"1","w":1,"at_ms":5}]})");
  const auto plan = std::make_shared<const RunPlan>(scenario);
  RunJudge run(plan, 1, 4);
  CHECK(run.advance(100) == 4);
  CHECK(run.finished());
  CHECK(run.advance(100) == 0);
  CHECK(run.finding(Promise::convergence, 1000).state == Finding::State::untested);
  CHECK(run.verdict(1000).verdict.of(Promise::no_lost_write).state == Finding::State::untested);
}

TEST_CASE(
    "a write that asked for other machines than the usual ones is not lost, nor are copies "
    "uneven") {
  // B, D and E are off; a put with n = 5 is held by A and C.
  const auto judged = [](const std::string& actions) {
    const Scenario scenario = test::scenario_of(
        R"({"cluster":{"nodes":5,"n":3,"w":1,"r":1},"actions":[)" + actions + "]}");
    RunJudge run(std::make_shared<const RunPlan>(scenario), 1, 100'000);
    run.advance(100'000);
    return run.verdict(kDefaultStates).verdict;
  };
  const Verdict wide = judged(
      R"({"do":"crash","node":"B","at_ms":1},{"do":"crash","node":"D","at_ms":1},
         {"do":"crash","node":"E","at_ms":1},
         {"do":"put","key":"k","value":"1","n":5,"at_ms":2})");
  CHECK(wide.of(Promise::no_lost_write).state == Finding::State::held);
  CHECK(wide.of(Promise::convergence).state == Finding::State::untested);
  const Verdict narrow = judged(R"({"do":"put","key":"k","value":"1","n":1,"at_ms":2})");
  CHECK(narrow.of(Promise::convergence).state == Finding::State::untested);
}

}  // namespace run_judge_test
