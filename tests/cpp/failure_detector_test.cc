#include "cluster/failure_detector.h"

#include <cmath>
#include <deque>
#include <vector>

#include "base/archive.h"
#include "lab/json.h"
#include "support.h"

namespace failure_detector_test {

using namespace systemsim;
using test::Dice;
using Kind = DetectorOptions::Kind;

namespace {

constexpr Kind kKinds[] = {Kind::timeout, Kind::exponential, Kind::normal};
constexpr double kLn10 = 2.302585092994046;
constexpr double kMeansToConvict = 8 * kLn10;  // 18.42

const Json& part(const Json& object, const std::string& name) {
  for (const Json::Member& found : object.members) {
    if (found.name == name) return found.value;
  }
  FAIL("no member " << name);
  return object;
}

Json vectors() {
  auto json = parse_json(test::read_file(test::source_path("tests/data/gossip.json")));
  REQUIRE(json.ok());
  return std::move(json).value();
}

uint64_t us_of(const Json& ms) { return static_cast<uint64_t>(ms.integer) * 1000; }

bool near(double value, const Json& expected, double tolerance) {
  return std::abs(value - expected.number) <= tolerance;
}

DetectorOptions of_kind(Kind kind) {
  DetectorOptions options;
  options.kind = kind;
  return options;
}

// The detectors as their papers and sources write them: lists, doubles, sums made anew, libm.
struct Naive {
  DetectorOptions options;
  bool known = false;
  double last = 0;
  std::deque<double> intervals;

