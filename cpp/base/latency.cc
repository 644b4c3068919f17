#include "base/latency.h"

#include "base/math.h"

namespace systemsim {
namespace {

// The fits of PBS Table 3, in milliseconds; the exponential part is given by its rate there.
constexpr Distribution kLnkdSsd = {Distribution::Kind::pareto_exponential, 1.0 / 1.66, 0.9122,
                                   0.235, 10.0};
constexpr Distribution kLnkdDiskWrite = {Distribution::Kind::pareto_exponential, 1.0 / 0.183, 0.38,
                                         1.05, 1.51};
constexpr Distribution kYmmrWrite = {Distribution::Kind::pareto_exponential, 1.0 / 0.0028, 0.939,
                                     3.0, kYmmrWriteAlpha};
constexpr Distribution kYmmr = {Distribution::Kind::pareto_exponential, 1.0 / 0.0217, 0.982, 1.5,
                                3.8};

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
  }
  return "constant";
}

Distribution leg_of(Profile profile, Leg leg, double mean_ms) {
  switch (profile) {
    case Profile::constant:
      return {Distribution::Kind::constant, mean_ms, 0.0, 1.0, 1.0};
    case Profile::exponential:
      return {Distribution::Kind::exponential, mean_ms, 0.0, 1.0, 1.0};
    case Profile::lnkd_ssd:
      return kLnkdSsd;
    case Profile::lnkd_disk:
      return leg == Leg::write ? kLnkdDiskWrite : kLnkdSsd;
    case Profile::ymmr:
      return leg == Leg::write ? kYmmrWrite : kYmmr;
  }
  return {};
}

uint64_t sample_us(const Distribution& distribution, uint64_t seed, Entity entity) {
  double ms = distribution.mean_ms;
  if (distribution.kind != Distribution::Kind::constant) {
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
