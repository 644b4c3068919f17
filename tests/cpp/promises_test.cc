#include "check/promises.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "histories.h"
#include "support.h"

namespace promises_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

// The state of one promise, and whom it found guilty: places in the list of calls.
struct Found {
  Finding::State state = Finding::State::untested;
  uint64_t tests = 0;
  std::vector<uint32_t> guilty;
};

Found found(Promise promise, const std::vector<Plain>& calls, const char* initial = "",
            const std::vector<FinalCopies>* finals = nullptr) {
  const auto history = history_of(calls, initial);
  const Verdict verdict = judge(history, finals, kDefaultStates);
  Found result{verdict.of(promise).state, verdict.of(promise).tests, {}};
  for (const uint32_t index : verdict.of(promise).guilty) {
    result.guilty.push_back(history.calls[index].source);
  }
  return result;
}

using Guilty = std::vector<uint32_t>;
constexpr auto kBroken = Finding::State::broken;
constexpr auto kHeld = Finding::State::held;
constexpr auto kUntested = Finding::State::untested;

Plain erase(uint64_t begin, uint64_t end, uint32_t process = 0) {
  return w(begin, end, "", process);
}

}  // namespace

TEST_CASE("regular: a finished write cannot be missed, one under way may be") {
  const auto stale = found(Promise::regular, {w(0, 10, "1"), r(20, 30, "0", 1)}, "0");
  CHECK(stale.state == kBroken);
  CHECK(stale.guilty == Guilty{0, 1});
  CHECK(found(Promise::regular, {w(0, 25, "1"), r(20, 30, "0", 1)}, "0").state == kHeld);
  CHECK(found(Promise::regular, {w(0, 10, "1"), w(5, 15, "2", 2), r(20, 30, "1", 1)}).state ==
        kHeld);
  CHECK(found(Promise::regular, {w(0, 10, "1")}).state == kUntested);
  const auto nowhere = found(Promise::regular, {w(0, 10, "1"), r(20, 30, "7", 1)});
  CHECK(nowhere.state == kBroken);
  CHECK(nowhere.guilty == Guilty{1});
}

TEST_CASE("new, then old: regular holds while linearizable and monotonic reads do not") {
  const std::vector<Plain> one_reader = {w(0, 100, "1"), r(10, 20, "1", 1), r(30, 40, "0", 1)};
  CHECK(found(Promise::regular, one_reader, "0").state == kHeld);
  CHECK(found(Promise::linearizable, one_reader, "0").state == kBroken);
  const auto monotonic = found(Promise::monotonic_reads, one_reader, "0");
  CHECK(monotonic.state == kBroken);
  CHECK(monotonic.guilty == Guilty{1, 2});
  const std::vector<Plain> two_readers = {w(0, 100, "1"), r(10, 20, "1", 1), r(30, 40, "0", 2)};
  CHECK(found(Promise::monotonic_reads, two_readers, "0").state == kUntested);
  CHECK(found(Promise::linearizable, two_readers, "0").state == kBroken);
}

TEST_CASE("monotonic reads: back to a write that had given way is broken, whichever was newer") {
  const std::vector<Plain> calls = {w(0, 100, "1"), w(0, 100, "2", 1), r(10, 20, "1", 2),
                                    r(30, 40, "2", 2), r(50, 60, "1", 2)};
  const auto back = found(Promise::monotonic_reads, calls);
  CHECK(back.state == kBroken);
  CHECK(back.guilty == Guilty{3, 4});
  CHECK(back.tests == 2);
}

TEST_CASE("read your writes: the own finished write or a newer one comes back") {
  const auto mine = found(Promise::read_your_writes, {w(0, 10, "1"), r(20, 30, "0")}, "0");
  CHECK(mine.state == kBroken);
  CHECK(mine.guilty == Guilty{0, 1});
  CHECK(found(Promise::read_your_writes, {w(0, 10, "1"), r(20, 30, "0", 1)}, "0").state ==
        kUntested);
  CHECK(
      found(Promise::read_your_writes, {w(0, 10, "1"), w(12, 15, "2", 1), r(20, 30, "2")}).state ==
      kHeld);
  CHECK(found(Promise::read_your_writes, {lost_w(0, "1"), r(20, 30, "0")}, "0").state == kUntested);
}

TEST_CASE("monotonic writes: who sees a client's second write can see its first") {
  const std::vector<Plain> calls = {w(0, 10, "1"), on(1, w(20, 30, "2")), on(1, r(40, 50, "2", 1)),
                                    r(60, 70, "", 1)};
  const auto broken = found(Promise::monotonic_writes, calls);
  CHECK(broken.state == kBroken);
  CHECK(broken.guilty == Guilty{0, 1, 3});
  CHECK(found(Promise::causal, calls).state == kBroken);
  std::vector<Plain> kept = calls;
  kept[3].value = "1";
  CHECK(found(Promise::monotonic_writes, kept).state == kHeld);
}

