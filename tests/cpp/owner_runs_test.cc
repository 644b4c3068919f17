// Single owner, as whole runs: whatever crashes, is cut off, lost or doubled, a history is
// linearizable and nothing acknowledged is lost, as long as clocks run at one speed and the fence
// stands; and not when they do not.
#include <algorithm>
#include <map>

#include "base/archive.h"
#include "base/murmur3.h"
#include "lab/measure.h"
#include "lab/run_judge.h"
#include "lab/search.h"
#include "lab/session.h"
#include "lab/shrink.h"
#include "lab/views.h"
#include "random_runs.h"
#include "sim/five_records.h"
#include "support.h"

namespace owner_runs_test {

using namespace systemsim;

namespace {

// What the logs of all machines say is done, with what they said before.
class DoneEntries {
 public:
  // False when two logs, or one log and its past, do not agree.
  bool look(const World& world) {
    const auto ranges = static_cast<uint32_t>(world.ring().points().size());
    for (const World::Machine& machine : world.machines()) {
      for (uint32_t range = 0; range < ranges; ++range) {
        const ReplicatedLog* log = machine.node.owner().log(range);
        for (uint32_t i = 1; log != nullptr && i <= log->committed(); ++i) {
          const auto known = done_.try_emplace({range, i}, log->at(i).operation).first;
          if (known->second != log->at(i).operation) return false;
        }
      }
    }
    return true;
  }
  bool has(const World& world, const Operation& operation) const {
    const auto range = static_cast<uint32_t>(world.ring().first_point(token_of(operation.key)));
    return std::any_of(done_.begin(), done_.end(), [&](const auto& entry) {
      return entry.first.first == range && entry.second == operation.id;
    });
  }

