// Calls that bear an operation id of their own, and with it their luck.
#include <map>

#include "lab/engine.h"
#include "lab/session.h"
#include "lab/views.h"
#include "support.h"

namespace ids_test {

using namespace systemsim;

namespace {

// How long each message of an operation travelled, by the operation's key.
class Flights : public Observer {
 public:
  std::map<std::string, std::vector<uint64_t>> us;

  void on_send(uint32_t, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t) override {
    if (message.kind == MessageKind::reply) return;  // names no key
    us[message.request.key].push_back(arrive_us - now_us);
  }
};

std::map<std::string, std::vector<uint64_t>> flights(const Scenario& scenario) {
  Flights watch;
  (void)test::run_whole(scenario, watch);
  return watch.us;
}

std::string complaint(const std::string& actions, const std::string& more = "") {
  const auto parsed = parse_scenario(R"({"actions":[)" + actions + "]" + more + "}");
  return parsed.ok() ? "none" : parsed.error().path + ": " + parsed.error().message;
}

}  // namespace

TEST_CASE("a call that keeps its id keeps its luck when an action before it is removed") {
  const Scenario whole = test::scenario_of(R"({"seed":5,"cluster":{"coordinator":"any"},"actions":[
      {"do":"put","client":"c1","key":"a","value":"1","at_ms":5},
      {"do":"put","client":"c1","key":"b","value":"1","at_ms":105},
      {"do":"get","client":"c2","key":"c","at_ms":205},
      {"do":"get","client":"c2","key":"d","after":2,"at_ms":1}]})");
  auto all = flights(whole);
  Scenario less = whole;
  less.actions.erase(less.actions.begin());
  *less.actions[2].after -= 1;
  CHECK(flights(less)["b"] != all["b"]);  // as another operation it has other luck
  for (uint32_t i = 0; i < less.actions.size(); ++i) less.actions[i].id = i + 1;
  all.erase("a");
  CHECK(flights(less) == all);
  const Scenario read_back = test::scenario_of(write_scenario(less));
  CHECK(flights(read_back) == all);
}

TEST_CASE("without traffic an action may bear the id of a client's own call, and has its luck") {
  const Scenario traffic = test::scenario_of(
      R"({"seed":5,"cluster":{"w":1,"r":1},"workload":{"clients":2,"duration_ms":300,"think_ms":10}})");
  class Calls : public Observer {
   public:
    std::vector<Operation> begun;
    std::map<OperationId, std::string> ends;
    void on_begin(const Operation& operation) override { begun.push_back(operation); }
    void on_end(const Operation& operation) override {
      ends[operation.id] = std::to_string(operation.end_us) + " " + operation.value + " " +
                           std::to_string(operation.returned);
    }
  } before, after;
  (void)test::run_whole(traffic, before);
  Scenario script = traffic;
  script.setup.workload.duration_us = 0;
  for (const Operation& operation : before.begun) {
    Action action;
    action.kind = operation.verb == Verb::get ? Action::Kind::get : Action::Kind::put;
    action.client = operation.client;
    action.key = operation.key;
    action.value = operation.value;
    action.at_us = operation.begin_us;
    action.id = operation.id;
    script.actions.push_back(std::move(action));
  }
  (void)test::run_whole(test::scenario_of(write_scenario(script)), after);
  CHECK(before.ends.size() > 20);
  CHECK(after.ends == before.ends);
}

TEST_CASE("ids are unique, also against the indices that the others bear by themselves") {
  const std::string get = R"({"do":"get","key":"x"})";
  const auto with = [](const char* id) {
    return std::string(R"({"do":"get","key":"x","id":)") + id + "}";
  };
  CHECK(complaint(with("7") + "," + with("7")) ==
        "/actions/1/id: 7 is also the id of action 0; ids are unique");
  CHECK(complaint(with("1") + "," + get) ==
        "/actions/0/id: 1 is also the id of action 1; ids are unique");
  CHECK(complaint(get + "," + with("0")) ==
        "/actions/1/id: 0 is also the id of action 0; ids are unique");
  CHECK(complaint(with("1") + "," + with("0")) == "none");
  CHECK(complaint(with("1") + R"(,{"do":"heal"})") == "none");  // a heal is no operation
  CHECK(complaint(R"({"do":"heal","id":3})") == "/actions/0/id: unknown field");
  CHECK(complaint(with("2099249151")) == "none");
  // Beyond the clients' lanes are what machines say to one another by themselves.
  CHECK(complaint(with("2099249152")) ==
        "/actions/0/id: 2099249152 is too large; the most is 2099249151");
  CHECK(complaint(with("2097151"), R"(,"workload":{"duration_ms":5})") == "none");
  CHECK(complaint(with("2097152"), R"(,"workload":{"duration_ms":5})") ==
        "/actions/0/id: 2097152 may be a call of a client's own traffic; the most is 2097151 "
        "unless duration_ms is 0");
}

