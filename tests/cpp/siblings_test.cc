#include "cluster/siblings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lab/judged_run.h"
#include "sim/resolve.h"
#include "support.h"

namespace siblings_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

constexpr Endpoint kA = 0;
constexpr Endpoint kB = 1;

Record v(OperationId operation, const std::string& value, uint64_t stamp_us = 0) {
  return {{stamp_us, operation}, false, value};
}

std::string text_of(const VectorClock& clock) {
  std::string text;
  for (const VectorClock::Entry& entry : clock.entries()) {
    text += endpoint_name(entry.writer) + std::to_string(entry.counter) + " ";
  }
  return text;
}

std::vector<std::string> values_of(const Siblings& siblings) {
  std::vector<std::string> values;
  for (const Record& record : siblings.records()) values.push_back(record.value);
  return values;
}

using Values = std::vector<std::string>;

Siblings copy_of(const World& world, Endpoint node, const std::string& key) {
  std::optional<std::string> held;
  world.machines()[node].node.store().peek(key, held);
  return Siblings::decode(held.value_or(""));
}

// All that the machines together know of a key.
Siblings union_of(const World& world, const std::string& key) {
  Siblings all = copy_of(world, 0, key);
  for (size_t i = 1; i < world.machines().size(); ++i) {
    all.merge(copy_of(world, static_cast<Endpoint>(i), key));
  }
  return all;
}

}  // namespace

TEST_CASE("a write replaces what it had seen and stays beside what it had not") {
  for (const Versions kind : {Versions::vector_clocks, Versions::dotted}) {
    CAPTURE(static_cast<int>(kind));
    Siblings copy = Siblings::of(kind);
    copy.take(v(1, "one"), "", kA, 10, {});
    const std::string seen = copy.context();
    copy.take(v(2, "two"), seen, kA, 20, {});
    CHECK(values_of(copy) == Values{"two"});
    copy.take(v(3, "three", 5), seen, kB, 30, {});  // had seen one alone
    CHECK(values_of(copy) == Values{"three", "two"});
    CHECK(text_of(copy.seen()) == "A2 B1 ");
    copy.take(v(4, "both"), copy.context(), kA, 40, {});
    CHECK(values_of(copy) == Values{"both"});
    CHECK(text_of(copy.seen()) == "A3 B1 ");
    // The same write comes again.
    const std::string before = copy.encode();
    copy.take(v(4, "both"), "", kA, 50, {});
    CHECK(copy.encode() == before);
  }
}

TEST_CASE("two writes with one context through one machine: only dots tell them apart") {
  const auto after_both = [](Versions kind) {
    Siblings copy = Siblings::of(kind);
    copy.take(v(1, "one"), "", kA, 10, {});
    const std::string seen = copy.context();
    copy.take(v(2, "two", 1), seen, kA, 20, {});
    copy.take(v(3, "three", 2), seen, kA, 30, {});
    return values_of(copy);
  };
  CHECK(after_both(Versions::vector_clocks) == Values{"three"});
  CHECK(after_both(Versions::dotted) == Values{"three", "two"});
}

TEST_CASE("siblings meet in any order, and travel as bytes") {
  for (const Versions kind : {Versions::vector_clocks, Versions::dotted}) {
    for (uint64_t seed = 0; seed < 2000 / kLuckShare; ++seed) {
      Dice dice(seed);
      std::vector<Siblings> copies(3, Siblings::of(kind));
      OperationId next = 1;
      for (int i = 0; i < 12; ++i) {
        const uint32_t at = dice.below(3);
        if (dice.chance(0.5)) {
          const std::string seen = dice.chance(0.5) ? copies[dice.below(3)].context() : "";
          copies[at].take(v(next, "v" + std::to_string(next), dice.below(5)), seen,
                          static_cast<Endpoint>(at), static_cast<uint64_t>(i), {});
          ++next;
        } else {
          copies[at].merge(copies[dice.below(3)]);
        }
        CHECK(Siblings::decode(copies[at].encode()).encode() == copies[at].encode());
      }
      Siblings one = copies[0];
      one.merge(copies[1]);
      one.merge(copies[2]);
      Siblings other = copies[2];
      other.merge(copies[0]);
      other.merge(copies[1]);
      CHECK(one.encode() == other.encode());
      Siblings again = one;
      again.merge(other);
      CHECK(again.encode() == one.encode());
    }
  }
}

