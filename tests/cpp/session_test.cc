#include "lab/session.h"

#include <cstdlib>
#include <map>

#include "base/archive.h"
#include "lab/engine.h"
#include "lab/views.h"
#include "random_runs.h"
#include "support.h"

namespace session_test {

using namespace systemsim;

namespace {

Session session_of(const std::string& json) { return Session(test::scenario_of(json)); }

// Snapshots every few events and a budget of a few worlds, so that short runs use what long runs
// use.
Session tight_session_of(Scenario scenario) {
  return Session(std::move(scenario), {.first_interval = 16, .snapshot_budget_bytes = 150'000});
}
Session tight_session_of(const std::string& json) {
  return tight_session_of(test::scenario_of(json));
}

// Traffic and a crash; every second time single owner, with whatever can go wrong there.
Scenario walked(uint64_t seed) {
  if (seed % 2 == 0) return test::owned_run(seed);
  return test::scenario_of(
      R"({"seed":)" + std::to_string(seed) +
      R"(,"network":{"loss":0.02},"workload":{"clients":3,"duration_ms":300,"think_ms":5},
        "actions":[{"do":"crash","node":"B","at_ms":40},{"do":"restart","node":"B","at_ms":200}]})");
}

std::string state_of(const Session& session) { return walk(session.world()).digest(); }

void act(Session& session, const std::string& json) {
  const auto outcome = session.apply(json);
  REQUIRE_MESSAGE(outcome.ok(),
                  (outcome.ok() ? "" : outcome.error().path + outcome.error().message));
}

std::string view_of(const Session& session, const std::string& name) {
  auto text = view(session, name);
  REQUIRE(text.ok());
  CHECK(parse_json(text.value()).ok());
  return text.value();
}

}  // namespace

TEST_CASE(
    "1 000 random walks of step, back, seek, fork and act in the past return to the same states") {
  const int walks = static_cast<int>(test::cases(1000, 20'000));
  for (int w = 1; w <= walks; ++w) {
    test::Dice dice(static_cast<uint64_t>(w));
    Session session = tight_session_of(walked(static_cast<uint64_t>(w)));
    std::map<std::pair<int32_t, uint64_t>, std::string> seen;  // (branch, position) -> state
    for (int i = 0; i < 25; ++i) {
      switch (dice.below(6)) {
        case 0:
          session.step(1 + dice.below(60), Session::kNoBound);
          break;
        case 1:
          session.step(1000, session.now_us() + dice.below(30'000));
          break;
        case 2:
          REQUIRE(session.seek(session.position() > 0 ? session.position() - 1 : 0, -1).ok());
          break;
        case 3:
          REQUIRE(session
                      .seek(dice.below(900), static_cast<int32_t>(dice.below(
                                                 static_cast<uint32_t>(session.branches().size()))))
                      .ok());
          break;
        case 4:
          session.seek_time(dice.below(300'000));
          break;
        case 5:
          if (dice.chance(0.3)) {
            REQUIRE(session.fork().ok());
          } else {
            const char* actions[] = {R"({"do":"put","client":"c1","key":"k1","value":"live"})",
                                     R"({"do":"get","client":"c2","key":"k1","at_ms":60})",
                                     R"({"do":"hold","kind":"write","to":"C"})",
                                     R"({"do":"hold","kind":"append","to":"C"})",
                                     R"({"do":"release"})"};
            act(session, actions[dice.below(5)]);
            // What was seen of this branch beyond here no longer holds if no branch was made.
            std::erase_if(seen, [&](const auto& entry) {
              return entry.first.first == session.branch() &&
                     entry.first.second > session.position();
            });
          }
          break;
      }
      const auto place = std::pair(session.branch(), session.position());
      const auto [at, fresh] = seen.emplace(place, state_of(session));
      CAPTURE(w);
      CAPTURE(i);
      if (!fresh) REQUIRE(at->second == state_of(session));
    }
    for (const auto& [place, state] : seen) {
      REQUIRE(session.seek(place.second, place.first).ok());
      REQUIRE(session.position() == place.second);
      REQUIRE(state_of(session) == state);
    }
  }
}

TEST_CASE("a live action and the same action in the scenario give the same run") {
  Session live = session_of(R"({"seed":4,"workload":{"duration_ms":100,"think_ms":5}})");
  live.step(50, Session::kNoBound);
  act(live, R"({"do":"crash","node":"C"})");
  live.step(0 + 1'000'000, Session::kNoBound);
  Session replay = session_of(view_of(live, "scenario"));
  replay.step(1'000'000, Session::kNoBound);
  CHECK(view_of(replay, "hash") == view_of(live, "hash"));
}

TEST_CASE("an action made live happens one microsecond after now") {
  Session session = session_of(R"({"records":[{"key":"x","value":"0"}]})");
  session.step(1000, 5000);
  CHECK(session.now_us() == 5000);
  act(session, R"({"do":"get","key":"x"})");
  CHECK(session.next_us() == 5001);
}

TEST_CASE("a branch never restores what belongs to another one") {
  // Walk far on one branch, so that it leaves snapshots; change the past; every state of the new
  // branch must be the one that a fresh session reaches.
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Scenario scenario = walked(seed);
    // Long enough for all positions below.
    scenario.setup.workload.duration_us = 600'000;
    Session session = tight_session_of(scenario);
    session.step(500, Session::kNoBound);
    CHECK(session.snapshots() > 3);
    REQUIRE(session.seek(100, -1).ok());
    act(session, R"({"do":"crash","node":"A"})");
    session.step(300, Session::kNoBound);
    Session other = session_of(view_of(session, "scenario"));
    for (const uint64_t position : {390U, 150U, 250U, 101U, 40U, 399U}) {
      REQUIRE(session.seek(position, -1).ok());
      REQUIRE(other.seek(position, -1).ok());
      REQUIRE(state_of(session) == state_of(other));
    }
    // And back on the first branch.
    Session first(scenario);
    for (const uint64_t position : {450U, 120U, 300U}) {
      REQUIRE(session.seek(position, 0).ok());
      REQUIRE(first.seek(position, -1).ok());
      REQUIRE(state_of(session) == state_of(first));
    }
  }
}

TEST_CASE("when the budget is full the snapshots thin out evenly, and still lead everywhere") {
  Session session = tight_session_of(R"({"seed":3,"workload":{"duration_ms":10000,"think_ms":5}})");
  session.step(5000, Session::kNoBound);
  CHECK(session.snapshots() >= 3);
  CHECK(session.snapshots() < 40);
  Session fresh = session_of(R"({"seed":3,"workload":{"duration_ms":10000,"think_ms":5}})");
  for (uint64_t position = 4900; position > 500; position -= 480) {
    REQUIRE(session.seek(position, -1).ok());
    REQUIRE(fresh.seek(position, -1).ok());
    CHECK(state_of(session) == state_of(fresh));
  }
}

TEST_CASE("a session has at most 1 000 branches") {
  Session session = session_of("{}");
  for (size_t i = 1; i < Session::kMaxBranches; ++i) REQUIRE(session.fork().ok());
  CHECK(session.fork().error().code == ErrorCode::limit);
}

TEST_CASE("acting in the past starts a branch, and the old one is kept") {
  Session session = session_of(R"({"seed":4,"workload":{"duration_ms":200,"think_ms":5}})");
  session.step(400, Session::kNoBound);
  const std::string old_state = state_of(session);
  const std::string old_history = view_of(session, "history");
  REQUIRE(session.seek(100, -1).ok());
  act(session, R"({"do":"crash","node":"A"})");
  CHECK(session.branches().size() == 2);
  CHECK(session.branch() == 1);
  CHECK(session.branches()[1].forked_at == 100);
  REQUIRE(session.seek(400, -1).ok());
  CHECK(state_of(session) != old_state);
  REQUIRE(session.seek(400, 0).ok());
  CHECK(state_of(session) == old_state);
  CHECK(view_of(session, "history") == old_history);
  CHECK(session.seek(0, 2).error().code == ErrorCode::not_found);
  CHECK(session.seek(0, -2).error().code == ErrorCode::not_found);
}

TEST_CASE("an action added in the past changes nobody else's luck") {
  // The later calls of the script keep their messages' flight times.
  const std::string scenario = R"({"cluster":{"w":3},"actions":[
      {"do":"put","client":"c1","key":"x","value":"1","at_ms":5},{"do":"put","client":"c1","key":"x","value":"2","at_ms":500}]})";
  Session plain = session_of(scenario);
  plain.step(1000, Session::kNoBound);
  Session changed = session_of(scenario);
  changed.step(1000, Session::kNoBound);
  changed.seek_time(100'000);
  act(changed, R"({"do":"put","client":"c1","key":"y","value":"3"})");
  changed.step(1000, Session::kNoBound);
  const auto took = [](const Session& session) {
    for (const LoggedOperation& logged : session.log().operations()) {
      if (logged.operation.value == "2") return logged.operation.end_us - logged.operation.begin_us;
    }
    return uint64_t{0};
  };
  CHECK(took(plain) > 0);
  CHECK(took(plain) == took(changed));
}

TEST_CASE("an action with a time in the past goes back to just before it") {
  Session session = session_of(R"({"seed":4,"workload":{"duration_ms":200,"think_ms":5}})");
  session.step(1000, 150'000);
  act(session, R"({"do":"crash","node":"A","at_ms":50})");
  CHECK(session.now_us() < 50'000);
  CHECK(session.branches().size() == 2);
  session.step(1000, 60'000);
  CHECK_FALSE(session.world().machines()[0].up);
}

TEST_CASE("a wrong action changes nothing") {
  Session session = session_of(R"({"seed":4,"workload":{"duration_ms":200,"think_ms":5}})");
  session.step(100, Session::kNoBound);
  const std::string before = state_of(session) + view_of(session, "scenario");
  for (const char* wrong :
       {R"({"do":"put","key":"","value":"1"})", R"({"do":"get","key":"x","r":9})", "{", "7",
        R"({"do":"crash","node":"Z"})", R"({"do":"get","key":"x","after":3})"}) {
    CHECK_FALSE(session.apply(wrong).ok());
  }
  CHECK(state_of(session) + view_of(session, "scenario") == before);
  CHECK(session.branches().size() == 1);
}

TEST_CASE("an action may wait for what is answered only later, seen from the past") {
  Session session = session_of(R"({"actions":[{"do":"put","key":"x","value":"1","at_ms":1}]})");
  session.step(1000, Session::kNoBound);
  REQUIRE(session.seek(1, -1).ok());
  act(session, R"({"do":"get","client":"c2","key":"x","after":0})");
  session.step(1000, Session::kNoBound);
  CHECK(session.log().operations().size() == 2);
}

TEST_CASE("an action cannot wait for what is already answered") {
  Session session = session_of(R"({"actions":[{"do":"put","key":"x","value":"1","at_ms":1}]})");
  session.step(1000, Session::kNoBound);
  const auto outcome = session.apply(R"({"do":"get","key":"x","after":0})");
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().path == "/after");
}

TEST_CASE("however the time is cut into frames, the run is the same") {
  std::vector<Scenario> scenarios = {test::scenario_of(
      test::read_file(test::source_path("tests/golden/scenarios/crash-restart.json")))};
  for (uint64_t seed = 1; seed <= 20; ++seed) scenarios.push_back(test::owned_run(seed));
  for (const Scenario& scenario : scenarios) {
    CAPTURE(scenario.setup.seed);
    std::string expected;
    for (const double frames_a_second : {0.0, 5.0, 60.0, 144.0}) {
      Session session(scenario);
      if (frames_a_second == 0.0) {
        session.step(1'000'000, Session::kNoBound);
      } else {
        double us = 0;
        while (session.next_us()) {
          us += 1e6 / frames_a_second;
          session.step(1'000'000, static_cast<uint64_t>(us));
        }
      }
      const std::string hash = view_of(session, "hash");
      if (expected.empty()) expected = hash;
      CHECK(hash == expected);
    }
  }
}

TEST_CASE("views tell of this position and of nothing later") {
  Session session = session_of(
      R"({"seed":1,"cluster":{"w":1,"r":1},"records":[{"key":"x","value":"0"}],"actions":[
      {"do":"put","client":"c1","key":"x","value":"1","at_ms":5},{"do":"get","client":"c2","key":"x","after":0}]})");
  std::vector<std::string> on_the_way;
  const auto all = [&] {
    return view_of(session, "stage") + view_of(session, "history") + view_of(session, "messages") +
           view_of(session, "summary");
  };
  on_the_way.push_back(all());
  while (session.next_us()) {
    session.step(1, Session::kNoBound);
    on_the_way.push_back(all());
  }
  // The log now knows the whole run; going back must show the same as on the way.
  for (size_t i = on_the_way.size(); i-- > 0;) {
    REQUIRE(session.seek(i, -1).ok());
    CHECK(all() == on_the_way[i]);
  }
}

TEST_CASE("a copy is behind once another copy has a newer write, and messages are seen in flight") {
  Session session =
      session_of(R"({"seed":1,"cluster":{"w":1,"r":1,"nodes":3},"records":[{"key":"x","value":"0"}],
      "network":{"latency":{"profile":"constant","ms":2}},
      "actions":[{"do":"put","client":"c1","key":"x","value":"1","at_ms":5}]})");
  session.step(1, Session::kNoBound);
  const std::string sent = view_of(session, "stage");
  CHECK(sent.find(R"("state":"behind")") == std::string::npos);
  CHECK(sent.find(R"("kind":"write","from":"c1","to":"A")") != std::string::npos);
  session.step(1, Session::kNoBound);
  const std::string one_has_it = view_of(session, "stage");
  CHECK(one_has_it.find(R"("state":"behind","behind":1)") != std::string::npos);
  session.step(100, 7000);
  const std::string all_have_it = view_of(session, "stage");
  CHECK(all_have_it.find(R"("state":"behind")") == std::string::npos);
  CHECK(
      all_have_it.find(
          R"("value":"1","deleted":false,"state":"up_to_date","behind":0,"op":0,"since_us":7000)") !=
      std::string::npos);
}

TEST_CASE("a write that reached no machine leaves no copy behind") {
  Session session =
      session_of(R"({"cluster":{"nodes":3},"records":[{"key":"x","value":"0"}],"actions":[
      {"do":"crash","node":"A","at_us":1},{"do":"crash","node":"B","at_us":1},{"do":"crash","node":"C","at_us":1},
      {"do":"put","client":"c1","key":"x","value":"1","at_ms":5}]})");
  session.step(1000, Session::kNoBound);
  CHECK(view_of(session, "stage").find(R"("state":"behind")") == std::string::npos);
}

TEST_CASE("snapshots stay within their budget, and a long run can be walked back") {
  Session session = session_of(
      R"({"seed":4,"cluster":{"nodes":40,"vnodes":8},"workload":{"clients":20,"duration_ms":40000,
      "think_ms":20,"keys":2000,"value_bytes":400}})");
  session.step(100'000, Session::kNoBound);
  const std::string end = state_of(session);
  CHECK(session.position() == 100'000);
  CHECK(session.snapshots() < 60);
  for (uint64_t p = 99'999; p > 99'960; --p) REQUIRE(session.seek(p, -1).ok());
  REQUIRE(session.seek(100'000, -1).ok());
  CHECK(state_of(session) == end);
}

TEST_CASE("a world too large for a second snapshot is seldom looked at, and can be walked back") {
  const std::string text = R"({"workload":{"clients":4,"duration_ms":10000,"think_ms":5}})";
  Session session(test::scenario_of(text), {.first_interval = 16, .snapshot_budget_bytes = 64});
  session.step(5000, Session::kNoBound);
  CHECK(session.snapshots() == 1);
  CHECK(session.snapshots_tried() < 10);
  const std::string end = state_of(session);
  REQUIRE(session.seek(700, -1).ok());
  REQUIRE(session.seek(5000, -1).ok());
  CHECK(state_of(session) == end);
}

TEST_CASE("a session ends politely at a million events") {
  Session session =
      session_of(R"({"workload":{"clients":10,"duration_ms":100000000,"think_ms":1}})");
  session.step(2'000'000, Session::kNoBound);
  CHECK(session.position() == Limits::kSessionEvents);
  CHECK_FALSE(session.next_us());
  CHECK(session.at_limit());
}

TEST_CASE("ids of what was closed are errors, also when their place is taken again") {
  Engine engine;
  const auto first = engine.create("{}");
  REQUIRE(first.ok());
  REQUIRE(engine.close(first.value()).ok());
  CHECK(engine.session(first.value()).error().code == ErrorCode::stale_id);
  const auto second = engine.create("{}");
  REQUIRE(second.ok());
  CHECK(second.value() != first.value());
  CHECK(engine.session(first.value()).error().code == ErrorCode::stale_id);
  CHECK(engine.session(second.value()).ok());
  CHECK_FALSE(engine.advance(second.value(), 1).ok());  // a session is no job
  CHECK(engine.close(999).error().code == ErrorCode::stale_id);
  CHECK(view(*engine.session(second.value()).value(), "nonsense").error().code ==
        ErrorCode::not_found);
}

TEST_CASE("at most 256 sessions are open at once") {
  Engine engine;
  for (int i = 0; i < 256; ++i) REQUIRE(engine.create("{}").ok());
  CHECK(engine.create("{}").error().code == ErrorCode::limit);
}

}  // namespace session_test
