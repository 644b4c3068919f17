// Ranks 1, 2, ... by Zipf's law: rank k comes with a chance proportional to k^-exponent. Exact, and
// as quick for a million ranks as for ten.
//
// By rejection-inversion (Hörmann and Derflinger, ACM TOMACS 6(3), 1996): the inverse of the
// integral of x^-exponent proposes a rank, which is nearly always taken. Portable: base/math.h
// only.
#pragma once

#include <cstdint>

#include "base/draw.h"

namespace systemsim {

class Zipf {
 public:
  static constexpr double kLeastExponent = 0.01;
  static constexpr double kMostExponent = 5.0;

  // Precondition: count >= 1, kLeastExponent <= exponent <= kMostExponent.
  Zipf(uint32_t count, double exponent);

  // 1 .. count. Attempt i uses draw i about `entity`, and nobody else may use these.
  uint32_t rank(uint64_t seed, Stream stream, Entity entity) const;

 private:
  double density(double x) const;           // x^-exponent
  double integral(double x) const;          // of the density from 1 to x
  double inverse_integral(double y) const;  // the x whose integral is y

  uint32_t count_ = 1;
  double exponent_ = 1.0;
  double from_ = 0.0;  // the proposals' integrals lie between these two
  double to_ = 0.0;
  double close_ = 0.0;  // a proposal so near to its rank is taken unseen
};

}  // namespace systemsim