TEST_CASE("a client makes one of siblings: the latest, the union of lists, or a chosen one") {
  const std::vector<Record> carts = {v(7, "[sku-901]", 20),
                                     v(5, "[sku-901, sku-742, sku-333]", 10)};
  CHECK(resolved(carts, Resolve::latest, kNoOperation).value == "[sku-901]");
  // What was removed is back.
  CHECK(resolved(carts, Resolve::all, kNoOperation).value == "[sku-901, sku-742, sku-333]");
  CHECK(resolved(carts, Resolve::sibling, 5).value == "[sku-901, sku-742, sku-333]");
  CHECK(resolved(carts, Resolve::sibling, 6).value == "[sku-901]");  // not among them
  CHECK(resolved({v(7, "on", 20), v(5, "off", 10)}, Resolve::all, kNoOperation).value == "on");
  Record gone = v(9, "", 30);
  gone.deleted = true;
  CHECK(resolved({gone, carts[0]}, Resolve::all, kNoOperation).value == "[sku-901]");
  CHECK(resolved({gone, gone}, Resolve::all, kNoOperation).deleted);
  CHECK(union_of_lists({"[]", "[a]", "[b, a]"}) == "[a, b]");
  CHECK_FALSE(union_of_lists({"[a]", "b"}).has_value());
}

