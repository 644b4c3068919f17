// Exports of a run: what stands in them, and that reading them back gives the same calls.
#include "check/history_writer.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/sort.h"
#include "check/edn.h"
#include "check/history_reader.h"
#include "check/linearizability.h"
#include "lab/history_export.h"
#include "lab/history_json.h"
#include "lab/json.h"
#include "runs.h"
#include "support.h"

namespace history_writer_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

Operation operation(uint32_t client, Verb verb, const char* key, const char* value, uint64_t begin,
                    uint64_t end, OperationOutcome outcome = OperationOutcome::ok) {
  Operation made;
  made.client = client_endpoint(client);
  made.verb = verb;
  made.key = key;
  if (value != nullptr) made.value = value;
  made.found = verb == Verb::get && outcome == OperationOutcome::ok && value != nullptr;
  made.begin_position = begin;
  made.end_position = end;
  made.outcome = outcome;
  return made;
}

constexpr auto kTimeout = OperationOutcome::timeout;
constexpr auto kOpen = OperationOutcome::open;

Result<ReadHistory> read_back(const std::string& text) {
  return read_history(text, HistoryFormat::edn, {});
}

int runs() { return static_cast<int>(test::cases(1000, 50'000)); }

}  // namespace

TEST_CASE("a conditional write is exported with what it expects, and read back as it was") {
  std::vector<Operation> run = {
      operation(0, Verb::cas, "x", "2", 1, 5),
      operation(1, Verb::cas, "x", "3", 2, 6, OperationOutcome::not_equal),
      operation(0, Verb::cas, "x", "4", 7, 9, kTimeout),
      operation(1, Verb::cas, "x", "5", 8, 0, kOpen),
      operation(2, Verb::get, "x", "2", 10, 11),
  };
  for (size_t i = 0; i < run.size(); ++i) run[i].id = static_cast<OperationId>(i);
  run[0].expected = "1";
  run[1].expected = "1";
  run[3].expected = "two";
  CHECK(write_history(run, {{"x", "1"}}, HistoryForm::knossos, "x") ==
        "{:process 3, :type :invoke, :f :write, :value 1}\n"
        "{:process 3, :type :ok, :f :write, :value 1}\n"
        "{:process 0, :type :invoke, :f :cas, :value [1 2]}\n"
        "{:process 1, :type :invoke, :f :cas, :value [1 3]}\n"
        "{:process 0, :type :ok, :f :cas, :value [1 2]}\n"
        "{:process 1, :type :fail, :f :cas, :value [1 3]}\n"
        "{:process 0, :type :invoke, :f :cas, :value [:absent 4]}\n"
        "{:process 1, :type :invoke, :f :cas, :value [\"two\" 5]}\n"
        "{:process 0, :type :info, :f :cas, :value [:absent 4]}\n"
        "{:process 2, :type :invoke, :f :read, :value nil}\n"
        "{:process 2, :type :ok, :f :read, :value 2}\n");
  const auto edn = read_back(write_history(run, {{"x", "1"}}, HistoryForm::knossos, "x"));
  REQUIRE(edn.ok());
  CHECK(edn.value().model == Model::cas_register);
  CHECK(check_linearizability(edn.value().history, 1000).state == Linearizability::State::yes);

  const auto json = read_json_history(write_json_history(run, {{"x", "1"}}), {});
  REQUIRE(json.ok());
  const CallHistory own = calls_of(run, {{"x", "1"}});
  const CallHistory& read = json.value().history;
  REQUIRE(read.calls.size() == own.calls.size());
  const auto text = [](const CallHistory& history, ValueId id) {
    return id == kAbsent ? std::string("nothing") : history.values.text(id);
  };
  for (size_t i = 0; i < own.calls.size(); ++i) {
    CHECK(read.calls[i].kind == own.calls[i].kind);
    CHECK(read.calls[i].fate == own.calls[i].fate);
    CHECK(text(read, read.calls[i].value) == text(own, own.calls[i].value));
    CHECK(text(read, read.calls[i].expected) == text(own, own.calls[i].expected));
  }
  CHECK(own.calls[1].fate == Call::Fate::refused);
  CHECK(check_linearizability(own, 1000).state == Linearizability::State::yes);
  // Had the first been done before, the second could not have been refused for nothing.
  run[0].outcome = OperationOutcome::not_equal;
  CHECK(check_linearizability(calls_of(run, {{"x", "1"}}), 1000).state ==
        Linearizability::State::no);

  const auto porcupine = export_history(run, {}, ExportForm::porcupine_kv, std::nullopt);
  REQUIRE(!porcupine.ok());
  CHECK(porcupine.error().message ==
        "--history-format: porcupine-kv has no conditional write (cas); expected knossos or json "
        "for this run");
}

TEST_CASE("an export for Knossos: first values, absent values, numbers, processes that die") {
  const std::vector<Operation> run = {
      operation(0, Verb::put, "x", "2", 1, 5),
      operation(1, Verb::get, "x", nullptr, 2, 6),
      operation(0, Verb::erase, "x", nullptr, 3, 8, kTimeout),
      operation(1, Verb::get, "x", nullptr, 7, 9, kTimeout),
      operation(0, Verb::put, "x", "two", 8, 0, kOpen),
      operation(1, Verb::get, "x", "2", 10, 11),
      operation(0, Verb::put, "x", "", 12, 13),
  };
  CHECK(write_history(run, {{"x", "1"}, {"other", "9"}}, HistoryForm::knossos, "x") ==
        "{:process 2, :type :invoke, :f :write, :value 1}\n"
        "{:process 2, :type :ok, :f :write, :value 1}\n"
        "{:process 0, :type :invoke, :f :write, :value 2}\n"
        "{:process 1, :type :invoke, :f :read, :value nil}\n"
        "{:process 3, :type :invoke, :f :write, :value :absent}\n"
        "{:process 0, :type :ok, :f :write, :value 2}\n"
        "{:process 1, :type :ok, :f :read, :value :absent}\n"
        "{:process 1, :type :invoke, :f :read, :value nil}\n"
        "{:process 3, :type :info, :f :write, :value :absent}\n"
        "{:process 0, :type :invoke, :f :write, :value \"two\"}\n"
        "{:process 1, :type :fail, :f :read, :value nil}\n"
        "{:process 1, :type :invoke, :f :read, :value nil}\n"
        "{:process 1, :type :ok, :f :read, :value 2}\n"
        "{:process 6, :type :invoke, :f :write, :value \"\"}\n"
        "{:process 6, :type :ok, :f :write, :value \"\"}\n");
  const std::string keyed = write_history(run, {}, HistoryForm::knossos, std::nullopt);
  CHECK(keyed.starts_with("{:process 2, :type :invoke, :f :write, :key \"x\", :value :absent}\n"));
}

TEST_CASE("an export for Porcupine: strings, \"\" for nothing, no read without an answer") {
  const std::vector<Operation> run = {
      operation(0, Verb::put, "x", "2", 1, 3),
      operation(1, Verb::get, "y", nullptr, 2, 4),
      operation(1, Verb::get, "x", nullptr, 5, 6, kTimeout),
      operation(0, Verb::erase, "x", nullptr, 7, 8, kTimeout),
      operation(1, Verb::get, "x", nullptr, 9, 0, kOpen),
      operation(0, Verb::put, "\xff", "\"", 10, 11),
  };
  CHECK(write_history(run, {{"x", "1"}}, HistoryForm::porcupine_kv, std::nullopt) ==
        "{:process 2, :type :invoke, :f :put, :key \"x\", :value \"1\"}\n"
        "{:process 2, :type :ok, :f :put, :key \"x\", :value \"1\"}\n"
        "{:process 0, :type :invoke, :f :put, :key \"x\", :value \"2\"}\n"
        "{:process 1, :type :invoke, :f :get, :key \"y\", :value nil}\n"
        "{:process 0, :type :ok, :f :put, :key \"x\", :value \"2\"}\n"
        "{:process 1, :type :ok, :f :get, :key \"y\", :value \"\"}\n"
        "{:process 0, :type :invoke, :f :put, :key \"x\", :value \"\"}\n"
        "{:process 0, :type :info, :f :put, :key \"x\", :value \"\"}\n"
        "{:process 3, :type :invoke, :f :put, :key \"0xff\", :value \"\\\"\"}\n"
        "{:process 3, :type :ok, :f :put, :key \"0xff\", :value \"\\\"\"}\n");
}

TEST_CASE("an export for Knossos reads back as the run's calls, and is judged the same") {
  Dice dice(21);
  int wrong = 0;
  for (int i = 0; i < runs(); ++i) {
    const Run run = random_run(dice);
    const CallHistory calls = calls_of(run.operations, run.initial);
    const auto text = write_history(run.operations, run.initial, HistoryForm::knossos, {});
    const auto read = read_back(text);
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message) << "\n" << text);
    // Before them, one write a key.
    std::vector<std::string> keys;
    for (const Operation& operation : run.operations) keys.push_back(operation.key);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    const ReadHistory& back = read.value();
    const uint32_t lanes = lanes_of(run, HistoryForm::knossos);
    REQUIRE(back.history.calls.size() == calls.calls.size() + keys.size());
    for (size_t k = 0; k < keys.size(); ++k) {
      CHECK(back.processes[back.history.calls[k].process] == std::to_string(lanes - 1));
    }
    CHECK_MESSAGE(essence(back.history, modulo(back.processes, lanes), "empty", keys.size()) ==
                      essence(calls, client_names(run.clients), "empty", 0),
                  text);
    const auto judged = check_linearizability(calls, kDefaultStates).state;
    CHECK(check_linearizability(back.history, kDefaultStates).state == judged);
    wrong += judged == Linearizability::State::no ? 1 : 0;
  }
  CHECK(wrong > runs() / 10);
  CHECK(wrong < runs() * 9 / 10);
}

