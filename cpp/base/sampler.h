// Many latencies from one distribution, in milliseconds and not rounded: for the Monte Carlo
// models, where base/latency.h's sample_us() would be most of the time. The same distributions,
// other luck: one draw decides both which part of a mixture it is and the value within it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/draw.h"
#include "base/fast_math.h"
#include "base/latency.h"

namespace systemsim {

class Sampler {
 public:
  static constexpr size_t kBlock = 128;
  // Far below, a Pareto value would leave a double's range.
  static constexpr double kMinAlpha = 0.1;
  static constexpr double kMaxAlpha = 1000.0;

  // Precondition: the distribution's fields are in their ranges, pareto_alpha at least kMinAlpha.
  explicit Sampler(const Distribution& distribution);

  // ms[i] = the latency that child number `index` of keys[i] draws. 1 <= count <= kBlock.
  void fill(const FastMath& math, const uint64_t* keys, size_t count, uint64_t index,
            double* ms) const;

  // The draws that may give more than some latency: the lowest and the highest ones.
  struct Tail {
    double below = 0.0;   // of the Pareto part
    double beyond = 0.0;  // of the other part, or of quantiles: 1 - draw is below this
    bool may_hold(double draw) const { return (draw < below) | (1.0 - draw < beyond); }
  };
  // A draw that it does not hold gives at most `ms`. It may hold a few draws too many, a millionth
  // of them.
  Tail tail(double ms) const;

 private:
  struct Part {
    double from = 0.0;  // a draw's place within its part: (draw - from) * scale, in (0, 1]
    double scale = 0.0;
    double per_bit = 1.0;  // what -log2 of that place is multiplied with
  };

  Distribution distribution_;
  std::array<Part, 2> parts_;  // exponential, Pareto
  double share_ = 0.0;         // of the Pareto part
  double xm_ms_ = 0.0;
};

}  // namespace systemsim