// Dynamo (SOSP 2007), Figure 3: Sx, Sy and Sz are A, B and C.
TEST_CASE("Figure 3 of Dynamo's paper is a scenario") {
  const Scenario scenario =
      scenario_of(read_file(source_path("tests/golden/scenarios/dynamo-figure-3.json")));
  Watch watch;
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  const auto clocks = [&](uint64_t until_us) {
    run(world, script, watch, until_us);
    std::set<std::string> texts;
    const Siblings all = union_of(world, "cart");
    REQUIRE(all.clocked() != nullptr);
    for (const ClockedVersion& version : *all.clocked()) {
      texts.insert(version.record.value + " " + text_of(version.clock));
    }
    return texts;
  };
  using Texts = std::set<std::string>;
  CHECK(clocks(50'000) == Texts{"[D1] A1 "});
  CHECK(clocks(150'000) == Texts{"[D1, D2] A2 "});
  CHECK(clocks(350'000) == Texts{"[D1, D2, D3] A2 B1 ", "[D1, D2, D4] A2 C1 "});
  CHECK(clocks(450'000) == clocks(350'000));
  const Operation& read = watch.list.operations()[6];
  CHECK(read.verb == Verb::get);
  CHECK(read.siblings.size() == 2);
  CHECK(read.unresolved);
  CHECK(clocks(Limits::kTimeUs) == Texts{"[D1, D2, D3, D4] A3 B1 C1 "});
}

// The oracle knows nothing of clocks: what a write's client had been told is what it had seen.
TEST_CASE("an acknowledged write vanishes only under one whose client had seen it") {
  struct Found {
    uint64_t writes = 0;
    uint64_t vanished = 0;
    uint64_t conflicts = 0;
  };
  const uint64_t runs = (std::getenv("SYSTEMSIM_LONG") != nullptr ? 100'000 : 2000) / kLuckShare;
  const auto scenario_with = [](uint64_t seed, Dice& dice, const std::string& versions) {
    const char* places[] = {"outside", "any", "replica"};
    const std::string cut = dice.chance(0.5) ? R"("without_quorum": "answer",)" : "";
    const std::string repair = dice.chance(0.5) ? "background" : "blocking";
    const bool again = dice.chance(0.5);
    return scenario_of(R"({"seed": )" + std::to_string(seed) +
                       R"(, "cluster": {"nodes": 4, "n": 3, "vnodes": 4,
              "w": )" + std::to_string(1 + dice.below(2)) +
                       R"(, "r": 2, "timeout_ms": 60,
              "patience_ms": 20, )" +
                       cut + R"("retries": )" + (again ? "2" : "0") + R"(, "read_repair": ")" +
                       repair + R"(",
              "coordinator": ")" +
                       places[dice.below(3)] + R"(", "versions": ")" + versions + R"("},
              "network": {"latency": {"profile": "lnkd-disk"}, "loss": 0.02,
                          "duplicates": )" +
                       (again ? "0.2" : "0") +
                       R"(},
              "workload": {"clients": 3, "duration_ms": 150, "think_ms": 4, "keys": 2,
                           "read_share": 0.5},
              "actions": [{"do": "partition", "at_ms": 30, "groups": [["A", "B", "c1"],
                                                                      ["C", "D", "c2"]]},
                          {"do": "heal", "at_ms": 90},
                          {"do": "join", "node": "E", "at_ms": 110}]})");
  };
  const auto look = [&](const std::string& versions) {
    Found found;
    for (uint64_t seed = 1; seed <= runs; ++seed) {
      Dice dice(seed);
      const Scenario scenario = scenario_with(seed, dice, versions);
      Watch watch;
      const World world = run_whole(scenario, watch);
      // What each write had seen, itself included; and what each client has of each key.
      std::map<OperationId, std::set<OperationId>> past;
      std::map<std::pair<Endpoint, std::string>, std::set<OperationId>> told;
      struct Moment {
        uint64_t position;
        int order;
        const Operation* operation;
      };
      std::vector<Moment> moments;
      for (const Operation& operation : watch.list.operations()) {
        moments.push_back({operation.begin_position, 1, &operation});
        if (operation.outcome == OperationOutcome::ok) {
          moments.push_back({operation.end_position, 0, &operation});
        }
      }
      std::stable_sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
        return std::pair(a.position, a.order) < std::pair(b.position, b.order);
      });
      for (const Moment& moment : moments) {
        const Operation& operation = *moment.operation;
        auto& seen = told[{operation.client, operation.key}];
        if (moment.order == 1) {
          if (operation.verb == Verb::get) continue;
          past[operation.id] = seen;
          past[operation.id].insert(operation.id);
        } else if (operation.verb != Verb::get) {
          seen.insert(operation.id);
        } else {
          for (const OperationId sibling : operation.siblings) {
            seen.insert(past[sibling].begin(), past[sibling].end());
          }
          seen.insert(past[operation.returned].begin(), past[operation.returned].end());
          found.conflicts += operation.siblings.empty() ? 0 : 1;
        }
      }
      for (const std::string key : {"k1", "k2"}) {
        std::set<OperationId> reached;
        for (const World::Machine& machine : world.machines()) {
          for (const Record& record :
               machine.node.versions_of(key, scenario.setup.cluster.calls.versions)) {
            reached.insert(past[record.version.operation].begin(),
                           past[record.version.operation].end());
          }
        }
        for (const Operation& operation : watch.list.operations()) {
          if (operation.key != key || operation.verb == Verb::get ||
              operation.outcome != OperationOutcome::ok) {
            continue;
          }
          ++found.writes;
          found.vanished += reached.count(operation.id) == 0 ? 1 : 0;
        }
      }
    }
    MESSAGE(versions << ": " << found.writes << " writes, " << found.vanished << " vanished, "
                     << found.conflicts << " reads with siblings");
    return found;
  };
  const Found dotted = look("dotted");
  CHECK(dotted.writes > runs * 10);
  CHECK(dotted.conflicts > runs / 2);
  CHECK(dotted.vanished == 0);
  // A clock of machines confuses two writes through one of them; a time says nothing at all.
  const Found clocks = look("vector-clocks");
  const Found times = look("lww");
  CHECK(clocks.vanished > 0);
  CHECK(times.vanished > clocks.vanished);
}

namespace {

// What is left of key x everywhere, latest first, once the run is over.
Values left_of(const std::string& cluster, const std::string& actions) {
  Watch watch;
  const World world = run_whole(scenario_of(
                                    R"({"cluster": {"nodes": 3, "vnodes": 1, "n": 3, "w": 2, "r": 2,
          "coordinator": "replica", "local_leg": "zero", )" +
                                    cluster + R"(},
          "network": {"latency": {"profile": "constant", "ms": 1}}, "workload": {"clients": 2},
          "actions": [)" + actions + "]}"),
                                watch);
  return values_of(union_of(world, "x"));
}

}  // namespace

