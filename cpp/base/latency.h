// How long a message takes: distributions and the named profiles of the PBS paper (Bailis et al.,
// VLDB 2012, Table 3). Chapter section 05.
//
// A profile gives one distribution for each leg: W (write), A (its acknowledgement), R (read),
// S (its response) and C (between a client and the machine that coordinates for it).
#pragma once

#include <array>
#include <cstdint>

#include "base/draw.h"

namespace systemsim {

struct Distribution {
  enum class Kind : uint8_t { constant, exponential, pareto_exponential };
  Kind kind = Kind::constant;
  double mean_ms = 1.0;       // constant: the value; else the mean of the exponential part; > 0
  double pareto_share = 0.0;  // pareto_exponential only: chance of the Pareto part, 0..1
  double pareto_xm_ms = 1.0;  // its smallest value, > 0
  double pareto_alpha = 1.0;  // its tail exponent, > 0

  bool operator==(const Distribution&) const = default;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.kind, self.mean_ms, self.pareto_share, self.pareto_xm_ms, self.pareto_alpha);
  }
};

enum class Leg : uint8_t { write, ack, read, response, client };
constexpr int kLegs = 5;

// The order is kept in saved states: append only.
enum class Profile : uint8_t { constant, exponential, lnkd_ssd, lnkd_disk, ymmr };

// The tail exponent of YMMR's writes. Table 3 prints 3.35, but the authors' simulator ran with 3.5
// (nrw_solver/src/Simulator.java), and only 3.5 reproduces their Table 4 and the 89.3 % of the
// text.
constexpr double kYmmrWriteAlpha = 3.5;

// "constant", "exponential", "lnkd-ssd", "lnkd-disk", "ymmr".
const char* name_of(Profile profile);

// One distribution of a profile. `mean_ms` is used by constant and exponential only.
Distribution leg_of(Profile profile, Leg leg, double mean_ms);

// The longest a message may take: one hour. A heavier tail is cut there.
constexpr uint64_t kMaxLatencyUs = 3'600'000'000ULL;

// A latency in microseconds, at least 1 and at most kMaxLatencyUs.
uint64_t sample_us(const Distribution& distribution, uint64_t seed, Entity entity);

}  // namespace systemsim
