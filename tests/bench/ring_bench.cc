// How fast a large ring is built, and a key's place found on it beside a binary search of the same
// points. The two bars are kept here: a benchmark that misses one ends in an error.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/mix.h"
#include "cluster/ring.h"

using namespace systemsim;

namespace {

constexpr uint32_t kMachines = 1000;
constexpr uint32_t kPoints = 256;

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

// At most 0.5 s.
void BM_ring_build(benchmark::State& state) {
  double fastest = 1e9;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    const Ring ring(kMachines, kPoints, 1);
    benchmark::DoNotOptimize(ring.points().data());
    fastest = std::min(fastest, seconds(std::chrono::steady_clock::now() - begin));
  }
  if (fastest > 0.5) state.SkipWithError("more than 0.5 s");
}
BENCHMARK(BM_ring_build)->Unit(benchmark::kMillisecond);

// At most 0.5 of std::upper_bound on the same sorted points, in turns on the same tokens.
void BM_ring_lookup(benchmark::State& state) {
  const Ring ring(kMachines, kPoints, 1);
  std::vector<Token> sorted;
  for (const Ring::Point& point : ring.points()) sorted.push_back(point.token);
  std::vector<Token> tokens;
  for (uint64_t i = 0; i < 1U << 16; ++i) tokens.push_back(static_cast<Token>(mix64(i + 1)));
  const auto time_of = [&](auto lookup) {
    const auto begin = std::chrono::steady_clock::now();
    size_t sum = 0;
    for (const Token token : tokens) sum += lookup(token);
    benchmark::DoNotOptimize(sum);
    return seconds(std::chrono::steady_clock::now() - begin);
  };
  double ours = 1e9;
  double binary = 1e9;
  for (auto _ : state) {
    ours = std::min(ours, time_of([&](Token token) { return ring.first_point(token); }));
    binary = std::min(binary, time_of([&](Token token) {
                        const auto at = std::upper_bound(sorted.begin(), sorted.end(), token);
                        return static_cast<size_t>(at - sorted.begin());
                      }));
  }
  const double lookups = static_cast<double>(tokens.size());
  state.counters["lookup_ns"] = ours / lookups * 1e9;
  state.counters["upper_bound_ns"] = binary / lookups * 1e9;
  state.counters["ratio"] = ours / binary;
  if (ours > 0.5 * binary) state.SkipWithError("more than half of std::upper_bound's time");
}
BENCHMARK(BM_ring_lookup)->Unit(benchmark::kMillisecond);

}  // namespace
