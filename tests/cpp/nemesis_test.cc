// The nemesis: whatever it does, once it has stopped all copies of every key are the same, and no
// acknowledged write is lost as long as quorums are strict, clocks are right, and at most one disk
// of a replica set is lost and rebuilt before it serves.
#include "sim/nemesis.h"

#include <map>

#include "lab/judged_run.h"
#include "lab/run_judge.h"
#include "support.h"

namespace nemesis_test {

using namespace systemsim;

namespace {

std::string scenario_text(const std::string& mix, const std::string& cluster,
                          uint32_t retries = 2) {
  return R"({"cluster":{"nodes":5,"n":3,"w":2,"r":2,"coordinator":"any","timeout_ms":200,"retries":)" +
         std::to_string(retries) + R"(,
      "gossip":{"every_ms":500},"hints":{},"anti_entropy":{"every_ms":1000})" +
         cluster + R"(},
      "workload":{"clients":3,"duration_ms":20000,"think_ms":100,"keys":12,"read_share":0.4},
      "nemesis":{"mix":")" +
         mix + R"(","until_ms":20000,"every_ms":1000},"settle_ms":40000,"skip_idle":true})";
}

struct Ended {
  uint64_t faults = 0;
  uint64_t writes = 0;  // acknowledged
  uint64_t lost = 0;    // of them
  bool converged = false;
  bool roots_equal = false;
};

Ended run_of(const std::shared_ptr<const RunPlan>& plan, uint64_t seed) {
  RunJudge run(plan, seed);
  while (!run.finished()) run.advance(100'000);
  REQUIRE_FALSE(run.world().next_us(plan->script));
  Ended ended;
  World world = run.world();
  ended.faults = world.faults().size();
  for (const Operation& operation : run.operations()) {
    ended.writes += operation.verb != Verb::get && operation.outcome == OperationOutcome::ok;
  }
  const JudgedRun judged = judge_run(run.operations(), run.world(), true);
  REQUIRE(judged.verdict.of(Promise::convergence).state != Finding::State::untested);
  ended.converged = judged.verdict.of(Promise::convergence).state == Finding::State::held;
  if (judged.verdict.of(Promise::no_lost_write).state == Finding::State::broken) {
    ended.lost = judged.verdict.of(Promise::no_lost_write).guilty.size();
  }
  ended.roots_equal = true;
  for (size_t one = 0; one < world.machines().size(); ++one) {
    for (size_t other = 0; other < one; ++other) {
      const auto [mine, theirs] =
          world.roots(static_cast<Endpoint>(one), static_cast<Endpoint>(other));
      ended.roots_equal = ended.roots_equal && mine == theirs;
    }
  }
  return ended;
}

// How a failing seed is run again, by hand.
std::string replay(const std::string& text, uint64_t seed) {
  return "echo '" + text + "' >nemesis.json && build/native/systemsim run nemesis.json --seed " +
         std::to_string(seed);
}

}  // namespace

