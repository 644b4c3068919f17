#include "base/zipf.h"

#include <algorithm>

#include "base/assert.h"
#include "base/math.h"

namespace systemsim {
namespace {

// Below this |t| the two quotients are taken from their series, which lose no digits there.
constexpr double kSmall = 0.01;

// (e^t - 1) / t
double exp_quotient(double t) {
  if (t > kSmall || t < -kSmall) return (portable_exp(t) - 1.0) / t;
  double sum = 1.0;
  for (int k = 9; k >= 2; --k) sum = 1.0 + sum * (t / k);
  return sum;
}

// log(1 + t) / t
double log_quotient(double t) {
  if (t > kSmall || t < -kSmall) return portable_log(1.0 + t) / t;
  double sum = 0.0;
  for (int k = 10; k >= 1; --k) sum = 1.0 / k - t * sum;
  return sum;
}

}  // namespace

Zipf::Zipf(uint32_t count, double exponent) : count_(count), exponent_(exponent) {
  SYSTEMSIM_ASSERT(count >= 1);
  SYSTEMSIM_ASSERT(exponent >= kLeastExponent && exponent <= kMostExponent);
  from_ = integral(1.5) - 1.0;
  to_ = integral(count + 0.5);
  close_ = 2.0 - inverse_integral(integral(2.5) - density(2.0));
}

double Zipf::density(double x) const { return portable_exp(-exponent_ * portable_log(x)); }

double Zipf::integral(double x) const {
  const double log_x = portable_log(x);
  return exp_quotient((1.0 - exponent_) * log_x) * log_x;
}

double Zipf::inverse_integral(double y) const {
  // Rounding may take the argument of the logarithm to 0 where the integral nears its limit.
  const double t = std::max(y * (1.0 - exponent_), -1.0 + 0x1p-53);
  return portable_exp(log_quotient(t) * y);
}

uint32_t Zipf::rank(uint64_t seed, Stream stream, Entity entity) const {
  for (uint64_t attempt = 0;; ++attempt) {
    const double y = to_ + draw_unit(seed, stream, entity, attempt) * (from_ - to_);
    const double x = inverse_integral(y);
    const double k = static_cast<double>(
        static_cast<uint32_t>(std::clamp(x + 0.5, 1.0, static_cast<double>(count_))));
    if (k - x <= close_ || y >= integral(k + 0.5) - density(k)) return static_cast<uint32_t>(k);
  }
}

}  // namespace systemsim
