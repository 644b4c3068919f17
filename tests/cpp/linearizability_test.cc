#include "check/linearizability.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "check/counterexample.h"
#include "histories.h"
#include "support.h"

namespace linearizability_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

using State = Linearizability::State;

State judged(const std::vector<Plain>& calls, const char* initial = "") {
  return check_linearizability(history_of(calls, initial), kDefaultStates).state;
}

// Calls at random, most of which answer what a copy that is sometimes late would.
std::vector<Plain> random_calls(Dice& dice, uint32_t calls, bool appends, uint32_t values) {
  std::vector<Plain> made;
  std::string held;
  std::string older;
  for (uint32_t i = 0; i < calls; ++i) {
    Plain call;
    call.begin = dice.below(20);
    call.end = call.begin + 1 + dice.below(12);
    call.process = i;
    const auto value = [&] { return std::string(1, static_cast<char>('a' + dice.below(values))); };
    const uint32_t choice = dice.below(appends ? 3 : 4);
    if (choice == 0) {
      call.kind = Call::Kind::read;
      call.value = dice.chance(0.80) ? held : dice.chance(0.50) ? older : value();
    } else if (choice == 1) {
      call.kind = Call::Kind::write;
      call.value = dice.chance(0.10) ? "" : value();
      older = held;
      held = call.value;
    } else if (choice == 2 && appends) {
      call.kind = Call::Kind::append;
      call.value = value();
      older = held;
      held += call.value;
    } else {
      call.kind = Call::Kind::cas;
      call.expected = dice.chance(0.60) ? held : value();
      call.value = value();
      if (call.expected == held) {
        older = held;
        held = call.value;
      } else {
        call.fate = Call::Fate::refused;
      }
    }
    if (call.kind != Call::Kind::read && call.fate == Call::Fate::ok && dice.chance(0.25)) {
      call.fate = Call::Fate::unknown;
      call.end = kNever;
    }
    made.push_back(call);
  }
  return made;
}

}  // namespace

TEST_CASE(
    "a read of what the last finished write wrote is linearizable, of what was before is not") {
  CHECK(judged({w(0, 10, "1"), r(20, 30, "1")}) == State::yes);
  CHECK(judged({w(0, 10, "1"), r(20, 30, "")}) == State::no);
  CHECK(judged({w(0, 10, "1"), r(20, 30, "0")}, "0") == State::no);
}

TEST_CASE("while a write is under way, reads may see either, but never new and then old") {
  CHECK(judged({w(0, 100, "1"), r(10, 20, "0"), r(30, 40, "1")}, "0") == State::yes);
  CHECK(judged({w(0, 100, "1"), r(10, 20, "1"), r(30, 40, "0")}, "0") == State::no);
}

TEST_CASE("a write of unknown fate may have taken effect, late or never, but only once") {
  CHECK(judged({lost_w(0, "1"), r(20, 25, "0")}, "0") == State::yes);
  CHECK(judged({lost_w(0, "1"), r(20, 25, "1")}, "0") == State::yes);
  CHECK(judged({lost_w(0, "1"), r(20, 25, "0"), r(30, 35, "1")}, "0") == State::yes);
  CHECK(judged({lost_w(0, "1"), r(20, 25, "1"), r(30, 35, "0"), r(40, 45, "1")}, "0") == State::no);
  CHECK(judged({r(0, 10, "1"), lost_w(20, "1")}, "0") == State::no);
}

TEST_CASE("a conditional write that was refused says what the state was not") {
  const auto cas = [](uint64_t begin, uint64_t end, const char* expected, const char* value,
                      Call::Fate fate) {
    return Plain{Call::Kind::cas, fate, value, expected, begin, end, 0, 0};
  };
  CHECK(judged({w(0, 10, "1"), cas(20, 30, "1", "2", Call::Fate::ok), r(40, 50, "2")}) ==
        State::yes);
  CHECK(judged({w(0, 10, "1"), cas(20, 30, "1", "2", Call::Fate::refused)}) == State::no);
  CHECK(judged({w(0, 10, "1"), cas(20, 30, "3", "2", Call::Fate::refused)}) == State::yes);
  CHECK(judged({w(0, 10, "1"), cas(20, 30, "3", "2", Call::Fate::ok)}) == State::no);
}

TEST_CASE("each key is judged by itself, and the guilty one is named") {
  const auto history = history_of({w(0, 10, "1"), on(1, w(0, 10, "1")), on(1, r(20, 30, ""))});
  const auto result = check_linearizability(history, kDefaultStates);
  CHECK(result.state == State::no);
  CHECK(history.keys[result.key].name == "k1");
}

