// The linearizability checker on histories of one key with ten clients that are always busy. The
// bar: 10 000 operations in less than a second, and at most 2.5 times that for twice as many.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/mix.h"
#include "base/sort.h"
#include "check/linearizability.h"

namespace {

using namespace systemsim;

constexpr uint32_t kClients = 10;

// Half reads, half writes of `values` different values (0: each its own), each with a moment of its
// own between its beginning and its answer: a right history. Of every `unknown` writes one has no
// answer (0: none has).
CallHistory right_history(uint32_t operations, uint32_t values, uint32_t unknown = 0) {
  uint64_t state = 1;
  const auto below = [&state](uint64_t count) {
    state += 0x9e3779b97f4a7c15ULL;
    return mix64(state) % count;
  };
  struct Planned {
    Call call;
    uint64_t moment = 0;
  };
  std::vector<Planned> planned;
  std::vector<uint64_t> free(kClients, 0);
  for (uint32_t i = 0; i < operations; ++i) {
    const uint32_t client = i % kClients;
    Planned one;
    one.call.process = client;
    // Times are made distinct by their last digits.
    const uint64_t begin = free[client] + 1 + below(20);
    one.moment = begin + below(100);
    const uint64_t end = one.moment + 1 + below(100);
    free[client] = end;
    one.call.begin = begin * 1'000'000 + 2 * i;
    one.call.end = end * 1'000'000 + 2 * i + 1;
    one.call.source = i;
    if (below(2) == 0) {
      one.call.kind = Call::Kind::write;
      if (unknown != 0 && below(unknown) == 0) {
        one.call.fate = Call::Fate::unknown;
        one.call.end = kNever;
      }
    }
    planned.push_back(one);
  }
  std::vector<SortKey> order;
  for (uint32_t i = 0; i < planned.size(); ++i) order.push_back({planned[i].moment, 0, i});
  sort_keys(order);
  CallHistory history;
  (void)history.key("x");
  ValueId held = kAbsent;
  for (const SortKey& key : order) {
    Call& call = planned[key.index].call;
    if (call.kind == Call::Kind::write) {
      held = history.values.of(std::to_string(values == 0 ? key.index : below(values)));
    }
    call.value = held;
  }
  std::sort(planned.begin(), planned.end(),
            [](const Planned& a, const Planned& b) { return a.call.begin < b.call.begin; });
  for (const Planned& one : planned) history.calls.push_back(one.call);
  return history;
}

void judge_right(benchmark::State& state, uint32_t values, uint32_t unknown = 0) {
  const auto history = right_history(static_cast<uint32_t>(state.range(0)), values, unknown);
  uint64_t states = 0;
  for (auto _ : state) {
    const auto result = check_linearizability(history, kDefaultStates);
    if (result.state != Linearizability::State::yes) state.SkipWithError("a right history failed");
    states = result.states;
  }
  state.counters["states"] = static_cast<double>(states);
}

// One read in the last tenth returns what was never written, or what had given way long ago; the
// counterexample included.
void judge_wrong(benchmark::State& state, bool stale) {
  auto history = right_history(static_cast<uint32_t>(state.range(0)), stale ? 0 : 5);
  const auto bad = std::find_if(history.calls.end() - state.range(0) / 10, history.calls.end(),
                                [](const Call& call) { return call.kind == Call::Kind::read; });
  bad->value = stale ? (bad - 300)->value : history.values.of("never");
  size_t calls = 0;
  for (auto _ : state) {
    const auto result = check_linearizability(history, kDefaultStates);
    if (result.state != Linearizability::State::no) state.SkipWithError("a wrong history passed");
    calls = result.counterexample.size();
  }
  state.counters["counterexample"] = static_cast<double>(calls);
}

void BM_CheckerFewValues(benchmark::State& state) { judge_right(state, 5); }
void BM_CheckerOwnValues(benchmark::State& state) { judge_right(state, 0); }
void BM_CheckerUnknownFates(benchmark::State& state) { judge_right(state, 0, 20); }
void BM_CheckerConvicts(benchmark::State& state) { judge_wrong(state, false); }
void BM_CheckerConvictsStale(benchmark::State& state) { judge_wrong(state, true); }

BENCHMARK(BM_CheckerFewValues)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CheckerOwnValues)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CheckerUnknownFates)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CheckerConvicts)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CheckerConvictsStale)->Arg(10'000)->Arg(20'000)->Unit(benchmark::kMillisecond);

}  // namespace
