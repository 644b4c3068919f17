// Section 02's choice: what a call is told when too few replicas answer.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lab/judged_run.h"
#include "support.h"

namespace without_quorum_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

// Three machines that hold everything; from 100 to 500 ms C and its client are alone.
Scenario cut_off(const std::string& settings, const std::string& calls) {
  return scenario_of(R"({"cluster": {"nodes": 3, "n": 3, "w": 2, "r": 2, "vnodes": 1,
      "coordinator": "replica", "timeout_ms": 1000, "patience_ms": 50, )" +
                     settings + R"("local_leg": "zero"},
      "network": {"latency": {"profile": "constant", "ms": 1}}, "workload": {"clients": 3},
      "records": [{"key": "x", "value": "0"}],
      "actions": [{"do": "partition", "groups": [["A", "B", "c1"], ["C", "c3"]], "at_ms": 100},
                  {"do": "heal", "at_ms": 500}, )" +
                     calls + "]}");
}

struct Ran {
  std::vector<Operation> operations;
  Verdict verdict;
  World world;
};

Ran ran(const Scenario& scenario) {
  Watch watch;
  World world = run_whole(scenario, watch);
  JudgedRun judged = judge_run(watch.list.operations(), world, true);
  return {watch.list.operations(), std::move(judged.verdict), std::move(world)};
}

const std::string kOnTheSmallSide =
    R"({"do": "put", "client": "c3", "coordinator": "C", "key": "x", "value": "3", "at_ms": 200},
       {"do": "get", "client": "c3", "coordinator": "C", "key": "x", "at_ms": 300})";

std::vector<std::string> values_at(const World& world, Endpoint node) {
  std::vector<std::string> values;
  const Versions versions = world.stage().setup.cluster.calls.versions;
  for (const Record& record : world.machines()[node].node.versions_of("x", versions)) {
    values.push_back(record.value);
  }
  return values;
}

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("without a quorum a call is refused once its coordinator's patience ends") {
  const Ran run = ran(cut_off("", kOnTheSmallSide));
  for (const Operation& operation : run.operations) {
    CHECK(operation.outcome == OperationOutcome::refused);
    // There and back between client and coordinator, and the patience.
    CHECK(operation.end_us == operation.begin_us + 52'000);
  }
  // A refused write is no write that never happened: C has it, and a quorum may find it there.
  CHECK(values_at(run.world, 2) == Values{"3"});
  CHECK(values_at(run.world, 0) == Values{"0"});
}

TEST_CASE("the side with most of the machines goes on as if nothing had happened") {
  const Ran run = ran(cut_off(
      "",
      R"({"do": "put", "client": "c1", "coordinator": "A", "key": "x", "value": "1", "at_ms": 200},
             {"do": "get", "client": "c1", "coordinator": "B", "key": "x", "at_ms": 300})"));
  CHECK(run.operations[0].outcome == OperationOutcome::ok);
  CHECK(run.operations[1].value == "1");
  CHECK(run.operations[0].end_us == run.operations[0].begin_us + 4'000);
}

TEST_CASE("or it is answered with what there is, and the write is sent again") {
  const Ran run = ran(cut_off(R"("without_quorum": "answer",)", kOnTheSmallSide));
  CHECK(run.operations[0].outcome == OperationOutcome::ok);
  CHECK(run.operations[0].answered == std::vector<Endpoint>{2});
  CHECK(run.operations[0].end_us == run.operations[0].begin_us + 52'000);
  CHECK(run.operations[1].value == "3");
  // Sent again 50, 150, 350 ms later: that one arrives.
  for (const Endpoint node : {0, 1, 2}) CHECK(values_at(run.world, node) == Values{"3"});
  CHECK(run.verdict.of(Promise::convergence).state == Finding::State::held);
}

TEST_CASE("what is answered on both sides costs a stale read, and then a lost update or siblings") {
  const std::string both =
      kOnTheSmallSide +
      R"(, {"do": "get", "client": "c1", "coordinator": "A", "key": "x", "at_ms": 10},
                                {"do": "get", "client": "c3", "coordinator": "C", "key": "x", "at_ms": 10},
       {"do": "put", "client": "c1", "coordinator": "A", "key": "x", "value": "1", "at_ms": 190},
       {"do": "get", "client": "c2", "coordinator": "B", "key": "x", "r": 3, "at_ms": 2000})";
  const std::string answer = R"("without_quorum": "answer", "versions": )";
  const Ran times = ran(cut_off(answer + "\"lww\",", both));
  CHECK(times.operations.back().value == "3");  // the later one
  CHECK(times.verdict.of(Promise::no_lost_update).state == Finding::State::broken);
  CHECK(times.verdict.of(Promise::regular).state == Finding::State::held);
  for (const std::string kind : {"\"dotted\",", "\"vector-clocks\","}) {
    const Ran siblings = ran(cut_off(answer + kind, both));
    CHECK(siblings.operations.back().siblings.size() == 2);
    CHECK(siblings.operations.back().unresolved);
    CHECK(siblings.verdict.of(Promise::convergence).state == Finding::State::held);
    CHECK(values_at(siblings.world, 0) == Values{"3", "1"});
  }
}

TEST_CASE("who is alone without any copy can only refuse, or wait") {
  const std::string call =
      R"({"do": "get", "client": "c1", "coordinator": "A", "key": "x", "from": ["C"], "r": 1,
          "at_ms": 200})";
  CHECK(ran(cut_off("", call)).operations[0].outcome == OperationOutcome::refused);
  const Ran waits = ran(cut_off(R"("without_quorum": "answer",)", call));
  CHECK(waits.operations[0].outcome == OperationOutcome::timeout);
}

TEST_CASE("a link that is slower than the patience is a cut") {
  const auto slow = [](const std::string& ms) {
    return ran(scenario_of(
        R"({"cluster": {"nodes": 3, "n": 3, "w": 2, "r": 2, "vnodes": 1, "coordinator": "replica",
            "patience_ms": 50, "local_leg": "zero"},
            "network": {"latency": {"profile": "constant", "ms": 1}}, "workload": {"clients": 1},
            "actions": [{"do": "link", "between": ["C", "A"], "ms": )" +
        ms + R"(}, {"do": "link", "between": ["B", "C"], "ms": )" + ms + R"(},
            {"do": "put", "client": "c1", "coordinator": "C", "key": "x", "value": "1", "at_ms": 1},
            {"do": "link", "between": ["A", "C"], "ms": 0, "at_ms": 200},
            {"do": "put", "client": "c1", "coordinator": "C", "key": "x", "value": "2",
             "at_ms": 201}]})"));
  };
  CHECK(slow("20").operations[0].end_us == 1'000 + 44'000);
  CHECK(slow("25").operations[0].outcome == OperationOutcome::refused);
  CHECK(slow("25").operations[1].end_us == 201'000 + 4'000);
}

