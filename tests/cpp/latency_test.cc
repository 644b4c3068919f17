// Latency profiles against the closed forms of their distributions.
#include "base/latency.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/sampler.h"
#include "support.h"

namespace latency_test {

using namespace systemsim;

namespace {

constexpr uint64_t kDraws = 200'000;

double share_below(const Distribution& distribution, double ms) {
  uint64_t count = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    count += static_cast<double>(sample_us(distribution, 11, {i, 4})) < ms * 1000.0 ? 1 : 0;
  }
  return static_cast<double>(count) / kDraws;
}

double mean_ms(const Distribution& distribution) {
  double sum = 0.0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    sum += static_cast<double>(sample_us(distribution, 12, {i, 4})) / 1000.0;
  }
  return sum / kDraws;
}

// A share of kDraws independent draws, each true with chance p, lies within 4 sigma of p.
void check_share(double share, double p) {
  CAPTURE(share);
  CAPTURE(p);
  CHECK(std::abs(share - p) <= 4.0 * std::sqrt(p * (1.0 - p) / kDraws) + 1e-12);
}

// The mean of kDraws draws of that variance; each is rounded to a microsecond.
void check_mean(double mean, double expected, double variance) {
  CAPTURE(mean);
  CAPTURE(expected);
  CHECK(std::abs(mean - expected) <= 4.0 * std::sqrt(variance / kDraws) + 0.0005);
}

ProfileChoice choice_of(Profile profile) {
  ProfileChoice choice;
  choice.profile = profile;
  return choice;
}

// P(latency <= x) of a mixture: with chance `share` Pareto(xm, alpha), else exponential(rate).
double mixture(double share, double xm, double alpha, double rate, double x) {
  return (x > xm ? share * (1.0 - std::pow(xm / x, alpha)) : 0.0) +
         (1.0 - share) * (1.0 - std::exp(-rate * x));
}

}  // namespace

TEST_CASE("YMMR's latencies are the published mixtures, and alpha moves its writes alone") {
  // PBS Table 3; the writes' alpha is the simulator's, not the paper's.
  ProfileChoice ymmr = choice_of(Profile::ymmr);
  for (const double x : {1.6, 3.2, 4.0, 6.0, 10.0, 200.0, 1000.0}) {
    check_share(share_below(leg_of(ymmr, Leg::write), x),
                mixture(0.939, 3.0, 3.5, 0.0028, x - 0.0005));
    check_share(share_below(leg_of(ymmr, Leg::read), x),
                mixture(0.982, 1.5, 3.8, 0.0217, x - 0.0005));
  }
  const Distribution read = leg_of(ymmr, Leg::read);
  ymmr.alpha = 3.35;
  check_share(share_below(leg_of(ymmr, Leg::write), 6.0),
              mixture(0.939, 3.0, 3.35, 0.0028, 6.0 - 0.0005));
  CHECK(leg_of(ymmr, Leg::read) == read);
  CHECK(leg_of(ymmr, Leg::response) == read);
}

TEST_CASE("WAN has the legs of LNKD-DISK") {
  for (int i = 0; i < kLegs; ++i) {
    const auto leg = static_cast<Leg>(i);
    CHECK(leg_of(choice_of(Profile::wan), leg) == leg_of(choice_of(Profile::lnkd_disk), leg));
  }
}

TEST_CASE("an exponential has its mean, its variance and its quantiles") {
  const Distribution distribution = leg_of(Profile::exponential, Leg::read, 3.0);
  check_mean(mean_ms(distribution), 3.0, 9.0);
  for (const double x : {0.1, 1.0, 3.0, 9.0}) {
    check_share(share_below(distribution, x), 1.0 - std::exp(-(x - 0.0005) / 3.0));
  }
}

TEST_CASE("a uniform latency lies between its bounds, evenly") {
  ProfileChoice choice = choice_of(Profile::uniform);
  choice.min_ms = 2.0;
  choice.max_ms = 6.0;
  const Distribution distribution = leg_of(choice, Leg::ack);
  check_mean(mean_ms(distribution), 4.0, 16.0 / 12.0);
  for (const double x : {2.5, 3.0, 4.0, 5.9}) {
    check_share(share_below(distribution, x), (x - 2.0005) / 4.0);
  }
  for (uint64_t i = 0; i < 10'000; ++i) {
    const uint64_t us = sample_us(distribution, 3, {i, 0});
    CHECK(us >= 2000);
    CHECK(us <= 6000);
  }
  choice.min_ms = choice.max_ms = 5.0;
  CHECK(sample_us(leg_of(choice, Leg::ack), 3, {1, 2}) == 5000);
  choice.min_ms = choice.max_ms = 0.001;
  CHECK(sample_us(leg_of(choice, Leg::ack), 3, {1, 2}) == 1);
}

TEST_CASE("a Pareto latency starts at its smallest value and has its tail and its mean") {
  ProfileChoice choice = choice_of(Profile::pareto);
  choice.xm_ms = 2.0;
  choice.alpha = 3.0;
  const Distribution distribution = leg_of(choice, Leg::client);
  check_mean(mean_ms(distribution), 3.0, 3.0);  // xm a / (a - 1), xm^2 a / ((a - 1)^2 (a - 2))
  CHECK(share_below(distribution, 2.0) == 0.0);
  for (const double x : {2.1, 3.0, 5.0, 20.0}) {
    check_share(share_below(distribution, x), 1.0 - std::pow(2.0 / (x - 0.0005), 3.0));
  }
  // A tail so heavy that an hour cuts it.
  choice.alpha = 0.1;
  check_share(share_below(leg_of(choice, Leg::client), 3'599'999.0),
              1.0 - std::pow(2.0 / 3'599'999.0, 0.1));
}