TEST_CASE(
    "the search agrees with trying every order on random small histories (2 million with "
    "SYSTEMSIM_LONG=1)") {
  const uint64_t runs = test::cases(20'000, 2'000'000);
  uint64_t right = 0;
  uint64_t disagreed = 0;
  for (uint64_t seed = 0; seed < runs; ++seed) {
    Dice dice(seed);
    const bool appends = dice.chance(0.25);
    const auto calls = random_calls(dice, 2 + dice.below(5), appends, 2 + dice.below(3));
    const auto history = history_of(calls, dice.chance(0.50) ? "a" : "");
    const bool expected = BruteForce(history).linearizable();
    const auto result = check_linearizability(history, kDefaultStates);
    if (result.state != (expected ? State::yes : State::no)) {
      ++disagreed;
      CAPTURE(seed);
      CHECK(result.state == (expected ? State::yes : State::no));
      if (disagreed > 5) break;
    }
    right += expected ? 1 : 0;
  }
  CHECK(disagreed == 0);
  // Both answers are common, or nothing was tested.
  CHECK(right > runs / 5);
  CHECK(right < runs * 4 / 5);
}

TEST_CASE("a minimal counterexample is wrong, and right as soon as anything is dropped from it") {
  uint64_t seen = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    Dice dice(seed + 1'000'000);
    const bool appends = dice.chance(0.25);
    const auto calls = random_calls(dice, 4 + dice.below(4), appends, 2 + dice.below(4));
    const auto history = history_of(calls, "");
    const auto result = check_linearizability(history, kDefaultStates);
    if (result.state != State::no) continue;
    ++seen;
    CAPTURE(seed);
    CallHistory small = history;
    const auto keep = [&](const std::vector<uint32_t>& indices) {
      small.calls.clear();
      for (const uint32_t index : indices) small.calls.push_back(history.calls[index]);
    };
    keep(result.counterexample);
    REQUIRE_FALSE(BruteForce(small).linearizable());
    for (const uint32_t dropped : result.counterexample) {
      keep(without(history, result.counterexample, {dropped}));
      REQUIRE(BruteForce(small).linearizable());
    }
    REQUIRE_FALSE(result.attempts.empty());
    // No read is left from nowhere: who wrote what it returned is there too.
    for (const uint32_t index : result.counterexample) {
      const Call& read = history.calls[index];
      if (appends || read.kind != Call::Kind::read) continue;
      for (uint32_t i = 0; i < history.calls.size(); ++i) {
        const Call& call = history.calls[i];
        if (!call.writes() || call.value != read.value || call.begin > read.end) continue;
        const auto& kept = result.counterexample;
        REQUIRE(std::find(kept.begin(), kept.end(), i) != kept.end());
      }
    }
  }
  CHECK(seen > 2000);
}

TEST_CASE("the first call that no order explains is where the history first goes wrong") {
  uint64_t seen = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    Dice dice(seed + 4'000'000);
    const auto calls = random_calls(dice, 4 + dice.below(4), dice.chance(0.25), 2 + dice.below(4));
    const auto history = history_of(calls, "");
    const auto result = check_linearizability(history, kDefaultStates);
    if (result.state != State::no) continue;
    ++seen;
    // What had happened by the time of an answer, or just before it.
    const auto right_until = [&](uint64_t until) {
      CallHistory beginning = history;
      // A conditional write that will be refused changes nothing before it is told.
      std::erase_if(beginning.calls, [&](const Call& call) {
        return call.begin > until || (call.end > until && call.fate == Call::Fate::refused);
      });
      for (Call& call : beginning.calls) {
        if (call.end <= until) continue;
        call.fate = Call::Fate::unknown;
        call.end = kNever;
      }
      return BruteForce(beginning).linearizable();
    };
    const uint64_t answer = history.calls[result.first_unexplained].end;
    CAPTURE(seed);
    REQUIRE(right_until(answer - 1));
    REQUIRE_FALSE(right_until(answer));
  }
  CHECK(seen > 2000);
}

TEST_CASE("what is left of a right history is right after a write is dropped with who saw it") {
  uint64_t seen = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    Dice dice(seed + 2'000'000);
    const bool appends = dice.chance(0.25);
    const auto calls = random_calls(dice, 4 + dice.below(3), appends, 2 + dice.below(4));
    const auto history = history_of(calls, "");
    if (!BruteForce(history).linearizable()) continue;
    ++seen;
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < history.calls.size(); ++i) all.push_back(i);
    for (const uint32_t dropped : all) {
      CallHistory small = history;
      small.calls.clear();
      for (const uint32_t index : without(history, all, {dropped})) {
        small.calls.push_back(history.calls[index]);
      }
      CAPTURE(seed);
      CAPTURE(dropped);
      REQUIRE(BruteForce(small).linearizable());
    }
  }
  CHECK(seen > 2000);
}

