#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/assert.h"
#include "base/bits.h"

namespace systemsim {
namespace {

// No double and no middle between two has more digits than 768. What is cut off beyond them counts
// only as "and a little more".
constexpr size_t kMaxDigits = 800;

// A natural number below 2^4096. The largest that is needed is 2^56 times 10^1130.
class Natural {
 public:
  bool is_zero() const { return count_ == 0; }

  void multiply_add(uint32_t factor, uint32_t summand) {
    uint64_t carry = summand;
    for (size_t i = 0; i < count_; ++i) {
      carry += uint64_t{words_[i]} * factor;
      words_[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) push(static_cast<uint32_t>(carry));
  }
  void multiply_by_ten_to(int64_t power) {
    for (; power >= 9; power -= 9) multiply_add(1'000'000'000, 0);
    for (; power > 0; --power) multiply_add(10, 0);
  }
  void shift_left(int64_t bits) {
    for (; bits >= 31; bits -= 31) multiply_add(1U << 31, 0);
    multiply_add(1U << bits, 0);
  }
  int64_t bits() const {
    return is_zero() ? 0 : static_cast<int64_t>(32 * count_) - __builtin_clz(words_[count_ - 1]);
  }
  bool less_than(const Natural& other) const {
    if (count_ != other.count_) return count_ < other.count_;
    for (size_t i = count_; i-- > 0;) {
      if (words_[i] != other.words_[i]) return words_[i] < other.words_[i];
    }
    return false;
  }
  // Precondition: `other` is not larger.
  void subtract(const Natural& other) {
    int64_t borrow = 0;
    for (size_t i = 0; i < count_; ++i) {
      borrow += int64_t{words_[i]} - (i < other.count_ ? other.words_[i] : 0);
      words_[i] = static_cast<uint32_t>(borrow);
      borrow >>= 32;
    }
    while (count_ > 0 && words_[count_ - 1] == 0) --count_;
  }

 private:
  void push(uint32_t word) {
    SYSTEMSIM_ASSERT(count_ < words_.size());
    words_[count_++] = word;
  }

  std::array<uint32_t, 128> words_{};
  size_t count_ = 0;  // words in use, the least first; the last is not 0
};

// The double nearest to above / below, neither of them 0.
double nearest(Natural above, Natural below) {
  constexpr int64_t kLeastPower = -1075;  // half of the smallest double
  constexpr int kQuotientBits = 55;
  // quotient * 2^power is the value cut off, in 54 or 55 bits, or fewer near 0.
  int64_t power = std::max(above.bits() - below.bits() - 54, kLeastPower);
  if (power < 0) {
    above.shift_left(-power);
  } else {
    below.shift_left(power);
  }
  below.shift_left(kQuotientBits);
  uint64_t quotient = 0;
  for (int i = 0; i <= kQuotientBits; ++i) {
    quotient <<= 1U;
    if (!above.less_than(below)) {
      above.subtract(below);
      quotient |= 1U;
    }
    above.shift_left(1);
  }
  bool more = !above.is_zero();  // than the quotient says
  if (quotient >> 54U != 0) {
    more = more || (quotient & 1U) != 0;
    quotient >>= 1U;
    ++power;
  }
  // The last of 54 bits is the half of what a double can tell.
  const bool half = (quotient & 1U) != 0;
  uint64_t fraction = quotient >> 1U;
  if (half && (more || (fraction & 1U) != 0)) ++fraction;
  // The leading bit of a normal number's fraction adds 1 to the exponent; so does a carry.
  const uint64_t exponent = static_cast<uint64_t>(power - kLeastPower);
  constexpr uint64_t kLargestExponent = 2046;
  return double_of(std::min((exponent << 52U) + fraction, (kLargestExponent + 1) << 52U));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The value of `digits` times ten to the `power`. `digits` do not begin or end with 0.
double value_of(std::string_view digits, int64_t power) {
  if (digits.empty()) return 0.0;
  const auto size = static_cast<int64_t>(digits.size());
  if (size + power > 310) return double_of(uint64_t{0x7ff} << 52U);
  if (size + power < -330) return 0.0;
  // Both are doubles without an error, so that IEEE 754 rounds once (Clinger, "How to Read Floating
  // Point Numbers Accurately", 1990).
  if (size <= 15 && power >= -22 && power <= 22) {
    double value = 0.0;
    double scale = 1.0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    for (int64_t i = 0; i < std::abs(power); ++i) scale *= 10;
    return power < 0 ? value / scale : value * scale;
  }
  Natural above;
  Natural below;
  for (const char digit : digits) above.multiply_add(10, static_cast<uint32_t>(digit - '0'));
  below.multiply_add(0, 1);
  (power < 0 ? below : above).multiply_by_ten_to(std::abs(power));
  return nearest(above, below);
}

}  // namespace

double decimal_value(std::string_view text) {
  size_t at = 0;
  const auto take = [&](char wanted) {
    const bool found = at < text.size() && text[at] == wanted;
    if (found) ++at;
    return found;
  };
  const bool minus = take('-');
  std::string digits;
  int64_t power = 0;
  bool more = false;  // than fits into `digits`
  bool fraction = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.') {
      fraction = true;
      continue;
    }
    if (!is_digit(text[at])) break;
    if (digits.empty() && text[at] == '0') {
      power -= fraction ? 1 : 0;
    } else if (digits.size() < kMaxDigits) {
      digits.push_back(text[at]);
      power -= fraction ? 1 : 0;
    } else {
      more = more || text[at] != '0';
      power += fraction ? 0 : 1;
    }
  }
  if (more) {
    digits.push_back('1');
    --power;
  }
  while (digits.ends_with('0')) {
    digits.pop_back();
    ++power;
  }
  if (take('e') || take('E')) {
    const bool down = take('-');
    if (!down) (void)take('+');
    constexpr int64_t kEnough = int64_t{1} << 40U;  // more than any text has digits
    int64_t exponent = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      exponent = std::min(exponent * 10 + (text[at] - '0'), kEnough);
    }
    power += down ? -exponent : exponent;
  }
  SYSTEMSIM_ASSERT(at == text.size());
  const double value = value_of(digits, power);
  return minus ? -value : value;
}

}  // namespace systemsim
