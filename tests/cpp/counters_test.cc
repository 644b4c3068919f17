// What a run counts, against a second count, and against runs small enough to be counted by hand.
#include "lab/counters.h"

#include <algorithm>
#include <map>

#include "command.h"
#include "lab/json_edit.h"
#include "lab/measure.h"
#include "lab/run_summary.h"
#include "lab/views.h"
#include "support.h"

namespace counters_test {

using namespace systemsim;

namespace {

Json counters_of(const Scenario& scenario, uint64_t until_us = Limits::kTimeUs) {
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  RunRecorder recorder(scenario.setup);
  recorder.run(world, script, until_us, UINT64_MAX);
  const auto summary = parse_json(recorder.summary(world, script));
  REQUIRE(summary.ok());
  const Json* counters = resolve(summary.value(), "/counters");
  REQUIRE(counters != nullptr);
  return *counters;
}

double number(const Json& json, const std::string& pointer) {
  const Json* at = resolve(json, pointer);
  REQUIRE_MESSAGE(at != nullptr, pointer);
  return at->number;
}

Scenario stormy() {
  return test::scenario_of(R"({"seed":3,
      "network":{"latency":{"profile":"lnkd-disk"},"loss":0.05,"duplicates":0.05},
      "workload":{"clients":3,"duration_ms":3000,"think_ms":10,"keys":4},
      "actions":[{"do":"crash","node":"B","at_ms":500},{"do":"restart","node":"B","at_ms":900},
                 {"do":"partition","groups":[["A","C","c1"],["D","E","c2","c3"]],"at_ms":1000},
                 {"do":"heal","at_ms":1500},{"do":"join","node":"F","at_ms":2000}]})");
}

// One key on all three machines; each message takes 1 ms.
Scenario three_copies(const std::string& actions, const std::string& cluster = "") {
  return test::scenario_of(R"({"cluster":{"nodes":3,"n":3,"w":1,"r":1,"timeout_ms":20)" + cluster +
                           R"(},"network":{"latency":{"profile":"constant","ms":1}},
         "workload":{"clients":1,"duration_ms":0},"actions":[)" +
                           actions + "]}");
}

struct Moments {
  std::vector<double> behind;
  std::vector<double> absent;
};
Moments moments_of(const Json& counters) {
  Moments moments;
  for (const Json& moment : resolve(counters, "/divergence/moments")->items) {
    moments.behind.push_back(number(moment, "/behind"));
    moments.absent.push_back(number(moment, "/absent"));
    CHECK(number(moment, "/keys") <= number(moment, "/behind") + number(moment, "/absent"));
  }
  return moments;
}

}  // namespace

TEST_CASE("messages and bytes by kind and fate are those of a second count, over the trace") {
  // Kinds and fates from the trace, sizes from the messages when they are sent.
  struct Second : Observer {
    void on_send(uint32_t id, const Message& message, uint64_t, uint64_t, uint64_t) override {
      size_of[id] = 32 + message.request.key.size() + message.request.value.size() +
                    message.record.value.size();
      for (const Entry& entry : message.entries) {
        size_of[id] += 8 + entry.key.size() + entry.copy.size();
      }
    }
    void on_trace(const TraceRecord& record) override { records.push_back(record); }
    std::map<uint32_t, uint64_t> size_of;
    std::vector<TraceRecord> records;
  } second;
  const Scenario scenario = stormy();
  (void)test::run_whole(scenario, second);
  std::map<std::string, uint64_t> expected;
  for (const TraceRecord& record : second.records) {
    const char* fate = record.kind == TraceKind::send      ? "sent"
                       : record.kind == TraceKind::deliver ? "delivered"
                       : record.kind != TraceKind::drop    ? nullptr
                       : record.flags == 1                 ? "lost"
                       : record.flags == 2                 ? "cut"
                                                           : "down";
    if (fate == nullptr) continue;
    const std::string kind = name_of(static_cast<MessageKind>(record.detail));
    expected["/" + kind + "/" + fate + "/messages"] += 1;
    expected["/" + kind + "/" + fate + "/bytes"] += second.size_of.at(record.message);
  }
  for (const char* one : {"/write/lost/messages", "/write/cut/bytes", "/write/down/bytes",
                          "/stream/delivered/bytes"}) {
    CAPTURE(std::string(one));
    CHECK(expected[one] > 0);
  }
  const Json counters = counters_of(scenario);
  const Json& messages = *resolve(counters, "/messages");
  uint64_t told = 0;
  for (const Json::Member& kind : messages.members) {
    for (const Json::Member& fate : kind.value.members) {
      for (const Json::Member& count : fate.value.members) {
        const std::string pointer = "/" + kind.name + "/" + fate.name + "/" + count.name;
        CAPTURE(pointer);
        CHECK(static_cast<uint64_t>(count.value.integer) == expected[pointer]);
        told += count.value.integer != 0 ? 1 : 0;
      }
    }
  }
  CHECK(told == static_cast<uint64_t>(std::count_if(expected.begin(), expected.end(),
                                                    [](const auto& e) { return e.second != 0; })));
}