TEST_CASE("an export for Porcupine reads back as the run's calls, but that \"\" is nothing") {
  Dice dice(22);
  for (int i = 0; i < runs(); ++i) {
    Run run = random_run(dice);
    const auto text = write_history(run.operations, run.initial, HistoryForm::porcupine_kv, {});
    const auto read = read_back(text);
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message) << "\n" << text);
    const CallHistory calls = calls_of(run.operations, run.initial);
    const ReadHistory& back = read.value();
    const size_t first_values = back.history.calls.size() - calls.calls.size();
    CHECK(first_values <= run.initial.size());
    const uint32_t lanes = lanes_of(run, HistoryForm::porcupine_kv);
    for (size_t k = 0; k < first_values; ++k) {
      CHECK(back.processes[back.history.calls[k].process] == std::to_string(lanes - 1));
    }
    CHECK_MESSAGE(essence(back.history, modulo(back.processes, lanes), "nothing", first_values) ==
                      essence(calls, client_names(run.clients), "nothing", 0),
                  text);
    // Judged the same, once "" is nothing for both.
    for (Operation& operation : run.operations) {
      const bool empty = operation.value.empty();
      if (empty && operation.verb == Verb::put) operation.verb = Verb::erase;
      if (empty && operation.verb == Verb::get) operation.found = false;
    }
    std::erase_if(run.initial, [](const auto& record) { return record.second.empty(); });
    const CallHistory same = calls_of(run.operations, run.initial);
    CHECK(check_linearizability(back.history, kDefaultStates).state ==
          check_linearizability(same, kDefaultStates).state);
  }
}