TEST_CASE("a coordinator that is no replica goes on to the next when the first is away") {
  const auto run_of = [](const std::string& versions, const std::string& calls) {
    return ran(scenario_of(R"({"cluster": {"nodes": 4, "vnodes": 1, "n": 3, "w": 2,
        "r": 2, "patience_ms": 50, "without_quorum": "answer", "local_leg": "zero",
        "versions": ")" + versions +
                           R"("}, "network": {"latency": {"profile": "constant", "ms": 1}},
        "workload": {"clients": 1}, "actions": [)" +
                           calls + "]}"));
  };
  for (const std::string versions : {"lww", "dotted"}) {
    CAPTURE(versions);
    std::string calls = R"({"at_ms": 1, "do": "crash", "node": "A"})";
    for (const char* key : {"a", "b", "c", "d", "e", "f"}) {
      for (const char* at : {"B", "C", "D"}) {
        calls += std::string(R"(, {"at_ms": 2, "do": "put", "client": "c1", "key": ")") + key + at +
                 R"(", "value": "1", "coordinator": ")" + at + "\"}";
      }
    }
    const Ran run = run_of(versions, calls);
    for (const Operation& operation : run.operations) {
      CHECK(operation.outcome == OperationOutcome::ok);
      CHECK(operation.end_us - operation.begin_us <= 60'000);
    }
  }
}

TEST_CASE("who has nothing when its patience ends answers with the first that comes") {
  const Ran run = ran(scenario_of(R"({"cluster": {"nodes": 3, "n": 3, "w": 2, "r": 2,
      "vnodes": 1, "coordinator": "any", "patience_ms": 50, "without_quorum": "answer",
      "local_leg": "zero"}, "network": {"latency": {"profile": "constant", "ms": 1}},
      "workload": {"clients": 1}, "records": [{"key": "x", "value": "0"}], "actions": [
      {"at_ms": 1, "do": "link", "between": ["A", "B"], "ms": 30},
      {"at_ms": 1, "do": "crash", "node": "C"},
      {"at_ms": 2, "do": "get", "client": "c1", "key": "x", "coordinator": "A",
       "from": ["B", "C"]},
      {"at_ms": 3, "do": "put", "client": "c1", "key": "x", "value": "1", "coordinator": "A",
       "from": ["B", "C"]}]})"));
  for (const Operation& operation : run.operations) {
    CHECK(operation.outcome == OperationOutcome::ok);
    CHECK(operation.end_us - operation.begin_us == 64'000);
  }
}

TEST_CASE("what is sent again goes to those the call names, until each has it") {
  const Ran run = ran(scenario_of(R"({"cluster": {"nodes": 3, "n": 3, "w": 1, "r": 1,
      "vnodes": 1, "coordinator": "replica", "patience_ms": 20, "local_leg": "zero"},
      "network": {"latency": {"profile": "constant", "ms": 1}}, "workload": {"clients": 1},
      "actions": [{"at_ms": 1, "do": "crash", "node": "B"},
      {"at_ms": 2, "do": "put", "client": "c1", "key": "x", "value": "v", "coordinator": "A",
       "from": ["A", "B"]}, {"at_ms": 100, "do": "restart", "node": "B"}]})"));
  CHECK(values_at(run.world, 0) == Values{"v"});
  CHECK(values_at(run.world, 1) == Values{"v"});
  CHECK(values_at(run.world, 2).empty());
}

}  // namespace without_quorum_test