 private:
  std::map<std::pair<uint32_t, uint32_t>, OperationId> done_;
};

bool answered(const Operation& operation) {
  return operation.outcome == OperationOutcome::ok ||
         operation.outcome == OperationOutcome::not_equal;
}

}  // namespace

TEST_CASE(
    "one owner, right clocks: every history is linearizable, all logs agree on what is done, and "
    "what was acknowledged is done, in 8 000 schedules") {
  uint64_t reads = 0;
  uint64_t changes = 0;
  uint64_t refused = 0;
  uint64_t unanswered = 0;
  uint64_t undecided = 0;
  uint32_t most_terms = 0;
  for (uint64_t seed = 1; seed <= 8'000 / test::kLuckShare; ++seed) {
    CAPTURE(seed);
    const Scenario scenario = test::owned_run(seed);
    RunJudge judge(std::make_shared<const RunPlan>(scenario), seed);
    DoneEntries done;
    bool agree = true;
    while (!judge.finished() && agree) {
      (void)judge.advance(100);
      agree = done.look(judge.world());
    }
    REQUIRE(agree);
    for (const Operation& operation : judge.operations()) {
      (answered(operation) ? operation.verb == Verb::get ? reads : changes : unanswered) += 1;
      refused += operation.outcome == OperationOutcome::not_equal ? 1 : 0;
      if (operation.verb != Verb::get && answered(operation)) {
        CAPTURE(operation.id);
        REQUIRE(done.has(judge.world(), operation));
      }
    }
    const Finding finding = judge.finding(Promise::linearizable, Search::kMaxStates);
    REQUIRE(finding.state != Finding::State::broken);
    undecided += finding.state == Finding::State::undecided ? 1 : 0;
    const Finding lost = judge.finding(Promise::no_lost_write, Search::kMaxStates);
    REQUIRE(lost.state != Finding::State::broken);
    const LockService& lock = judge.world().lock_service().node.lock_service();
    for (uint32_t range = 0; range < judge.world().ring().points().size(); ++range) {
      if (lock.find(range) != nullptr) most_terms = std::max(most_terms, lock.find(range)->term);
    }
  }
  MESSAGE("reads " << reads << ", changes " << changes << " (refused " << refused
                   << "), unanswered " << unanswered << ", undecided " << undecided
                   << ", terms up to " << most_terms);
  CHECK(reads > 50'000 / test::kLuckShare);
  CHECK(changes > 50'000 / test::kLuckShare);
  CHECK(refused > 4'000 / test::kLuckShare);
  CHECK(unanswered > 5'000 / test::kLuckShare);
  CHECK(undecided < 20 / test::kLuckShare + 1);
  CHECK(most_terms > 5);
}

namespace {

// The first seed of `scenario_of(seed)` whose history is not linearizable; 0: none is.
template <class ScenarioOf>
uint64_t first_broken(uint64_t seeds, ScenarioOf scenario_of) {
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const Scenario scenario = scenario_of(seed);
    RunJudge judge(std::make_shared<const RunPlan>(scenario), seed);
    while (!judge.finished()) (void)judge.advance(100'000);
    const Finding finding = judge.finding(Promise::linearizable, Search::kMaxStates);
    if (finding.state == Finding::State::broken) return seed;
  }
  return 0;
}

// Leases that are long beside everything else, and traffic on both sides of a cut.
Scenario cut_run(uint64_t seed, int32_t drift_ppm) {
  Scenario scenario = test::scenario_of(
      R"({"cluster":{"mode":"single_owner","nodes":3,"vnodes":1,"lease_ms":200,"timeout_ms":10},
          "network":{"latency":{"profile":"constant","ms":1}},
          "workload":{"clients":4,"duration_ms":500,"think_ms":1,"keys":1}})");
  scenario.setup.seed = seed;
  test::Dice dice(seed);
  Action cut;
  cut.kind = Action::Kind::partition;
  cut.at_us = 20'000 + dice.below(100'000);
  const auto alone = static_cast<Endpoint>(dice.below(3));
  // Its clock alone is wrong.
  scenario.setup.cluster.clocks.push_back({alone, 0, drift_ppm});
  cut.groups = {{alone, client_endpoint(0), client_endpoint(1)},
                {kLockService, client_endpoint(2), client_endpoint(3)}};
  for (Endpoint node = 0; node < 3; ++node) {
    if (node != alone) cut.groups[1].push_back(node);
  }
  scenario.actions.push_back(std::move(cut));
  return scenario;
}

}  // namespace

TEST_CASE("an owner whose clock is slow by more than its messages take is believed too long") {
  // 10 % of a lease of 200 ms are 20 ms, in which the next owner has begun.
  const uint64_t seed = first_broken(50, [](uint64_t s) { return cut_run(s, -100'000); });
  MESSAGE("first found at seed " << seed);
  CHECK(seed != 0);
  // With right clocks, clocks that are fast, and clocks that lose less in a lease than it takes to
  // ask for it (0.2 ms), nothing is found.
  CHECK(first_broken(300, [](uint64_t s) { return cut_run(s, 0); }) == 0);
  CHECK(first_broken(300, [](uint64_t s) { return cut_run(s, 100'000); }) == 0);
  CHECK(first_broken(300, [](uint64_t s) { return cut_run(s, -1'000); }) == 0);
}

TEST_CASE("without the fence an older owner's late message undoes what was acknowledged") {
  // A's append of x is late by more than A's lease; B has owned the range since, and C alone lives
  // to tell of y.
  Scenario scenario = test::scenario_of(
      test::read_file(test::source_path("tests/golden/scenarios/owner-late-append.json")));
  for (const bool fence : {false, true}) {
    scenario.setup.cluster.epoch_fence = fence;
    RunJudge judge(std::make_shared<const RunPlan>(scenario), scenario.setup.seed);
    while (!judge.finished()) (void)judge.advance(100'000);
    const Operation& put_y = judge.operations()[2];
    const Operation& get_y = judge.operations()[3];
    CHECK(put_y.outcome == OperationOutcome::ok);
    REQUIRE(get_y.outcome == OperationOutcome::ok);
    CHECK(get_y.found == fence);
    CHECK(judge.finding(Promise::linearizable, Search::kMaxStates).state ==
          (fence ? Finding::State::held : Finding::State::broken));
  }
}

namespace {

// The outcomes of a scenario's calls, in order: '.' for one that was answered, 'x' for one that
// refused, '-' for one that nobody answered.
std::string outcomes(const std::string& json) {
  const Scenario scenario = test::scenario_of(json);
  RunJudge judge(std::make_shared<const RunPlan>(scenario), scenario.setup.seed);
  while (!judge.finished()) (void)judge.advance(100'000);
  CHECK(judge.finding(Promise::linearizable, Search::kMaxStates).state != Finding::State::broken);
  std::string text;
  for (const Operation& operation : judge.operations()) {
    text += operation.outcome == OperationOutcome::ok          ? '.'
            : operation.outcome == OperationOutcome::not_equal ? 'x'
                                                               : '-';
  }
  return text;
}

// A call each 500 ms, from 0 on: gets, and a put as every fourth.
std::string calls(uint32_t count, const std::string& coordinator = "") {
  std::string text;
  for (uint32_t i = 0; i < count; ++i) {
    text += std::string(text.empty() ? "" : ",") + R"({"at_ms":)" + std::to_string(500 * i) +
            R"(,"key":"x","do":)" +
            (i % 4 == 0 ? R"("put","value":")" + std::to_string(i) + "\"" : R"("get")") +
            coordinator + "}";
  }
  return text;
}

std::string three_machines(const std::string& faults, const std::string& coordinator = "") {
  return R"({"cluster":{"mode":"single_owner","nodes":3,"vnodes":1},
             "network":{"latency":{"profile":"constant","ms":5}},"actions":[)" +
         calls(20, coordinator) + faults + "]}";
}

}  // namespace

TEST_CASE("while the lock service is cut off the owner answers until its lease ends, then nobody") {
  const std::string cut = R"(,{"at_ms":2100,"do":"partition","groups":[["lock"],["A","B","C"]]})";
  const std::string heal = R"(,{"at_ms":7600,"do":"heal"})";
  const std::string at_a = R"(,"coordinator":"A")";
  CHECK(outcomes(three_machines("", at_a)) == "....................");
  // Renewed last by the call of 1 s or 2 s; the one of 4 s, at the latest, finds no lease.
  const std::string told = outcomes(three_machines(cut + heal, at_a));
  MESSAGE(told);
  CHECK(told.substr(0, 6) == "......");
  CHECK(told.substr(9, 6) == "------");
  CHECK(told.substr(16) == "....");
}

TEST_CASE("when the owner dies, calls are answered again when its lease is over") {
  const std::string crash = R"(,{"at_ms":2100,"do":"crash","node":"A"})";
  // The first call makes A the owner; the others ask B.
  const std::string text = three_machines(crash, R"(,"coordinator":"B")");
  const std::string first =
      R"({"at_ms":0,"key":"x","do":"put","value":"first","coordinator":"A"},)";
  const std::string told = outcomes(std::string(text).insert(text.find(R"({"at_ms":0)"), first));
  MESSAGE(told);
  CHECK(told.substr(0, 6) == "......");
  CHECK(told.find('-') != std::string::npos);
  CHECK(told.substr(12) == std::string(told.size() - 12, '.'));
}

TEST_CASE("a majority of the range's machines is needed, and is enough") {
  const std::string one = R"(,{"at_ms":2100,"do":"crash","node":"C"})";
  const std::string two = one + R"(,{"at_ms":2100,"do":"crash","node":"B"})";
  const std::string back = R"(,{"at_ms":7100,"do":"restart","node":"B"})";
  const std::string at_a = R"(,"coordinator":"A")";
  CHECK(outcomes(three_machines(one, at_a)) == "....................");
  // The owner alone still reads; the puts, which are every fourth call, wait for a majority.
  const std::string told = outcomes(three_machines(two + back, at_a));
  MESSAGE(told);
  CHECK(told == "........-...-.......");
}

TEST_CASE("a counter that is changed by cas loses no increment, and one that is put does") {
  uint64_t lost_by_put = 0;
  uint64_t increments = 0;
  uint64_t refused = 0;
  for (const bool conditional : {true, false}) {
    for (uint64_t seed = 1; seed <= 40 / test::kLuckShare; ++seed) {
      CAPTURE(seed);
      Scenario scenario = test::scenario_of(
          R"({"cluster":{"mode":"single_owner","retries":2,"timeout_ms":100,"lease_ms":100},
              "network":{"loss":0.02,"duplicates":0.05},
              "workload":{"clients":5,"duration_ms":2000,"think_ms":5,"traffic":"five-records"},
              "actions":[{"at_ms":500,"do":"crash","node":"B"},{"at_ms":900,"do":"restart","node":"B"},
                         {"at_ms":1200,"do":"crash","node":"D"},{"at_ms":1500,"do":"restart","node":"D"}]})");
      scenario.setup.workload.conditional = conditional;
      RunJudge judge(std::make_shared<const RunPlan>(scenario), seed);
      while (!judge.finished()) (void)judge.advance(100'000);
      uint64_t done = 0;
      uint64_t unknown = 0;
      for (const Operation& operation : judge.operations()) {
        if (operation.key != key_of(FiveRecord::counter) || operation.verb == Verb::get) continue;
        CHECK(operation.verb == (conditional ? Verb::cas : Verb::put));
        refused += operation.outcome == OperationOutcome::not_equal ? 1 : 0;
        done += operation.outcome == OperationOutcome::ok ? 1 : 0;
        unknown += operation.outcome == OperationOutcome::timeout ? 1 : 0;
      }
      // What the furthest machine holds.
      uint64_t last = 0;
      for (const World::Machine& machine : judge.world().machines()) {
        std::optional<std::string> held;
        machine.node.store().peek(key_of(FiveRecord::counter), held);
        if (held) last = std::max(last, count_of(decode_record(*held).value));
      }
      const uint64_t first = count_of(first_value_of(FiveRecord::counter));
      if (conditional) {
        increments += done;
        CHECK(last >= first + done);
        CHECK(last <= first + done + unknown);
      } else if (last < first + done) {
        lost_by_put += first + done - last;
      }
    }
  }
  MESSAGE(increments << " increments by cas, " << refused << " refused; by put " << lost_by_put
                     << " lost");
  CHECK(increments > 1000 / test::kLuckShare);
  CHECK(refused > 100 / test::kLuckShare);
  CHECK(lost_by_put > 100 / test::kLuckShare);
}

TEST_CASE(
    "a run that a slow clock breaks is made small, and is still broken when it is read again") {
  const uint64_t seed = first_broken(50, [](uint64_t s) { return cut_run(s, -100'000); });
  REQUIRE(seed != 0);
  Shrink shrink(cut_run(seed, -100'000), Promise::linearizable);
  while (!shrink.finished()) shrink.advance(1'000'000);
  const auto report = parse_json(shrink.report());
  REQUIRE(report.ok());
  const auto small = read_scenario(*resolve(report.value(), "/scenario"), "/scenario");
  REQUIRE(small.ok());
  const auto& actions = small.value().actions;
  MESSAGE(actions.size() << " actions: " << write_scenario(small.value()));
  CHECK(actions.size() <= 8);
  RunJudge judge(std::make_shared<const RunPlan>(small.value()), small.value().setup.seed);
  while (!judge.finished()) (void)judge.advance(100'000);
  CHECK(judge.finding(Promise::linearizable, Search::kMaxStates).state == Finding::State::broken);
}

TEST_CASE("the stage tells whose a key is, what the copies lack, and what a cas expected") {
  Session session(test::scenario_of(
      R"({"cluster":{"mode":"single_owner","nodes":3,"vnodes":1},
          "network":{"latency":{"profile":"constant","ms":5}},
          "records":[{"key":"x","value":"0"}],"actions":[
          {"at_ms":0,"do":"put","key":"x","value":"1","coordinator":"B"},
          {"at_ms":200,"do":"crash","node":"C"},
          {"at_ms":300,"do":"cas","key":"x","expected":"1","value":"2","coordinator":"B"},
          {"at_ms":400,"do":"cas","key":"x","expected":"1","value":"3","coordinator":"B"},
          {"at_ms":500,"do":"crash","node":"lock"}]})"));
  const auto see = [&](const char* pointer) {
    const auto stage = parse_json(view(session, "stage").value());
    REQUIRE(stage.ok());
    const Json* at = resolve(stage.value(), pointer);
    REQUIRE(at != nullptr);
    return at->type == Json::Type::string    ? at->text
           : at->type == Json::Type::null    ? "null"
           : at->type == Json::Type::boolean ? (at->boolean ? "true" : "false")
                                             : std::to_string(static_cast<int>(at->number));
  };
  CHECK(see("/keys/0/owner") == "null");
  CHECK(see("/keys/0/term") == "0");
  CHECK(see("/lock/up") == "true");
  session.seek_time(450'000);
  CHECK(see("/keys/0/owner") == "B");
  CHECK(see("/keys/0/term") == "1");
  CHECK(see("/nodes/1/copies/0/value") == "2");
  CHECK(see("/nodes/1/copies/0/behind") == "0");
  // C was down for one write; the cas that was refused is none.
  CHECK(see("/nodes/2/copies/0/value") == "1");
  CHECK(see("/nodes/2/copies/0/behind") == "1");
  CHECK(see("/clients/0/op/do") == "cas");
  CHECK(see("/clients/0/op/expected") == "1");
  CHECK(see("/clients/0/op/outcome") == "not_equal");
  const std::string state = walk(session.world()).digest();
  session.seek_time(2'400'000);
  CHECK(see("/keys/0/owner") == "null");
  CHECK(see("/lock/up") == "false");
  session.seek_time(450'000);
  CHECK(walk(session.world()).digest() == state);
}

TEST_CASE("what is lost of the last write is made up for by the reads that follow, in every run") {
  uint64_t lost = 0;
  for (uint64_t seed = 1; seed <= 300 / test::kLuckShare; ++seed) {
    CAPTURE(seed);
    std::string calls = R"({"at_ms":0,"do":"put","key":"x","value":"1","coordinator":"A"})";
    for (int i = 1; i <= 30; ++i) {
      calls +=
          R"(,{"do":"get","key":"x","coordinator":"A","at_ms":)" + std::to_string(500 * i) + "}";
    }
    Scenario scenario = test::scenario_of(
        R"({"cluster":{"mode":"single_owner","nodes":3,"vnodes":1},"network":{"loss":0.1},"actions":[)" +
        calls + "]}");
    scenario.setup.seed = seed;
    RunJudge judge(std::make_shared<const RunPlan>(scenario), seed);
    while (!judge.finished()) (void)judge.advance(100'000);
    CHECK(judge.finding(Promise::convergence, Search::kMaxStates).state != Finding::State::broken);
    const auto& operations = judge.operations();
    lost += std::count_if(operations.begin(), operations.end(),
                          [](const Operation& operation) { return !answered(operation); });
  }
  CHECK(lost > 500 / test::kLuckShare);
}

TEST_CASE("two answers of the lock service that name different owners leave different traces") {
  // B asks while A, or C, is the owner: the refusals differ in whom they name alone.
  class Payloads : public Observer {
   public:
    std::vector<uint64_t> granted;
    void on_trace(const TraceRecord& record) override {
      const bool sent = record.kind == TraceKind::send;
      if (sent && record.detail == static_cast<uint16_t>(MessageKind::granted)) {
        granted.push_back(record.payload);
      }
    }
  };
  const auto granted = [](const std::string& owner) {
    Payloads payloads;
    (void)test::run_whole(test::scenario_of(
                              R"({"cluster":{"mode":"single_owner","nodes":3,"vnodes":1},
          "network":{"latency":{"profile":"constant","ms":5}},"actions":[
          {"at_ms":0,"do":"get","key":"x","coordinator":")" +
                              owner + R"("},
          {"at_ms":100,"do":"get","key":"x","coordinator":"B"}]})"),
                          payloads);
    REQUIRE(payloads.granted.size() == 2);
    return payloads.granted;
  };
  CHECK(granted("A")[1] != granted("C")[1]);
}

TEST_CASE("a message shows the value that it hands over, and no other does") {
  Session session(test::scenario_of(
      R"({"cluster":{"mode":"single_owner","nodes":3,"vnodes":1},
          "network":{"latency":{"profile":"constant","ms":5}},"actions":[
          {"at_ms":0,"do":"put","key":"x","value":"1","coordinator":"B"},
          {"at_ms":200,"do":"cas","key":"x","expected":"1","value":"2","coordinator":"B"},
          {"at_ms":400,"do":"delete","key":"x","coordinator":"B"},
          {"at_ms":600,"do":"get","key":"x","coordinator":"B"},
          {"at_ms":800,"do":"put","key":"x","value":"3","coordinator":"B"},
          {"at_ms":1000,"do":"get","key":"x","coordinator":"B"}]})"));
  std::map<std::string, std::string> in_flight;  // the values seen, by message
  const auto values = [&](const char* name) {
    std::map<std::string, std::string> seen;
    const auto read = parse_json(view(session, name).value());
    REQUIRE(read.ok());
    for (const Json& message : resolve(read.value(), "/messages")->items) {
      const Json* value = resolve(message, "/value");
      REQUIRE(value != nullptr);
      std::string& of_kind =
          seen[resolve(message, "/kind")->text + " " +
               std::to_string(static_cast<uint64_t>(resolve(message, "/op")->number))];
      of_kind = value->type == Json::Type::null ? "null" : "=" + value->text;
    }
    return seen;
  };
  while (session.next_us()) {
    session.step(1, Session::kNoBound);
    for (const auto& [message, value] : values("stage")) in_flight[message] = value;
  }
  const auto logged = values("messages");
  for (const auto& seen : {in_flight, logged}) {
    CHECK(seen.at("append 0") == "=1");
    CHECK(seen.at("append 1") == "=2");
    CHECK(seen.at("append 2") == "null");
    CHECK(seen.at("append 4") == "=3");
    CHECK(seen.at("appended 0") == "null");
    CHECK(seen.at("commit 0") == "null");
    CHECK(seen.at("reply 0") == "null");
    CHECK(seen.at("reply 1") == "null");
    CHECK(seen.at("reply 3") == "null");
    CHECK(seen.at("reply 5") == "=3");
  }
}

}  // namespace owner_runs_test
