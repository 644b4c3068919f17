// Logarithm and exponential to base 2 for loops that need millions of them: a table and a short
// polynomial each, no division. Less exact than base/math.h, but as portable: + - * on doubles and
// words only, so the same bits from every compiler.
//
// One object holds tables and coefficients; make it once, outside the loop. Coefficients are
// members and not literals because a browser's compiler builds a literal anew at each use, which
// costs more than reading it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bits.h"

namespace systemsim {

class FastMath {
 public:
  FastMath();

  // -log2(x) of a positive, normal x. Absolute error below 1e-12 (tested against libm).
  double minus_log2(double x) const {
    const uint64_t bits = bits_of(x);
    const auto high = static_cast<uint32_t>(bits >> 32);
    const Piece& piece = pieces_[(high >> 13) & (kPieces - 1)];
    const double m = double_of((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
    const double minus_exponent = 1023 - static_cast<int32_t>(high >> 20);
    // log2(1 + r), |r| <= 1/256, by its series to the 4th power.
    const double r = m * piece.inverse - one_;
    const double r2 = r * r;
    return (minus_exponent - piece.log2) -
           (log_[0] * r + r2 * ((log_[1] + log_[2] * r) + r2 * log_[3]));
  }

  // 2^y for |y| <= 1000. Relative error below 1e-14 (tested against libm).
  double exp2(double y) const {
    // y = i / 128 + r: adding 1.5 * 2^45 leaves y's multiple of 1/128 in the lowest bits.
    const double shifted = y + shift_;
    const uint64_t i = bits_of(shifted);
    const double r = y - (shifted - shift_);
    const double r2 = r * r;
    // 2^r, |r| <= 1/256, by its series to the 4th power.
    const double p = exp_[0] * r + r2 * ((exp_[1] + exp_[2] * r) + r2 * exp_[3]);
    const double scale = double_of(powers_[i & (kPieces - 1)] + (i << 45));
    return scale + scale * p;
  }

 private:
  static constexpr size_t kPieces = 128;
  struct Piece {
    double inverse = 0;  // 1 / the middle of [1 + i/128, 1 + (i+1)/128)
    double log2 = 0;     // of that middle, so that log2(m) = log2 + log2(m * inverse)
  };

  std::array<Piece, kPieces> pieces_;
  std::array<uint64_t, kPieces> powers_;  // the bits of 2^(i/128), less i << 45
  std::array<double, 4> log_;
  std::array<double, 4> exp_;
  double one_ = 1.0;
  double shift_ = 0x1.8p45;
};

}  // namespace systemsim
