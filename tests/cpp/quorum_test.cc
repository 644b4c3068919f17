// The promise of a strict quorum, and where it breaks. Each schedule is a whole simulated run.
#include "lab/run_judge.h"
#include "lab/tally.h"
#include "support.h"

namespace quorum_test {

using namespace systemsim;

namespace {

// A small random run: cluster, latencies and traffic drawn from `seed`. Faults lose no machine.
Scenario random_scenario(uint64_t seed, bool strict) {
  test::Dice dice(seed);
  Scenario scenario;
  Setup& setup = scenario.setup;
  setup.seed = seed;
  ClusterSettings& cluster = setup.cluster;
  cluster.nodes = 3 + dice.below(4);
  cluster.ring.vnodes = 4;
  cluster.n = 1 + dice.below(std::min(cluster.nodes, 5U));
  cluster.w = 1 + dice.below(cluster.n);
  const uint32_t overlap = cluster.n - cluster.w;  // r above this is strict
  cluster.r = strict ? overlap + 1 + dice.below(cluster.w) : 1 + dice.below(std::max(overlap, 1U));
  cluster.ring.ring_seed = dice.next() >> 12;
  cluster.coordinator = static_cast<CoordinatorPlace>(dice.below(3));
  cluster.local_leg = static_cast<LocalLeg>(dice.below(2));
  cluster.calls.timeout_us = 200'000;
  const Profile profiles[] = {Profile::lnkd_disk, Profile::exponential, Profile::constant,
                              Profile::lnkd_ssd};
  setup.latency.base = {profiles[dice.below(4)], 1.0 + dice.unit() * 5};
  setup.loss = dice.chance(0.3) ? dice.unit() * 0.2 : 0.0;
  setup.workload.clients = 2 + dice.below(3);
  setup.workload.duration_us = 30'000;
  setup.workload.think_ms = 2.0;
  setup.workload.keys = 1 + dice.below(2);
  return scenario;
}

}  // namespace

TEST_CASE(
    "W + R > N, no machine lost: no read that starts after an acknowledged write misses "
    "it (a million schedules with SYSTEMSIM_LONG=1)") {
  const uint64_t schedules = test::cases(20'000, 1'000'000);
  uint64_t reads = 0;
  uint64_t stale = 0;
  for (uint64_t seed = 1; seed <= schedules; ++seed) {
    const Scenario scenario = random_scenario(seed, true);
    Tally tally(scenario.setup);
    (void)test::run_whole(scenario, tally);
    reads += tally.fresh() + tally.stale();
    stale += tally.stale();
  }
  MESSAGE("reads judged: " << reads);
  CHECK(reads > 5 * schedules);
  CHECK(stale == 0);
}

TEST_CASE("W + R <= N: a stale read is found within 1 000 schedules") {
  uint64_t seed = 1;
  for (; seed <= 1000; ++seed) {
    Scenario scenario = random_scenario(seed, false);
    if (scenario.setup.cluster.w + scenario.setup.cluster.r > scenario.setup.cluster.n) continue;
    Tally tally(scenario.setup);
    (void)test::run_whole(scenario, tally);
    if (tally.stale() > 0) break;
  }
  MESSAGE("first found at seed " << seed);
  CHECK(seed <= 1000);
}

namespace {

// Runs of strict quorums whose clocks are wrong by up to 20 ms either way.
struct Share {
  uint64_t runs = 0;
  uint64_t not_linearizable = 0;
  uint64_t stale = 0;
};

Share skewed_runs(uint64_t seeds, bool write_back, Versions versions) {
  Share share;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    Scenario scenario = random_scenario(seed, true);
    ClusterSettings& cluster = scenario.setup.cluster;
    cluster.calls.write_back = write_back;
    cluster.calls.versions = versions;
    test::Dice dice(seed + 1'000'000);
    for (uint32_t i = 0; i < cluster.nodes + scenario.setup.workload.clients; ++i) {
      const Endpoint owner =
          i < cluster.nodes ? static_cast<Endpoint>(i) : client_endpoint(i - cluster.nodes);
      cluster.clocks.push_back({owner, static_cast<int64_t>(dice.below(40'000)) - 20'000,
                                static_cast<int32_t>(dice.below(2000)) - 1000});
    }
    RunJudge run(std::make_shared<const RunPlan>(scenario), seed);
    while (!run.finished()) run.advance(100'000);
    const auto verdict = run.finding(Promise::linearizable, kDefaultStates);
    ++share.runs;
    share.not_linearizable += verdict.state == Finding::State::broken ? 1 : 0;
    Tally tally(scenario.setup);
    (void)test::run_whole(scenario, tally);
    share.stale += tally.stale();
  }
  return share;
}

}  // namespace

TEST_CASE("wrong clocks: logical stamps with write-back are linearizable, and need each other") {
  const uint64_t seeds = test::cases(1000, 2000);
  const Share both = skewed_runs(seeds, true, Versions::logical);
  CHECK(both.runs == seeds);
  CHECK(both.not_linearizable == 0);
  CHECK(both.stale == 0);
  const Share clocks = skewed_runs(seeds, true, Versions::lww);
  CHECK(clocks.not_linearizable > 0);
  CHECK(clocks.stale > 0);
  // Rare, about 5 in 1000: as many runs wherever the test runs.
  const uint64_t rare = std::max<uint64_t>(seeds, 1000);
  const Share no_write_back = skewed_runs(rare, false, Versions::logical);
  CHECK(no_write_back.not_linearizable > 0);
  CHECK(no_write_back.stale == 0);
  MESSAGE("not linearizable: " << clocks.not_linearizable << " of " << seeds
                               << " runs with clocks for stamps, " << no_write_back.not_linearizable
                               << " of " << rare << " without write-back");
}

}  // namespace quorum_test