TEST_CASE("a write that is asked for again after it was replaced is not taken anew") {
  // c1's answer is cut off; when c1 asks again, c2 has read its value and written another.
  const std::string again =
      R"({"at_ms": 2, "do": "put", "client": "c1", "key": "x", "value": "old", "coordinator": "A"},
         {"at_ms": 4, "do": "partition", "groups": [["A", "B", "C"], ["c1"]]},
         {"at_ms": 20, "do": "get", "client": "c2", "key": "x", "coordinator": "A"},
         {"at_ms": 30, "do": "put", "client": "c2", "key": "x", "value": "new",
          "coordinator": "A"},
         {"at_ms": 50, "do": "heal"})";
  for (const std::string versions : {"dotted", "vector-clocks"}) {
    CAPTURE(versions);
    const std::string cluster =
        R"("retries": 1, "timeout_ms": 100, "versions": ")" + versions + "\"";
    CHECK(left_of(cluster, again) == Values{"new"});
    if (versions == "vector-clocks") continue;  // which confuse two writes through one machine
    // And its client has not seen, by this answer, what replaced its write.
    const std::string once_more =
        again + R"(, {"at_ms": 300, "do": "put", "client": "c1", "key": "x", "value": "mine",
                      "coordinator": "A"})";
    CHECK(left_of(cluster, once_more) == Values{"mine", "new"});
  }
}

TEST_CASE("who makes one of what was read may delete it, and makes nothing of what was not") {
  const std::string cluster = R"("versions": "dotted")";
  CHECK(left_of(cluster, R"({"at_ms": 2, "do": "put", "client": "c1", "key": "x",
                             "resolve": "union"})")
            .empty());
  Watch watch;
  const World world =
      run_whole(scenario_of(R"({"cluster": {"nodes": 3, "n": 3, "versions": "dotted"},
          "network": {"latency": {"profile": "constant", "ms": 1}}, "workload": {"clients": 1},
          "records": [{"key": "x", "value": "0"}],
          "actions": [{"at_ms": 2, "do": "delete", "client": "c1", "key": "x"},
                      {"at_ms": 20, "do": "get", "client": "c1", "key": "x"},
                      {"at_ms": 40, "do": "put", "client": "c1", "key": "x",
                       "resolve": "latest"}]})"),
                watch);
  CHECK(watch.list.operations().back().verb == Verb::erase);
  CHECK(union_of(world, "x").records().front().deleted);
}

TEST_CASE("a call that names none of its key's machines ends by its time, whatever the versions") {
  const auto scenario_with = [](const std::string& versions, const std::string& calls) {
    return scenario_of(R"({"cluster": {"nodes": 6, "vnodes": 1, "n": 2, "w": 1, "r": 1,
        "timeout_ms": 50, "versions": ")" +
                       versions + R"("}, "workload": {"clients": 1}, "actions": [)" + calls + "]}");
  };
  for (const std::string versions : {"lww", "logical", "dotted", "vector-clocks"}) {
    CAPTURE(versions);
    std::string calls;
    for (const char* name : {"B", "C", "D", "E", "F"}) {
      if (!calls.empty()) calls += ", ";
      calls += std::string(R"({"at_ms": 1, "do": "put", "client": "c1", "key": "x", "value": "1",
                               "coordinator": "A", "from": [")") +
               name + "\"]}";
    }
    Watch watch;
    (void)run_whole(scenario_with(versions, calls), watch);
    uint64_t timeouts = 0;
    for (const Operation& operation : watch.list.operations()) {
      timeouts += operation.outcome == OperationOutcome::timeout ? 1 : 0;
    }
    CHECK(timeouts >= 3);
  }
}

TEST_CASE("a write that was sent as if nothing had been seen accounts for nothing") {
  const auto lost = [](const std::string& context) {
    Watch watch;
    const World world = run_whole(
        scenario_of(R"({"cluster": {"nodes": 3, "n": 3, "w": 2, "r": 2, "coordinator": "replica",
            "versions": "vector-clocks"}, "workload": {"clients": 2}, "actions": [
            {"at_ms": 2, "do": "put", "client": "c2", "key": "x", "value": "1",
             "coordinator": "A"},
            {"at_ms": 500, "do": "get", "client": "c1", "key": "x", "coordinator": "A"},
            {"at_ms": 1000, "do": "put", "client": "c1", "key": "x", "value": "2",
             "coordinator": "A")" +
                    context + "}]}"),
        watch);
    return judge_run(watch.list.operations(), world, true)
        .verdict.of(Promise::no_lost_update)
        .state;
  };
  CHECK(lost("") == Finding::State::held);
  CHECK(lost(R"(, "context": "none")") == Finding::State::broken);
}

}  // namespace siblings_test