TEST_CASE("writes follow reads: who sees an answer can see the question") {
  const std::vector<Plain> calls = {w(0, 10, "question"), r(20, 30, "question", 1),
                                    on(1, w(40, 50, "answer", 1)), on(1, r(60, 70, "answer", 2)),
                                    r(80, 90, "", 2)};
  const auto broken = found(Promise::writes_follow_reads, calls);
  CHECK(broken.state == kBroken);
  CHECK(broken.guilty == Guilty{0, 2, 4});
  const auto causal = found(Promise::causal, calls);
  CHECK(causal.state == kBroken);
}

TEST_CASE("causal: knowing runs through a third client") {
  // c0 writes x; c1 reads it and writes y; c2 reads y and writes z; c3 reads z and misses x.
  const std::vector<Plain> calls = {w(0, 10, "x"),
                                    r(20, 30, "x", 1),
                                    on(1, w(40, 50, "y", 1)),
                                    on(1, r(60, 70, "y", 2)),
                                    on(2, w(80, 90, "z", 2)),
                                    on(2, r(100, 110, "z", 3)),
                                    r(120, 130, "", 3)};
  CHECK(found(Promise::writes_follow_reads, calls).state != kBroken);
  const auto broken = found(Promise::causal, calls);
  CHECK(broken.state == kBroken);
  CHECK(broken.guilty == Guilty{0, 6});
}

TEST_CASE("resurrection: what was deleted comes back") {
  const std::vector<Plain> calls = {w(0, 10, "1"), erase(20, 30), r(40, 50, "1", 1)};
  const auto back = found(Promise::no_resurrection, calls);
  CHECK(back.state == kBroken);
  CHECK(back.guilty == Guilty{1, 2});
  CHECK(found(Promise::no_resurrection, {w(0, 10, "1"), erase(20, 30), r(40, 50, "", 1)}).state ==
        kHeld);
  CHECK(found(Promise::no_resurrection,
              {w(0, 10, "1"), erase(20, 30), w(35, 38, "2"), r(40, 50, "2", 1)})
            .state == kHeld);
  CHECK(found(Promise::no_resurrection, {w(0, 10, "1"), r(40, 50, "1", 1)}).state == kUntested);
}

TEST_CASE(
    "lost update: two changes of one version, both answered, although nothing else is wrong") {
  const std::vector<Plain> calls = {r(0, 10, "0", 1), r(0, 10, "0", 2), w(20, 30, "1a", 1),
                                    w(40, 50, "1b", 2), r(60, 70, "1b", 3)};
  const auto lost = found(Promise::no_lost_update, calls, "0");
  CHECK(lost.state == kBroken);
  CHECK(lost.guilty == Guilty{2, 3});
  CHECK(found(Promise::linearizable, calls, "0").state == kHeld);
  CHECK(found(Promise::no_lost_update, {w(0, 10, "1", 1), w(20, 30, "2", 2)}).state == kUntested);
  CHECK(found(Promise::no_lost_update,
              {r(0, 10, "0", 1), w(20, 30, "1", 1), r(40, 50, "1", 2), w(60, 70, "2", 2)}, "0")
            .state == kHeld);
}

TEST_CASE("lost update: who has read again is not judged by what was read before") {
  // Client 2 reads 0; then two others write 5; client 2 reads 5, whosever, and makes 6 of it.
  const std::vector<Plain> calls = {r(0, 10, "0", 2),  r(0, 10, "0", 1),  w(20, 30, "5", 1),
                                    w(40, 50, "5", 3), r(60, 70, "5", 2), w(80, 90, "6", 2)};
  CHECK(found(Promise::no_lost_update, calls, "0").state != kBroken);
}

TEST_CASE("lost writes and convergence are read off the copies at the end") {
  const std::vector<Plain> calls = {w(0, 10, "1", 0), w(20, 30, "2", 1)};
  const auto copies = [](std::vector<FinalCopies::Copy> held) {
    return std::vector<FinalCopies>{{0, std::move(held)}};
  };
  const FinalCopies::Copy first = {false, {0}};
  const FinalCopies::Copy second = {false, {1}};
  const FinalCopies::Copy nothing = {};
  const auto both = copies({second, second, second});
  CHECK(found(Promise::no_lost_write, calls, "", &both).state == kHeld);
  CHECK(found(Promise::convergence, calls, "", &both).state == kHeld);
  const auto discarded = copies({first, first, nothing});  // the second write, discarded by a clock
  const auto lost = found(Promise::no_lost_write, calls, "", &discarded);
  CHECK(lost.state == kBroken);
  CHECK(lost.guilty == Guilty{1});
  CHECK(found(Promise::convergence, calls, "", &discarded).state == kBroken);
  const auto apart = copies({first, second, second});
  CHECK(found(Promise::convergence, calls, "", &apart).guilty == Guilty{0, 1});
  const auto none = copies({nothing, nothing, nothing});
  CHECK(found(Promise::no_lost_write, calls, "", &none).guilty == Guilty{0});
  CHECK(found(Promise::no_lost_write, calls).state == kUntested);
}

