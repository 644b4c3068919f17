// Machines join and leave while calls are made. Each schedule is a whole simulated run.
#include "cluster/membership.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "lab/run_judge.h"
#include "lab/tally.h"
#include "support.h"

namespace membership_test {

using namespace systemsim;

namespace {

// What goes wrong near a change, for a while: a machine stops, a network is cut, or messages of one
// kind are held.
void add_trouble(test::Dice& dice, uint64_t at_us, uint32_t machines, uint32_t clients,
                 std::vector<Action>& actions) {
  Action begin;
  begin.at_us = at_us + dice.below(10'000);
  Action end;
  switch (dice.below(3)) {
    case 0:
      begin.kind = Action::Kind::crash;
      begin.node = static_cast<Endpoint>(dice.below(machines));
      end = begin;
      end.kind = Action::Kind::restart;
      break;
    case 1: {
      begin.kind = Action::Kind::partition;
      begin.groups.resize(2);
      for (uint32_t i = 0; i < machines; ++i) {
        begin.groups[dice.below(2)].push_back(static_cast<Endpoint>(i));
      }
      for (uint32_t i = 0; i < clients; ++i) {
        if (dice.chance(0.5)) begin.groups[dice.below(2)].push_back(client_endpoint(i));
      }
      end.kind = Action::Kind::heal;
      break;
    }
    default:
      begin.kind = Action::Kind::hold;
      begin.messages.kind =
          static_cast<MessageKind>(dice.below(kMessageKinds - 2) + 2);  // any but a client's own
      if (dice.chance(0.7)) begin.messages.to = static_cast<Endpoint>(dice.below(machines));
      end = begin;
      end.kind = Action::Kind::release;
  }
  end.at_us = begin.at_us + 500 + dice.below(30'000);
  actions.push_back(std::move(begin));
  actions.push_back(std::move(end));
}

// A small random run with a strict quorum, in which machines join and leave, and things go wrong.
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
  cluster.ring.topology.data_centres = 1 + dice.below(2);
  cluster.ring.skip_same_rack = dice.chance(0.5);
  cluster.ring.skip_same_machine = dice.chance(0.9);
  if (dice.chance(0.3)) {
    for (int i = 0; i < 8; ++i) cluster.ring.weights.push_back(0.3 + dice.unit() * 3);
  }
  cluster.n = 1 + dice.below(std::min(cluster.nodes, 4U));
  cluster.w = 1 + dice.below(cluster.n);
  cluster.r = cluster.n - cluster.w + 1;
  cluster.coordinator = static_cast<CoordinatorPlace>(dice.below(3));
  cluster.calls.timeout_us = 50'000;
  const Profile profiles[] = {Profile::lnkd_disk, Profile::exponential, Profile::lnkd_ssd};
  setup.latency.base = {profiles[dice.below(3)], 1.0 + dice.unit() * 5};
  setup.loss = dice.chance(0.3) ? dice.unit() * 0.2 : 0.0;
  setup.disk = dice.chance(0.2) ? DiskModel::ssd : DiskModel::none;
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
    if (dice.chance(0.3)) {
      add_trouble(dice, change.at_us, cluster.nodes + i, setup.workload.clients, scenario.actions);
    }
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

Scenario with_protection(Scenario scenario, bool pending_writes, bool epoch_fence) {
  scenario.setup.cluster.pending_writes = pending_writes;
  scenario.setup.cluster.epoch_fence = epoch_fence;
  return scenario;
}

}  // namespace

TEST_CASE(
    "machines join and leave under load: no acknowledged write is lost, no read misses one "
    "(100 000 schedules with SYSTEMSIM_LONG=1)") {
  const uint64_t schedules = test::cases(10'000, 100'000);
  Sum sum;
  for (uint64_t seed = 1; seed <= schedules; ++seed) {
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
  CHECK(sum.reads > 10 * schedules);
  CHECK(sum.begun > schedules);
  CHECK(sum.completed * 100 > sum.begun * 95);
  // Only moved ranges cross the network.
  CHECK(sum.records > schedules);
  CHECK(sum.strays == 0);
}

TEST_CASE(
    "joins, leaves, retries, messages that arrive twice, and reads that repair: no read misses an "
    "acknowledged write while clocks are right, and some do when they are wrong") {
  const uint64_t schedules = test::cases(10'000, 1'000'000);
  const auto run_all = [&](uint64_t count, bool wrong_clocks) {
    Sum sum;
    for (uint64_t seed = 1; seed <= count; ++seed) {
      Scenario scenario = random_scenario(seed);
      test::Dice dice(seed + 77'000'000);
      CoordinatorSettings& calls = scenario.setup.cluster.calls;
      calls.retries = dice.below(3);
      calls.timeout_us = 10'000 + dice.below(40'000);
      scenario.setup.duplicates = dice.chance(0.5) ? dice.unit() * 0.3 : 0.0;
      calls.fanout = static_cast<Fanout>(dice.below(2));
      calls.read_repair = static_cast<ReadRepair>(dice.below(3));
      const bool outside = scenario.setup.cluster.coordinator == CoordinatorPlace::outside;
      if (outside && !wrong_clocks && dice.chance(0.5)) calls.versions = Versions::logical;
      if (dice.chance(0.3)) {
        calls.read_repair = ReadRepair::off;
        calls.write_back = true;
      }
      if (wrong_clocks) {
        scenario.setup.cluster.clocks.push_back({client_endpoint(0), 20'000, 0});
        scenario.setup.cluster.clocks.push_back({0, -20'000, 500});
      }
      const Sum before = sum;
      add_run(scenario, sum);
      if (wrong_clocks || (sum.stale == before.stale && sum.lost == before.lost)) continue;
      CAPTURE(seed);
      CHECK(sum.stale == before.stale);
      CHECK(sum.lost == before.lost);
      if (sum.stale + sum.lost > 5) break;
    }
    return sum;
  };
  const Sum right = run_all(schedules, false);
  MESSAGE(right.reads << " reads, " << right.completed << " changes completed");
  CHECK(right.reads > 8 * schedules);
  CHECK(right.strays == 0);
  const Sum wrong = run_all(test::cases(2000, 2000), true);
  MESSAGE(wrong.stale << " of " << wrong.reads << " reads are stale when clocks are wrong");
  CHECK(wrong.stale > 0);
  CHECK(wrong.lost > 0);
}

TEST_CASE("without pending writes, or without the epoch fence, reads miss acknowledged writes") {
  for (const bool pending_writes : {false, true}) {
    for (const bool epoch_fence : {false, true}) {
      if (pending_writes && epoch_fence) continue;
      Sum sum;
      for (uint64_t seed = 1; seed <= 2000 / test::kLuckShare; ++seed) {
        add_run(with_protection(random_scenario(seed), pending_writes, epoch_fence), sum);
      }
      CAPTURE(pending_writes);
      CAPTURE(epoch_fence);
      CHECK(sum.stale > 0);
      MESSAGE(sum.stale << " of " << sum.reads << " reads are stale");
    }
  }
}

TEST_CASE("two machines that disagree about the ring: a finished write is not seen (CE6)") {
  // A leaves and F joins while the client's writes go by the old ring. Without pending writes and
  // fence, some luck reads from the new machines before they hold what the old ones took.
  const std::string text = R"({"cluster":{"nodes":5,"vnodes":1,"n":3,"w":2,"r":2)";
  const std::string rest = R"(},"network":{"latency":{"profile":"lnkd-disk"}},
      "workload":{"clients":2,"duration_ms":200,"think_ms":2,"keys":5},
      "actions":[{"do":"join","node":"F","at_ms":50},{"do":"leave","node":"A","at_ms":100}]})";
  const auto stale_seeds = [&](const std::string& switches) {
    Scenario scenario = test::scenario_of(text + switches + rest);
    int seeds = 0;
    for (uint64_t seed = 1; seed <= 300; ++seed) {
      scenario.setup.seed = seed;
      Tally tally(scenario.setup);
      (void)test::run_whole(scenario, tally);
      seeds += tally.stale() > 0 ? 1 : 0;
    }
    return seeds;
  };
  CHECK(stale_seeds(R"(,"pending_writes":false,"epoch_fence":false)") > 0);
  CHECK(stale_seeds("") == 0);
}

namespace {

// When each message was under way, by whom it is about: (operation, kind, from, to, attempt).
class Journeys : public Observer {
 public:
  using Name = std::tuple<OperationId, MessageKind, Endpoint, Endpoint, uint8_t>;
  void on_send(uint32_t /*message_id*/, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t /*position*/) override {
    took[{message.request.operation, message.kind, message.from, message.to, message.attempt}] =
        arrive_us - now_us;
  }
  std::map<Name, uint64_t> took;
};

}  // namespace

TEST_CASE("with the same luck, another W or R, or one machine more, changes no message's time") {
  const auto journeys = [](const std::string& cluster) {
    const Scenario scenario = test::scenario_of(
        R"({"cluster":{)" + cluster +
        R"(},"workload":{"clients":3,"duration_ms":2000,"think_ms":5,"keys":20}})");
    Journeys seen;
    (void)test::run_whole(scenario, seen);
    return seen.took;
  };
  const auto usual = journeys(R"("nodes":5)");
  for (const char* other : {R"("nodes":5,"w":1)", R"("nodes":5,"w":3,"r":1)", R"("nodes":6)",
                            R"("nodes":5,"vnodes":3)"}) {
    size_t both = 0;
    size_t differ = 0;
    for (const auto& [name, us] : journeys(other)) {
      const auto same = usual.find(name);
      if (same == usual.end()) continue;
      ++both;
      differ += same->second != us ? 1 : 0;
    }
    CAPTURE(other);
    CHECK(both > 500);
    CHECK(differ == 0);
  }
}

TEST_CASE("a join is a step like others: back, seek and a copy of the world give the same state") {
  const Scenario scenario = test::scenario_of(
      R"({"cluster":{"vnodes":2},"workload":{"clients":2,"duration_ms":400,"think_ms":5},
          "actions":[{"do":"join","node":"F","at_ms":100},{"do":"leave","node":"B","at_ms":110},
                     {"do":"crash","node":"F","at_ms":103},{"do":"restart","node":"F","at_ms":200}]})");
  const Script script(scenario.actions);
  Observer nobody;
  World world(std::make_shared<const Stage>(scenario.setup), 1);
  std::vector<World> copies;
  std::vector<std::string> states;
  for (;;) {
    copies.push_back(world);
    StateArchive archive;
    archive(world);
    states.push_back(archive.digest());
    if (!world.step(script, nobody)) break;
  }
  CHECK(world.ring().members().size() == 5);
  for (size_t i = 0; i + 7 < copies.size(); i += 5) {
    for (int k = 0; k < 7; ++k) copies[i].step(script, nobody);
    StateArchive archive;
    archive(copies[i]);
    CHECK(archive.digest() == states[i + 7]);
  }
}

TEST_CASE("what moves is what changes hands: every range, from who loses it to who gains it") {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    test::Dice dice(seed);
    RingSettings settings;
    settings.vnodes = 1 + dice.below(6);
    settings.ring_seed = seed;
    settings.topology.racks = 1 + dice.below(3);
    settings.skip_same_rack = dice.chance(0.5);
    const uint32_t nodes = 3 + dice.below(6);
    const uint32_t n = 1 + dice.below(3);
    const Ring fewer(settings, first_machines(nodes));
    const Ring more(settings, first_machines(nodes + 1));
    const bool join = dice.chance(0.5);
    const Ring& before = join ? fewer : more;
    const Ring& after = join ? more : fewer;
    const auto transfers = transfers_between(before, after, n);
    CAPTURE(seed);
    for (int i = 0; i < 200; ++i) {
      const auto token = static_cast<Token>(dice.next());
      const auto old_list = before.preference_list(token, n);
      const auto new_list = after.preference_list(token, n);
      std::vector<Endpoint> gain;
      for (const Endpoint node : new_list) {
        if (std::find(old_list.begin(), old_list.end(), node) == old_list.end()) {
          gain.push_back(node);
        }
      }
      std::vector<Endpoint> served;
      for (const Transfer& transfer : transfers) {
        if (!transfer.holds(token)) continue;
        served.push_back(transfer.to);
        // From one that held it, and holds it no longer.
        REQUIRE(std::find(old_list.begin(), old_list.end(), transfer.from) != old_list.end());
        REQUIRE(std::find(new_list.begin(), new_list.end(), transfer.from) == new_list.end());
      }
      std::sort(gain.begin(), gain.end());
      std::sort(served.begin(), served.end());
      REQUIRE(gain == served);
    }
  }
}

TEST_CASE(
    "where machines may stand twice, who is new has what any holder had, and nothing is left "
    "behind") {
  int longer = 0;
  int shorter = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    test::Dice dice(seed);
    RingSettings settings;
    settings.vnodes = 2 + dice.below(4);
    settings.ring_seed = seed;
    settings.skip_same_machine = false;
    const uint32_t nodes = 2 + dice.below(3);
    const Ring fewer(settings, first_machines(nodes));
    const Ring more(settings, first_machines(nodes + 1));
    const bool join = dice.chance(0.5);
    const Ring& before = join ? fewer : more;
    const Ring& after = join ? more : fewer;
    const auto transfers = transfers_between(before, after, 3);
    CAPTURE(seed);
    for (int i = 0; i < 100; ++i) {
      const auto token = static_cast<Token>(dice.next());
      const auto old_list = before.preference_list(token, 3);
      const auto new_list = after.preference_list(token, 3);
      longer += new_list.size() > old_list.size() ? 1 : 0;
      shorter += new_list.size() < old_list.size() ? 1 : 0;
      // One of the old holders alone has a record, or one of its copies.
      for (const Endpoint holder : old_list) {
        std::vector<Endpoint> holders = {holder};
        for (const Transfer& transfer : transfers) {
          if (transfer.holds(token) && transfer.from == holder) holders.push_back(transfer.to);
        }
        size_t stay = 0;
        for (const Endpoint node : new_list) {
          stay += std::find(holders.begin(), holders.end(), node) != holders.end() ? 1 : 0;
        }
        REQUIRE(stay >= 1);
        if (new_list.size() > old_list.size()) {
          REQUIRE(stay >= 1 + new_list.size() - old_list.size());
        }
      }
    }
  }
  CHECK(longer > 100);
  CHECK(shorter > 100);
}

TEST_CASE(
    "a change that cannot be completed stands still, and goes on when the missing machine is "
    "back") {
  const std::string text = R"({"cluster":{"nodes":4,"vnodes":2},"workload":{"duration_ms":100},
      "actions":[{"do":"crash","node":"B","at_ms":1},{"do":"join","node":"E","at_ms":50})";
  Observer nobody;
  const World stuck = test::run_whole(test::scenario_of(text + "]}"), nobody);
  CHECK(stuck.epoch() < stuck.membership().last_epoch());
  CHECK(stuck.position() < 2000);
  const World done = test::run_whole(
      test::scenario_of(text + R"(,{"do":"restart","node":"B","at_ms":3600000}]})"), nobody);
  CHECK(done.epoch() == done.membership().last_epoch());
}

TEST_CASE("changes queue up; one that is refused does not keep back the next") {
  const std::string text = R"({"cluster":{"nodes":3,"vnodes":4,"n":2},"actions":[
      {"do":"hold","kind":"announce"},{"do":"join","node":"D","at_ms":1},
      {"do":"join","node":"D","at_ms":2},{"do":"join","node":"E","at_ms":3}]})";
  const Scenario scenario = test::scenario_of(text);
  Tally tally(scenario.setup);
  const World world = test::run_whole(scenario, tally);
  CHECK(world.ring().members().size() == 5);
  JsonWriter writer;
  tally.write(writer.begin_object(), world);
  CHECK(writer.end_object().take().find(
            R"("changes":{"done":2,"under_way":0,"waiting":0,"refused":1})") != std::string::npos);
}

