#include "base/archive.h"
#include "lab/judging_observer.h"
#include "lab/tally.h"
#include "sim/disk.h"
#include "support.h"

namespace world_test {

using namespace systemsim;

namespace {

class Operations : public JudgingObserver {
 public:
  using JudgingObserver::JudgingObserver;

  std::vector<Operation> ended_operations;
  std::vector<std::pair<Message, uint64_t>> sent;  // with its flight time
  uint64_t dropped[4] = {};

  void on_send(uint32_t, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t) override {
    sent.emplace_back(message, arrive_us == 0 ? 0 : arrive_us - now_us);
  }
  void on_drop(uint32_t, const Message&, DropReason reason, uint64_t, uint64_t) override {
    ++dropped[static_cast<int>(reason)];
  }

 protected:
  void began(const Operation&) override {}
  void ended(const Operation& operation, const StalenessJudge::Verdict&) override {
    ended_operations.push_back(operation);
  }
};

Operations watch(const std::string& json) {
  const Scenario scenario = test::scenario_of(json);
  Operations operations(scenario.setup);
  (void)test::run_whole(scenario, operations);
  return operations;
}

}  // namespace

TEST_CASE("a copy of the world is a snapshot: it goes on to the same end") {
  const Scenario scenario = test::scenario_of(
      test::read_file(test::source_path("tests/golden/scenarios/coordinator-any-crash.json")));
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  Observer nobody;
  for (int i = 0; i < 700; ++i) world.step(script, nobody);
  World copy = world;
  CHECK(walk(copy).digest() == walk(world).digest());
  run(world, script, nobody, Limits::kTimeUs);
  CHECK(walk(copy).digest() != walk(world).digest());
  run(copy, script, nobody, Limits::kTimeUs);
  CHECK(walk(copy).digest() == walk(world).digest());
  CHECK(copy.trace().sha256() == world.trace().sha256());
}

TEST_CASE("with the same luck a message takes as long whatever W and R are") {
  const auto flights = [](const char* quorum) {
    return watch(std::string(R"({"seed":5,"cluster":{)") + quorum +
                 R"(},"actions":[{"do":"put","client":"c1","key":"x","value":"1","at_ms":5},
                     {"do":"get","client":"c2","key":"x","at_ms":60}]})")
        .sent;
  };
  const auto weak = flights(R"("w":1,"r":1)");
  const auto strong = flights(R"("w":3,"r":3)");
  REQUIRE(weak.size() == strong.size());
  for (const auto& sent : weak) {
    const Message& message = sent.first;
    const auto twin = std::find_if(strong.begin(), strong.end(), [&](const auto& other) {
      return other.first.kind == message.kind && other.first.from == message.from &&
             other.first.to == message.to &&
             other.first.request.operation == message.request.operation;
    });
    REQUIRE(twin != strong.end());
    CHECK(twin->second == sent.second);
  }
}

TEST_CASE("a crash keeps what was acknowledged") {
  const auto operations = watch(R"({"cluster":{"nodes":1},"actions":[
    {"do":"put","key":"x","value":"1","at_ms":1},
    {"do":"crash","node":"A","at_ms":500},
    {"do":"get","key":"x","at_ms":600},
    {"do":"restart","node":"A","at_ms":2000},
    {"do":"get","key":"x","at_ms":2100}]})")
                              .ended_operations;
  REQUIRE(operations.size() == 3);
  CHECK(operations[0].outcome == OperationOutcome::ok);
  CHECK(operations[1].outcome == OperationOutcome::timeout);
  CHECK(operations[1].end_us == 1'600'000);
  CHECK(operations[2].outcome == OperationOutcome::ok);
  CHECK(operations[2].value == "1");
}

TEST_CASE("a write that times out has an unknown fate: it may be there all the same") {
  const auto operations = watch(R"({"cluster":{"nodes":3,"w":3,"r":1,"timeout_ms":50},
    "network":{"latency":{"profile":"constant","ms":1}},"actions":[
    {"do":"crash","node":"A","at_ms":1},
    {"do":"put","key":"x","value":"1","at_ms":2},
    {"do":"get","key":"x","at_ms":100}]})")
                              .ended_operations;
  REQUIRE(operations.size() == 2);
  CHECK(operations[0].outcome == OperationOutcome::timeout);
  CHECK(operations[1].value == "1");
}

TEST_CASE("a cut stops messages in both directions, also those already under way") {
  const auto operations = watch(R"({"cluster":{"nodes":2,"n":2,"w":2,"r":1,"timeout_ms":50},
    "network":{"latency":{"profile":"constant","ms":5}},"actions":[
    {"do":"put","client":"c1","key":"x","value":"1","at_ms":1},
    {"do":"partition","groups":[["A","c1"],["B"]],"at_ms":3},
    {"do":"put","client":"c1","key":"x","value":"2","at_ms":60},
    {"do":"heal","at_ms":120},
    {"do":"put","client":"c1","key":"x","value":"3","at_ms":130}]})");
  REQUIRE(operations.ended_operations.size() == 3);
  CHECK(operations.ended_operations[0].outcome == OperationOutcome::timeout);
  CHECK(operations.ended_operations[1].outcome == OperationOutcome::timeout);
  CHECK(operations.ended_operations[2].outcome == OperationOutcome::ok);
  CHECK(operations.dropped[static_cast<int>(DropReason::cut)] == 2);
}

