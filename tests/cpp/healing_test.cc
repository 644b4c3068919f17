// Hints, stand-ins, rebuilds and forgotten markers, as whole runs.
#include "cluster/healing.h"

#include <array>
#include <cmath>
#include <map>

#include "cluster/siblings.h"
#include "lab/judged_run.h"
#include "support.h"

namespace healing_test {

using namespace systemsim;

namespace {

struct Seen {
  std::vector<Operation> operations;
  World world;

  const Operation& of(OperationId id) const {
    const auto at = std::find_if(operations.begin(), operations.end(),
                                 [&](const Operation& operation) { return operation.id == id; });
    REQUIRE(at != operations.end());
    return *at;
  }
  const Healing& healing(Endpoint machine) const {
    return world.machines()[machine].node.healing();
  }
  std::vector<std::string> versions(Endpoint machine, const std::string& key) const {
    std::vector<std::string> values;
    for (const Record& record : world.machines()[machine].node.versions_of(
             key, world.stage().setup.cluster.calls.versions)) {
      values.push_back(record.deleted ? "(deleted)" : record.value);
    }
    return values;
  }
};

Seen run_of(const std::string& text) {
  test::Watch watch;
  World world = test::run_whole(test::scenario_of(text), watch);
  return {watch.list.operations(), std::move(world)};
}

// Three machines that hold everything, on a network where each leg takes 1 ms.
std::string three(const std::string& cluster, const std::string& actions,
                  const std::string& more = "") {
  return R"({"cluster":{"nodes":3,"n":3,"w":2,"r":2,"coordinator":"any","gossip":{"every_ms":1000})" +
         cluster + R"(},"network":{"latency":{"profile":"constant","ms":1}})" + more +
         R"(,"records":[{"key":"x","value":"0"}],"actions":[)" + actions + "]}";
}

std::string put(uint64_t at_ms, const std::string& key, const std::string& by = "A") {
  return R"({"do":"put","client":"c1","key":")" + key + R"(","value":"v)" + std::to_string(at_ms) +
         R"(","coordinator":")" + by + R"(","at_ms":)" + std::to_string(at_ms) + "}";
}

}  // namespace

