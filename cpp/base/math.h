// Portable mathematics: the same bits from every compiler and C library. The library's exp, log and
// pow differ between glibc and musl, so nothing on a recorded path may use them; + - * / do not
// differ (IEEE 754, contraction switched off in CMakeLists.txt).
#pragma once

namespace systemsim {

constexpr double kLn2 = 0.6931471805599453;  // the natural logarithm of 2

// Natural logarithm of a positive, normal x. Relative error below 4e-16 (tested against libm).
double portable_log(double x);

// e to the x. Relative error below 4e-16 for |x| <= 700; 0 below -700, infinity above 700.
double portable_exp(double x);

}  // namespace systemsim