TEST_CASE("no process of an export does two things at once, or anything after :info") {
  Dice dice(23);
  for (int i = 0; i < runs(); ++i) {
    const Run run = random_run(dice);
    for (const HistoryForm form : {HistoryForm::knossos, HistoryForm::porcupine_kv}) {
      const auto text = write_history(run.operations, run.initial, form, {});
      EdnReader reader(text);
      std::map<std::string, std::string> state;  // by process: the last type
      for (;;) {
        auto next = reader.next();
        REQUIRE(next.ok());
        if (!next.value()) break;
        const std::string type = next.value()->find(":type")->text;
        std::string& last = state[next.value()->find(":process")->text];
        CHECK(last != ":info");
        CHECK((type == ":invoke") == (last != ":invoke"));
        last = type;
      }
    }
  }
}

TEST_CASE("our own form reads back as the run's calls, with positions and with microseconds") {
  Dice dice(24);
  for (int i = 0; i < runs(); ++i) {
    const Run run = random_run(dice);
    const CallHistory calls = calls_of(run.operations, run.initial);
    std::string text = write_json_history(run.operations, run.initial);
    auto read = read_json_history(text, {});
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().path + read.error().message));
    std::vector<std::string> names;
    for (uint32_t c = 0; c < run.clients; ++c) names.push_back("c" + std::to_string(c + 1));
    const auto wanted = essence(calls, names, "empty", 0);
    CHECK(essence(read.value().history, read.value().processes, "empty", 0) == wanted);
    for (size_t k = 0; k < calls.calls.size(); ++k) {
      CHECK(read.value().history.calls[k].source == calls.calls[k].source);
    }
    CHECK(check_linearizability(read.value().history, kDefaultStates).state ==
          check_linearizability(calls, kDefaultStates).state);
    for (const auto& key : read.value().history.keys) {
      const auto record = std::find_if(run.initial.rbegin(), run.initial.rend(),
                                       [&](const auto& pair) { return pair.first == key.name; });
      REQUIRE((key.initial == kAbsent) == (record == run.initial.rend()));
      if (key.initial == kAbsent) continue;
      CHECK(read.value().history.values.text(key.initial) == record->second);
    }
    // Without positions: what shares a microsecond overlaps.
    for (size_t at; (at = text.find("position")) != std::string::npos;) text[at] = 'P';
    read = read_json_history(text, {});
    REQUIRE(read.ok());
    CHECK(read.value().history.calls.size() == calls.calls.size());
  }
}

