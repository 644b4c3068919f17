#include "cluster/vector_clock.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "support.h"

namespace vector_clock_test {

using namespace systemsim;

namespace {

using Count = VectorClock::Entry;

VectorClock clock_of(const std::vector<Count>& entries) { return VectorClock(entries); }

constexpr uint64_t kNow = 1'000'000'000'000'000;
constexpr uint64_t kSecond = 1'000'000;

// Entries with counters 1, 2, ... of these ages in seconds.
VectorClock aged(const std::vector<uint64_t>& ages) {
  std::vector<Count> entries;
  for (size_t i = 0; i < ages.size(); ++i) {
    entries.push_back(
        {static_cast<Endpoint>(i + 1), static_cast<uint32_t>(i + 1), kNow - ages[i] * kSecond});
  }
  return clock_of(entries);
}

size_t pruned(const std::vector<uint64_t>& ages, PruneRule rule) {
  VectorClock clock = aged(ages);
  rule.young_us *= kSecond;
  rule.old_us *= kSecond;
  clock.prune(rule, kNow);
  return clock.entries().size();
}

}  // namespace

// The cases of riak_core's src/vclock.erl (25d9a6fa), ages in seconds.
TEST_CASE("a clock is pruned by Riak's rule: not when small, not when young, when big, when old") {
  CHECK(pruned({32'000'000, 32'000'000, 32'000'000},
               {.small = 4, .young_us = 20, .old_us = 86400}) == 3);
  CHECK(pruned({1, 1, 1}, {.small = 1, .young_us = 1000, .old_us = 86400}) == 3);
  CHECK(pruned({1000, 1000, 1000}, {.small = 1, .big = 2, .young_us = 1, .old_us = 100'000}) == 2);
  CHECK(pruned({1000, 100'000, 100'000}, {.small = 1, .big = 2, .young_us = 1, .old_us = 10'000}) ==
        1);

  const PruneRule rule{.small = 1, .big = 2, .young_us = kSecond, .old_us = 10'000 * kSecond};
  const uint64_t old = kNow - 100'000 * kSecond;
  VectorClock one = clock_of({{1, 1, old}, {2, 2, old}});
  VectorClock other = clock_of({{2, 2, old}, {1, 1, old}});
  one.prune(rule, kNow);
  other.prune(rule, kNow);
  CHECK(one.entries() == other.entries());
  CHECK(one.entries().size() == 1);
}

TEST_CASE("merging keeps the higher counter with its time, and of equal counters the later time") {
  const auto merged = [](const std::vector<Count>& one, const std::vector<Count>& other) {
    VectorClock clock = clock_of(one);
    clock.merge(clock_of(other));
    return clock.entries();
  };
  CHECK(merged({{1, 1, 1}, {2, 2, 2}, {4, 4, 4}}, {{3, 3, 3}, {4, 3, 3}}) ==
        std::vector<Count>{{1, 1, 1}, {2, 2, 2}, {3, 3, 3}, {4, 4, 4}});
  CHECK(merged({{5, 5, 5}}, {{6, 6, 6}, {7, 7, 7}}) ==
        std::vector<Count>{{5, 5, 5}, {6, 6, 6}, {7, 7, 7}});
  CHECK(merged({{6, 6, 6}, {7, 7, 7}}, {{5, 5, 5}}) ==
        std::vector<Count>{{5, 5, 5}, {6, 6, 6}, {7, 7, 7}});
  CHECK(merged({{1, 1, 2}, {2, 1, 4}}, {{1, 1, 3}, {3, 1, 5}}) ==
        std::vector<Count>{{1, 1, 3}, {2, 1, 4}, {3, 1, 5}});
}

TEST_CASE("descending and dominating, as in Riak's examples") {
  VectorClock a1;
  VectorClock b1;
  a1.increment(1, 10);
  b1.increment(2, 10);
  CHECK(a1.descends(VectorClock()));
  CHECK(b1.descends(VectorClock()));
  CHECK_FALSE(a1.descends(b1));
  VectorClock a2 = a1;
  a2.increment(1, 20);
  VectorClock c1 = a2;
  c1.merge(b1);
  c1.increment(3, 30);
  CHECK(c1.descends(a2));
  CHECK(c1.descends(b1));
  CHECK_FALSE(b1.descends(c1));
  CHECK_FALSE(b1.descends(a1));

  VectorClock a3 = a1;
  a3.increment(2, 40);
  a3.increment(1, 50);
  VectorClock b4 = a3;
  b4.increment(2, 60);
  VectorClock b5 = a3;
  b5.increment(2, 70);
  CHECK(b4.dominates(a3));
  CHECK_FALSE(a3.dominates(b4));
  CHECK(b4.descends(b5));
  CHECK(b5.descends(b4));
  CHECK_FALSE(b4.dominates(b5));
  CHECK_FALSE(b5.dominates(b4));
}

// Dynamo (SOSP 2007), Figure 3: Sx = 1, Sy = 2, Sz = 3.
TEST_CASE("Dynamo's Figure 3: D3 and D4 are concurrent, and D5 descends from both") {
  VectorClock d1;
  d1.increment(1, 1);
  VectorClock d2 = d1;
  d2.increment(1, 2);
  VectorClock d3 = d2;
  d3.increment(2, 3);
  VectorClock d4 = d2;
  d4.increment(3, 3);
  CHECK(d2.dominates(d1));
  CHECK(d3.concurrent(d4));
  VectorClock d5 = d3;
  d5.merge(d4);
  CHECK(d5.entries() == std::vector<Count>{{1, 2, 2}, {2, 1, 3}, {3, 1, 3}});
  d5.increment(1, 4);
  CHECK(d5.entries() == std::vector<Count>{{1, 3, 4}, {2, 1, 3}, {3, 1, 3}});
  CHECK(d5.dominates(d3));
  CHECK(d5.dominates(d4));
}

TEST_CASE("Dynamo's rule keeps ten entries, the newest") {
  VectorClock clock;
  for (Endpoint writer = 0; writer < 12; ++writer) clock.increment(writer, 100 + writer);
  clock.prune(PruneRule::dynamo(), 112);
  CHECK(clock.entries().size() == 10);
  CHECK(clock.counter(0) == 0);
  CHECK(clock.counter(1) == 0);
  CHECK(clock.counter(2) == 1);
}

TEST_CASE(
    "what pruning costs: an ancestor may look concurrent, and a version whose own event is "
    "forgotten is lost") {
  const PruneRule two{.small = 2, .big = 2, .young_us = 0};
  VectorClock child = clock_of({{1, 1, 10}, {2, 1, 20}});
  const VectorClock ancestor = child;
  child.increment(3, 30);
  CHECK(child.dominates(ancestor));
  child.prune(two, 40);
  CHECK(child.concurrent(ancestor));

  const PruneRule one{.small = 1, .big = 1, .young_us = 0};
  VectorClock late = clock_of({{2, 1, 5}});
  late.increment(1, 4);  // its writer's clock is behind
  const VectorClock other = clock_of({{2, 1, 5}, {3, 1, 9}});
  CHECK(late.concurrent(other));
  late.prune(one, 10);
  CHECK(other.dominates(late));
}

// The oracle: a version is the set of all events that it had seen. Clocks say the same as the sets.
TEST_CASE(
    "random runs (100 000 with SYSTEMSIM_LONG=1): clocks descend exactly where what was seen is "
    "contained") {
  struct Held {
    VectorClock clock;
    std::set<uint32_t> seen;
  };
  test::Dice dice(20'071'014);
  uint64_t ordered = 0;
  uint64_t concurrent = 0;
  const uint64_t runs = test::cases(20'000, 100'000);
  for (uint64_t run = 0; run < runs; ++run) {
    constexpr uint32_t kWriters = 4;
    std::vector<Held> own(kWriters);
    std::vector<Held> versions(1);
    uint32_t next = 0;
    const uint32_t writes = 2 + dice.below(9);
    for (uint32_t i = 0; i < writes; ++i) {
      const uint32_t writer = dice.below(kWriters);
      Held version = own[writer];
      const uint32_t reads = dice.below(3);
      for (uint32_t read = 0; read < reads; ++read) {
        const Held& source = versions[dice.below(static_cast<uint32_t>(versions.size()))];
        version.clock.merge(source.clock);
        version.seen.insert(source.seen.begin(), source.seen.end());
      }
      version.clock.increment(static_cast<Endpoint>(writer), i);
      version.seen.insert(next++);
      own[writer] = version;
      versions.push_back(std::move(version));
    }
    bool same = true;
    for (const Held& one : versions) {
      for (const Held& other : versions) {
        const bool contains =
            std::includes(one.seen.begin(), one.seen.end(), other.seen.begin(), other.seen.end());
        same = same && one.clock.descends(other.clock) == contains;
        ordered += contains;
        concurrent += one.clock.concurrent(other.clock);
      }
    }
    if (!same) {
      CAPTURE(run);
      CHECK(same);
      return;
    }
  }
  CHECK(ordered > 10 * runs);
  CHECK(concurrent > 10 * runs);
}

}  // namespace vector_clock_test