TEST_CASE("a table is the inverse distribution that its points draw") {
  ProfileChoice choice = choice_of(Profile::table);
  // Half of all messages take 1 to 2 ms, a fifth exactly 2, the rest up to 100.
  choice.quantiles = {4, {{{0.0, 1.0}, {0.5, 2.0}, {0.7, 2.0}, {1.0, 100.0}}}};
  const Distribution distribution = leg_of(choice, Leg::write);
  for (const double x : {1.25, 1.5, 1.9}) {
    check_share(share_below(distribution, x), 0.5 * (x - 1.0005));
  }
  check_share(share_below(distribution, 2.001), 0.7 + 0.3 * 0.0005 / 98.0);
  check_share(share_below(distribution, 51.0), 0.7 + 0.3 * (48.9995 / 98.0));
  // Means of the three parts: 1.5, 2 and 51; the second moment of a straight part is (a²+ab+b²)/3.
  const double mean = 0.5 * 1.5 + 0.2 * 2.0 + 0.3 * 51.0;
  const double square =
      0.5 * (1.0 + 2.0 + 4.0) / 3.0 + 0.2 * 4.0 + 0.3 * (4.0 + 200.0 + 10'000.0) / 3.0;
  check_mean(mean_ms(distribution), mean, square - mean * mean);

  const Quantiles& quantiles = distribution.quantiles;
  CHECK(quantiles.ms_at(0.0) == 1.0);
  CHECK(quantiles.ms_at(0.25) == 1.5);
  CHECK(quantiles.ms_at(0.6) == 2.0);
  CHECK(quantiles.ms_at(1.0) == 100.0);
  CHECK(quantiles.share_within(0.5) == 0.0);
  CHECK(quantiles.share_within(1.5) == 0.25);
  CHECK(quantiles.share_within(2.0) == 0.7);
  CHECK(quantiles.share_within(100.0) == 1.0);
}

TEST_CASE("16 points, and a uniform as a table, give the latencies of what they stand for") {
  Quantiles sixteen;
  sixteen.count = Quantiles::kMost;
  for (uint32_t i = 0; i < 16; ++i) sixteen.points[i] = {i / 15.0, 1.0 + 2.0 * i / 15.0};
  ProfileChoice table = choice_of(Profile::table);
  table.quantiles = sixteen;
  ProfileChoice uniform = choice_of(Profile::uniform);
  uniform.min_ms = 1.0;
  uniform.max_ms = 3.0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    const auto one = static_cast<int64_t>(sample_us(leg_of(table, Leg::read), 5, {i, 0}));
    const auto other = static_cast<int64_t>(sample_us(leg_of(uniform, Leg::read), 5, {i, 0}));
    CHECK(std::abs(one - other) <= 1);
  }
}

TEST_CASE("the Monte Carlo's sampler draws what a table says, and its tails hold them") {
  Distribution distribution;
  distribution.kind = Distribution::Kind::quantiles;
  distribution.quantiles = {4, {{{0.0, 1.0}, {0.5, 2.0}, {0.7, 2.0}, {1.0, 100.0}}}};
  const FastMath math;
  const Sampler sampler(distribution);
  std::vector<uint64_t> keys(Sampler::kBlock);
  std::vector<double> ms(Sampler::kBlock);
  for (uint64_t block = 0; block < 100; ++block) {
    for (size_t i = 0; i < keys.size(); ++i) {
      keys[i] = child_key(root_key(9, Stream::wars_trial), block * 1000 + i);
    }
    sampler.fill(math, keys.data(), keys.size(), 3, ms.data());
    for (size_t i = 0; i < keys.size(); ++i) {
      const double u = unit_of(child_key(keys[i], 3));
      CHECK(ms[i] == distribution.quantiles.ms_at(u));
      for (const double bound : {0.5, 1.0, 1.5, 2.0, 60.0, 100.0}) {
        if (ms[i] > bound) CHECK(sampler.tail(bound).may_hold(u));
        if (ms[i] < bound - 1e-3) CHECK_FALSE(sampler.tail(bound).may_hold(u));
      }
    }
  }
}

TEST_CASE("a `set` to other quantiles is another trace, and to the same ones is the same") {
  const auto hash = [](const std::string& points) {
    Observer nobody;
    return test::run_whole(
               test::scenario_of(
                   R"({"actions":[{"do":"set","latency":{"profile":"table","quantiles":)" + points +
                   "}}]}"),
               nobody)
        .trace()
        .sha256();
  };
  CHECK(hash("[[0,1],[1,2]]") == hash("[[0,1.0],[1,2]]"));
  CHECK(hash("[[0,1],[1,2]]") != hash("[[0,1],[1,3]]"));
  CHECK(hash("[[0,1],[1,2]]") != hash("[[0,1],[0.5,1.5],[1,2]]"));
}

}  // namespace latency_test
