#include "check/sample.h"

#include <algorithm>

#include "base/assert.h"
#include "base/bits.h"

namespace systemsim {
namespace {

// Of numbers from 0 up, bits are in the order of the numbers. The exponent and 5 bits more: a bin
// is at most a 32nd of its value wide.
constexpr int kShift = 47;
size_t bin_of(double value) { return static_cast<size_t>(bits_of(value) >> kShift); }

}  // namespace

Sample::Sample(uint64_t count) : bins_(size_t{1} << (63 - kShift), 0) {
  values_.reserve(static_cast<size_t>(count));
}

void Sample::add(const double* values, size_t count) {
  const size_t from = values_.size();
  values_.insert(values_.end(), values, values + count);
  for (size_t i = from; i < values_.size(); ++i) {
    values_[i] = values_[i] > 0.0 ? values_[i] : 0.0;
    ++bins_[bin_of(values_[i])];
  }
}

double Sample::at(uint64_t per_thousand) const {
  SYSTEMSIM_ASSERT(!values_.empty() && per_thousand >= 1 && per_thousand <= 1000);
  uint64_t rank = (values_.size() * per_thousand + 999) / 1000 - 1;
  size_t bin = 0;
  while (rank >= bins_[bin]) rank -= bins_[bin++];
  std::vector<double> among;
  among.reserve(bins_[bin]);
  for (const double value : values_) {
    if (bin_of(value) == bin) among.push_back(value);
  }
  const auto place = among.begin() + static_cast<std::ptrdiff_t>(rank);
  // portable: only the value at the place is used, and that is the same from every library
  std::nth_element(among.begin(), place, among.end());
  return *place;
}

}  // namespace systemsim
