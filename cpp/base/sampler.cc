#include "base/sampler.h"

#include <algorithm>

#include "base/assert.h"
#include "base/math.h"

namespace systemsim {
Sampler::Sampler(const Distribution& distribution) : distribution_(distribution), parts_() {
  using Kind = Distribution::Kind;
  if (distribution.kind == Kind::pareto_exponential) {
    SYSTEMSIM_ASSERT(distribution.pareto_alpha >= kMinAlpha);
    share_ = distribution.pareto_share;
    xm_ms_ = distribution.pareto_xm_ms;
  }
  // The exponential part counts from the upper end, where its draws are: 1 - draw is exact.
  if (share_ < 1.0) parts_[0] = {1.0, -1.0 / (1.0 - share_), distribution.mean_ms * kLn2};
  if (share_ > 0.0) parts_[1] = {0.0, 1.0 / share_, 1.0 / distribution.pareto_alpha};
}

void Sampler::fill(const FastMath& math, const uint64_t* keys, size_t count, uint64_t index,
                   double* ms) const {
  SYSTEMSIM_ASSERT(count <= kBlock);
  if (distribution_.kind == Distribution::Kind::constant) {
    std::fill(ms, ms + count, distribution_.mean_ms);
    return;
  }
  if (distribution_.kind == Distribution::Kind::quantiles) {
    for (size_t i = 0; i < count; ++i) {
      ms[i] = distribution_.quantiles.ms_at(unit_of(child_key(keys[i], index)));
    }
    return;
  }
  // Two passes without a branch on luck: all the logarithms, then the powers of those that are
  // Pareto, which the first pass has listed.
  uint32_t pareto[kBlock];
  size_t paretos = 0;
  for (size_t i = 0; i < count; ++i) {
    const double u = unit_of(child_key(keys[i], index));
    const bool is_pareto = u < share_;
    const Part& part = parts_[is_pareto ? 1 : 0];
    pareto[paretos] = static_cast<uint32_t>(i);
    paretos += is_pareto ? 1 : 0;
    // Rounding may lift the place a hair above 1, and the logarithm below 0.
    const double bits = math.minus_log2((u - part.from) * part.scale);
    ms[i] = (bits > 0.0 ? bits : 0.0) * part.per_bit;
  }
  for (size_t j = 0; j < paretos; ++j) {
    double& value = ms[pareto[j]];
    value = xm_ms_ * math.exp2(value);
  }
}

Sampler::Tail Sampler::tail(double ms) const {
  // More than fill()'s own error, and than that of the bounds.
  constexpr double kMargin = 1.0 + 1e-6;
  constexpr double kRounding = 1e-15;  // of a share, which is near 1 where the bound is near 0
  if (distribution_.kind == Distribution::Kind::constant) {
    return {distribution_.mean_ms > ms ? 1.0 : 0.0, 0.0};
  }
  if (distribution_.kind == Distribution::Kind::quantiles) {
    return {0.0, (1.0 - distribution_.quantiles.share_within(ms)) * kMargin + kRounding};
  }
  if (ms <= 0.0) return {1.0, 1.0};
  Tail tail;
  tail.beyond = (1.0 - share_) * portable_exp(-ms / distribution_.mean_ms) * kMargin;
  if (share_ > 0.0) {
    const double over = ms > xm_ms_ ? portable_log(ms / xm_ms_) : 0.0;
    tail.below = share_ * portable_exp(-over * distribution_.pareto_alpha) * kMargin;
  }
  return tail;
}

}  // namespace systemsim
