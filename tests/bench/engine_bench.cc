// How fast the engine is. Numbers of one machine, side by side in one run; nothing here is a test.
#include <benchmark/benchmark.h>

#include <memory>

#include "base/murmur3.h"
#include "lab/session.h"
#include "lab/tally.h"
#include "sim/world.h"

using namespace systemsim;

namespace {

// The reference scenario: 5 machines, 2 clients, 100 ms think time.
Setup reference() {
  Setup setup;
  setup.workload.duration_us = 60'000'000;
  return setup;
}

void BM_token(benchmark::State& state) {
  const std::string key(static_cast<size_t>(state.range(0)), 'k');
  for (auto _ : state) benchmark::DoNotOptimize(token_of(key));
}
BENCHMARK(BM_token)->Arg(8)->Arg(64);

void BM_run_events(benchmark::State& state) {
  Setup setup = reference();
  setup.cluster.nodes = static_cast<uint32_t>(state.range(0));
  setup.workload.clients = static_cast<uint32_t>(state.range(1));
  const auto stage = std::make_shared<const Stage>(setup);
  const Script script({});
  uint64_t events = 0;
  uint64_t sim_us = 0;
  for (auto _ : state) {
    World world(stage, 42);
    Observer nobody;
    events += run(world, script, nobody, Limits::kTimeUs);
    sim_us += world.now_us();
  }
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
  state.counters["times_real"] =
      benchmark::Counter(static_cast<double>(sim_us) / 1e6, benchmark::Counter::kIsRate);
}
BENCHMARK(BM_run_events)->Args({5, 2})->Args({64, 40})->Unit(benchmark::kMillisecond);

void BM_run_judged(benchmark::State& state) {
  const auto stage = std::make_shared<const Stage>(reference());
  const Script script({});
  uint64_t events = 0;
  for (auto _ : state) {
    World world(stage, 42);
    Tally tally(stage->setup);
    events += run(world, script, tally, Limits::kTimeUs);
  }
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_run_judged)->Unit(benchmark::kMillisecond);

void BM_copy_world(benchmark::State& state) {
  World world(std::make_shared<const Stage>(reference()), 42);
  Observer nobody;
  (void)run(world, Script({}), nobody, 30'000'000);
  for (auto _ : state) {
    World copy = world;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_copy_world);

// Sixteen machines whose trees hold 10 000 keys each.
void BM_copy_lsm_world(benchmark::State& state) {
  Setup setup = reference();
  setup.cluster.nodes = 16;
  setup.cluster.n = 16;
  setup.cluster.store.engine = StoreEngine::lsm;
  for (int i = 0; i < 10'000; ++i) {
    setup.records.push_back({"key" + std::to_string(i), std::string(20, 'v')});
  }
  World world(std::make_shared<const Stage>(setup), 42);
  Observer nobody;
  (void)run(world, Script({}), nobody, 1'000'000);
  for (auto _ : state) {
    World copy = world;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_copy_lsm_world)->Unit(benchmark::kMicrosecond);

// The reference scenario on trees.
void BM_run_lsm_events(benchmark::State& state) {
  Setup setup = reference();
  setup.cluster.store.engine = StoreEngine::lsm;
  const auto stage = std::make_shared<const Stage>(setup);
  const Script script({});
  uint64_t events = 0;
  for (auto _ : state) {
    World world(stage, 42);
    Observer nobody;
    events += run(world, script, nobody, Limits::kTimeUs);
  }
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_run_lsm_events)->Unit(benchmark::kMillisecond);

void BM_back_step(benchmark::State& state) {
  Scenario scenario;
  scenario.setup = reference();
  scenario.setup.workload.duration_us = 1'000'000'000'000;
  Session session(scenario);
  session.step(100'000, Session::kNoBound);
  uint64_t position = 100'000;
  for (auto _ : state) {
    position = position > 50'000 ? position - 1 : 100'000;
    benchmark::DoNotOptimize(session.seek(position, -1).ok());
  }
}
BENCHMARK(BM_back_step)->Unit(benchmark::kMicrosecond);

}  // namespace