TEST_CASE("what shares a microsecond overlaps; of one position, the answer came first") {
  const auto judged = [](const std::string& unit) {
    const std::string from = "\"begin_" + unit + "\":";
    const std::string to = "\"end_" + unit + "\":";
    const auto read = read_json_history(
        R"({"operations":[{"client":"a","do":"put","key":"x","value":"1","outcome":"ok",)" + from +
            "1," + to + R"(5},{"client":"b","do":"get","key":"x","value":null,"outcome":"ok",)" +
            from + "5," + to + "6}]}",
        {});
    REQUIRE(read.ok());
    return check_linearizability(read.value().history, kDefaultStates).state;
  };
  CHECK(judged("us") == Linearizability::State::yes);
  CHECK(judged("position") == Linearizability::State::no);
}

TEST_CASE("our own form says where it is malformed") {
  const auto complaint = [](const std::string& text) {
    auto read = read_json_history(text, {});
    return read.ok() ? "" : read.error().path + ": " + read.error().message;
  };
  const auto of_operation = [&](const std::string& fields) {
    return complaint("{\"operations\":[{" + fields + "}]}");
  };
  const std::string good = R"("client":"c1","do":"get","key":"x","begin_us":5,"outcome":"ok",)";
  CHECK(of_operation(good + R"("value":"1","end_us":5)").empty());
  CHECK(of_operation(good + R"("value":null,"found":false,"end_us":6)").empty());
  CHECK(of_operation(good + R"("value":null,"found":true,"end_us":6)") ==
        "/operations/0/value: expected a value, found nothing");
  CHECK(of_operation(good + R"("end_us":4)") ==
        "/operations/0/end_us: 4 is not after begin_us, which is 5");
  CHECK(of_operation(good + R"("end_us":null)") ==
        "/operations/0/end_us: expected a time in us, found nothing");
  CHECK(of_operation(R"("client":"c1","do":"swim")") ==
        "/operations/0/do: expected put, get, delete or cas, found \"swim\"");
  CHECK(of_operation(R"("client":"c1","do":"put","outcome":"open","key":"x","begin_us":1)") ==
        "/operations/0/value: expected a value, found nothing");
  CHECK(complaint(R"({"operations":[7]})") == "/operations/0: expected an object, found a number");
  CHECK(complaint(R"({"operations":{}})") ==
        "/operations: expected a list of operations, found an object");
  CHECK(complaint("{}") == "/operations: expected a list of operations, found nothing");
  CHECK(complaint(R"({"operations":[],"initial":[{"key":"x"}]})") ==
        "/initial/0/value: expected a value, found nothing");
  CHECK(complaint(R"({"operations":[],"initials":[]})").starts_with("/initials: unknown field"));
  CHECK(complaint(R"({"operations":[],"initial":[{"key":"x","value":"1","of":"y"}]})")
            .starts_with("/initial/0/of: unknown field"));
  CHECK(complaint("[]") == ": expected an object, found a list");
  CHECK(complaint("{\"operations\":[}").starts_with(": not valid JSON: "));
}

