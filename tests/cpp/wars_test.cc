// The parts of the Monte Carlo: fast mathematics, samplers, the WARS model against a plain one that
// sorts, and the short cuts of the first passage against going all the way.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "check/pbs.h"
#include "support.h"

namespace wars_test {

using namespace systemsim;
using systemsim::test::Dice;

namespace {

// The latency of a draw, by libm.
double plain_ms(const Distribution& distribution, double u) {
  using Kind = Distribution::Kind;
  if (distribution.kind == Kind::constant) return distribution.mean_ms;
  const double share =
      distribution.kind == Kind::pareto_exponential ? distribution.pareto_share : 0.0;
  if (u < share) {
    return distribution.pareto_xm_ms * std::pow(u / share, -1.0 / distribution.pareto_alpha);
  }
  return -std::log((1.0 - u) / (1.0 - share)) * distribution.mean_ms;
}

struct Plain {
  double write_ms = 0;
  double read_ms = 0;
  double fresh_from_ms = 0;
};

// One trial, as the paper tells it: sort, count.
Plain plain_trial(const WarsModel& model, uint64_t key) {
  const auto draw = [&](size_t leg, uint32_t i) {
    return plain_ms(model.legs[leg], unit_of(child_key(key, leg * model.n + i)));
  };
  const auto home = [&](uint64_t side) {
    return (child_key(key, 4ULL * model.n + side) >> 32) * model.n >> 32;
  };
  std::vector<double> writes;
  std::vector<double> arrives;
  std::vector<std::pair<double, uint32_t>> replies;
  std::vector<double> reads;
  for (uint32_t i = 0; i < model.n; ++i) {
    const double to_write = model.remote_ms > 0 && home(0) != i ? model.remote_ms : 0.0;
    const double to_read = model.remote_ms > 0 && home(1) != i ? model.remote_ms : 0.0;
    arrives.push_back(draw(0, i) + to_write);
    writes.push_back(arrives.back() + draw(1, i) + to_write);
    reads.push_back(draw(2, i) + to_read);
    replies.emplace_back(reads.back() + draw(3, i) + to_read, i);
  }
  std::sort(writes.begin(), writes.end());
  std::sort(replies.begin(), replies.end());
  Plain plain;
  plain.write_ms = writes[model.w - 1];
  plain.read_ms = replies[model.r - 1].first;
  plain.fresh_from_ms = std::numeric_limits<double>::infinity();
  for (uint32_t j = 0; j < model.r; ++j) {
    const uint32_t i = replies[j].second;
    plain.fresh_from_ms = std::min(plain.fresh_from_ms, arrives[i] - plain.write_ms - reads[i]);
  }
  return plain;
}

bool is_near(double a, double b) { return std::abs(a - b) <= 1e-9 * (1.0 + std::abs(b)); }

WarsModel with(WarsModel model, uint32_t n, uint32_t r, uint32_t w) {
  model.n = n;
  model.r = r;
  model.w = w;
  return model;
}

WarsModel exponential(double write_ms, double other_ms) {
  WarsModel model;
  for (Distribution& leg : model.legs) leg = {Distribution::Kind::exponential, other_ms, 0, 1, 1};
  model.legs[0].mean_ms = write_ms;
  return model;
}

}  // namespace

TEST_CASE("the fast logarithm and exponential are as exact as they say") {
  const FastMath math;
  Dice dice(3);
  double worst_log = 0;
  double worst_exp = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    // Near 1, where the table's pieces meet, and over the whole range.
    const double x =
        i % 2 == 0 ? 1.0 + (dice.unit() - 0.5) / 32 : std::exp((dice.unit() - 0.5) * 1400);
    worst_log = std::max(
        worst_log, std::abs(math.minus_log2(x) + std::log2(x)) - 4e-16 * std::abs(std::log2(x)));
    const double y = (dice.unit() - 0.5) * (i % 2 == 0 ? 2000 : 4);
    worst_exp = std::max(worst_exp, std::abs(math.exp2(y) / std::exp2(y) - 1));
  }
  CHECK(worst_log < 1e-12);
  CHECK(worst_exp < 1e-14);
  CHECK(math.exp2(0) == 1.0);
  CHECK(math.exp2(-3) == 0.125);
}