TEST_CASE("k-staleness counts how many finished writes a read was behind") {
  const auto behind = [](const std::vector<Plain>& calls) {
    return judge(history_of(calls, "0"), nullptr, kDefaultStates).k_staleness;
  };
  CHECK(behind({w(0, 10, "1"), w(20, 30, "2"), w(40, 50, "3"), r(60, 70, "3", 1)}) == 1);
  CHECK(behind({w(0, 10, "1"), w(20, 30, "2"), w(40, 50, "3"), r(60, 70, "2", 1)}) == 2);
  CHECK(behind({w(0, 10, "1"), w(20, 30, "2"), w(40, 50, "3"), r(60, 70, "0", 1)}) == 4);
  // Two writes at once are one step of a chain.
  CHECK(behind({w(0, 10, "1"), w(5, 15, "2", 2), w(40, 50, "3"), r(60, 70, "0", 1)}) == 3);
  CHECK(behind({w(0, 10, "1")}) == 0);
}

TEST_CASE("what is linearizable breaks no weaker promise, on random histories") {
  const uint64_t runs = test::cases(20'000, 1'000'000);
  uint64_t right = 0;
  uint64_t causal_tests = 0;
  for (uint64_t seed = 0; seed < runs; ++seed) {
    Dice dice(seed + 3'000'000);
    // A right history: each call has its moment, and its answer is what was so at that moment.
    std::vector<Plain> calls;
    std::vector<std::string> held(2, "0");
    std::vector<uint64_t> free(4, 0);
    const uint32_t values = 2 + dice.below(30);
    for (uint64_t moment = 10; moment < 10 + 6 * 20; moment += 20) {
      Plain call;
      call.process = dice.below(4);
      call.key = dice.below(2);
      if (free[call.process] >= moment) continue;
      call.begin =
          free[call.process] + dice.below(static_cast<uint32_t>(moment - free[call.process]));
      call.end = moment + 1 + dice.below(60);
      free[call.process] = call.end + 1;
      if (dice.chance(0.5)) {
        call.value = held[call.key];
      } else {
        call.kind = Call::Kind::write;
        call.value = dice.chance(0.2) ? "" : std::to_string(dice.below(values));
        held[call.key] = call.value;
        if (dice.chance(0.2)) {
          call.fate = Call::Fate::unknown;
          call.end = kNever;
        }
      }
      calls.push_back(call);
    }
    const auto history = history_of(calls, "0");
    const Verdict verdict = judge(history, nullptr, kDefaultStates);
    CAPTURE(seed);
    REQUIRE(verdict.of(Promise::linearizable).state != kBroken);
    ++right;
    causal_tests += verdict.of(Promise::causal).tests;
    for (int i = 0; i < kPromises; ++i) {
      const auto promise = static_cast<Promise>(i);
      if (promise == Promise::no_lost_update) continue;  // registers may lose updates
      CAPTURE(name_of(promise));
      REQUIRE(verdict.of(promise).state != kBroken);
    }
    REQUIRE(verdict.k_staleness <= 1);
  }
  CHECK(causal_tests > right / 3);
}

TEST_CASE("the weakest broken promise is named") {
  const auto weakest = [](const std::vector<Plain>& calls) {
    const auto broken = judge(history_of(calls, "0"), nullptr, kDefaultStates).weakest_broken();
    return broken ? std::string(name_of(*broken)) : "";
  };
  CHECK(weakest({w(0, 10, "1"), r(20, 30, "0", 1)}) == "regular");
  CHECK(weakest({w(0, 10, "1"), r(20, 30, "0")}) == "read_your_writes");
  CHECK(weakest({w(0, 100, "1"), r(10, 20, "1", 1), r(30, 40, "0", 2)}) == "linearizable");
  CHECK(weakest({w(0, 100, "1"), r(10, 20, "1", 1), r(30, 40, "0", 1)}) == "monotonic_reads");
  CHECK(weakest({w(0, 10, "1"), erase(20, 30), r(40, 50, "1", 1)}) == "no_resurrection");
  CHECK(weakest({w(0, 10, "1"), r(20, 30, "1", 1)}).empty());
}

TEST_CASE("the names of promises read back") {
  for (int i = 0; i < kPromises; ++i) {
    CHECK(promise_from_name(name_of(static_cast<Promise>(i))) == static_cast<Promise>(i));
  }
  CHECK_FALSE(promise_from_name("strong").has_value());
}

}  // namespace promises_test
