// The figures of the PBS paper (Bailis et al., VLDB 2012), and those of a later run of its model
// with 20 million trials. Numbers of the paper are from its LaTeX, pbailis/
// pbs-vldb-historical-paper-material at 682cc1593e49, writeup/ernst.tex.
#include "check/pbs.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "lab/pbs_job.h"
#include "support.h"

namespace pbs_test {

using namespace systemsim;
using systemsim::test::Dice;

namespace {

const bool kLong = std::getenv("SYSTEMSIM_LONG") != nullptr;

struct Row {
  PbsProfile profile;
  uint32_t r;
  uint32_t w;
  // Table 4: 99.9th percentiles of reads and writes, and the age of 99.9 % fresh, in ms.
  double read_ms;
  double write_ms;
  double t_ms;
  double true_t_ms;  // that age as a quantile, of 20 million trials
};

constexpr PbsProfile kSsd = PbsProfile::lnkd_ssd;
constexpr PbsProfile kDisk = PbsProfile::lnkd_disk;
constexpr PbsProfile kYmmr = PbsProfile::ymmr;
constexpr PbsProfile kWan = PbsProfile::wan;

constexpr Row kTable4[] = {{kSsd, 1, 1, 0.66, 0.66, 1.85, 1.97},
                           {kSsd, 1, 2, 0.66, 1.63, 1.79, 1.86},
                           {kSsd, 2, 1, 1.63, 0.65, 0, 0},
                           {kSsd, 2, 2, 1.62, 1.64, 0, 0},
                           {kSsd, 3, 1, 4.14, 0.65, 0, 0},
                           {kSsd, 1, 3, 0.65, 4.09, 0, 0},
                           {kDisk, 1, 1, 0.66, 10.99, 45.5, 52.14},
                           {kDisk, 1, 2, 0.65, 20.97, 43.3, 48.33},
                           {kDisk, 2, 1, 1.63, 10.9, 13.6, 14.13},
                           {kDisk, 2, 2, 1.64, 20.96, 0, 0},
                           {kDisk, 3, 1, 4.12, 10.89, 0, 0},
                           {kDisk, 1, 3, 0.65, 112.65, 0, 0},
                           {kYmmr, 1, 1, 5.58, 10.83, 1364, 1458.39},
                           {kYmmr, 1, 2, 5.61, 427.12, 1352, 1439.2},
                           {kYmmr, 2, 1, 32.6, 10.73, 202, 217.47},
                           {kYmmr, 2, 2, 33.18, 428.11, 0, 0},
                           {kYmmr, 3, 1, 219.27, 10.79, 0, 0},
                           {kYmmr, 1, 3, 5.63, 1870.86, 0, 0},
                           {kWan, 1, 1, 3.4, 55.12, 113.0, 116.0},
                           {kWan, 1, 2, 3.4, 167.64, 0, 0},
                           {kWan, 2, 1, 151.3, 56.36, 30.2, 31.01},
                           {kWan, 2, 2, 151.31, 167.72, 0, 0},
                           {kWan, 3, 1, 153.86, 55.19, 0, 0},
                           {kWan, 1, 3, 3.44, 241.55, 0, 0}};

// WAN's printed write with R = 2, W = 1 is 2.1 % above the model's 55.17 ms. R does not matter to a
// write, and the rows with R = 1 and 3 print 55.12 and 55.19: of a million trials it is known to
// 1 ms (one sigma).
constexpr double kUnluckyWriteMs = 56.36;
constexpr double kWanWriteMs = 55.17;

// The text: the share of reads that are fresh at once, with N = 3 and R = W = 1.
struct AtOnce {
  PbsProfile profile;
  double fresh;
};
constexpr AtOnce kFreshAtOnce[] = {{kSsd, 0.974}, {kDisk, 0.439}, {kYmmr, 0.893}};

WarsModel model_of_row(const Row& row) {
  WarsModel model = model_of(row.profile);
  model.r = row.r;
  model.w = row.w;
  return model;
}

PbsTrials run(const WarsModel& model, uint64_t trials, std::vector<double> ages_ms = {0}) {
  PbsTrials run(model, 1, trials, std::move(ages_ms));
  run.advance(trials);
  return run;
}

double off_by(double value, double expected) { return std::abs(value / expected - 1); }

// The chance that at most 50 of 50 000 trials are stale.
double chance_to_pass(double stale) {
  constexpr double kCount = FirstPassage::kTrialsPerStep;
  if (stale <= 0) return 1;
  double sum = 0;
  for (int k = 0; k <= 50; ++k) {
    sum += std::exp(std::lgamma(kCount + 1) - std::lgamma(k + 1) - std::lgamma(kCount - k + 1) +
                    k * std::log(stale) + (kCount - k) * std::log1p(-stale));
  }
  return sum;
}

// How the authors' stopping rule is distributed: steps are independent, and a step passes with a
// binomial chance, so it is a product. Ages by their chance to be passed by then.
class Passage {
 public:
  Passage(std::vector<double> fresh_from_ms, AgeGrid grid) : grid_(grid) {
    std::sort(fresh_from_ms.begin(), fresh_from_ms.end());
    const auto count = static_cast<double>(fresh_from_ms.size());
    double not_yet = 1;
    for (uint64_t k = 0; not_yet > 1e-9; ++k) {
      const auto stale = fresh_from_ms.end() -
                         std::upper_bound(fresh_from_ms.begin(), fresh_from_ms.end(), grid.at(k));
      not_yet *= 1 - chance_to_pass(static_cast<double>(stale) / count);
      by_step_.push_back(1 - not_yet);
    }
  }
  double age_of(double chance) const {
    const auto at = std::lower_bound(by_step_.begin(), by_step_.end(), chance);
    return grid_.at(static_cast<uint64_t>(at - by_step_.begin()));
  }

