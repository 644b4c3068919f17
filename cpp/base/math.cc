#include "base/math.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/assert.h"
#include "base/bits.h"

namespace systemsim {
namespace {

// ln 2 in two parts: the high part has 32 trailing zero bits, so k * kLn2High is exact.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;

}  // namespace

double portable_log(double x) {
  SYSTEMSIM_ASSERT(x >= std::numeric_limits<double>::min() &&
                   x <= std::numeric_limits<double>::max());
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)).
  const auto bits = bits_of(x);
  int e = static_cast<int>(bits >> 52) - 1023;
  double m = double_of((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    e += 1;
  }
  // log m = 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...), |s| <= 0.1716.
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double sum = 1.0 / 25.0;
  for (int k = 23; k >= 3; k -= 2) sum = sum * z + 1.0 / k;
  const double log_m = 2.0 * s + 2.0 * s * (z * sum);
  const double k = e;
  return k * kLn2High + (k * kLn2Low + log_m);
}

double portable_exp(double x) {
  if (x < -700.0) return 0.0;
  if (x > 700.0) return std::numeric_limits<double>::infinity();
  // x = k ln 2 + r with |r| <= 0.3466; e^r by its Taylor series to the 14th power.
  const double k = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1.0;
  for (int i = 14; i >= 1; --i) sum = 1.0 + sum * (r / i);
  const auto exponent = static_cast<uint64_t>(static_cast<int64_t>(k) + 1023);
  return sum * double_of(exponent << 52);
}

}  // namespace systemsim