TEST_CASE("children of a key are even, and children of neighbours are not alike") {
  constexpr int kCount = 200'000;
  const uint64_t root = root_key(1, Stream::wars_trial);
  std::array<int, 16> cells = {};
  double together = 0;
  for (uint64_t i = 0; i < kCount; ++i) {
    const uint64_t key = child_key(root, i);
    const double a = unit_of(child_key(key, 0));
    const double b = unit_of(child_key(key, 1));
    const double c = unit_of(child_key(child_key(root, i + 1), 0));
    REQUIRE((a > 0 && a < 1));
    ++cells[static_cast<size_t>(a * 4) * 4 + static_cast<size_t>(b * 4)];
    together += (a - 0.5) * (c - 0.5) * 12;
  }
  for (const int cell : cells) CHECK(std::abs(cell - kCount / 16) < 5 * std::sqrt(kCount / 16.0));
  CHECK(std::abs(together) < 5 * std::sqrt(kCount));
  CHECK(unit_of(0) > 0);
  CHECK(unit_of(~0ULL) < 1);
  CHECK(root_key(1, Stream::wars_trial) != root_key(1, Stream::wars_step));
  CHECK(root_key(1, Stream::wars_trial) != root_key(2, Stream::wars_trial));
}

TEST_CASE("a sampler gives each draw the latency that libm gives it") {
  const FastMath math;
  const uint64_t root = root_key(4, Stream::wars_trial);
  std::vector<Distribution> distributions = {
      leg_of(Profile::constant, Leg::write, 2.5), leg_of(Profile::exponential, Leg::write, 3.0),
      leg_of(Profile::lnkd_ssd, Leg::write, 1),   leg_of(Profile::lnkd_disk, Leg::write, 1),
      leg_of(Profile::ymmr, Leg::write, 1),       leg_of(Profile::ymmr, Leg::read, 1)};
  distributions.push_back(distributions.back());
  distributions.back().pareto_share = 1.0;
  distributions.back().pareto_alpha = Sampler::kMinAlpha;
  distributions.push_back(distributions.back());
  distributions.back().pareto_share = 0.0;
  for (const Distribution& distribution : distributions) {
    const Sampler sampler(distribution);
    std::array<uint64_t, Sampler::kBlock> keys;
    std::array<double, Sampler::kBlock> ms;
    for (uint64_t block = 0; block < 50; ++block) {
      for (size_t i = 0; i < keys.size(); ++i) keys[i] = child_key(root, block * 1000 + i);
      sampler.fill(math, keys.data(), keys.size(), 7, ms.data());
      for (size_t i = 0; i < keys.size(); ++i) {
        REQUIRE(is_near(ms[i], plain_ms(distribution, unit_of(child_key(keys[i], 7)))));
      }
    }
  }
}

TEST_CASE("a tail holds the draws above a latency, and hardly another") {
  const uint64_t root = root_key(5, Stream::wars_trial);
  for (const Distribution& distribution :
       {leg_of(Profile::constant, Leg::write, 2.5), leg_of(Profile::exponential, Leg::write, 3.0),
        leg_of(Profile::lnkd_disk, Leg::write, 1), leg_of(Profile::ymmr, Leg::write, 1)}) {
    const Sampler sampler(distribution);
    for (const double ms : {-1.0, 0.0, 0.5, 1.0, 2.5, 3.0, 5.0, 20.0, 300.0}) {
      const Sampler::Tail tail = sampler.tail(ms);
      int too_many = 0;
      for (uint64_t i = 0; i < 20'000; ++i) {
        const double u = unit_of(child_key(root, i));
        const bool above = plain_ms(distribution, u) > ms;
        if (above) REQUIRE(tail.may_hold(u));
        too_many += !above && tail.may_hold(u) ? 1 : 0;
      }
      CHECK(too_many <= 1);
    }
  }
}

