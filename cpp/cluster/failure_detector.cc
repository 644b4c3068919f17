#include "cluster/failure_detector.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "base/math.h"

namespace systemsim {
namespace {

constexpr double kLn10 = 2.302585092994046;

}  // namespace

uint32_t detector_window(uint32_t nodes) {
  SYSTEMSIM_ASSERT(nodes >= 1);
  const uint64_t share = 64'000 / (uint64_t{nodes} * nodes);
  return static_cast<uint32_t>(
      std::clamp<uint64_t>(share, DetectorOptions::kLeastWindow, DetectorOptions::kMostWindow));
}

double normal_phi(double silence, double mean, double deviation) {
  // Akka: e = exp(-x); phi = -log10(e / (1 + e)) past the mean, -log10(1 - 1 / (1 + e)) before it.
  // Both are ln(1 + exp(x)) / ln 10, which in this form neither overflows nor becomes log 0.
  const double y = (silence - mean) / deviation;
  const double x = y * (1.5976 + 0.070566 * y * y);
  return (std::max(x, 0.0) + portable_log(1.0 + portable_exp(-std::abs(x)))) / kLn10;
}

void IntervalWindow::add(uint32_t interval_us, uint32_t capacity) {
  SYSTEMSIM_ASSERT(interval_us <= DetectorOptions::kMostIntervalUs);
  SYSTEMSIM_ASSERT(capacity >= 1 && capacity <= DetectorOptions::kMostWindow);
  const auto square = [](uint64_t x) { return x * x; };
  const auto drop = [&](uint32_t old_us) {
    sum_us_ -= old_us;
    squares_us2_ -= square(old_us);
  };
  if (count() == capacity) {
    drop(intervals_us_[oldest_]);
    intervals_us_[oldest_] = interval_us;
    oldest_ = static_cast<uint16_t>((oldest_ + 1) % capacity);
  } else {
    std::rotate(intervals_us_.begin(), intervals_us_.begin() + oldest_, intervals_us_.end());
    oldest_ = 0;
    const uint32_t dropped = count() > capacity ? count() + 1 - capacity : 0;
    std::for_each(intervals_us_.begin(), intervals_us_.begin() + dropped, drop);
    intervals_us_.erase(intervals_us_.begin(), intervals_us_.begin() + dropped);
    intervals_us_.push_back(interval_us);
  }
  sum_us_ += interval_us;
  squares_us2_ += square(interval_us);
}

double IntervalWindow::variance_us2() const {
  SYSTEMSIM_ASSERT(count() > 0);
  // The squares of the deviations from the mean rounded down: below 2^64, hence exact, although
  // the terms are only known modulo 2^64.
  const uint64_t mean = sum_us_ / count();
  const uint64_t rest = sum_us_ % count();
  const uint64_t squares = squares_us2_ - 2 * mean * sum_us_ + count() * mean * mean;
  return (static_cast<double>(squares) - static_cast<double>(rest * rest) / count()) / count();
}

void FailureDetector::arrived(uint64_t now_us, const DetectorOptions& options) {
  const auto add = [&](uint64_t interval_us) {
    intervals_.add(static_cast<uint32_t>(interval_us), options.window);
  };
  if (options.kind != DetectorOptions::Kind::timeout) {
    const uint64_t usual_us = options.heartbeat_us;
    if (is_known()) {
      // At least 1, so that no mean is 0.
      if (is_usual(now_us, options)) add(std::max<uint64_t>(1, silence_us(now_us)));
    } else if (options.kind == DetectorOptions::Kind::exponential) {
      add(2 * usual_us);
    } else {
      add(usual_us - usual_us / 4);
      add(usual_us + usual_us / 4);
    }
  }
  last_us_ = is_known() ? std::max(last_us_, now_us) : now_us;
}

bool FailureDetector::is_usual(uint64_t now_us, const DetectorOptions& options) const {
  const uint64_t silence = silence_us(now_us);
  if (options.kind == DetectorOptions::Kind::exponential)
    return silence <= uint64_t{2} * options.heartbeat_us;
  return silence <= DetectorOptions::kMostIntervalUs && !convicts(now_us, options);
}

double FailureDetector::suspicion(uint64_t now_us, const DetectorOptions& options) const {
  if (!is_known()) return 0;
  const auto silence = static_cast<double>(silence_us(now_us));
  switch (options.kind) {
    case DetectorOptions::Kind::timeout:
      return silence / static_cast<double>(options.timeout_us);
    case DetectorOptions::Kind::exponential:
      return silence_in_means(now_us) / kLn10;
    case DetectorOptions::Kind::normal:
      break;
  }
  const double deviation = std::sqrt(intervals_.variance_us2());
  return normal_phi(silence, intervals_.mean_us(),
                    std::max<double>(deviation, options.min_deviation_us));
}

double FailureDetector::silence_in_means(uint64_t now_us) const {
  if (intervals_.count() == 0) return 0;
  return static_cast<double>(silence_us(now_us)) / intervals_.mean_us();
}

bool FailureDetector::convicts(uint64_t now_us, const DetectorOptions& options) const {
  if (!is_known()) return false;
  switch (options.kind) {
    case DetectorOptions::Kind::timeout:
      return silence_us(now_us) > options.timeout_us;
    case DetectorOptions::Kind::exponential:
      return silence_us(now_us) > longest_trusted_us(options);
    case DetectorOptions::Kind::normal:
      break;
  }
  return suspicion(now_us, options) >= options.threshold;
}

// The exponential form: threshold * ln 10 * mean, rounded down, so that a whole silence is above
// the one just if it is above the other.
uint64_t FailureDetector::longest_trusted_us(const DetectorOptions& options) const {
  SYSTEMSIM_ASSERT(options.threshold > 0 && options.threshold <= DetectorOptions::kMostThreshold);
  // In 2^-30; below 2^36, and a mean is at most 2^28.
  const auto factor = static_cast<uint64_t>(options.threshold * kLn10 * 0x1p30);
  const uint64_t mean = intervals_.sum_us() / intervals_.count();
  const uint64_t rest = intervals_.sum_us() % intervals_.count();
  return (factor * mean + factor * rest / intervals_.count()) >> 30;
}

bool LocalPause::may_convict(uint64_t now_us, uint64_t max_pause_us) {
  if (has_looked_ && now_us - looked_us_ > max_pause_us) {
    suspended_until_us_ = now_us + max_pause_us;
  }
  looked_us_ = now_us;
  has_looked_ = true;
  return now_us >= suspended_until_us_;
}

}  // namespace systemsim