TEST_CASE(
    "hints bring a machine all that it missed, in batches, the next when one is acknowledged") {
  std::string actions = R"({"do":"crash","node":"C","at_ms":30000})";
  for (uint64_t i = 0; i < 100; ++i) actions += "," + put(60'000 + 10 * i, "k" + std::to_string(i));
  actions += R"(,{"do":"restart","node":"C","at_ms":90000})";

  class Diary : public Observer {
   public:
    uint32_t under_way = 0;
    std::vector<size_t> batches;
    void on_send(uint32_t, const Message& message, uint64_t, uint64_t, uint64_t) override {
      if (message.kind != MessageKind::hand_off || message.to != 2) return;
      CHECK(++under_way == 1);
      batches.push_back(message.entries.size());
    }
    void on_deliver(uint32_t, const Message& message, uint64_t, uint64_t) override {
      if (message.kind == MessageKind::handed) --under_way;
    }
  };
  Diary diary;
  const World world =
      test::run_whole(test::scenario_of(three(R"(,"hints":{"batch":32})", actions)), diary);
  CHECK(diary.batches == std::vector<size_t>({32, 32, 32, 4}));
  const Healing& returned = world.machines()[2].node.healing();
  CHECK(returned.brought()[static_cast<size_t>(Carrier::hint)] == 100);
  CHECK(returned.brought_by_key().size() == 100);
  CHECK(world.machines()[0].node.healing().hints()->delivered() == 100);
  CHECK(world.machines()[0].node.healing().hints()->held_for(2) == 0);
}

TEST_CASE("past the window no new hints are kept, and those that were kept before are delivered") {
  const Seen seen =
      run_of(three(R"(,"hints":{"window_ms":60000})",
                   R"({"do":"crash","node":"C","at_ms":30000},)" + put(80'000, "in") + "," +
                       put(100'000, "out") + R"(,{"do":"restart","node":"C","at_ms":400000})",
                   R"(,"upkeep_ms":400000)"));
  CHECK(seen.versions(2, "in") == std::vector<std::string>({"v80000"}));
  CHECK(seen.versions(2, "out").empty());
  CHECK(seen.versions(1, "out") == std::vector<std::string>({"v100000"}));
}

TEST_CASE("who keeps hints and crashes has them still; who loses its disk does not") {
  for (const char* fault : {"crash", "lose_disk"}) {
    const Seen seen = run_of(three(
        R"(,"hints":{})",
        R"({"do":"crash","node":"C","at_ms":30000},)" + put(60'000, "k") + R"(,{"do":")" + fault +
            R"(","node":"A","at_ms":70000},{"do":"restart","node":"A","at_ms":71000},
            {"do":"restart","node":"C","at_ms":100000})"));
    const bool kept = std::string(fault) == "crash";
    CHECK(seen.versions(2, "k").size() == (kept ? 1 : 0));
    // The lost disk is rebuilt from the machine that has the write.
    CHECK(seen.versions(0, "k").size() == 1);
  }
}

TEST_CASE("an acknowledgement from before the disk was lost deletes no hint that was kept since") {
  // C's answers to A's hints wait at A's door, until A has lost its disk and keeps another hint,
  // which does not reach C: what A hands over waits at C's door, and C crashes.
  const Seen seen = run_of(
      three(R"(,"hints":{})", R"({"do":"crash","node":"C","at_ms":10000},)" + put(60'000, "k") +
                                  R"(,{"do":"hold","kind":"handed","to":"A","at_ms":70000},
          {"do":"restart","node":"C","at_ms":71000},{"do":"crash","node":"C","at_ms":90000},
          {"do":"lose_disk","node":"A","at_ms":91000},{"do":"restart","node":"A","at_ms":92000},)" +
                                  put(150'000, "m") +
                                  R"(,{"do":"hold","kind":"hand_off","to":"C","at_ms":160000},
          {"do":"restart","node":"C","at_ms":161000},
          {"do":"release","kind":"handed","to":"A","at_ms":164000},
          {"do":"crash","node":"C","at_ms":165000},
          {"do":"release","kind":"hand_off","to":"C","at_ms":166000},
          {"do":"restart","node":"C","at_ms":200000})"));
  CHECK(seen.versions(2, "k") == std::vector<std::string>({"v60000"}));
  CHECK(seen.versions(2, "m") == std::vector<std::string>({"v150000"}));
  CHECK(seen.healing(0).hints()->held_for(2) == 0);

  Hints hints;
  const std::string copy = encode_record({{1, 1}, false, "v"});
  const auto batch = [&] {
    hints.keep(2, "k", copy, Versions::lww);
    const Hints::Target* sent = hints.next_batch(2, 32, 1, 0, 0);
    REQUIRE(sent != nullptr);
    return sent->batch;
  };
  const uint32_t first = batch();
  hints.clear();
  const uint32_t second = batch();
  CHECK(first != second);
  CHECK_FALSE(hints.acknowledged(2, first));
  CHECK(hints.held_for(2) == 1);
  CHECK(hints.acknowledged(2, second));
  CHECK(hints.held_for(2) == 0);
}

TEST_CASE("a write that a live machine did not acknowledge in time is kept as a hint, too") {
  const Seen seen =
      run_of(three(R"(,"hints":{})", R"({"do":"hold","kind":"write","to":"C","at_ms":1},)" +
                                         put(10'000, "k") + R"(,{"do":"release","at_ms":60000})"));
  CHECK(seen.healing(0).hints()->delivered() == 1);
  CHECK(seen.healing(2).brought()[static_cast<size_t>(Carrier::hint)] == 1);
  // In time: at the end of the write's, which is a second.
  CHECK(seen.versions(2, "k").size() == 1);
}

TEST_CASE(
    "a rebuilding machine answers no read, and serves when enough of the others have answered") {
  // w = 2 of 3: two others have to answer. While B is away there is one.
  const std::string reads =
      R"({"do":"get","client":"c2","key":"x","coordinator":"A","from":["C"],"r":1,"at_ms":)";
  const Seen seen = run_of(three(
      "", R"({"do":"crash","node":"B","at_ms":1000},{"do":"lose_disk","node":"C","at_ms":2000},
          {"do":"restart","node":"C","at_ms":3000},)" +
              reads + "10000}," + R"({"do":"restart","node":"B","at_ms":20000},)" + reads +
              "25000}"));
  CHECK(seen.of(3).outcome == OperationOutcome::timeout);
  CHECK(seen.of(5).outcome == OperationOutcome::ok);
  CHECK(seen.of(5).value == "0");
  CHECK(seen.healing(2).brought()[static_cast<size_t>(Carrier::rebuild)] == 1);
  // What it is sent to write meanwhile it keeps, and acknowledges.
  const Seen writes = run_of(three(
      "", R"({"do":"crash","node":"B","at_ms":1000},{"do":"lose_disk","node":"C","at_ms":2000},
          {"do":"restart","node":"C","at_ms":3000},)" +
              put(10'000, "k")));
  CHECK(writes.of(3).outcome == OperationOutcome::ok);
  CHECK(writes.healing(2).rebuilding());
}

TEST_CASE(
    "a machine that leaves while it rebuilds hands over nothing until it has its copies back") {
  const Seen seen = run_of(
      R"({"cluster":{"nodes":4,"n":3,"w":2,"r":2,"ring_seed":2,"coordinator":"any","gossip":{"every_ms":1000}},
      "network":{"latency":{"profile":"constant","ms":1}},"workload":{"clients":2},"actions":[)" +
      put(1000, "k", "B") +
      R"(,{"do":"partition","groups":[["A"],["B","C","D","c1","c2"]],"one_way":false,"at_ms":5000},
      {"do":"lose_disk","node":"A","at_ms":6000},{"do":"restart","node":"A","at_ms":7000},
      {"do":"leave","node":"A","at_ms":8000},{"do":"heal","at_ms":30000},
      {"do":"get","client":"c2","key":"k","at_ms":60000}]})");
  CHECK(seen.of(6).value == "v1000");
  CHECK_FALSE(seen.world.ring_is_changing());
  for (const Endpoint home : seen.world.ring().preference_list(token_of("k"), 3)) {
    CHECK(seen.versions(home, "k").size() == 1);
  }
}

namespace {

// Three machines with sixty records, and D, which joins at that time.
std::string join_among(uint64_t at_ms, const std::string& actions) {
  std::string records;
  for (int i = 0; i < 60; ++i) {
    records +=
        std::string(i == 0 ? "" : ",") + R"({"key":"k)" + std::to_string(i) + R"(","value":"0"})";
  }
  return R"({"cluster":{"nodes":3,"n":3,"w":2,"r":2,"coordinator":"any","gossip":{"every_ms":1000}},
      "network":{"latency":{"profile":"constant","ms":1}},"workload":{"clients":2},"records":[)" +
         records + R"(],"actions":[{"do":"join","node":"D","at_ms":)" + std::to_string(at_ms) +
         "}" + actions + "]}";
}

// The join is complete, and whoever is to hold a record holds it. How many D took from `loser`.
uint32_t check_joined(const Seen& seen, Endpoint loser) {
  CHECK_FALSE(seen.world.ring_is_changing());
  CHECK(seen.world.epoch() == Membership::kPhases);
  uint32_t moved = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string key = "k" + std::to_string(i);
    const std::vector<Endpoint> homes = seen.world.ring().preference_list(token_of(key), 3);
    for (const Endpoint home : homes) CHECK(seen.versions(home, key).size() == 1);
    const auto is_home = [&](Endpoint machine) {
      return std::find(homes.begin(), homes.end(), machine) != homes.end();
    };
    moved += is_home(3) && !is_home(loser) ? 1 : 0;
  }
  return moved;
}

}  // namespace

TEST_CASE("a machine that rebuilds does not hand its empty disk over to one that joins") {
  // A can be asked by D, and rebuilt by nobody, until the network is whole.
  const std::string apart =
      R"(,{"do":"partition","groups":[["A","D"],["B","C","c1","c2"]],"at_ms":5000},
      {"do":"lose_disk","node":"A","at_ms":6000},{"do":"restart","node":"A","at_ms":7000})";
  class Diary : public Observer {
   public:
    uint32_t asked = 0;
    uint32_t handed_over = 0;
    void on_deliver(uint32_t, const Message& message, uint64_t, uint64_t) override {
      asked += message.kind == MessageKind::prepare && message.to == 0 ? 1 : 0;
    }
    void on_send(uint32_t, const Message& message, uint64_t, uint64_t, uint64_t) override {
      handed_over += message.kind == MessageKind::stream && message.from == 0 ? 1 : 0;
    }
  };
  Diary diary;
  const World stuck = test::run_whole(test::scenario_of(join_among(8000, apart)), diary);
  CHECK(stuck.ring_is_changing());
  CHECK(stuck.machines()[0].node.healing().rebuilding());
  CHECK(diary.asked > 1);
  CHECK(diary.handed_over == 0);
  const Seen whole = run_of(join_among(8000, apart + R"(,{"do":"heal","at_ms":60000})"));
  CHECK_FALSE(whole.healing(0).rebuilding());
  CHECK(check_joined(whole, 0) > 0);
}

TEST_CASE("a join is completed when its machine, or one that hands over, was paused and goes on") {
  // Before the join begins, when D's requests are on their way, and before the ranges arrive there.
  for (const char* paused : {"A", "D"}) {
    for (const uint64_t at_us : {4'999'000, 5'000'500, 5'001'500}) {
      CAPTURE(std::string(paused));
      CAPTURE(at_us);
      const std::string pause = R"(,{"do":"pause","node":")" + std::string(paused) +
                                R"(","at_us":)" + std::to_string(at_us) + "}";
      // Longer than the mover asks by itself: about 511 seconds.
      const std::string resume =
          R"(,{"do":"resume","node":")" + std::string(paused) + R"(","at_ms":2000000})";
      CHECK(run_of(join_among(5000, pause)).world.ring_is_changing());
      CHECK(check_joined(run_of(join_among(5000, pause + resume)), 0) > 0);
    }
  }
}

TEST_CASE("a repair fills a machine that came back with nothing, whatever it is at") {
  const Seen seen = run_of(
      three(R"(,"rebuild":false)",
            R"({"do":"lose_disk","node":"C","at_ms":2000},{"do":"restart","node":"C","at_ms":3000},
         {"do":"repair","node":"C","at_ms":4000})"));
  CHECK(seen.versions(2, "x") == std::vector<std::string>({"0"}));
}

TEST_CASE("after a rest longer than the window hints are kept as before") {
  const Seen seen =
      run_of(three(R"(,"hints":{"window_ms":600000})",
                   R"({"do":"heal","at_ms":1000},{"do":"crash","node":"C","at_ms":5000000},)" +
                       put(5'000'010, "k") + R"(,{"do":"restart","node":"C","at_ms":5060000})"));
  CHECK(seen.versions(2, "k") == std::vector<std::string>({"v5000010"}));
}

TEST_CASE("hints for a machine that has left are handed to those who hold its keys now") {
  // D and E take what B and C should have, who then come back and leave before they are told: A, D
  // and E are the ring, and E, who was cut off meanwhile, is told by D's or its own hints alone.
  const Seen seen = run_of(
      R"({"cluster":{"nodes":6,"n":3,"w":1,"r":1,"coordinator":"any","sloppy":true,"hints":{},
      "gossip":{"every_ms":1000}},"network":{"latency":{"profile":"constant","ms":1}},
      "upkeep_ms":400000,"actions":[)" +
      std::string(
          R"({"do":"crash","node":"B","at_ms":60000},{"do":"crash","node":"C","at_ms":60000},)") +
      put(100'000, "k", "A") + "," + put(100'000, "l", "A") + "," + put(100'000, "m", "A") +
      R"(,{"do":"partition","groups":[["B","C"],["D","E","F"]],"at_ms":110000},
      {"do":"restart","node":"B","at_ms":120000},{"do":"restart","node":"C","at_ms":120000},
      {"do":"leave","node":"B","at_ms":120500},{"do":"leave","node":"C","at_ms":120500},
      {"do":"heal","at_ms":121000}]})");
  CHECK(seen.world.ring().members() == std::vector<Endpoint>({0, 3, 4, 5}));
  for (const char* key : {"k", "l", "m"}) {
    for (const Endpoint home : seen.world.ring().preference_list(token_of(key), 3)) {
      CAPTURE(key);
      CHECK(seen.versions(home, key) == std::vector<std::string>({"v100000"}));
    }
  }
  for (Endpoint machine = 0; machine < 6; ++machine) {
    CAPTURE(machine);
    CHECK(seen.healing(machine).hints()->targets().empty());
  }
}

TEST_CASE("what has no room while a machine is paused is dropped, and the rest arrives") {
  const Scenario scenario = test::scenario_of(
      R"({"cluster":{"nodes":4,"n":3,"gossip":{"every_ms":1,"spread":"multicast"}},
      "upkeep_ms":9000,"settle_ms":100,"actions":[{"do":"pause","node":"C","at_ms":1000},
      {"do":"resume","node":"C","at_ms":8000}]})");
  struct Drops : Observer {
    uint64_t down = 0;
    void on_drop(uint32_t, const Message&, DropReason reason, uint64_t, uint64_t) override {
      down += reason == DropReason::down ? 1 : 0;
    }
  } drops;
  World world(std::make_shared<const Stage>(scenario.setup), 1);
  const Script script(scenario.actions);
  (void)run(world, script, drops, 7'999'000);
  CHECK(world.machines()[2].stalled.size() == World::kMostStalled);
  CHECK(drops.down > 10'000);
  const uint64_t before = drops.down;
  (void)run(world, script, drops, World::kForever);
  CHECK(world.machines()[2].stalled.empty());
  CHECK(drops.down < before + 20);  // what came in the last millisecond
}

TEST_CASE("the marker of a deletion is forgotten after its grace, and not before") {
  const std::string deletes =
      R"({"do":"delete","client":"c1","key":"x","coordinator":"A","at_ms":10000})";
  for (const uint64_t until_ms : {25'000, 50'000}) {
    const Scenario scenario = test::scenario_of(three(R"(,"gc_grace_ms":30000)", deletes));
    const Script script(scenario.actions);
    World world(std::make_shared<const Stage>(scenario.setup), 1);
    Observer nobody;
    (void)run(world, script, nobody, until_ms * 1000);
    for (Endpoint machine = 0; machine < 3; ++machine) {
      const auto held = world.machines()[machine].node.versions_of("x", Versions::lww);
      CHECK(held.size() == (until_ms < 40'000 ? 1 : 0));
    }
  }
  // That it is gone is not a lost write.
  const Seen seen = run_of(three(R"(,"gc_grace_ms":30000)", deletes));
  const JudgedRun judged = judge_run(seen.operations, seen.world, true);
  CHECK(judged.verdict.of(Promise::no_lost_write).state == Finding::State::held);
}

TEST_CASE(
    "a deletion that an old copy undid after its grace is lost; one that nothing undid is not") {
  const std::string merkle = R"(,"anti_entropy":{"every_ms":5000})";
  const std::string late = R"(,{"do":"restart","node":"C","at_ms":60000})";
  // x was there before the run, and y is put.
  for (const std::string key : {"x", "y"}) {
    CAPTURE(key);
    // C misses the deletion, which the others forget at 39 s.
    const auto run = [&](const std::string& cluster, const std::string& returns) {
      std::string actions = put(2000, "y") + R"(,{"do":"crash","node":"C","at_ms":5000},
          {"do":"delete","client":"c1","coordinator":"A","at_ms":9000,"key":")";
      actions.append(key).append("\"}").append(returns);
      return run_of(three(R"(,"gc_grace_ms":30000)" + cluster, actions, R"(,"upkeep_ms":120000)"));
    };
    // Which acknowledged write is lost; nothing: none is.
    const auto lost = [](const Seen& seen) {
      const JudgedRun judged = judge_run(seen.operations, seen.world, true);
      const Finding& finding = judged.verdict.of(Promise::no_lost_write);
      REQUIRE(finding.state != Finding::State::untested);
      REQUIRE(finding.tests == 2);
      return finding.guilty.empty()
                 ? std::nullopt
                 : std::optional(judged.history.calls[finding.guilty.front()].source);
    };
    const auto holders = [&](const Seen& seen) {
      std::vector<Endpoint> machines;
      for (Endpoint machine = 0; machine < 3; ++machine) {
        if (!seen.versions(machine, key).empty()) machines.push_back(machine);
      }
      return machines;
    };
    const OperationId deletion = 2;
    // The copy that came back is everywhere again.
    const Seen undone = run(merkle, late);
    CHECK(holders(undone) == std::vector<Endpoint>({0, 1, 2}));
    CHECK(undone.versions(0, key).front() == (key == "x" ? "0" : "v2000"));
    CHECK(lost(undone) == deletion);
    // Where nobody compares, or C is away for good, C alone has it still.
    for (const Seen& seen : {run("", late), run(merkle, "")}) {
      CHECK(holders(seen) == std::vector<Endpoint>({2}));
      CHECK(lost(seen) == deletion);
    }
    // It was back in time; or its disk is gone, and nobody is left who has it.
    for (const Seen& seen :
         {run(merkle, R"(,{"do":"restart","node":"C","at_ms":20000})"),
          run(merkle, R"(,{"do":"lose_disk","node":"C","at_ms":59000})" + late)}) {
      CHECK(holders(seen).empty());
      CHECK_FALSE(lost(seen));
    }
  }
}

TEST_CASE("a stand-in that gives a version remembers it: nothing is taken for what it is not") {
  // All three of the key's machines are away; D and E stand in, twice, and hand over between.
  const std::string away = R"({"do":"partition","groups":[["c1","D","E"],["A","B","C"]],"at_ms":)";
  const auto twice = [&] {
    std::string text = away + "10000}," + put(30'000, "x", "D");
    text.append(R"(,{"do":"heal","at_ms":40000},)").append(away).append("60000},");
    return text + put(80'000, "x", "D") + R"(,{"do":"heal","at_ms":90000})";
  };
  for (const char* versions : {"vector-clocks", "dotted"}) {
    const Seen seen = run_of(
        R"({"cluster":{"nodes":5,"n":3,"w":2,"r":2,"ring_seed":38,"coordinator":"any","sloppy":true,"hints":{},
        "gossip":{"every_ms":1000},"detector":{"kind":"timeout","timeout_ms":4000},"versions":")" +
        std::string(versions) + R"("},"network":{"latency":{"profile":"constant","ms":1}},
        "records":[{"key":"x","value":"0"}],"actions":[)" +
        twice() + "]}");
    CHECK(seen.of(1).outcome == OperationOutcome::ok);
    CHECK(seen.of(4).outcome == OperationOutcome::ok);
    for (Endpoint machine = 0; machine < 3; ++machine) {
      const auto held = seen.versions(machine, "x");
      CAPTURE(versions);
      CHECK(std::find(held.begin(), held.end(), "v80000") != held.end());
    }
    const JudgedRun judged = judge_run(seen.operations, seen.world, true);
    CHECK(judged.verdict.of(Promise::no_lost_write).state == Finding::State::held);
  }
}

namespace {

// A put and a get with each quorum from 1 to 3, in this order.
constexpr uint32_t kMostQuorum = 3;
using Kinds = std::array<uint64_t, size_t{2} * kMostQuorum>;

// How many calls of each kind are answered, one on each of so many rings, once `down` machines of
// `nodes` are convicted; each is asked of a machine that is up. Machines are alike to a ring, so a
// key's three are any three with the same chance; and no two calls of a kind share a ring, so what
// becomes of one says nothing of the others: their number is binomial.
Kinds count_answered(uint32_t nodes, uint32_t down, bool sloppy, uint64_t rings) {
  std::string text = R"({"cluster":{"nodes":)" + std::to_string(nodes) +
                     R"(,"n":3,"coordinator":"any","timeout_ms":100,"hints":{},
        "gossip":{"every_ms":1000,"spread":"multicast"},
        "detector":{"kind":"timeout","timeout_ms":2500})" +
                     (sloppy ? R"(,"sloppy":true)" : "") +
                     R"(},"network":{"latency":{"profile":"constant","ms":1}},"upkeep_ms":7000,
        "skip_idle":true,"actions":[)";
  for (uint32_t i = 0; i < down; ++i) {
    text += R"({"do":"crash","node":")" + endpoint_name(static_cast<Endpoint>(i)) +
            R"(","at_ms":2100},)";
  }
  for (uint32_t i = 0; i < Kinds().size(); ++i) {
    const bool puts = i < kMostQuorum;
    text += (i == 0 ? R"({"do":")" : R"(,{"do":")") + std::string(puts ? "put" : "get") +
            R"(","client":"c1","key":"key)" + std::to_string(i) + "\"" +
            (puts ? R"(,"value":"1","w":)" : R"(,"r":)") + std::to_string(1 + i % kMostQuorum) +
            R"(,"coordinator":")" +
            endpoint_name(static_cast<Endpoint>(down + i % (nodes - down))) + R"(","at_ms":)" +
            std::to_string(6'000 + i) + "}";
  }
  Scenario scenario = test::scenario_of(text + "]}");
  const Script script(scenario.actions);
  Kinds answered = {};
  for (uint64_t ring = 1; ring <= rings; ++ring) {
    scenario.setup.cluster.ring.ring_seed = ring;
    World world(std::make_shared<const Stage>(scenario.setup), ring);
    test::Watch watch;
    (void)run(world, script, watch, 6'500'000);
    for (uint32_t machine = 0; machine < down; ++machine) {
      for (uint32_t watcher = down; watcher < nodes; ++watcher) {
        REQUIRE(world.machines()[watcher].node.healing().is_down(static_cast<Endpoint>(machine)));
      }
    }
    const std::vector<Operation>& calls = watch.list.operations();
    REQUIRE(calls.size() == answered.size());
    for (size_t i = 0; i < calls.size(); ++i) {
      REQUIRE(calls[i].outcome != OperationOutcome::open);
      answered[i] += calls[i].outcome == OperationOutcome::ok ? 1 : 0;
    }
  }
  return answered;
}

double choose(uint32_t n, uint32_t k) {
  double ways = 1;
  for (uint32_t i = 0; i < k; ++i) ways = ways * (n - i) / (i + 1);
  return k > n ? 0 : ways;
}

// That of three machines at random among `nodes` at least `quorum` are up.
double strict_share(uint32_t nodes, uint32_t down, uint32_t quorum) {
  double ways = 0;  // whole, so that what always succeeds is 1 to the last bit
  for (uint32_t up = quorum; up <= 3; ++up) {
    ways += choose(nodes - down, up) * choose(down, 3 - up);
  }
  return ways / choose(nodes, 3);
}

}  // namespace

TEST_CASE(
    "strict quorums answer as often as the hypergeometric distribution says, sloppy ones always") {
  const uint64_t rings = test::cases(4000, 40'000);
  double furthest = 0;  // in standard deviations
  for (const uint32_t nodes : {5U, 8U}) {
    for (const uint32_t down : {1U, 2U}) {
      const Kinds strict = count_answered(nodes, down, false, rings);
      const Kinds sloppy = count_answered(nodes, down, true, rings / 4);
      for (size_t i = 0; i < strict.size(); ++i) {
        const auto quorum = static_cast<uint32_t>(1 + i % kMostQuorum);
        CAPTURE(nodes);
        CAPTURE(down);
        CAPTURE(quorum);
        CAPTURE(i);
        const double expected = strict_share(nodes, down, quorum);
        const auto calls = static_cast<double>(rings);
        const double sigma = std::sqrt(expected * (1 - expected) / calls);
        const double off = std::abs(static_cast<double>(strict[i]) / calls - expected);
        CHECK(off <= 3 * sigma);
        if (sigma > 0) furthest = std::max(furthest, off / sigma);
        // As long as so many are reachable: w (or r) of those that are up.
        CHECK(sloppy[i] == rings / 4);
      }
    }
  }
  MESSAGE("of 12 shares between 0 and 1 the furthest is " << furthest << " deviations off");
}

TEST_CASE(
    "a partition of any shape never blocks a side that has w or r machines, once all know theirs") {
  // After the cut a machine of a small side calls on the others for a while, and may take its own
  // side for dead meanwhile, until a round leads there: two of eight still look for each other
  // after 16 rounds with a chance of (6/7)^32 = 0.7 %, after 100 with one of 10^-13.
  test::Dice dice(21);
  for (uint64_t i = 0; i < test::cases(60, 1000); ++i) {
    const uint32_t nodes = 4 + dice.below(5);
    const uint32_t quorum = 1 + dice.below(3);
    std::map<uint32_t, std::vector<Endpoint>> groups;
    for (uint32_t node = 0; node < nodes; ++node) {
      groups[dice.below(3)].push_back(static_cast<Endpoint>(node));
    }
    std::string text = R"({"seed":)" + std::to_string(i) + R"(,"cluster":{"nodes":)" +
                       std::to_string(nodes) + R"(,"n":3,"w":)" + std::to_string(quorum) +
                       R"(,"r":)" + std::to_string(quorum) +
                       R"(,"coordinator":"any","sloppy":true,"hints":{},"gossip":{"every_ms":1000},
          "detector":{"kind":"timeout","timeout_ms":4000}},"workload":{"clients":3},"skip_idle":true,"upkeep_ms":130000,
          "actions":[{"do":"partition","at_ms":10000,"groups":[)";
    uint32_t client = 0;
    std::string calls;
    std::vector<bool> must_answer;
    for (const auto& [which, machines] : groups) {
      const std::string name = endpoint_name(client_endpoint(client));
      text += (client == 0 ? "[\"" : ",[\"") + name + "\"";
      for (const Endpoint machine : machines) text += ",\"" + endpoint_name(machine) + "\"";
      text += "]";
      ++client;
      for (uint32_t k = 0; k < 6; ++k) {
        const Endpoint by = machines[dice.below(static_cast<uint32_t>(machines.size()))];
        calls += std::string(R"(,{"do":")") + (k % 2 == 0 ? "put" : "get") + R"(","client":")" +
                 name + R"(","key":"k)" + std::to_string(dice.below(50)) + "\"" +
                 (k % 2 == 0 ? R"(,"value":"1")" : "") + R"(,"coordinator":")" + endpoint_name(by) +
                 R"(","at_ms":)" + std::to_string(120'000 + 10 * k) + "}";
        must_answer.push_back(machines.size() >= quorum);
      }
    }
    // A client speaks to its own side alone.
    test::Watch watch;
    text.append("]}").append(calls).append("]}");
    (void)test::run_whole(test::scenario_of(text), watch);
    REQUIRE(watch.list.operations().size() == must_answer.size());
    for (const Operation& operation : watch.list.operations()) {
      const size_t index = operation_number(operation.id) - 1;
      const bool answered = operation.outcome == OperationOutcome::ok;
      REQUIRE((answered || !must_answer[index]));
    }
  }
}

}  // namespace healing_test
