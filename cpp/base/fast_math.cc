#include "base/fast_math.h"

#include "base/math.h"

namespace systemsim {
FastMath::FastMath() : log_(), exp_() {
  for (uint64_t i = 0; i < kPieces; ++i) {
    const double middle = 1.0 + (static_cast<double>(i) + 0.5) / kPieces;
    pieces_[i].inverse = 1.0 / middle;
    // Of the rounded inverse, so that its rounding is no error.
    pieces_[i].log2 = -portable_log(pieces_[i].inverse) / kLn2;
    powers_[i] = bits_of(portable_exp(static_cast<double>(i) / kPieces * kLn2)) - (i << 45);
  }
  // log2(1 + r) = (r - r^2/2 + r^3/3 - ...) / ln 2; 2^r = 1 + r ln 2 + (r ln 2)^2/2! + ...
  double power = 1.0;
  for (size_t i = 0; i < 4; ++i) {
    const double n = static_cast<double>(i) + 1;
    log_[i] = (i % 2 == 0 ? 1.0 : -1.0) / (n * kLn2);
    power = power * kLn2 / n;
    exp_[i] = power;
  }
}

}  // namespace systemsim
