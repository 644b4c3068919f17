#include "base/latency.h"

#include "base/assert.h"
#include "base/math.h"

namespace systemsim {
namespace {

// The fits of PBS Table 3, in milliseconds; the exponential part is given by its rate there.
constexpr Distribution kLnkdSsd = {
    Distribution::Kind::pareto_exponential, 1.0 / 1.66, 0.9122, 0.235, 10.0, {}};
constexpr Distribution kLnkdDiskWrite = {
    Distribution::Kind::pareto_exponential, 1.0 / 0.183, 0.38, 1.05, 1.51, {}};
constexpr Distribution kYmmrWrite = {
    Distribution::Kind::pareto_exponential, 1.0 / 0.0028, 0.939, 3.0, kYmmrWriteAlpha, {}};
constexpr Distribution kYmmr = {
    Distribution::Kind::pareto_exponential, 1.0 / 0.0217, 0.982, 1.5, 3.8, {}};

Distribution of_quantiles(const Quantiles& quantiles) {
  Distribution distribution;
  distribution.kind = Distribution::Kind::quantiles;
  distribution.quantiles = quantiles;
  return distribution;
}

}  // namespace

const char* name_of(Profile profile) {
  switch (profile) {
    case Profile::constant:
      return "constant";
    case Profile::exponential:
      return "exponential";
    case Profile::lnkd_ssd:
      return "lnkd-ssd";
    case Profile::lnkd_disk:
      return "lnkd-disk";
    case Profile::ymmr:
      return "ymmr";
    case Profile::wan:
      return "wan";
    case Profile::uniform:
      return "uniform";
    case Profile::pareto:
      return "pareto";
    case Profile::table:
      return "table";
  }
  return "constant";
}

double Quantiles::ms_at(double share) const {
  SYSTEMSIM_ASSERT(count >= kLeast && count <= kMost);
  uint32_t i = 1;
  while (i + 1 < count && points[i].share < share) ++i;
  const Point& from = points[i - 1];
  const Point& to = points[i];
  return from.ms + (to.ms - from.ms) * ((share - from.share) / (to.share - from.share));
}

double Quantiles::share_within(double ms) const {
  SYSTEMSIM_ASSERT(count >= kLeast && count <= kMost);
  if (points[0].ms > ms) return 0.0;
  uint32_t i = 1;
  while (i < count && points[i].ms <= ms) ++i;
  if (i == count) return 1.0;
  const Point& from = points[i - 1];
  const Point& to = points[i];
  return from.share + (to.share - from.share) * ((ms - from.ms) / (to.ms - from.ms));
}

Distribution leg_of(const ProfileChoice& choice, Leg leg) {
  Distribution distribution;
  switch (choice.profile) {
    case Profile::constant:
      distribution.mean_ms = choice.ms;
      return distribution;
    case Profile::exponential:
      distribution.kind = Distribution::Kind::exponential;
      distribution.mean_ms = choice.ms;
      return distribution;
    case Profile::lnkd_ssd:
      return kLnkdSsd;
    case Profile::lnkd_disk:
    case Profile::wan:
      return leg == Leg::write ? kLnkdDiskWrite : kLnkdSsd;
    case Profile::ymmr:
      if (leg != Leg::write) return kYmmr;
      distribution = kYmmrWrite;
      distribution.pareto_alpha = choice.alpha;
      return distribution;
    case Profile::uniform:
      return of_quantiles({2, {{{0.0, choice.min_ms}, {1.0, choice.max_ms}}}});
    case Profile::pareto:
      distribution.kind = Distribution::Kind::pareto_exponential;
      distribution.pareto_share = 1.0;
      distribution.pareto_xm_ms = choice.xm_ms;
      distribution.pareto_alpha = choice.alpha;
      return distribution;
    case Profile::table:
      return of_quantiles(choice.quantiles);
  }
  return distribution;
}

uint64_t sample_us(const Distribution& distribution, uint64_t seed, Entity entity) {
  double ms = distribution.mean_ms;
  if (distribution.kind == Distribution::Kind::quantiles) {
    ms = distribution.quantiles.ms_at(draw_unit(seed, Stream::latency, entity, 1));
  } else if (distribution.kind != Distribution::Kind::constant) {
    const double u = draw_unit(seed, Stream::latency, entity, 1);
    const bool pareto = distribution.kind == Distribution::Kind::pareto_exponential &&
                        draw_unit(seed, Stream::latency, entity, 0) < distribution.pareto_share;
    ms = pareto ? distribution.pareto_xm_ms *
                      portable_exp(-portable_log(u) / distribution.pareto_alpha)
                : -portable_log(u) * distribution.mean_ms;
  }
  const double us = ms * 1000.0 + 0.5;
  if (!(us < static_cast<double>(kMaxLatencyUs))) return kMaxLatencyUs;
  const auto rounded = static_cast<uint64_t>(us);
  return rounded < 1 ? 1 : rounded;
}

}  // namespace systemsim