TEST_CASE("the share of lost messages is the one asked for") {
  const auto operations = watch(R"({"network":{"loss":0.2},"cluster":{"timeout_ms":20},
    "workload":{"clients":4,"duration_ms":20000,"think_ms":2}})");
  const double lost = static_cast<double>(operations.dropped[static_cast<int>(DropReason::lost)]);
  CHECK(lost / static_cast<double>(operations.sent.size()) == doctest::Approx(0.2).epsilon(0.03));
}

TEST_CASE("disk time is added to what must reach the disk, and only to that") {
  const char* scenario =
      R"({"cluster":{"nodes":1},"network":{"latency":{"profile":"constant","ms":1}},
    "disk":"%s","actions":[{"do":"put","key":"x","value":"1","at_ms":1},{"do":"get","key":"x","at_ms":50}]})";
  const auto took = [&](const char* disk) {
    char text[400];
    std::snprintf(text, sizeof text, scenario, disk);
    const auto operations = watch(text).ended_operations;
    return std::pair(operations[0].end_us - operations[0].begin_us,
                     operations[1].end_us - operations[1].begin_us);
  };
  CHECK(took("none") == std::pair<uint64_t, uint64_t>(2000, 2000));
  CHECK(took("ssd") == std::pair<uint64_t, uint64_t>(2100, 2000));
  CHECK(took("hdd") == std::pair<uint64_t, uint64_t>(10000, 2000));
  CHECK(disk_time_us(DiskModel::ssd, {.seeks = 2, .bytes_read = 5000}) == 210);
}

TEST_CASE("an action that waits happens exactly when its client was told") {
  const auto operations = watch(R"({"seed":3,"actions":[
    {"do":"put","client":"c1","key":"x","value":"1","at_ms":5},
    {"do":"get","client":"c2","key":"x","after":0,"at_us":250}]})")
                              .ended_operations;
  REQUIRE(operations.size() == 2);
  CHECK(operations[1].begin_us == operations[0].end_us + 250);
}

TEST_CASE("equal answers at equal times: one order, by sequence") {
  // With constant latency everything ties; the golden "constant-latency" freezes the result.
  const auto operations = watch(R"({"network":{"latency":{"profile":"constant","ms":1}},"actions":[
    {"do":"put","client":"c1","key":"x","value":"1","at_us":10},
    {"do":"put","client":"c2","key":"x","value":"2","at_us":10},
    {"do":"get","client":"c1","key":"x","at_ms":10}]})")
                              .ended_operations;
  REQUIRE(operations.size() == 3);
  CHECK(operations[2].value == "2");  // equal stamps: the larger operation id
}

TEST_CASE(
    "actions of one microsecond happen in the order of the list, those that wait among them") {
  const std::string put =
      R"({"cluster":{"nodes":1},"network":{"latency":{"profile":"constant","ms":1}},
      "actions":[{"do":"put","key":"x","value":"1","at_us":1000},)";
  const std::string get = R"({"do":"get","client":"c2","key":"x","after":0,"at_us":100})";
  const std::string lose = R"({"do":"set","loss":1,"at_us":3100})";
  // The put is answered at 3 000, so read and loss fall into one microsecond. Listed first, the
  // read leaves before the loss begins and only its answer is lost; listed after it, the read
  // itself is.
  const auto read_first = watch(put + get + "," + lose + "]}");
  const auto loss_first = watch(put + lose + "," + get + "]}");
  CHECK(read_first.sent.size() == 4);
  CHECK(loss_first.sent.size() == 3);
  REQUIRE(read_first.ended_operations.size() == 2);
  CHECK(read_first.ended_operations[1].begin_us == 3100);
}

TEST_CASE("a read that finds nothing where a record was from the start is stale") {
  class Labels : public JudgingObserver {
   public:
    using JudgingObserver::JudgingObserver;
    int stale = 0;
    int fresh = 0;

   protected:
    void began(const Operation&) override {}
    void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) override {
      CHECK(verdict.stale == !operation.found);
      ++(verdict.stale ? stale : fresh);
    }
  };
  Scenario scenario = test::scenario_of(R"({"records":[{"key":"x","value":"0"}],
      "actions":[{"do":"get","key":"x","n":5,"r":1,"at_ms":1}]})");
  Labels labels(scenario.setup);
  for (scenario.setup.seed = 1; scenario.setup.seed <= 40; ++scenario.setup.seed) {
    (void)test::run_whole(scenario, labels);
  }
  CHECK(labels.stale > 5);
  CHECK(labels.fresh > 5);
}

TEST_CASE("two different conditions leave two different traces") {
  const auto hash = [](const char* latency) {
    Observer nobody;
    const std::string action =
        std::string(R"({"actions":[{"do":"set","latency":)") + latency + "}]}";
    return test::run_whole(test::scenario_of(action), nobody).trace().sha256();
  };
  CHECK(hash(R"({"profile":"constant","ms":1})") != hash(R"({"profile":"constant","ms":2})"));
}

TEST_CASE(
    "a machine that joins later may be asked to coordinate before: it is there, and a member of "
    "nothing") {
  const Scenario scenario =
      test::scenario_of(R"({"cluster":{"retries":1,"timeout_ms":50},"actions":[
      {"do":"join","node":"F","at_ms":1000},
      {"do":"put","key":"x","value":"1","coordinator":"F","at_ms":5}]})");
  Tally tally(scenario.setup);
  const World world = test::run_whole(scenario, tally);
  CHECK(world.machines().size() == 6);
  CHECK(tally.answered() == 1);
}

}  // namespace world_test
