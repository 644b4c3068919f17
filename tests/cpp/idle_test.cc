// Idle time that is skipped: nobody is told of the rounds in it, and the state afterwards is that
// of the run in which they are told.
#include "base/archive.h"
#include "lab/session.h"
#include "lab/views.h"
#include "support.h"

namespace idle_test {

using namespace systemsim;

namespace {

// A machine is away for hours or days, and something is written meanwhile.
std::string away(bool skips, const std::string& hours, const std::string& more = "") {
  return R"({"seed":5,"cluster":{"nodes":5,"n":3,"w":2,"r":2,"coordinator":"any","gossip":{"every_ms":60000},
      "hints":{},"anti_entropy":{"every_ms":600000})" +
         more + R"(},"skip_idle":)" + (skips ? "true" : "false") + R"(,"settle_ms":3600000,
      "records":[{"key":"a","value":"1"},{"key":"b","value":"2"},{"key":"c","value":"3"}],
      "upkeep_ms":)" +
         hours + R"(00000,"actions":[{"do":"crash","node":"C","at_ms":7200000},
      {"do":"put","client":"c1","key":"a","value":"4","at_ms":7300000},
      {"do":"put","client":"c1","key":"b","value":"5","at_ms":20000000},
      {"do":"delete","client":"c1","key":"c","at_ms":20000500},
      {"do":"restart","node":"C","at_ms":)" +
         hours + R"(00000},{"do":"get","client":"c2","key":"a","at_ms":)" + hours + R"(00001}]})";
}

// All but what is told of a run: its positions, and the numbers of its messages.
struct State {
  std::vector<std::string> machines;
  uint64_t now_us = 0;
  std::vector<std::string> answers;
};

State end_of(const std::string& text, uint64_t& told, uint64_t& skipped) {
  const Scenario scenario = test::scenario_of(text);
  test::Watch watch;
  const World world = test::run_whole(scenario, watch);
  State state;
  for (const World::Machine& machine : world.machines()) {
    state.machines.push_back(walk(machine).digest());
  }
  state.now_us = world.now_us();
  for (const Operation& operation : watch.list.operations()) {
    state.answers.push_back(std::to_string(operation.id) + " " + name_of(operation.outcome) + " " +
                            operation.value + " " + std::to_string(operation.end_us));
  }
  told = world.position();
  skipped = world.skipped();
  return state;
}

}  // namespace

TEST_CASE("the state after skipped idle time is that of the run in which nothing is skipped") {
  for (const char* more : {"", R"(,"gc_grace_ms":3600000)", R"(,"sloppy":true)"}) {
    for (const char* hours : {"288", "900"}) {
      CAPTURE(more);
      CAPTURE(hours);
      uint64_t told = 0;
      uint64_t skipped = 0;
      uint64_t all = 0;
      uint64_t none = 0;
      const State quick = end_of(away(true, hours, more), told, skipped);
      const State slow = end_of(away(false, hours, more), all, none);
      CHECK(quick.machines == slow.machines);
      CHECK(quick.answers == slow.answers);
      CHECK(quick.now_us == slow.now_us);
      CHECK(none == 0);
      CHECK(skipped + told == all);
      CHECK(told < all / 10);
    }
  }
}

TEST_CASE(
    "ten days go by in a few thousand events that are told, whoever asks for how much at once") {
  const std::string text = away(true, "8640");
  uint64_t told = 0;
  uint64_t skipped = 0;
  (void)end_of(text, told, skipped);
  CHECK(told < 3000);
  CHECK(skipped > 100'000);
  // A session that goes in small steps of time, or of events, or back and forth, has the same hash.
  Session whole(test::scenario_of(text));
  whole.step(Session::kNoBound, Session::kNoBound);
  const std::string hash = whole.world().trace().sha256();
  Session parts(test::scenario_of(text));
  for (uint64_t us = 0; parts.next_us(); us += 3'600'000'000ULL) parts.step(Session::kNoBound, us);
  CHECK(parts.world().trace().sha256() == hash);
  CHECK(parts.position() == whole.position());
  test::Dice dice(4);
  for (int i = 0; i < 30; ++i) {
    const uint64_t position = dice.below(static_cast<uint32_t>(whole.position()));
    REQUIRE(parts.seek(position, -1).ok());
    CHECK(parts.position() == position);
    const std::string here = walk(parts.world()).digest();
    parts.seek_time(parts.now_us() + dice.below(1'000'000'000));
    REQUIRE(parts.seek(position, -1).ok());
    CHECK(walk(parts.world()).digest() == here);
    parts.seek_time(uint64_t{dice.below(10'000)} * 86'400'000);
  }
  parts.seek_time(Limits::kTimeUs);
  CHECK(parts.world().trace().sha256() == hash);
  CHECK(walk(parts.world()).digest() == walk(whole.world()).digest());
}

TEST_CASE("rounds end some time after the last thing that was done, and come again with the next") {
  Session session(test::scenario_of(
      R"({"cluster":{"nodes":3,"gossip":{"every_ms":1000}},"settle_ms":10000,
          "actions":[{"do":"heal","at_ms":5000}]})"));
  session.step(Session::kNoBound, Session::kNoBound);
  CHECK(session.now_us() < 17'000'000);
  CHECK_FALSE(session.next_us());
  REQUIRE(session.apply(R"({"do":"crash","node":"B","at_ms":60000})").ok());
  session.step(Session::kNoBound, Session::kNoBound);
  CHECK(session.now_us() > 69'000'000);
  CHECK(session.now_us() < 72'000'000);
}

}  // namespace idle_test
