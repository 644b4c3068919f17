#include "base/decimal.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "base/bits.h"
#include "support.h"

namespace decimal_test {

using namespace systemsim;
using systemsim::test::Dice;
using systemsim::test::kLuckShare;

namespace {

// Compares with the C library's reader, which rounds exactly where the tests run.
class Comparison {
 public:
  void read(const std::string& text) {
    if (bits_of(decimal_value(text)) == bits_of(std::strtod(text.c_str(), nullptr))) return;
    if (wrong_++ == 0) first_wrong_ = text;
  }
  void check() const { CHECK_MESSAGE(wrong_ == 0, first_wrong_); }

 private:
  int wrong_ = 0;
  std::string first_wrong_;
};

std::string digits_of(Dice& dice, uint32_t count) {
  std::string digits;
  for (uint32_t i = 0; i < count; ++i) digits.push_back(static_cast<char>('0' + dice.below(10)));
  return digits;
}

// The digits of a natural number times `factor`.
std::string times(const std::string& digits, uint64_t factor) {
  std::string backwards;
  uint64_t carry = 0;
  for (size_t i = digits.size(); i-- > 0;) {
    carry += static_cast<uint64_t>(digits[i] - '0') * factor;
    backwards.push_back(static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
  for (; carry != 0; carry /= 10) backwards.push_back(static_cast<char>('0' + carry % 10));
  return {backwards.rbegin(), backwards.rend()};
}

// The middle between the double with these bits and the next one, to its last digit.
std::string middle_after(uint64_t bits, std::string& exponent) {
  const auto biased = static_cast<int>(bits >> 52U);
  uint64_t fraction = bits & ((uint64_t{1} << 52U) - 1);
  if (biased != 0) fraction |= uint64_t{1} << 52U;
  int power = std::max(biased, 1) - 1075 - 1;  // of two
  std::string digits = std::to_string(2 * fraction + 1);
  exponent = power < 0 ? "e" + std::to_string(power) : "";
  const uint64_t factor = power < 0 ? 5 : 2;
  for (power = std::abs(power); power >= 9; power -= 9) {
    digits = times(digits, static_cast<uint64_t>(std::pow(factor, 9)));
  }
  for (; power > 0; --power) digits = times(digits, factor);
  return digits;
}

}  // namespace

TEST_CASE("decimal numbers are read as the C library reads them: short ones, long ones, powers") {
  Dice dice(1);
  Comparison comparison;
  for (uint64_t i = 0; i < 190'000 / kLuckShare; ++i) {
    std::string text = dice.chance(0.5) ? "-" : "";
    text += digits_of(dice, 1 + dice.below(dice.chance(0.1) ? 400 : 20));
    if (dice.chance(0.7)) {
      text += "." + digits_of(dice, 1 + dice.below(dice.chance(0.1) ? 900 : 20));
    }
    if (dice.chance(0.7)) {
      text += dice.chance(0.5) ? "e" : "E";
      text += dice.chance(0.6) ? "-" : dice.chance(0.5) ? "+" : "";
      text += std::to_string(dice.below(dice.chance(0.5) ? 25 : 360));
    }
    comparison.read(text);
  }
  comparison.check();
}

TEST_CASE("every double reads back from 17 digits, from fewer, and from all it has") {
  Dice dice(2);
  Comparison comparison;
  char text[1200];
  for (uint64_t i = 0; i < 60'000 / kLuckShare; ++i) {
    const double value = double_of(dice.next());
    if (!std::isfinite(value)) continue;
    for (const int digits : {17, static_cast<int>(1 + dice.below(17))}) {
      (void)std::snprintf(text, sizeof text, "%.*g", digits, value);
      comparison.read(text);
      if (digits == 17) CHECK(bits_of(decimal_value(text)) == bits_of(value));
    }
    if (i % 10 != 0) continue;
    (void)std::snprintf(text, sizeof text, "%.770e", value);
    CHECK(bits_of(decimal_value(text)) == bits_of(value));
  }
  comparison.check();
}

TEST_CASE("a decimal number half way between two doubles goes to the even one") {
  Dice dice(3);
  Comparison comparison;
  for (uint64_t i = 0; i < 10'000 / kLuckShare; ++i) {
    uint64_t bits = dice.next() >> 1U;
    if (dice.chance(0.2)) bits &= (uint64_t{1} << 53U) - 1;     // subnormal, or just above
    if (dice.chance(0.5)) bits &= ~((uint64_t{1} << 40U) - 1);  // few bits
    if (dice.chance(0.1)) bits = (bits >> 52U << 52U) + (uint64_t{1} << 52U) - 1;
    if (bits >> 52U >= 2047) continue;
    std::string exponent;
    std::string digits = middle_after(bits, exponent);
    const double value = decimal_value(digits + exponent);
    CHECK(bits_of(value) == bits + (bits & 1U));
    const auto read_with = [&](const std::string& more) {
      std::string text = digits;
      text += more;
      text += exponent;
      comparison.read(text);
    };
    read_with("");
    read_with(".000");
    // A little more and a little less, perhaps after very many digits.
    read_with("." + std::string(dice.below(900), '0') + "1");
    if (digits.back() == '0') continue;
    --digits.back();
    read_with("." + std::string(1 + dice.below(20), '9'));
    read_with("");
  }
  comparison.check();
}

TEST_CASE("decimal numbers at the ends of what a double can tell") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(decimal_value("1.7976931348623157e308") == std::numeric_limits<double>::max());
  CHECK(decimal_value("1.7976931348623158e308") == std::numeric_limits<double>::max());
  CHECK(decimal_value("1.7976931348623159e308") == infinity);
  CHECK(decimal_value("-1e309") == -infinity);
  CHECK(decimal_value("1e99999999999999999999") == infinity);
  CHECK(decimal_value("4.9e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(decimal_value("2.4703282292062327e-324") == 0.0);
  CHECK(decimal_value("2.4703282292062328e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(decimal_value("2.2250738585072011e-308") == 2.2250738585072011e-308);
  CHECK(decimal_value("2.2250738585072014e-308") == std::numeric_limits<double>::min());
  CHECK(decimal_value("1e-99999999999999999999") == 0.0);
  CHECK(decimal_value("0e99999999999999999999") == 0.0);
  for (const char* zero : {"-0", "-0.0", "-0e5", "-1e-400"}) {
    CHECK(bits_of(decimal_value(zero)) == bits_of(-0.0));
  }
  // A zero after another does not count, wherever the point is.
  CHECK(decimal_value("0." + std::string(5000, '0') + "25e5001") == 2.5);
  CHECK(decimal_value("25" + std::string(5000, '0') + "e-5001") == 2.5);
  CHECK(decimal_value("1" + std::string(2000, '0') + "1e-2001") == 1.0);
}

}  // namespace decimal_test
