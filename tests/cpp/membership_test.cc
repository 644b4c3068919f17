// Machines join and leave while calls are made. Each schedule is a whole simulated run.
#include "cluster/membership.h"

#include <cstdlib>

#include "lab/run_judge.h"
#include "lab/tally.h"
#include "support.h"

using namespace systemsim;

namespace {

// A small random run with a strict quorum, in which machines join and leave; now and then one stops
// for a while, or messages are lost.
Scenario random_scenario(uint64_t seed) {
  test::Dice dice(seed);
  Scenario scenario;
  Setup& setup = scenario.setup;
  setup.seed = seed;
  ClusterSettings& cluster = setup.cluster;
  cluster.nodes = 3 + dice.below(3);
  cluster.ring.vnodes = 1 + dice.below(4);
  cluster.ring.ring_seed = dice.next() >> 12;
  cluster.ring.topology.racks = 1 + dice.below(3);
  cluster.ring.skip_same_rack = dice.chance(0.5);
  cluster.n = 1 + dice.below(std::min(cluster.nodes, 4U));
  cluster.w = 1 + dice.below(cluster.n);
  cluster.r = cluster.n - cluster.w + 1;
  cluster.coordinator = static_cast<CoordinatorPlace>(dice.below(3));
  cluster.timeout_us = 50'000;
  const Profile profiles[] = {Profile::lnkd_disk, Profile::exponential, Profile::lnkd_ssd};
  setup.latency.base = {profiles[dice.below(3)], 1.0 + dice.unit() * 5};
  setup.loss = dice.chance(0.3) ? dice.unit() * 0.2 : 0.0;
  setup.workload.clients = 2 + dice.below(2);
  setup.workload.duration_us = 60'000;
  setup.workload.think_ms = 2.0;
  setup.workload.keys = 1 + dice.below(4);
  const uint32_t changes = 1 + dice.below(3);
  for (uint32_t i = 0; i < changes; ++i) {
    Action change;
    change.kind = dice.chance(0.5) ? Action::Kind::join : Action::Kind::leave;
    change.node = static_cast<Endpoint>(
        change.kind == Action::Kind::join ? cluster.nodes + i : dice.below(cluster.nodes + i));
    change.at_us = 1000 + dice.below(40'000);
    scenario.actions.push_back(change);
    if (!dice.chance(0.2)) continue;
    Action stop;
    stop.kind = Action::Kind::crash;
    stop.node = static_cast<Endpoint>(dice.below(cluster.nodes + 1));
    stop.at_us = change.at_us + dice.below(10'000);
    Action start = stop;
    start.kind = Action::Kind::restart;
    start.at_us += 1000 + dice.below(20'000);
    scenario.actions.push_back(stop);
    scenario.actions.push_back(start);
  }
  return scenario;
}

// Looks at what machines hand to one another.
class Moves : public Tally {
 public:
  Moves(const Setup& setup, const World& world) : Tally(setup), world_(world) {}
  void on_send(uint32_t id, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t position) override {
    Tally::on_send(id, message, now_us, arrive_us, position);
    for (const Entry& entry : message.entries) {
      ++records;
      bool wanted = false;
      for (const Transfer& transfer : world_.membership().transfers(message.epoch)) {
        wanted = wanted || (transfer.from == message.from && transfer.to == message.to &&
                            transfer.holds(token_of(entry.key)));
      }
      strays += wanted ? 0 : 1;
    }
  }
  uint64_t records = 0;
  uint64_t strays = 0;  // records of ranges that do not move

 private:
  const World& world_;
};

struct Sum {
  uint64_t reads = 0;
  uint64_t stale = 0;
  uint64_t lost = 0;
  uint64_t completed = 0;  // changes
  uint64_t begun = 0;
  uint64_t records = 0;
  uint64_t strays = 0;
};

void add_run(const Scenario& scenario, Sum& sum) {
  RunJudge judge(std::make_shared<const RunPlan>(scenario), scenario.setup.seed, 1'000'000);
  judge.advance(1'000'000);
  const Finding lost = judge.finding(Promise::no_lost_write, 1);
  sum.lost += lost.state == Finding::State::broken ? 1 : 0;

  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  Moves moves(scenario.setup, world);
  run(world, script, moves, Limits::kTimeUs);
  sum.reads += moves.fresh() + moves.stale();
  sum.stale += moves.stale();
  sum.records += moves.records;
  sum.strays += moves.strays;
  sum.begun += world.membership().last_epoch() / Membership::kPhases;
  const bool done = world.epoch() == world.membership().last_epoch();
  sum.completed += world.membership().last_epoch() / Membership::kPhases - (done ? 0 : 1);
}

Scenario without_protection(Scenario scenario) {
  scenario.setup.cluster.pending_writes = false;
  scenario.setup.cluster.epoch_fence = false;
  return scenario;
}

}  // namespace

TEST_CASE(
    "machines join and leave under load: no acknowledged write is lost, no read misses one, in 100 "
    "000 schedules") {
  Sum sum;
  for (uint64_t seed = 1; seed <= 100'000; ++seed) {
    const Sum before = sum;
    add_run(random_scenario(seed), sum);
    if (sum.stale == before.stale && sum.lost == before.lost) continue;
    CAPTURE(seed);
    CHECK(sum.stale == before.stale);
    CHECK(sum.lost == before.lost);
    if (sum.stale + sum.lost > 5) break;
  }
  MESSAGE(sum.reads << " reads, " << sum.begun << " changes begun, " << sum.completed
                    << " completed, " << sum.records << " records moved");
  CHECK(sum.reads > 1'000'000);
  CHECK(sum.begun > 100'000);
  CHECK(sum.completed * 100 > sum.begun * 95);
  // Only moved ranges cross the network.
  CHECK(sum.records > 100'000);
  CHECK(sum.strays == 0);
}

TEST_CASE(
    "without pending writes and epoch fence, reads miss acknowledged writes during a change") {
  Sum sum;
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    add_run(without_protection(random_scenario(seed)), sum);
  }
  CHECK(sum.stale > 0);
  MESSAGE(sum.stale << " of " << sum.reads << " reads are stale");
}
