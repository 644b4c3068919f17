// How many WARS trials a second, beside the loop that one would write with the standard library:
// std::mt19937_64, std::pow and std::log, for the same figures. Compare BM_pbs with BM_pbs_plain of
// one run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "check/pbs.h"

using namespace systemsim;

namespace {

constexpr uint64_t kTrials = 1'000'000;
const std::vector<double> kAges = {0.0, 1.0, 10.0};

struct Figures {
  double p_fresh[3];
  double read_ms[3];
  double write_ms[3];
  double t_ms[2];
};

Figures ours(PbsProfile profile, uint64_t seed) {
  PbsTrials trials(model_of(profile), seed, kTrials, kAges);
  trials.advance(kTrials);
  Figures figures;
  for (size_t i = 0; i < 3; ++i) figures.p_fresh[i] = trials.p_fresh(i);
  constexpr uint64_t kRanks[] = {500, 990, 999};
  for (size_t i = 0; i < 3; ++i) {
    figures.read_ms[i] = trials.read_ms().at(kRanks[i]);
    figures.write_ms[i] = trials.write_ms().at(kRanks[i]);
  }
  figures.t_ms[0] = trials.fresh_from_ms().at(990);
  figures.t_ms[1] = trials.fresh_from_ms().at(999);
  return figures;
}

// The plain loop, for r = w = 1.
class Plain {
 public:
  Plain(PbsProfile profile, uint64_t seed) : model_(model_of(profile)), generator_(seed) {}

  Figures run() {
    Figures figures = {};
    std::vector<double> read_ms(kTrials);
    std::vector<double> write_ms(kTrials);
    std::vector<double> t_ms(kTrials);
    for (uint64_t trial = 0; trial < kTrials; ++trial) {
      double arrives[3];
      double done = std::numeric_limits<double>::infinity();
      double returned = std::numeric_limits<double>::infinity();
      double after = 0;
      for (double& arrive : arrives) {
        arrive = sample(model_.legs[0]);
        done = std::min(done, arrive + sample(model_.legs[1]));
      }
      for (const double arrive : arrives) {
        const double read = sample(model_.legs[2]);
        const double reply = read + sample(model_.legs[3]);
        if (reply < returned) {
          returned = reply;
          after = arrive - read;
        }
      }
      const double t = after - done;
      for (size_t i = 0; i < 3; ++i) figures.p_fresh[i] += t <= kAges[i] ? 1 : 0;
      read_ms[trial] = returned;
      write_ms[trial] = done;
      t_ms[trial] = std::max(t, 0.0);
    }
    for (double& share : figures.p_fresh) share /= kTrials;
    percentiles(read_ms, figures.read_ms);
    percentiles(write_ms, figures.write_ms);
    double of_t[3];
    percentiles(t_ms, of_t);
    figures.t_ms[0] = of_t[1];
    figures.t_ms[1] = of_t[2];
    return figures;
  }

 private:
  double sample(const Distribution& distribution) {
    if (unit_(generator_) < distribution.pareto_share) {
      return distribution.pareto_xm_ms *
             std::pow(1.0 - unit_(generator_), -1.0 / distribution.pareto_alpha);
    }
    return -std::log(1.0 - unit_(generator_)) * distribution.mean_ms;
  }

  // The quickest way with the library: each from the place of the one before.
  static void percentiles(std::vector<double>& values, double (&out)[3]) {
    auto from = values.begin();
    constexpr double kShares[] = {0.5, 0.99, 0.999};
    for (size_t i = 0; i < 3; ++i) {
      const auto place =
          values.begin() + static_cast<std::ptrdiff_t>(std::ceil(kShares[i] * kTrials)) - 1;
      std::nth_element(from, place, values.end());
      out[i] = *place;
      from = place;
    }
  }

  WarsModel model_;
  std::mt19937_64 generator_;
  std::uniform_real_distribution<double> unit_;
};

void count(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(kTrials));
}

void BM_pbs(benchmark::State& state) {
  uint64_t seed = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(ours(static_cast<PbsProfile>(state.range(0)), seed++));
  }
  count(state);
}

void BM_pbs_plain(benchmark::State& state) {
  uint64_t seed = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Plain(static_cast<PbsProfile>(state.range(0)), seed++).run());
  }
  count(state);
}

// 1: LNKD-DISK, 2: YMMR.
BENCHMARK(BM_pbs)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_pbs_plain)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

// The authors' procedure: two million trials a second of it would take YMMR's 1400 steps 35 s.
void BM_pbs_first_passage(benchmark::State& state) {
  const auto profile = static_cast<PbsProfile>(state.range(0));
  uint64_t seed = 1;
  for (auto _ : state) {
    FirstPassage passage(model_of(profile), seed++, grid_of(profile));
    passage.advance(UINT64_MAX);
    benchmark::DoNotOptimize(passage.p999_ms());
  }
}
BENCHMARK(BM_pbs_first_passage)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

}  // namespace
