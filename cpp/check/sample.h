// Many numbers of which a few ranks are wanted in the end: percentiles without sorting. Counts by
// leading bits as the numbers come, and then looks only among those that share the leading bits of
// the rank.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace systemsim {

class Sample {
 public:
  // `count`: how many will come.
  explicit Sample(uint64_t count);

  // Finite numbers; what is below 0 counts as 0.
  void add(const double* values, size_t count);

  uint64_t count() const { return values_.size(); }
  // The smallest value that at least `per_thousand` of a thousand are at most (nearest rank).
  // Precondition: count() > 0 and 1 <= per_thousand <= 1000.
  double at(uint64_t per_thousand) const;
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> values_;
  std::vector<uint32_t> bins_;
};

}  // namespace systemsim