  double chance_by(double age_ms) const {
    size_t step = 0;
    while (step + 1 < by_step_.size() && grid_.at(step) < age_ms) ++step;
    return by_step_[step];
  }

 private:
  AgeGrid grid_;
  std::vector<double> by_step_;
};

// The chance that the k-th smallest of n independent draws is at most x, when one is with `chance`.
double chance_of_kth(double chance, uint32_t n, uint32_t k) {
  double sum = 0;
  for (uint32_t j = k; j <= n; ++j) {
    double ways = 1;
    for (uint32_t i = 0; i < j; ++i) ways = ways * (n - i) / (i + 1);
    sum += ways * std::pow(chance, j) * std::pow(1 - chance, n - j);
  }
  return sum;
}

double chance_below(const Distribution& leg, double x) {
  if (x <= 0) return 0;
  const double pareto =
      x > leg.pareto_xm_ms ? 1 - std::pow(leg.pareto_xm_ms / x, leg.pareto_alpha) : 0;
  return leg.pareto_share * pareto + (1 - leg.pareto_share) * (1 - std::exp(-x / leg.mean_ms));
}

// The chance that one leg and another sum to at most x: the mean, over the second's quantiles, of
// the chance that the first leaves room.
double chance_of_sum_below(const Distribution& one, const Distribution& other, double x) {
  constexpr int kPoints = 20'000;
  double pareto = 0;
  double exponential = 0;
  for (int i = 0; i < kPoints; ++i) {
    const double v = (i + 0.5) / kPoints;
    pareto += chance_below(one, x - other.pareto_xm_ms * std::pow(v, -1 / other.pareto_alpha));
    exponential += chance_below(one, x + other.mean_ms * std::log(v));
  }
  return (other.pareto_share * pareto + (1 - other.pareto_share) * exponential) / kPoints;
}

Result<PbsJob> job_of(const std::string& text) {
  const auto json = parse_json(text);
  REQUIRE(json.ok());
  return PbsJob::read(json.value());
}

std::string error_path(const std::string& text) {
  const auto job = job_of(text);
  return job ? "none" : job.error().path;
}

double number_at(const Json& json, std::initializer_list<const char*> path) {
  const Json* at = &json;
  for (const char* name : path) {
    const auto member = std::find_if(at->members.begin(), at->members.end(),
                                     [&](const Json::Member& one) { return one.name == name; });
    REQUIRE_MESSAGE(member != at->members.end(), name);
    at = &member->value;
  }
  return at->number;
}

}  // namespace

TEST_CASE("latencies and ages of freshness are those of the paper's Table 4") {
  // The table is itself a draw of a million trials, and of two million trials YMMR's reads with
  // R = 2 are known to 1.6 % (one sigma): two lucks in five pass all of this, and seed 1 is one of
  // them. What does not depend on luck is tested in the next test.
  const uint64_t trials = kLong ? 20'000'000 : 2'000'000;
  int ages = 0;
  int outside = 0;
  double places = 0;
  double draws = 0;
  for (const Row& row : kTable4) {
    // A sanitizer wants to see the code run, not each number.
    if (test::kLuckShare > 1 && row.profile != kSsd) continue;
    CAPTURE(static_cast<int>(row.profile));
    CAPTURE(row.r);
    CAPTURE(row.w);
    // The slowest of three writes to disks, of two million trials, is known to 1.5 % (one sigma).
    const bool heavy = row.profile == kDisk && row.w == 3;
    const PbsTrials trial =
        run(model_of_row(row), heavy ? std::max<uint64_t>(trials, 8'000'000) : trials);
    CHECK(off_by(trial.read_ms().at(999), row.read_ms) < 0.02);
    const bool unlucky = row.write_ms == kUnluckyWriteMs;
    CHECK(off_by(trial.write_ms().at(999), unlucky ? kWanWriteMs : row.write_ms) < 0.02);
    const double t_ms = trial.fresh_from_ms().at(999);
    if (row.t_ms == 0) {
      CHECK(t_ms == 0);
      continue;
    }
    CHECK(off_by(t_ms, row.true_t_ms) < 0.03);
    // The printed ages are first passages: earlier, and only to be had by the authors' procedure.
    const AgeGrid grid = grid_of(row.profile);
    const Passage passage(trial.fresh_from_ms().values(), grid);
    ++ages;
    outside += row.t_ms < passage.age_of(0.05) || row.t_ms > passage.age_of(0.95) ? 1 : 0;
    MESSAGE("r ", row.r, " w ", row.w, ": 99.9 % fresh after ", t_ms, " ms, first passage ",
            passage.age_of(0.05), " .. ", passage.age_of(0.95), ", printed ", row.t_ms);
    CHECK(passage.age_of(0.5) < t_ms);
    // The real procedure is a draw from that distribution.
    for (uint64_t seed = 1; seed <= (kLong ? 20U : 2U); ++seed) {
      FirstPassage real(model_of_row(row), seed, grid);
      real.advance(UINT64_MAX);
      REQUIRE(real.p999_ms());
      CHECK(*real.p999_ms() >= passage.age_of(0.0005));
      CHECK(*real.p999_ms() <= passage.age_of(0.9995));
      CHECK(*real.p99_ms() < *real.p999_ms());
      places += passage.chance_by(*real.p999_ms());
      draws += 1;
    }
  }
  CHECK(ages == (test::kLuckShare > 1 ? 2 : 10));
  CHECK(outside <= 1);
  if (test::kLuckShare == 1) CHECK(std::abs(places / draws - 0.5) < (kLong ? 0.1 : 0.25));
}

TEST_CASE("claims about one read or write in a thousand agree with the paper's Table 4") {
  struct Told {
    const char* claim;
    uint32_t r;
    uint32_t w;
    double Row::*cell;
    const char* printed;
  };
  for (const Told& told : {Told{"read-two-tail", 2, 2, &Row::read_ms, "1.64"},
                           {"read-three-tail", 3, 1, &Row::read_ms, "4.12"},
                           {"write-one-tail", 1, 1, &Row::write_ms, "10.99"},
                           {"write-two-tail", 2, 2, &Row::write_ms, "20.96"},
                           {"write-three-tail", 1, 3, &Row::write_ms, "112.65"}}) {
    CAPTURE(told.claim);
    const auto row = std::find_if(std::begin(kTable4), std::end(kTable4), [&](const Row& one) {
      return one.profile == kDisk && one.r == told.r && one.w == told.w;
    });
    CHECK(std::stod(told.printed) == (*row).*told.cell);
    const auto claim = parse_json(
        test::read_file(test::source_path("content/claims/" + std::string(told.claim) + ".json")));
    REQUIRE(claim.ok());
    const double value = number_at(claim.value(), {"expect", "value"});
    CHECK(std::abs(value - (*row).*told.cell) <= number_at(claim.value(), {"expect", "within"}));
    CHECK(number_at(claim.value(), {"experiment", "r"}) == told.r);
    CHECK(number_at(claim.value(), {"experiment", "w"}) == told.w);
    const auto source = std::find_if(claim.value().members.begin(), claim.value().members.end(),
                                     [](const Json::Member& one) { return one.name == "source"; });
    REQUIRE(source != claim.value().members.end());
    CHECK(source->value.text.find("prints " + std::string(told.printed)) != std::string::npos);
  }
}

TEST_CASE("latency percentiles are those of the sum of two legs, by quadrature") {
  constexpr uint64_t kTrials = 1'000'000;
  for (const PbsProfile profile : {kSsd, kDisk, kYmmr}) {
    for (uint32_t k = 1; k <= 3; ++k) {
      WarsModel model = model_of(profile);
      model.r = model.w = k;
      const PbsTrials trials = run(model, kTrials);
      for (const uint64_t per_thousand : {500, 990, 999}) {
        const double share = static_cast<double>(per_thousand) / 1000;
        const double sigma = std::sqrt(share * (1 - share) / kTrials);
        const auto is_near = [&](const Sample& sample, size_t first_leg) {
          const double one = chance_of_sum_below(model.legs[first_leg], model.legs[first_leg + 1],
                                                 sample.at(per_thousand));
          return std::abs(chance_of_kth(one, 3, k) - share) < 4 * sigma;
        };
        CHECK(is_near(trials.write_ms(), 0));
        CHECK(is_near(trials.read_ms(), 2));
      }
    }
  }
}

TEST_CASE(
    "the share of reads that are fresh at once is the paper's, and not with its printed fit") {
  for (const AtOnce& one : kFreshAtOnce) {
    const PbsTrials trials = run(model_of(one.profile), 4'000'000, {0, 5, 10});
    CHECK(std::abs(trials.p_fresh(0) - one.fresh) < 0.005);
    if (one.profile == kSsd) CHECK(trials.p_fresh(1) > 0.99999);
    if (one.profile == kDisk) CHECK(std::abs(trials.p_fresh(2) - 0.925) < 0.005);
  }
  // Table 3 prints 3.35 for YMMR's writes; 3.5 is what ran.
  WarsModel printed = model_of(kYmmr);
  CHECK(printed.legs[0].pareto_alpha == 3.5);
  printed.legs[0].pareto_alpha = 3.35;
  const PbsTrials trials = run(printed, 4'000'000);
  CHECK(std::abs(trials.p_fresh(0) - 0.893) > 0.005);
  CHECK(std::abs(trials.p_fresh(0) - 0.8871) < 0.001);
  CHECK(off_by(trials.write_ms().at(999), 11.11) < 0.02);
}

TEST_CASE("more or fewer replicas, and exponential delays, are as in the paper's text") {
  const auto disk = [](uint32_t n) {
    WarsModel model = model_of(kDisk);
    model.n = n;
    return model;
  };
  CHECK(std::abs(run(disk(2), 1'000'000).p_fresh(0) - 0.575) < 0.005);
  CHECK(std::abs(run(disk(10), 300'000).p_fresh(0) - 0.211) < 0.005);
  // N = 2: 45.3 ms is printed and 50.55 the quantile; N = 10: 53.7 and 53.03.
  CHECK(off_by(run(disk(2), 4'000'000).fresh_from_ms().at(999), 50.55) < 0.04);
  CHECK(off_by(run(disk(10), 1'000'000).fresh_from_ms().at(999), 53.03) < 0.06);
  const auto exponential = [](double write_rate) {
    WarsModel model;
    for (Distribution& leg : model.legs) leg = {Distribution::Kind::exponential, 1.0, 0, 1, 1};
    model.legs[0].mean_ms = 1 / write_rate;
    return model;
  };
  const PbsTrials fast = run(exponential(4), 1'000'000, {0, 1});
  CHECK(std::abs(fast.p_fresh(0) - 0.94) < 0.005);
  CHECK(std::abs(fast.p_fresh(1) - 0.999) < 0.0005);
  const PbsTrials slow = run(exponential(0.1), 1'000'000, {0, 65});
  CHECK(std::abs(slow.p_fresh(0) - 0.4195) < 0.002);  // 41 is printed
  CHECK(std::abs(slow.p_fresh(1) - 0.999) < 0.0005);
  CHECK(off_by(slow.fresh_from_ms().at(999), 63.57) < 0.02);
  const PbsTrials ssd = run(model_of(kSsd), 1'000'000);
  CHECK(off_by(ssd.read_ms().at(500), 0.489) < 0.002);
  CHECK(off_by(ssd.write_ms().at(500), 0.489) < 0.002);
  CHECK(off_by(run(model_of(kDisk), 1'000'000).write_ms().at(500), 1.5) < 0.005);
}

TEST_CASE("over the wide area a local copy answers soon and a remote one 150 ms later") {
  // The rule: each message to or from a replica outside the chosen data centre takes 75 ms more.
  const auto wan = [](uint32_t r, uint32_t w) {
    WarsModel model = model_of(PbsProfile::wan);
    model.r = r;
    model.w = w;
    return run(model, 1'000'000);
  };
  const PbsTrials one = wan(1, 1);
  // Fresh at once: when writer and reader share a data centre, about as without the 75 ms but for
  // the other replicas; else hardly ever.
  CHECK(one.p_fresh(0) > 0.30);
  CHECK(one.p_fresh(0) < 0.38);
  CHECK(one.read_ms().at(999) < 75);
  const PbsTrials two = wan(2, 2);
  CHECK(two.read_ms().at(500) > 150);
  CHECK(two.read_ms().at(500) < 152);
  CHECK(two.write_ms().at(500) > 150);
  CHECK(two.fresh_from_ms().at(999) == 0);
  CHECK(wan(1, 2).fresh_from_ms().at(999) == 0);
}

TEST_CASE("k-staleness in closed form is what random quorums do") {
  CHECK(off_by(k_staleness(3, 1, 1, 1), 2.0 / 3) < 1e-12);
  CHECK(std::abs(1 - k_staleness(3, 1, 1, 2) - 0.5556) < 5e-5);
  CHECK(std::abs(1 - k_staleness(3, 1, 1, 3) - 0.7037) < 5e-5);
  CHECK(std::abs(1 - k_staleness(3, 1, 1, 5) - 0.8683) < 5e-5);
  CHECK(std::abs(1 - k_staleness(3, 1, 1, 10) - 0.9827) < 5e-5);
  CHECK(std::abs(1 - k_staleness(3, 1, 2, 2) - 0.8889) < 5e-5);
  CHECK(std::abs(1 - k_staleness(3, 2, 1, 5) - 0.99588) < 5e-6);
  CHECK(off_by(k_staleness(100, 30, 30, 1), 1.8843490302199536e-6) < 1e-12);
  CHECK(k_staleness(3, 2, 2, 1) == 0);
  CHECK(k_staleness(1, 1, 1, 1) == 0);

  // Each of the ten newest versions is on a random write quorum that never grows; how many of them
  // does a random read quorum miss, newest first?
  constexpr int kReads = 1'000'000;
  constexpr uint32_t kVersions = 10;
  struct Quorums {
    uint32_t n;
    uint32_t r;
    uint32_t w;
  };
  Dice dice(11);
  for (const Quorums& q : {Quorums{3, 1, 1}, {3, 1, 2}, {3, 2, 1}, {5, 2, 2}, {10, 3, 2}}) {
    std::vector<uint32_t> deck(q.n);
    std::iota(deck.begin(), deck.end(), 0U);
    const auto quorum = [&](uint32_t size) {
      uint32_t mask = 0;
      for (uint32_t i = 0; i < size; ++i) {
        std::swap(deck[i], deck[i + dice.below(q.n - i)]);
        mask |= 1U << deck[i];
      }
      return mask;
    };
    std::array<int, kVersions + 1> missed = {};  // reads that missed at least so many
    for (int i = 0; i < kReads; ++i) {
      const uint32_t read = quorum(q.r);
      for (uint32_t k = 1; k <= kVersions && (quorum(q.w) & read) == 0; ++k) ++missed[k];
    }
    for (const uint32_t k : {1U, 2U, 3U, 5U, 10U}) {
      const double p = k_staleness(q.n, q.r, q.w, k);
      CHECK(std::abs(missed[k] - kReads * p) <= 3 * std::sqrt(kReads * p * (1 - p)) + 1e-9);
    }
  }
}

TEST_CASE("the grid of a custom model is a power of ten with at most 1500 steps") {
  CHECK(grid_within(0).at(1) == 0.001);
  CHECK(grid_within(1.97).at(1) == grid_of(kSsd).at(1));
  CHECK(grid_within(52.1).at(1) == grid_of(kDisk).at(1));
  CHECK(grid_within(1458).at(1) == grid_of(kYmmr).at(1));
  CHECK(grid_within(113).at(1) == grid_of(PbsProfile::wan).at(1));
  CHECK(grid_within(15'001).at(1) == 100);
  CHECK(grid_within(1e300).at(1) == 1e6);
  CHECK(AgeGrid{1, 10}.at(455) == 45.5);
}

TEST_CASE("a job answers the same in slices of any size, and every compiler gives the same bits") {
  const auto goldens = parse_json(test::read_file(test::source_path("tests/golden/pbs.json")));
  REQUIRE(goldens.ok());
  CHECK(goldens.value().members.size() >= 5);
  for (const Json::Member& golden : goldens.value().members) {
    CAPTURE(golden.name);
    for (const uint64_t budget : {uint64_t{777}, UINT64_MAX}) {
      auto job = PbsJob::read(golden.value.members[0].value);
      REQUIRE(job.ok());
      PbsJob& run = job.value();
      while (!run.finished()) {
        CHECK(run.done() < run.total());
        run.advance(budget);
      }
      CHECK(run.done() == run.total());
      CHECK(run.result() == golden.value.members[1].value.text);
    }
  }
}

TEST_CASE("a report says how far it is and what is known so far") {
  auto job =
      job_of(R"({"job":"pbs","profile":"lnkd-disk","trials":5000,"times_ms":[0,"10.0",2.5]})");
  REQUIRE(job.ok());
  PbsJob& run = job.value();
  CHECK(run.json(7).starts_with(R"({"job":7,"done":0,"total":5000,"finished":false)"));
  CHECK(run.json(7).find(R"("p_fresh":{"0":null,"10.0":null,"2.5":null})") != std::string::npos);
  run.advance(1000);
  const auto half = parse_json(run.json(7));
  REQUIRE(half.ok());
  CHECK(number_at(half.value(), {"done"}) == 1000);
  CHECK(std::abs(number_at(half.value(), {"p_fresh", "0"}) - 0.4365) < 0.06);
  CHECK(std::abs(number_at(half.value(), {"p_fresh", "10.0"}) - 0.926) < 0.04);
  CHECK(run.json(7).find("read_ms") == std::string::npos);
  run.advance(UINT64_MAX);
  CHECK(run.finished());
  const auto whole = parse_json(run.json(7));
  CHECK(number_at(whole.value(), {"read_ms", "p50"}) == doctest::Approx(0.489).epsilon(0.01));
  CHECK(number_at(whole.value(), {"write_ms", "p999"}) >
        number_at(whole.value(), {"write_ms", "p99"}));
  CHECK(number_at(whole.value(), {"t_visibility_ms", "p99"}) > 10);
  CHECK(number_at(whole.value(), {"k_staleness", "1"}) == doctest::Approx(2.0 / 3));
}

TEST_CASE("a custom model is read leg by leg") {
  const auto result = [](const std::string& legs) {
    auto job = job_of(R"({"trials":20000,"custom":)" + legs + "}");
    REQUIRE_MESSAGE(job.ok(), (job.ok() ? "" : job.error().path + job.error().message));
    job.value().advance(UINT64_MAX);
    return parse_json(job.value().result()).value();
  };
  const Json constant =
      result(R"({"w":{"kind":"constant","ms":4},"a":{"kind":"constant","ms":0.5},)"
             R"("r":{"kind":"constant","ms":0.25},"s":{"kind":"constant","ms":2}})");
  CHECK(number_at(constant, {"write_ms", "p50"}) == 4.5);
  CHECK(number_at(constant, {"write_ms", "p999"}) == 4.5);
  CHECK(number_at(constant, {"read_ms", "p99"}) == 2.25);
  CHECK(number_at(constant, {"p_fresh", "0"}) == 1);
  // LNKD-DISK, spelled out; a rate and a mean are the same thing.
  const std::string ssd =
      R"({"kind":"pareto-exponential","pareto_share":0.9122,"xm_ms":0.235,"alpha":10,"rate":1.66})";
  const Json disk =
      result(R"({"w":{"kind":"pareto-exponential","pareto_share":0.38,"xm_ms":1.05,"alpha":1.51,)"
             R"("mean_ms":5.46448087431694},"a":)" +
             ssd + R"(,"r":)" + ssd + R"(,"s":)" + ssd + "}");
  auto named = job_of(R"({"trials":20000,"profile":"lnkd-disk"})");
  named.value().advance(UINT64_MAX);
  const Json same = parse_json(named.value().result()).value();
  CHECK(number_at(disk, {"write_ms", "p999"}) ==
        doctest::Approx(number_at(same, {"write_ms", "p999"})).epsilon(1e-9));
  CHECK(number_at(disk, {"p_fresh", "1"}) == number_at(same, {"p_fresh", "1"}));
}

TEST_CASE("a job that cannot be done says where and why") {
  const auto custom = [](const std::string& w) {
    return R"({"custom":{"w":)" + w +
           R"(,"a":{"kind":"constant","ms":1},"r":{"kind":"constant","ms":1}}})";
  };
  CHECK(error_path("{}") == "/profile");
  CHECK(error_path(R"({"profile":"disk"})") == "/profile");
  CHECK(error_path(R"({"profile":"ymmr","custom":{}})") == "/profile");
  CHECK(error_path(R"({"custom":{}})") == "/custom/w");
  CHECK(error_path(custom(R"({"kind":"constant","ms":1})")) == "/custom/s");
  CHECK(error_path(custom("{}")) == "/custom/w/kind");
  CHECK(error_path(custom(R"({"kind":"normal"})")) == "/custom/w/kind");
  CHECK(error_path(custom(R"({"kind":"constant"})")) == "/custom/w/ms");
  CHECK(error_path(custom(R"({"kind":"constant","ms":-1})")) == "/custom/w/ms");
  CHECK(error_path(custom(R"({"kind":"constant","ms":1,"rate":2})")) == "/custom/w/rate");
  CHECK(error_path(custom(R"({"kind":"exponential"})")) == "/custom/w/mean_ms");
  CHECK(error_path(custom(R"({"kind":"exponential","mean_ms":1,"rate":1})")) == "/custom/w/rate");
  CHECK(error_path(custom(R"({"kind":"exponential","rate":0})")) == "/custom/w/rate");
  const std::string pareto = R"({"kind":"pareto-exponential","pareto_share":)";
  CHECK(error_path(custom(pareto + "2}")) == "/custom/w/pareto_share");
  CHECK(error_path(custom(pareto + R"(0.5,"xm_ms":1})")) == "/custom/w/alpha");
  CHECK(error_path(custom(pareto + R"(0.5,"xm_ms":1,"alpha":0})")) == "/custom/w/alpha");
  CHECK(error_path(custom(pareto + R"(0.5,"xm_ms":1,"alpha":2})")) == "/custom/w/mean_ms");
  CHECK(error_path(custom(pareto + R"(1,"xm_ms":1,"alpha":2})")) == "/custom/s");
  const std::string leg = R"({"kind":"constant","ms":1})";
  CHECK(error_path(R"({"custom":{"w":)" + leg + R"(,"a":)" + leg + R"(,"r":)" + leg + R"(,"s":)" +
                   leg + R"(,"c":)" + leg + "}}") == "/custom/c");
  const auto ymmr = [](const std::string& more) { return R"({"profile":"ymmr",)" + more + "}"; };
  CHECK(error_path(ymmr(R"("r":4)")) == "/r");
  CHECK(error_path(ymmr(R"("w":4)")) == "/w");
  CHECK(error_path(ymmr(R"("n":256)")) == "/n");
  CHECK(error_path(ymmr(R"("n":2,"w":2,"r":0)")) == "/r");
  CHECK(error_path(ymmr(R"("times_ms":[])")) == "/times_ms");
  CHECK(error_path(ymmr(R"("times_ms":[1,-1])")) == "/times_ms/1");
  CHECK(error_path(ymmr(R"("times_ms":[1,"1 "])")) == "/times_ms/1");
  CHECK(error_path(ymmr(R"("times_ms":[1,"-"])")) == "/times_ms/1");
  CHECK(error_path(ymmr(R"("times_ms":[1,1])")) == "/times_ms/1");
  CHECK(error_path(ymmr(R"("method":"engine")")) == "/method");
  CHECK(error_path(ymmr(R"("method":"guess")")) == "/method");
  CHECK(error_path(ymmr(R"("alpha":0)")) == "/alpha");
  CHECK(error_path(ymmr(R"("trials":0)")) == "/trials");
  CHECK(error_path(ymmr(R"("trials":20000001)")) == "/trials");
  CHECK(error_path(ymmr(R"("seed":-1)")) == "/seed");
  CHECK(error_path(ymmr(R"("speed":1)")) == "/speed");
  const auto custom_alpha =
      job_of(custom(R"({"kind":"constant","ms":1})").insert(1, R"("alpha":2,)"));
  CHECK_FALSE(custom_alpha.ok());
}

}  // namespace pbs_test