TEST_CASE("latencies by verb and availability are those of calls that were answered") {
  const Json counters =
      counters_of(three_copies(R"({"do":"put","client":"c1","key":"x","value":"1","at_ms":1},
          {"do":"get","client":"c1","key":"x","at_ms":10},
          {"do":"delete","client":"c1","key":"x","at_ms":20},
          {"do":"crash","node":"A","at_ms":30},{"do":"crash","node":"B","at_ms":30},
          {"do":"crash","node":"C","at_ms":30},
          {"do":"get","client":"c1","key":"x","at_ms":40})",
                               R"(,"coordinator":"outside")"));
  CHECK(number(counters, "/availability") == 0.75);
  for (const char* verb : {"put", "get", "delete"}) {
    CHECK(number(counters, std::string("/latency_ms/") + verb + "/p50") == 2);
    CHECK(number(counters, std::string("/latency_ms/") + verb + "/p999") == 2);
  }
  const Json idle = counters_of(three_copies(""));
  CHECK(resolve(idle, "/availability")->type == Json::Type::null);
  CHECK(resolve(idle, "/latency_ms/put/p99")->type == Json::Type::null);
}

TEST_CASE("a cas is answered whatever it found, and counts among what is available") {
  const Json counters =
      counters_of(test::scenario_of(R"({"cluster":{"mode":"single_owner","nodes":3,"timeout_ms":20},
          "network":{"latency":{"profile":"constant","ms":1}},
          "workload":{"clients":1,"duration_ms":0},"actions":[
          {"do":"put","client":"c1","key":"x","value":"1","at_ms":1},
          {"do":"cas","client":"c1","key":"x","expected":"1","value":"2","at_ms":50},
          {"do":"cas","client":"c1","key":"x","expected":"1","value":"3","at_ms":100},
          {"do":"crash","node":"A","at_ms":150},{"do":"crash","node":"B","at_ms":150},
          {"do":"crash","node":"C","at_ms":150},
          {"do":"cas","client":"c1","key":"x","expected":"2","value":"4","at_ms":200}]})"));
  CHECK(number(counters, "/availability") == 0.75);
  CHECK(number(counters, "/latency_ms/cas/max") < 20);
  CHECK(number(counters, "/latency_ms/cas/p50") >= 4);
}

TEST_CASE("a machine's keys, versions and clock") {
  const Json counters =
      counters_of(three_copies(R"({"do":"put","client":"c1","key":"x","value":"1","at_ms":1},
          {"do":"put","client":"c1","key":"y","value":"1","at_ms":5},
          {"do":"delete","client":"c1","key":"x","at_ms":20},
          {"do":"skew","node":"B","skew_ms":-7,"at_ms":30},
          {"do":"crash","node":"C","at_ms":100})"));
  CHECK(resolve(counters, "/nodes")->items.size() == 3);
  CHECK(resolve(counters, "/nodes/0/name")->text == "A");
  CHECK(number(counters, "/nodes/0/keys") == 1);
  CHECK(number(counters, "/nodes/0/versions") == 2);
  CHECK(number(counters, "/nodes/0/clock_ms") == 100);
  CHECK(number(counters, "/nodes/0/skew_ms") == 0);
  CHECK(number(counters, "/nodes/1/skew_ms") == -7);
  CHECK(number(counters, "/nodes/1/clock_ms") == 93);
  CHECK(resolve(counters, "/nodes/1/up")->boolean);
  CHECK_FALSE(resolve(counters, "/nodes/2/up")->boolean);
}

TEST_CASE("divergence: a copy that is not there yet is absent, one that missed a write is behind") {
  // The write leaves at 1 ms and is at every machine at 2 ms; B misses the second, at 10 ms.
  const Json counters =
      counters_of(three_copies(R"({"do":"put","client":"c1","key":"x","value":"1","at_ms":1},
          {"do":"crash","node":"B","at_ms":5},
          {"do":"put","client":"c1","key":"x","value":"2","at_ms":10},
          {"do":"restart","node":"B","at_ms":15},
          {"do":"put","client":"c1","key":"x","value":"3","at_ms":20},
          {"do":"heal","at_ms":30})",
                               R"(,"coordinator":"outside")"));
  CHECK(number(counters, "/divergence/interval_ms") == 1);
  CHECK(number(counters, "/divergence/keys_watched") == 1);
  const Moments moments = moments_of(counters);
  REQUIRE(moments.behind.size() == 31);
  for (size_t ms = 0; ms <= 30; ++ms) {
    CAPTURE(ms);
    CHECK(moments.behind[ms] == (ms >= 11 && ms < 21 ? 1 : 0));
    CHECK(moments.absent[ms] == 0);
  }
  // A machine that was down for the first write has no copy at all.
  const Json missing = counters_of(three_copies(R"({"do":"crash","node":"B","at_ms":1},
          {"do":"put","client":"c1","key":"x","value":"1","at_ms":2},{"do":"heal","at_ms":6})",
                                                R"(,"coordinator":"outside")"));
  CHECK(moments_of(missing).absent == std::vector<double>{0, 0, 0, 1, 1, 1, 1});
}