TEST_CASE("an id is written only where it differs from the index") {
  const std::string text = write_scenario(test::scenario_of(R"({"actions":[
      {"do":"get","key":"x","id":0},{"do":"get","key":"x","id":5}]})"));
  CHECK(text.find(R"("id":0)") == std::string::npos);
  CHECK(text.find(R"("id":5)") != std::string::npos);
}

TEST_CASE("a call waits for the answer of the action in the list, whatever id that bears") {
  const Scenario scenario = test::scenario_of(R"({"actions":[
      {"do":"get","client":"c1","key":"x","id":2,"at_ms":5},
      {"do":"get","client":"c1","key":"y","id":0,"at_ms":500},
      {"do":"put","client":"c2","key":"z","value":"1","id":1,"after":0,"at_us":3}]})");
  class Times : public Observer {
   public:
    std::map<OperationId, std::pair<uint64_t, uint64_t>> us;
    void on_begin(const Operation& operation) override {
      us[operation.id].first = operation.begin_us;
    }
    void on_end(const Operation& operation) override { us[operation.id].second = operation.end_us; }
  } times;
  (void)test::run_whole(scenario, times);
  CHECK(times.us[1].first == times.us[2].second + 3);
}

TEST_CASE("a live call gets an id that is not taken, and the history tells its index") {
  Session session(test::scenario_of(R"({"actions":[{"do":"get","key":"x","id":1},
      {"do":"get","key":"x","id":2}]})"));
  session.step(100, Session::kNoBound);
  REQUIRE(session.apply(R"({"do":"get","key":"x"})").ok());
  REQUIRE(session.apply(R"({"do":"crash","node":"A"})").ok());
  REQUIRE(session.apply(R"({"do":"get","key":"x"})").ok());
  CHECK(session.script().operation_of(2) == 3);
  CHECK(session.script().operation_of(4) == 4);
  const auto taken = session.apply(R"({"do":"get","key":"x","id":2})");
  REQUIRE_FALSE(taken.ok());
  CHECK(taken.error().path == "/id");
  CHECK(taken.error().message == "2 is also the id of action 1; ids are unique");
  CHECK(session.apply(R"({"do":"get","key":"x","after":0})").error().message ==
        "action 0 is already answered; say when with at_us");
  CHECK(session.apply(R"({"do":"get","key":"x","id":0})").ok());
  session.step(1000, Session::kNoBound);
  const std::string history = view(session, "history").value();
  CHECK(history.find(R"("op":3,"number":2,)") != std::string::npos);
  CHECK(history.find(R"("op":0,"number":5,)") != std::string::npos);
  CHECK(history.find(R"("action":5,)") != std::string::npos);
  CHECK(parse_scenario(view(session, "scenario").value()).ok());
}

TEST_CASE("trials may probe a call with an id, and give the other ages ids that are free") {
  Engine engine(every_job());
  const auto started = engine.start(R"({"job":"trials","seeds":{"from":1,"to":50},"probe":1,
      "ages_us":[0,100000,200000],"scenario":{"cluster":{"w":1,"r":1},"actions":[
      {"do":"put","client":"c1","key":"x","value":"1","id":3},
      {"do":"get","client":"c2","key":"x","after":0}]}})");
  REQUIRE_MESSAGE(started.ok(), (started.ok() ? "" : started.error().message));
  const auto report = engine.advance(
      static_cast<Engine::Id>(parse_json(started.value()).value().members[0].value.integer), 100);
  CHECK(report.value().find(R"("unanswered":[0,0,0])") != std::string::npos);
}

}  // namespace ids_test