TEST_CASE("a budget that is too small says undecided, and never a wrong answer") {
  // Twelve writes at once, and then one value, another, and the first again: no order fits, and
  // there are many.
  std::vector<Plain> calls;
  calls.reserve(14);
  for (int i = 0; i < 12; ++i) calls.push_back(w(0, 100, std::to_string(i).c_str()));
  calls.push_back(r(200, 300, "1"));
  calls.push_back(r(400, 500, "2"));
  calls.push_back(r(600, 700, "1"));
  CHECK(check_linearizability(history_of(calls), 100).state == State::undecided);
  CHECK(check_linearizability(history_of(calls), kDefaultStates).state == State::no);
  // Another key that is plainly wrong is found all the same.
  calls.push_back(on(1, w(0, 10, "1")));
  calls.push_back(on(1, r(20, 30, "2")));
  CHECK(check_linearizability(history_of(calls), 100).state == State::no);
}

namespace {

// Some thousand calls of ten clients, each right at a moment of its own; some are never answered.
std::vector<Plain> right_calls(Dice& dice, uint32_t count, bool appends) {
  constexpr uint32_t kClients = 10;
  std::vector<uint64_t> free(kClients, 0);
  std::vector<Plain> calls;
  std::vector<std::pair<uint64_t, size_t>> moments;
  uint32_t process = kClients;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t client = i % kClients;
    Plain call;
    call.process = client;
    call.begin = free[client] + 1 + dice.below(200);
    const uint64_t moment = call.begin + 1 + dice.below(1000);
    call.end = moment + 1 + dice.below(1000);
    free[client] = call.end;
    const uint32_t kind = dice.below(10);
    call.kind = kind < 5   ? Call::Kind::read
                : kind < 9 ? (appends ? Call::Kind::append : Call::Kind::write)
                           : (appends ? Call::Kind::write : Call::Kind::cas);
    if (call.kind != Call::Kind::read && dice.chance(0.03)) {
      call.fate = Call::Fate::unknown;
      call.process = process++;
      call.end = kNever;
    }
    moments.emplace_back(moment, calls.size());
    calls.push_back(call);
  }
  std::sort(moments.begin(), moments.end());
  std::string held;
  for (const auto& [moment, i] : moments) {
    Plain& call = calls[i];
    if (call.kind == Call::Kind::read) {
      call.value = held;
      continue;
    }
    call.value = appends ? "<" + std::to_string(i) + ">" : std::string(1, 'a' + dice.below(5));
    if (call.kind == Call::Kind::cas) {
      call.expected = dice.chance(0.7) ? held : "z";
      if (call.expected != held) {
        if (call.fate == Call::Fate::ok) call.fate = Call::Fate::refused;
        continue;
      }
    }
    if (call.fate == Call::Fate::unknown && dice.chance(0.5)) continue;  // it never took effect
    if (call.kind != Call::Kind::append) held.clear();
    held += call.value;
  }
  return calls;
}

}  // namespace

TEST_CASE(
    "of large right histories none is convicted, and one read changed to nothing written is") {
  int undecided = 0;
  for (uint64_t seed = 0; seed < 9; ++seed) {
    Dice dice(seed + 7'000'000);
    const bool appends = seed % 3 == 2;
    auto calls = right_calls(dice, appends ? 300 : 500 + dice.below(2500), appends);
    CAPTURE(seed);
    const auto right = check_linearizability(history_of(calls), kDefaultStates);
    CHECK(right.state != State::no);
    undecided += right.state == State::undecided ? 1 : 0;
    // A read somewhere in the second half.
    size_t at = calls.size() / 2 + dice.below(static_cast<uint32_t>(calls.size() / 2));
    while (calls[at].kind != Call::Kind::read) at = at + 1 == calls.size() ? 0 : at + 1;
    calls[at].value = "never";
    const auto history = history_of(calls);
    const auto wrong = check_linearizability(history, kDefaultStates);
    CHECK(wrong.state == State::no);
    CHECK(wrong.counterexample.size() <= 2);
  }
  MESSAGE(undecided << " of 9 right histories were undecided");
  CHECK(undecided <= 1);
}

TEST_CASE("explaining a no is bounded, whatever hangs on what") {
  // A chain of conditional writes, each on the one before, and a read of an early one: nothing can
  // be left out of it.
  std::vector<Plain> calls;
  uint64_t now = 0;
  for (int i = 0; i < 3000; ++i) {
    calls.push_back({Call::Kind::cas, Call::Fate::ok, std::to_string(i + 1),
                     i == 0 ? "" : std::to_string(i), now, now + 5, 0, 0});
    now += 10;
  }
  calls.push_back(r(now, now + 5, "1000"));
  const auto result = check_linearizability(history_of(calls), kDefaultStates);
  CHECK(result.state == State::no);
  CHECK(result.counterexample.size() > 1);
  CHECK_FALSE(result.minimal);
  const auto small = check_linearizability(
      history_of({w(0, 10, "1"), w(20, 30, "2"), r(40, 50, "1")}), kDefaultStates);
  CHECK(small.minimal);
}

}  // namespace linearizability_test