TEST_CASE("a long run has 100 to 200 moments, evenly spaced, and at most 1000 keys are watched") {
  for (const uint64_t duration_ms : {300U, 7000U, 100'000U}) {
    const Json counters = counters_of(
        test::scenario_of(R"({"workload":{"clients":2,"think_ms":20,"keys":3000,"duration_ms":)" +
                          std::to_string(duration_ms) + "}}"));
    const double interval_ms = number(counters, "/divergence/interval_ms");
    const auto& moments = resolve(counters, "/divergence/moments")->items;
    CHECK(moments.size() >= 100);
    CHECK(moments.size() < 200);
    for (size_t i = 0; i < moments.size(); ++i) {
      CHECK(number(moments[i], "/at_ms") == static_cast<double>(i) * interval_ms);
    }
    if (duration_ms == 100'000U) CHECK(number(counters, "/divergence/keys_watched") == 1000);
  }
}

TEST_CASE("who counts only looks, and a session's view counts what a run does") {
  const Scenario scenario = stormy();
  Observer nobody;
  const World alone = test::run_whole(scenario, nobody);
  const Script script(scenario.actions);
  World watched(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  RunRecorder recorder(scenario.setup);
  recorder.run(watched, script, Limits::kTimeUs, UINT64_MAX);
  CHECK(watched.trace().sha256() == alone.trace().sha256());
  CHECK(walk(watched).digest() == walk(alone).digest());

  Session session(scenario);
  session.step(Session::kNoBound, Session::kNoBound);
  const auto whole = parse_json(view(session, "counters").value());
  REQUIRE(whole.ok());
  const Json counters = counters_of(scenario);
  for (const Json::Member& member : counters.members) {
    CAPTURE(member.name);
    const Json* in_view = resolve(whole.value(), "/" + member.name);
    REQUIRE(in_view != nullptr);
    JsonWriter one;
    JsonWriter other;
    write_json(one, member.value);
    write_json(other, *in_view);
    CHECK(one.take() == other.take());
  }
  // Back in the past it knows no future.
  REQUIRE(session.seek(500, -1).ok());
  const auto past = parse_json(view(session, "counters").value());
  REQUIRE(past.ok());
  CHECK(number(past.value(), "/position") == 500);
  CHECK(number(past.value(), "/messages/write/sent/messages") <
        number(whole.value(), "/messages/write/sent/messages") / 2);
  CHECK(resolve(past.value(), "/messages/stream") == nullptr);
}

TEST_CASE("systemsim run prints the counters") {
  const auto ran = test::systemsim_command(
      "run '" + test::source_path("tests/golden/scenarios/crash-and-loss.json") + "'");
  REQUIRE(ran.exit == 0);
  const auto json = parse_json(ran.out);
  REQUIRE(json.ok());
  double lost = 0;
  for (const Json::Member& kind : resolve(json.value(), "/counters/messages")->members) {
    lost += number(kind.value, "/lost/messages");
  }
  CHECK(lost > 0);
  CHECK(lost == number(json.value(), "/messages/lost"));
  CHECK(resolve(json.value(), "/counters/divergence/moments")->items.size() > 50);
}

}  // namespace counters_test