TEST_CASE("our own form is of one register only when it has one key") {
  const auto of_keys = [](const std::string& key, Model model) {
    const auto get = [](const std::string& name) {
      return R"({"client":"c1","do":"get","begin_us":5,"outcome":"ok","end_us":6,"value":null,)"
             R"("key":")" +
             name + "\"}";
    };
    HistoryOptions options;
    options.model = model;
    auto read = read_json_history("{\"operations\":[" + get("x") + "," + get(key) + "]}", options);
    if (read) return std::string(name_of(read.value().model));
    CHECK(read.error().code == ErrorCode::bad_input);
    return read.error().path + ": " + read.error().message;
  };
  CHECK(of_keys("x", Model::reg) == "register");
  CHECK(of_keys("x", Model::cas_register) == "cas-register");
  CHECK(of_keys("y", Model::kv) == "kv");
  CHECK(of_keys("y", Model::reg) ==
        "/operations/1/key: expected \"x\", as before (the model is register), found \"y\"");
  CHECK(of_keys("y", Model::cas_register) ==
        "/operations/1/key: expected \"x\", as before (the model is cas-register), found \"y\"");
}

TEST_CASE("a long history in our own form is read item by item") {
  std::string text = "{\"operations\":[";
  for (int i = 0; i < 200'000; ++i) {
    if (i != 0) text += ",";
    text += R"({"client":"c1","do":"put","key":"x","value":"1","outcome":"ok","begin_position":)" +
            std::to_string(2 * i) + ",\"end_position\":" + std::to_string(2 * i + 1) + "}";
  }
  const auto read = read_json_history(text + "]}", {});
  REQUIRE(read.ok());
  CHECK(read.value().history.calls.size() == 200'000);
  // None of it is held.
  struct Counter : JsonItems {
    size_t taken = 0;
    std::optional<Error> take(const Json&, size_t index) override {
      CHECK(index == taken++);
      return std::nullopt;
    }
  } counter;
  const auto rest =
      parse_json(R"({"a":[1,2],"operations":[1,[2],{"b":[3]}],"z":4})", "operations", counter);
  REQUIRE(rest.ok());
  CHECK(counter.taken == 3);
  CHECK(rest.value().members[0].value.items.size() == 2);
  CHECK(rest.value().members[1].value.items.empty());
  // Anything else may not be as long.
  std::string wide = "{\"operations\":[],\"initial\":[0";
  for (int i = 0; i < 1'100'000; ++i) wide += ",0";
  const auto refused = read_json_history(wide + "]}", {});
  REQUIRE(!refused.ok());
  CHECK(refused.error().message == "not valid JSON: more than 1048576 values");
}

TEST_CASE("an export of a key that nobody touched is refused") {
  const std::vector<Operation> run = {operation(0, Verb::put, "x", "2", 1, 3)};
  CHECK(export_history(run, {}, ExportForm::knossos, "x").ok());
  const auto refused = export_history(run, {{"y", "1"}}, ExportForm::knossos, "y");
  REQUIRE(!refused.ok());
  CHECK(refused.error().message == "--history-key: no operation of this run is on \"y\"");
}

TEST_CASE("a read of several versions that were not made one says nothing in any export") {
  const Scenario scenario = scenario_of(R"({"cluster": {"nodes": 3, "vnodes": 1, "n": 3, "w": 1,
      "r": 3, "coordinator": "replica", "versions": "dotted", "local_leg": "zero"},
      "network": {"latency": {"profile": "constant", "ms": 1}}, "workload": {"clients": 2},
      "actions": [
      {"at_ms": 2, "do": "put", "client": "c1", "key": "x", "value": "[a]", "coordinator": "A"},
      {"at_ms": 2, "do": "put", "client": "c2", "key": "x", "value": "[b]", "coordinator": "B"},
      {"at_ms": 22, "do": "get", "client": "c1", "key": "x", "resolve": "union"}]})");
  Watch watch;
  (void)run_whole(scenario, watch);
  REQUIRE(watch.list.operations().back().unresolved);
  const auto exported = [&](ExportForm form) {
    return export_history(watch.list.operations(), {}, form, std::nullopt);
  };
  const auto json = read_json_history(exported(ExportForm::json).value(), {});
  REQUIRE(json.ok());
  CHECK(json.value().history.calls.back().any);
  CHECK(exported(ExportForm::knossos).value().find(":type :ok, :f :read, :key \"x\", :value nil") !=
        std::string::npos);
  CHECK(exported(ExportForm::porcupine_kv).error().message.find("several versions") !=
        std::string::npos);
}

}  // namespace history_writer_test
