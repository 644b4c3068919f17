// How large and how long a run may be. The bars are kept here: a benchmark that misses one ends in
// an error. With SYSTEMSIM_BENCH_SHORT=1 (tests/bench/run --short) the runs are shorter.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "lab/tally.h"
#include "sim/world.h"

using namespace systemsim;

namespace {

uint64_t sized(uint64_t usual, uint64_t small) {
  return std::getenv("SYSTEMSIM_BENCH_SHORT") != nullptr ? small : usual;
}

double megabytes(uint64_t bytes) { return static_cast<double>(bytes) / (1U << 20); }

// The most that this process has ever had in memory.
double peak_rss_mb() {
  rusage usage = {};
  (void)getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// What is allocated now, whatever the allocator keeps besides.
double heap_mb() {
  const auto use = mallinfo2();
  return megabytes(use.uordblks + use.hblkhd);
}

// 1 000 machines and 1 000 000 client operations in one run, its reads judged: under 2 GB.
void BM_thousand_machines(benchmark::State& state) {
  const uint64_t operations = sized(1'000'000, 20'000);
  Setup setup;
  setup.cluster.nodes = 1000;
  setup.workload.clients = 1000;
  setup.workload.think_ms = 100;
  setup.workload.keys = 100'000;
  setup.workload.duration_us = Limits::kTimeUs;
  const auto stage = std::make_shared<const Stage>(setup);
  const Script script({});
  uint64_t events = 0;
  for (auto _ : state) {
    World world(stage, 42);
    Tally tally(setup);
    while (tally.total() < operations) (void)world.step(script, tally);
    events += world.position();
  }
  state.counters["operations"] = static_cast<double>(operations);
  state.counters["peak_rss_mb"] = peak_rss_mb();
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
  if (peak_rss_mb() > 2048) state.SkipWithError("more than 2 GB");
}
BENCHMARK(BM_thousand_machines)->Iterations(1)->Unit(benchmark::kMillisecond);

// 1 000 machines that gossip and watch one another, each with a table of all: under 2 GB, and
// faster than the time that they live in.
void BM_thousand_gossip(benchmark::State& state) {
  const uint64_t seconds = sized(60, 6);
  Setup setup;
  setup.cluster.nodes = 1000;
  setup.cluster.healing.gossip.every_us = 1'000'000;
  setup.cluster.healing.detector.window = detector_window(1000);
  setup.upkeep_us = Limits::kTimeUs;
  const auto stage = std::make_shared<const Stage>(setup);
  const Script script({});
  Observer nobody;
  uint64_t lived_us = 0;
  double heap = 0;
  for (auto _ : state) {
    World world(stage, 42);
    (void)run(world, script, nobody, seconds * 1'000'000);
    lived_us += world.now_us();
    heap = heap_mb();
  }
  state.counters["heap_mb"] = heap;
  state.counters["times real time"] =
      benchmark::Counter(static_cast<double>(lived_us) / 1e6, benchmark::Counter::kIsRate);
  if (peak_rss_mb() > 2048) state.SkipWithError("more than 2 GB");
}
BENCHMARK(BM_thousand_gossip)->Iterations(1)->Unit(benchmark::kMillisecond);

// 100 million events: what the run has allocated at the end is what it had after a hundredth of
// them, within 1 MB; a leak of one byte in a hundred events would be seen.
void BM_memory_is_flat(benchmark::State& state) {
  const uint64_t last = sized(100'000'000, 2'000'000);
  Setup setup;
  setup.workload.clients = 50;
  setup.workload.keys = 1000;
  setup.workload.duration_us = Limits::kTimeUs;
  setup.loss = 0.01;
  const auto stage = std::make_shared<const Stage>(setup);
  const Script script({});
  double early = 0;
  double late = 0;
  for (auto _ : state) {
    World world(stage, 42);
    Observer nobody;
    const auto run_to = [&](uint64_t position) {
      while (world.position() < position) (void)world.step(script, nobody);
      return heap_mb();
    };
    early = run_to(sized(last / 100, last / 4));
    late = run_to(last);
  }
  state.counters["early_mb"] = early;
  state.counters["late_mb"] = late;
  state.counters["peak_rss_mb"] = peak_rss_mb();
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(last), benchmark::Counter::kIsRate);
  if (late - early > 1) state.SkipWithError("more than 1 MB more at the end");
}
BENCHMARK(BM_memory_is_flat)->Iterations(1)->Unit(benchmark::kMillisecond);

// Single owner, for a hundredth of a session's events and for all: a log finds its entries by
// operation in a sorted list, into whose middle each one is put, so a long run has a price.
void BM_single_owner(benchmark::State& state) {
  const auto last = static_cast<uint64_t>(state.range(0));
  Setup setup;
  setup.cluster.calls.single_owner = true;
  setup.cluster.coordinator = CoordinatorPlace::replica;
  setup.cluster.w = setup.cluster.n / 2 + 1;
  setup.cluster.r = 1;
  setup.workload.clients = 50;
  setup.workload.keys = 1000;
  setup.workload.duration_us = Limits::kTimeUs;
  const auto stage = std::make_shared<const Stage>(setup);
  const Script script({});
  uint64_t events = 0;
  for (auto _ : state) {
    World world(stage, 42);
    Observer nobody;
    while (world.position() < last) (void)world.step(script, nobody);
    events += world.position();
  }
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_single_owner)
    ->Arg(10'000)
    ->Arg(static_cast<int64_t>(sized(1'000'000, 50'000)))
    ->Unit(benchmark::kMillisecond);

}  // namespace