TEST_CASE("a restart of somebody else does not use up the tries of a change") {
  // B is missing for a minute; E's restarts ask again and again meanwhile.
  std::string text = R"({"cluster":{"nodes":5,"vnodes":2},"workload":{"duration_ms":1},
      "actions":[{"do":"crash","node":"B","at_ms":1},{"do":"join","node":"F","at_ms":5})";
  for (const char* at : {"100", "200", "300", "400", "500", "600"}) {
    for (const char* verb : {"crash", "restart"}) {
      text.append(R"(,{"node":"E","do":")").append(verb).append(R"(","at_ms":)").append(at);
      text += '}';
    }
  }
  // No heal or restart follows B's own, which asks again; so B must be asked by the tries alone.
  Observer nobody;
  const Scenario scenario = test::scenario_of(text + "]}");
  const World world = test::run_whole(scenario, nobody);
  CHECK(world.now_us() > 100'000'000);  // 1 + 2 + 4 + ... + 128 s
}

TEST_CASE("where machines join or leave, a call has the cluster's n, and changes have a limit") {
  const auto complaint = [](const std::string& text) {
    const auto read = parse_scenario(text);
    REQUIRE_FALSE(read.ok());
    return read.error().path + ": " + read.error().message;
  };
  CHECK(complaint(R"({"actions":[{"do":"put","key":"x","value":"1","n":1},
                                 {"do":"join","node":"F"}]})") ==
        "/actions/0: action 0 asks for 1 copies; where machines join or leave every call has the "
        "cluster's n, which is 3");
  std::string many = R"({"cluster":{"nodes":1000,"vnodes":200},"actions":[)";
  for (int i = 0; i < 30; ++i) {
    if (i > 0) many += ',';
    many += R"({"do":"leave","node":"A"},{"do":"join","node":"A"})";
  }
  CHECK(complaint(many + "]}")
            .find("60 joins and leaves of a ring of 200000 points; the most is "
                  "20") != std::string::npos);
}

}  // namespace membership_test