TEST_CASE("a block of trials agrees with trials that sort, whatever the quorums") {
  std::vector<WarsModel> models;
  for (const PbsProfile profile :
       {PbsProfile::lnkd_ssd, PbsProfile::lnkd_disk, PbsProfile::ymmr, PbsProfile::wan}) {
    for (uint32_t r = 1; r <= 3; ++r) {
      for (uint32_t w = 1; w <= 3; ++w) models.push_back(with(model_of(profile), 3, r, w));
    }
    models.push_back(with(model_of(profile), 1, 1, 1));
    models.push_back(with(model_of(profile), 10, 3, 7));
    models.push_back(with(model_of(profile), 40, 39, 2));
  }
  models.push_back(with(exponential(0.25, 1), 5, 2, 2));
  // Replies that come together: the first replicas' are returned.
  models.push_back(with(model_of(PbsProfile::lnkd_disk), 5, 2, 1));
  models.back().legs[2] = models.back().legs[3] = leg_of(Profile::constant, Leg::read, 1.0);
  for (const WarsModel& model : models) {
    CAPTURE(model.n);
    CAPTURE(model.r);
    CAPTURE(model.w);
    Wars wars(model);
    const uint64_t root = root_key(model.n, Stream::wars_trial);
    for (const size_t count : {size_t{1}, size_t{77}, Wars::kBlock}) {
      std::array<uint64_t, Wars::kBlock> keys;
      for (size_t i = 0; i < count; ++i) keys[i] = child_key(root, i + 1000 * count);
      wars.run(keys.data(), count);
      for (size_t i = 0; i < count; ++i) {
        const Plain plain = plain_trial(model, keys[i]);
        REQUIRE(is_near(wars.write_ms()[i], plain.write_ms));
        REQUIRE(is_near(wars.read_ms()[i], plain.read_ms));
        REQUIRE(is_near(wars.fresh_from_ms()[i], plain.fresh_from_ms));
      }
    }
  }
}

TEST_CASE("a sample finds ranks as a sort does") {
  Dice dice(8);
  for (const size_t count : {size_t{1}, size_t{2}, size_t{999}, size_t{1000}, size_t{30'001}}) {
    std::vector<double> values;
    for (size_t i = 0; i < count; ++i) {
      values.push_back(dice.chance(0.3) ? -dice.unit() : std::exp(dice.unit() * 40 - 20));
    }
    Sample sample(count);
    sample.add(values.data(), count / 2);
    sample.add(values.data() + count / 2, count - count / 2);
    for (double& value : values) value = std::max(value, 0.0);
    std::sort(values.begin(), values.end());
    for (const uint64_t per_thousand : {1, 299, 500, 990, 999, 1000}) {
      const auto rank = static_cast<size_t>(
          std::ceil(static_cast<double>(count) * static_cast<double>(per_thousand) / 1000.0));
      CHECK(sample.at(per_thousand) == values[std::max<size_t>(rank, 1) - 1]);
    }
  }
}

TEST_CASE("a first passage that stops early finds what one that never does finds") {
  struct Case {
    WarsModel model;
    AgeGrid grid;
  };
  const WarsModel wan = with(model_of(PbsProfile::wan), 3, 2, 1);
  for (const Case& one : {Case{model_of(PbsProfile::lnkd_ssd), {1, 20}}, Case{wan, {2, 1}},
                          Case{with(model_of(PbsProfile::ymmr), 3, 2, 1), {10, 1}},
                          Case{exponential(0.25, 1), {1, 50}}}) {
    std::optional<double> p99;
    std::optional<double> p999;
    Wars wars(one.model);
    const uint64_t root = root_key(6, Stream::wars_step);
    for (uint64_t step = 0; !p999; ++step) {
      const double age_ms = one.grid.at(step);
      uint32_t stale = 0;
      for (uint64_t from = 0; from < FirstPassage::kTrialsPerStep; from += 125) {
        std::array<uint64_t, 125> keys;
        for (size_t i = 0; i < keys.size(); ++i) {
          keys[i] = child_key(child_key(root, step), from + i);
        }
        wars.run(keys.data(), keys.size());
        for (size_t i = 0; i < keys.size(); ++i) stale += wars.fresh_from_ms()[i] > age_ms ? 1 : 0;
      }
      const double share = 1.0 - stale / 50'000.0;
      if (share >= 0.99 - 1e-9 && !p99) p99 = age_ms;
      if (share >= 0.999 - 1e-9) p999 = age_ms;
    }
    FirstPassage passage(one.model, 6, one.grid);
    while (!passage.finished()) passage.advance(12'345);
    CHECK(passage.p99_ms() == p99);
    CHECK(passage.p999_ms() == p999);
    CHECK(*p999 > 0);
  }
}

}  // namespace wars_test