  double silence(double now) const { return known ? std::max(0.0, now - last) : 0; }
  double mean() const {
    double sum = 0;
    for (const double interval : intervals) sum += interval;
    return sum / static_cast<double>(intervals.size());
  }
  double variance() const {
    double sum = 0;
    for (const double interval : intervals) sum += (interval - mean()) * (interval - mean());
    return sum / static_cast<double>(intervals.size());
  }
  double suspicion(double now) const {
    if (!known) return 0;
    const double t = silence(now);
    if (options.kind == Kind::timeout) return t / static_cast<double>(options.timeout_us);
    // -log10(exp(-t / mean)), but for silences whose exp is 0.
    if (options.kind == Kind::exponential) return t / mean() * std::log10(std::exp(1.0));
    const double sd = std::max(std::sqrt(variance()), double{1} * options.min_deviation_us);
    const double y = (t - mean()) / sd;
    const double e = std::exp(-y * (1.5976 + 0.070566 * y * y));
    return t > mean() ? -std::log10(e / (1 + e)) : -std::log10(1 - 1 / (1 + e));
  }
  bool convicts(double now) const {
    const double level = suspicion(now);
    if (!known) return false;
    return options.kind == Kind::normal ? level >= options.threshold
                                        : level > options.conviction_level();
  }
  void arrived(double now) {
    const auto add = [this](double interval) {
      intervals.push_back(interval);
      while (intervals.size() > options.window) intervals.pop_front();
    };
    const double heartbeat = options.heartbeat_us;
    if (options.kind == Kind::exponential) {
      if (!known) add(2 * heartbeat);
      if (known && silence(now) <= 2 * heartbeat) add(std::max(1.0, silence(now)));
    } else if (options.kind == Kind::normal) {
      if (!known) {
        add(heartbeat - std::floor(heartbeat / 4));
        add(heartbeat + std::floor(heartbeat / 4));
      } else if (!convicts(now) && silence(now) <= DetectorOptions::kMostIntervalUs) {
        add(std::max(1.0, silence(now)));
      }
    }
    last = known ? std::max(last, now) : now;
    known = true;
  }
};

bool close(double value, double expected, double tolerance) {
  return std::abs(value - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

// The first look, each `tick_us` from `at_us` on, at which the peer is convicted.
uint64_t first_conviction(const FailureDetector& detector, const DetectorOptions& options,
                          uint64_t at_us, uint64_t tick_us) {
  while (!detector.convicts(at_us, options)) at_us += tick_us;
  return at_us;
}

}  // namespace

TEST_CASE("the exponential form gives the phi of Cassandra's own test, on both of its scales") {
  const Json all = vectors();
  const Json& known = part(all, "cassandra_phi");
  DetectorOptions options;
  options.window = static_cast<uint32_t>(part(known, "window").integer);
  FailureDetector detector;
  for (const Json& arrival : part(known, "arrivals_ms").items) {
    detector.arrived(us_of(arrival), options);
  }
  const double tolerance = part(known, "tolerance").number;
  REQUIRE(part(known, "phi").items.size() == 2);
  for (const Json& row : part(known, "phi").items) {
    const uint64_t at_us = us_of(part(row, "at_ms"));
    const double phi = detector.suspicion(at_us, options);
    const double means = detector.silence_in_means(at_us);
    CHECK(near(phi, part(row, "old"), tolerance));
    CHECK(near(means, part(row, "new"), tolerance));
    CHECK(near(phi / means, part(known, "old_over_new"), 1e-10));
  }
}

TEST_CASE("defaults are those of Cassandra and Akka") {
  const Json all = vectors();
  const Json& cassandra = part(all, "cassandra_defaults");
  const DetectorOptions options;
  CHECK(options.kind == Kind::exponential);
  CHECK(options.window == part(cassandra, "sample_size").integer);
  CHECK(options.threshold == part(cassandra, "threshold").number);
  CHECK(options.heartbeat_us == us_of(part(cassandra, "heartbeat_ms")));
  CHECK(LocalPause::kUsualUs == us_of(part(cassandra, "max_local_pause_ms")));
  FailureDetector detector;
  detector.arrived(7, options);
  CHECK(detector.intervals().sum_us() == us_of(part(cassandra, "initial_ms")));
  const Json& akka = part(part(all, "akka_phi"), "defaults");
  CHECK(options.window == part(akka, "sample_size").integer);
  CHECK(options.threshold == part(akka, "threshold").number);
  CHECK(options.min_deviation_us == us_of(part(akka, "min_deviation_ms")));
}

TEST_CASE("the normal form gives the phi of Akka's own tests") {
  const Json all = vectors();
  const Json& akka = part(all, "akka_phi");
  const Json& cdf = part(akka, "cdf");
  REQUIRE(part(cdf, "rows").items.size() == 8);
  for (const Json& row : part(cdf, "rows").items) {
    const auto& x = row.items;
    const double phi = normal_phi(x[0].number, x[1].number, x[2].number);
    CHECK_MESSAGE(near(1 - std::pow(10, -phi), x[3], part(cdf, "tolerance").number), x[0].number);
  }
  REQUIRE(part(part(akka, "phi"), "rows").items.size() == 9);
  for (const Json& row : part(part(akka, "phi"), "rows").items) {
    const auto& x = row.items;
    const double phi = normal_phi(x[0].number, x[1].number, x[2].number);
    CHECK_MESSAGE(near(phi, x[3], x[4].number), x[0].number << ": " << phi);
  }
  const DetectorOptions options = of_kind(Kind::normal);
  FailureDetector detector;
  detector.arrived(5'000'000, options);
  const Json& one = part(akka, "one_heartbeat");
  const auto after = [&](const Json& ms) {
    return detector.suspicion(5'000'000 + us_of(ms), options);
  };
  REQUIRE(part(one, "rows").items.size() == 2);
  for (const Json& row : part(one, "rows").items) {
    CHECK(near(after(row.items[0]), row.items[1], row.items[2].number));
  }
  CHECK(after(part(one, "then").items[0]) > part(one, "then").items[1].number);
}

TEST_CASE("a window has the mean and the variance of Akka's own test, and forgets the oldest") {
  const Json all = vectors();
  const Json& cases = part(part(all, "akka_phi"), "windows");
  REQUIRE(cases.items.size() == 2);
  for (const Json& of : cases.items) {
    IntervalWindow window;
    for (const Json& step : part(of, "steps").items) {
      for (const Json& ms : part(step, "add_ms").items) {
        window.add(static_cast<uint32_t>(us_of(ms)),
                   static_cast<uint32_t>(part(of, "capacity").integer));
      }
      CHECK(near(window.mean_us() / 1e3, part(step, "mean"), 1e-5));
      CHECK(near(window.variance_us2() / 1e6, part(step, "variance"), 1e-5));
    }
  }
}

TEST_CASE("a normal phi grows with the silence and is never infinite") {
  double last = 0;
  double silence = 0;
  while (silence < 4e15) {
    const double phi = normal_phi(silence, 1e6, 1e5);
    CHECK(phi >= last);
    last = phi;
    silence = silence * 1.01 + 1000;
  }
  CHECK(std::isfinite(last));
  CHECK(std::isfinite(normal_phi(4e15, 1, 1)));
  CHECK(normal_phi(0, 1e9, 1) == 0);
}

TEST_CASE("so many samples are kept that all windows of a cluster stay small") {
  const std::vector<std::pair<uint32_t, uint32_t>> kKnown = {
      {1, 1000}, {8, 1000}, {9, 790}, {10, 640}, {16, 250},  {20, 160},  {64, 15},          {84, 9},
      {85, 8},   {89, 8},   {100, 8}, {1000, 8}, {32767, 8}, {65536, 8}, {4'294'967'295, 8}};
  for (const auto& known : kKnown) {
    CHECK_MESSAGE(detector_window(known.first) == known.second, known.first);
  }
}

TEST_CASE("a window's sums are exact, however its size changes and its squares overflow") {
  Dice dice(3);
  for (uint64_t run = 0; run < test::cases(60, 600); ++run) {
    IntervalWindow window;
    std::deque<uint64_t> kept;
    uint32_t capacity = 1 + dice.below(dice.chance(0.3) ? 1000 : 12);
    const bool wide = dice.chance(0.4);  // the sum of squares is then above 2^64
    for (uint32_t i = 0; i < 2500; ++i) {
      if (dice.chance(0.01)) capacity = 1 + dice.below(dice.chance(0.3) ? 1000 : 12);
      const uint32_t most = DetectorOptions::kMostIntervalUs;
      const uint32_t interval = wide ? (dice.chance(0.5) ? most - dice.below(3) : dice.below(3))
                                     : 900'000 + dice.below(200'000);
      window.add(interval, capacity);
      kept.push_back(interval);
      while (kept.size() > capacity) kept.pop_front();
      if (i % 50 != 49) continue;
      uint64_t sum = 0;
      for (const uint64_t one : kept) sum += one;
      REQUIRE(window.count() == kept.size());
      REQUIRE(window.sum_us() == sum);
      const double mean = static_cast<double>(sum) / static_cast<double>(kept.size());
      double squares = 0;
      for (const uint64_t one : kept) {
        squares += (static_cast<double>(one) - mean) * (static_cast<double>(one) - mean);
      }
      REQUIRE(close(window.variance_us2(), squares / static_cast<double>(kept.size()), 1e-9));
    }
  }
}

TEST_CASE("from crash to conviction pass 18.42 mean intervals, give or take a tick") {
  Dice dice(4);
  const DetectorOptions usual;
  const double known = part(part(vectors(), "cassandra_defaults"), "means_to_convict").number;
  double means = 0;
  const uint64_t runs = test::cases(300, 3000);
  for (uint64_t run = 0; run < runs; ++run) {
    DetectorOptions options = usual;
    options.window = detector_window(3 + dice.below(100));
    const uint64_t tick_us = dice.chance(0.5) ? 1'000'000 : 100'000;
    const uint32_t shape = dice.below(3);
    FailureDetector detector;
    std::deque<double> recorded;
    uint64_t now_us = 1 + dice.below(1'000'000);
    detector.arrived(now_us, options);
    for (uint32_t i = 0; i < 2 * options.window + 10; ++i) {
      double interval = 1e6;
      if (shape == 0) interval = 5e5 + 1e6 * dice.unit();
      if (shape == 1) interval = -1e6 * std::log(1 - dice.unit());  // one in seven is above 2 s
      if (shape == 2) interval = 1e6 + 2e5 * (dice.unit() + dice.unit() + dice.unit() - 1.5);
      const auto whole_us = static_cast<uint64_t>(interval) + 1;
      now_us += whole_us;
      detector.arrived(now_us, options);
      if (whole_us <= 2'000'000) recorded.push_back(static_cast<double>(whole_us));
      while (recorded.size() > options.window) recorded.pop_front();
    }
    REQUIRE(recorded.size() == options.window);  // so the first sample is gone
    double mean = 0;
    for (const double one : recorded) mean += one / options.window;
    const uint64_t first = now_us + dice.below(static_cast<uint32_t>(tick_us));
    const uint64_t passed = first_conviction(detector, options, first, tick_us) - now_us;
    CHECK(static_cast<double>(passed) > kMeansToConvict * mean - 1);
    CHECK(static_cast<double>(passed) <= kMeansToConvict * mean + static_cast<double>(tick_us) + 1);
    // To the microsecond, where it is looked at each of them.
    const auto last_trusted = static_cast<uint64_t>(kMeansToConvict * mean);
    CHECK_FALSE(detector.convicts(now_us + last_trusted - 1, options));
    const uint64_t exact =
        first_conviction(detector, options, now_us + last_trusted - 1, 1) - now_us;
    CHECK(exact <= last_trusted + 2);
    means += static_cast<double>(exact) / mean / static_cast<double>(runs);
  }
  CHECK(std::abs(means - known) < 0.005);
}

TEST_CASE("a silence is convicted by the exponential form just if it is longer, in integers") {
  // 8 ln 10 = 18.420680743952367: a mean of 1 s is trusted for 18 420 680 us.
  DetectorOptions options;
  options.window = 1;
  FailureDetector detector;
  for (const uint64_t at_s : {10, 11, 12}) detector.arrived(at_s * 1'000'000, options);
  CHECK_FALSE(detector.convicts(12'000'000 + 18'420'680, options));
  CHECK(detector.convicts(12'000'000 + 18'420'681, options));
  // The longest interval and the highest threshold: 16 ln 10 * 2^28 = 9 889 527 671.1
  options.threshold = DetectorOptions::kMostThreshold;
  options.heartbeat_us = DetectorOptions::kMostIntervalUs / 2;
  options.window = 1000;
  FailureDetector patient;
  for (uint64_t i = 0; i <= 1000; ++i) {
    patient.arrived(i * DetectorOptions::kMostIntervalUs, options);
  }
  const uint64_t last_us = 1000ULL * DetectorOptions::kMostIntervalUs;
  const auto trusted = static_cast<uint64_t>(16 * kLn10 * DetectorOptions::kMostIntervalUs);
  CHECK_FALSE(patient.convicts(last_us + trusted - 1, options));
  CHECK(patient.convicts(last_us + trusted + 1, options));
}

TEST_CASE("who was never heard of is neither suspected nor convicted") {
  for (const Kind kind : kKinds) {
    const FailureDetector detector;
    CHECK_FALSE(detector.is_known());
    CHECK(detector.silence_us(1ULL << 50) == 0);
    CHECK(detector.suspicion(1ULL << 50, of_kind(kind)) == 0);
    CHECK(detector.silence_in_means(1ULL << 50) == 0);
    CHECK_FALSE(detector.convicts(1ULL << 50, of_kind(kind)));
  }
}

TEST_CASE("a peer that was silent and comes back is believed again, and judged as before") {
  for (const Kind kind : kKinds) {
    const DetectorOptions options = of_kind(kind);
    FailureDetector detector;
    uint64_t now_us = 0;
    for (int i = 0; i < 100; ++i) {
      detector.arrived(now_us, options);
      now_us += 1'000'000;
    }
    now_us -= 1'000'000;
    const uint64_t once = first_conviction(detector, options, now_us, 1000) - now_us;
    const uint64_t sum_us = detector.intervals().sum_us();
    CHECK(once > 1'000'000);
    now_us += 864'000'000'000;  // ten days
    CHECK(detector.convicts(now_us, options));
    CHECK(detector.suspicion(now_us, options) > 1000);
    detector.arrived(now_us, options);
    CHECK_FALSE(detector.convicts(now_us, options));
    CHECK(detector.suspicion(now_us, options) < 0.001);
    CHECK(detector.intervals().sum_us() == sum_us);  // the long gap is no sample
    CHECK(first_conviction(detector, options, now_us, 1000) - now_us == once);
  }
}

TEST_CASE(
    "a gap is a sample up to twice the heartbeat (exponential), or until it convicts (normal)") {
  for (const uint64_t gap_us : {2'000'000, 2'000'001}) {
    FailureDetector detector;
    detector.arrived(0, of_kind(Kind::exponential));
    detector.arrived(gap_us, of_kind(Kind::exponential));
    CHECK(detector.intervals().count() == (gap_us == 2'000'000 ? 2 : 1));
    CHECK(detector.silence_us(gap_us + 5) == 5);  // it was heard either way
  }
  const DetectorOptions normal = of_kind(Kind::normal);
  FailureDetector before;
  before.arrived(0, normal);
  const uint64_t convicted_us = first_conviction(before, normal, 0, 1);
  CHECK(before.suspicion(convicted_us, normal) >= 8);
  CHECK(before.suspicion(convicted_us - 1, normal) < 8);
  for (const uint64_t gap_us : {convicted_us - 1, convicted_us}) {
    FailureDetector detector = before;
    detector.arrived(gap_us, normal);
    CHECK(detector.intervals().count() == (gap_us == convicted_us ? 2 : 3));
  }
  // However much it varies, nothing above the longest interval is recorded.
  DetectorOptions lax = normal;
  lax.min_deviation_us = 4'000'000'000;
  for (const uint32_t beyond : {0, 1}) {
    FailureDetector detector;
    detector.arrived(0, lax);
    detector.arrived(DetectorOptions::kMostIntervalUs + beyond, lax);
    CHECK(detector.intervals().count() == 3 - beyond);
  }
}

TEST_CASE("a watcher that was paused convicts nobody until as long a time has gone by") {
  constexpr uint64_t kS = 1'000'000;
  LocalPause pause;
  CHECK(pause.may_convict(100 * kS, 5 * kS));  // the first look
  const std::string looked = walk(pause).digest();
  CHECK(pause.may_convict(101 * kS, 5 * kS));
  CHECK(walk(pause).digest() != looked);
  CHECK(pause.may_convict(106 * kS, 5 * kS));  // 5 s are no pause yet
  CHECK_FALSE(pause.may_convict(111 * kS + 1, 5 * kS));
  CHECK_FALSE(pause.may_convict(111 * kS + 1, 5 * kS));  // the next peer, at the same look
  CHECK_FALSE(pause.may_convict(114 * kS, 5 * kS));
  CHECK_FALSE(pause.may_convict(116 * kS, 5 * kS));
  CHECK(pause.may_convict(116 * kS + 1, 5 * kS));
  CHECK_FALSE(pause.may_convict(130 * kS, 5 * kS));
  CHECK_FALSE(pause.may_convict(136 * kS, 5 * kS));  // paused again: the time begins anew
  CHECK_FALSE(pause.may_convict(140 * kS, 5 * kS));
  CHECK(pause.may_convict(141 * kS, 5 * kS));
}

TEST_CASE("every kind says what a naive detector in doubles says, over random arrivals") {
  Dice dice(5);
  uint64_t looks = 0;
  uint64_t convictions = 0;
  for (uint64_t run = 0; run < test::cases(150, 1500); ++run) {
    Naive naive;
    naive.options.kind = kKinds[run % 3];
    naive.options.timeout_us = 1 + dice.below(20'000'000);
    naive.options.threshold = 0.5 + 15.5 * dice.unit();
    naive.options.heartbeat_us = 4 + dice.below(dice.chance(0.2) ? 134'217'724 : 3'000'000);
    naive.options.min_deviation_us = 1000 + dice.below(200'000);
    naive.options.window = detector_window(3 + dice.below(40));
    const DetectorOptions& options = naive.options;
    FailureDetector detector;
    uint64_t now_us = dice.below(1000);
    for (uint32_t i = 0; i < 400; ++i) {
      // Now and then a long silence, nothing at all between two, or a clock that goes back.
      const double times = dice.chance(0.03) ? 60 * dice.unit() : 0.5 + dice.unit();
      now_us += dice.chance(0.02) ? 0 : static_cast<uint64_t>(times * options.heartbeat_us);
      const uint64_t back_us = dice.chance(0.02) ? dice.below(500) : 0;
      const uint64_t at_us = now_us - std::min(now_us, back_us);
      detector.arrived(at_us, options);
      naive.arrived(static_cast<double>(at_us));
      if (options.kind != Kind::timeout) {
        REQUIRE(detector.intervals().count() == naive.intervals.size());
        REQUIRE(close(detector.intervals().mean_us(), naive.mean(), 1e-12));
      }
      const uint64_t look_us =
          at_us + static_cast<uint64_t>(40 * dice.unit() * dice.unit() * options.heartbeat_us);
      const auto look = static_cast<double>(look_us);
      const double expected = naive.suspicion(look);
      ++looks;
      if (options.kind != Kind::normal || expected < 300) {
        CHECK(close(detector.suspicion(look_us, options), expected, 1e-8));
      } else {  // near the smallest double the oracle's e has few digits left, or none
        CHECK(detector.suspicion(look_us, options) > 299);
      }
      if (std::abs(expected - options.conviction_level()) > 1e-6) {
        CHECK(detector.convicts(look_us, options) == naive.convicts(look));
        convictions += naive.convicts(look) ? 1 : 0;
      }
    }
  }
  CHECK(convictions > looks / 10);
  CHECK(convictions < looks * 9 / 10);
}

TEST_CASE("a detector is a small value: a copy is a snapshot, and a walk sees all of it") {
  const DetectorOptions options = [] {
    DetectorOptions some;
    some.window = detector_window(1000);
    return some;
  }();
  FailureDetector detector;
  for (uint64_t i = 0; i < 50; ++i) detector.arrived(i * 1'000'000, options);
  const FailureDetector copy = detector;
  CHECK(walk(copy).digest() == walk(detector).digest());
  CHECK(sizeof(FailureDetector) <= 56);
  CHECK(walk<SizeArchive>(copy).size_bytes() == 8 * 4);
  detector.arrived(50'000'000, options);
  CHECK(walk(copy).digest() != walk(detector).digest());
  CHECK(copy.silence_us(50'000'000) == 1'000'000);
  // A gap that is no sample; the same sums of other samples.
  FailureDetector late = copy;
  late.arrived(60'000'000, options);
  CHECK(late.intervals().sum_us() == copy.intervals().sum_us());
  CHECK(walk(late).digest() != walk(copy).digest());
  FailureDetector one;
  FailureDetector other;
  for (const uint64_t at_us : {0, 900'000, 2'000'000}) one.arrived(at_us, options);
  for (const uint64_t at_us : {0, 1'100'000, 2'000'000}) other.arrived(at_us, options);
  CHECK(one.intervals().sum_us() == other.intervals().sum_us());
  CHECK(walk(one).digest() != walk(other).digest());
}

}  // namespace failure_detector_test