TEST_CASE("after every fault has ended all copies are the same, and nothing acknowledged is lost") {
  const std::vector<std::string> clusters = {"", R"(,"read_repair":"background")",
                                             R"(,"versions":"logical","coordinator":"outside")",
                                             R"(,"gc_grace_ms":3600000,"read_repair":"blocking")"};
  const uint64_t all = test::cases(240, 10'000);
  uint64_t faults = 0;
  uint64_t writes = 0;
  uint64_t seed = 1;
  for (size_t i = 0; i < clusters.size(); ++i) {
    std::string text = scenario_text("all", clusters[i]);
    if (i == 2) {
      // Who coordinates for itself keeps no hints.
      text.erase(text.find(R"("coordinator":"any",)"), 20);
      text.erase(text.find(R"("hints":{},)"), 11);
    }
    const auto plan = std::make_shared<const RunPlan>(test::scenario_of(text));
    for (uint64_t k = 0; k < (all + clusters.size() - 1) / clusters.size(); ++k, ++seed) {
      const Ended ended = run_of(plan, seed);
      CHECK_MESSAGE(ended.converged, replay(text, seed));
      CHECK_MESSAGE(ended.roots_equal, replay(text, seed));
      CHECK_MESSAGE(ended.lost == 0, replay(text, seed));
      faults += ended.faults;
      writes += ended.writes;
    }
  }
  const uint64_t runs = seed - 1;
  MESSAGE(runs << " runs, " << faults << " faults, " << writes
               << " acknowledged writes, none lost; all roots equal");
  CHECK(faults > 5 * runs);
}

TEST_CASE("dotted versions converge as well, and lose nothing without lost disks") {
  const std::string text = scenario_text("all-but-disks", R"(,"versions":"dotted")");
  const auto plan = std::make_shared<const RunPlan>(test::scenario_of(text));
  for (uint64_t seed = 1; seed <= test::cases(40, 1000); ++seed) {
    const Ended ended = run_of(plan, seed);
    CHECK_MESSAGE(ended.converged, replay(text, seed));
    CHECK_MESSAGE(ended.roots_equal, replay(text, seed));
    CHECK_MESSAGE(ended.lost == 0, replay(text, seed));
  }
}

TEST_CASE("vector clocks converge as well, and lose nothing as long as no call is repeated") {
  // A write that its client repeats may reach a second machine when that has taken others with the
  // same context: its clock then says that it came after them (cluster/siblings.h), and of the
  // machine's own last write nothing is left. Dots tell the two apart.
  for (const uint32_t retries : {0U, 2U}) {
    const std::string text =
        scenario_text("all-but-disks", R"(,"versions":"vector-clocks")", retries);
    const auto plan = std::make_shared<const RunPlan>(test::scenario_of(text));
    uint64_t losing = 0;
    for (uint64_t seed = 1; seed <= test::cases(40, 1000); ++seed) {
      const Ended ended = run_of(plan, seed);
      CHECK_MESSAGE(ended.converged, replay(text, seed));
      CHECK_MESSAGE(ended.roots_equal, replay(text, seed));
      if (retries == 0) CHECK_MESSAGE(ended.lost == 0, replay(text, seed));
      losing += ended.lost > 0 ? 1 : 0;
    }
    MESSAGE(retries << " retries: " << losing << " runs lose a write");
  }
}

TEST_CASE("wrong clocks, and more lost disks, do lose writes, and the judge says so") {
  const uint64_t runs = std::max<uint64_t>(20, test::cases(60, 1000));
  for (const char* mix : {"all-and-clocks", "disks"}) {
    const auto plan = std::make_shared<const RunPlan>(test::scenario_of(scenario_text(mix, "")));
    uint64_t losing = 0;
    for (uint64_t seed = 1; seed <= runs; ++seed) {
      const Ended ended = run_of(plan, seed);
      losing += ended.lost > 0 ? 1 : 0;
      CHECK_MESSAGE(ended.converged, replay(scenario_text(mix, ""), seed));
      CHECK_MESSAGE(ended.roots_equal, replay(scenario_text(mix, ""), seed));
    }
    MESSAGE(std::string(mix) << ": " << losing << " of " << runs << " runs lose a write");
    CHECK(losing > 0);
  }
}

TEST_CASE(
    "the nemesis does what its mix says, in order, one thing at a time, and undoes all of it") {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const Setup setup = test::scenario_of(scenario_text("all-and-disks", R"(,"vnodes":4)")).setup;
    const std::vector<Action> actions = actions_of(setup, seed);
    REQUIRE(!actions.empty());
    CHECK(actions.size() == actions_of(setup, seed).size());
    std::vector<int> down(5, 0);
    std::vector<int> paused(5, 0);
    std::vector<uint64_t> slow(5, 0);
    bool cut = false;
    double loss = 0;
    uint64_t last_us = 0;
    for (const Action& action : actions) {
      REQUIRE(action.at_us >= last_us);
      last_us = action.at_us;
      REQUIRE(last_us <= setup.nemesis.until_us);
      switch (action.kind) {
        case Action::Kind::crash:
        case Action::Kind::lose_disk:
          REQUIRE(down[action.node]++ == 0);
          break;
        case Action::Kind::restart:
          REQUIRE(--down[action.node] == 0);
          break;
        case Action::Kind::pause:
          REQUIRE(paused[action.node]++ == 0);
          break;
        case Action::Kind::resume:
          REQUIRE(--paused[action.node] == 0);
          break;
        case Action::Kind::slow:
          slow[action.node] = action.extra_us;
          break;
        case Action::Kind::partition:
          REQUIRE_FALSE(cut);
          cut = true;
          break;
        case Action::Kind::heal:
          cut = false;
          break;
        case Action::Kind::set:
          loss = *action.loss;
          break;
        default:
          FAIL("not of this mix");
      }
    }
    CHECK(std::count(down.begin(), down.end(), 0) == 5);
    CHECK(std::count(paused.begin(), paused.end(), 0) == 5);
    CHECK(std::count(slow.begin(), slow.end(), uint64_t{0}) == 5);
    CHECK_FALSE(cut);
    CHECK(loss == setup.loss);
  }
}

TEST_CASE("a clock that the nemesis has put wrong is set back to what the scenario says of it") {
  const std::string text =
      R"({"cluster":{"nodes":3,"gossip":{"every_ms":1000},"clocks":[
          {"node":"B","skew_ms":-700,"drift_ppm":90},{"node":"c2","skew_ms":40}]},
          "workload":{"clients":2},
          "nemesis":{"mix":"all-and-clocks","until_ms":60000,"every_ms":500}})";
  const Scenario scenario = test::scenario_of(text);
  const auto own_of = [&](Endpoint owner) {
    for (const WrongClock& clock : scenario.setup.cluster.clocks) {
      if (clock.owner == owner) return clock;
    }
    return WrongClock{owner, 0, 0};
  };
  REQUIRE(own_of(1).skew_us == -700'000);
  std::map<Endpoint, uint32_t> wrong;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    std::map<Endpoint, bool> is_wrong;
    for (const Action& action : actions_of(scenario.setup, seed)) {
      if (action.kind != Action::Kind::skew) continue;
      bool& now = is_wrong[action.node];
      now = !now;
      if (now) {
        ++wrong[action.node];
        continue;
      }
      const WrongClock own = own_of(action.node);
      CHECK(action.skew_us == own.skew_us);
      CHECK(action.drift_ppm == own.drift_ppm);
    }
    for (const auto& one : is_wrong) CHECK_FALSE(one.second);
    const Script script(scenario.actions);
    World world(std::make_shared<const Stage>(scenario.setup), seed);
    Observer nobody;
    (void)run(world, script, nobody, Limits::kTimeUs);
    for (Endpoint machine = 0; machine < 3; ++machine) {
      const Clock& clock = world.machines()[machine].clock;
      CHECK(clock.skew_us == own_of(machine).skew_us);
      CHECK(clock.drift_ppm == own_of(machine).drift_ppm);
    }
  }
  // Each of the three machines and two clients has had its turn.
  CHECK(wrong.size() == 5);
  CHECK(wrong[1] > 10);
  CHECK(wrong[client_endpoint(1)] > 10);
}

}  // namespace nemesis_test
