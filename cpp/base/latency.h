// How long a message takes: distributions and the named profiles of the PBS paper (Bailis et al.,
// VLDB 2012, Table 3). Chapter section 05.
//
// A profile gives one distribution for each leg: W (write), A (its acknowledgement), R (read),
// S (its response) and C (between a client and the machine that coordinates for it).
//
// One draw makes one latency, by the inverse of the distribution function and with base/math.h's
// functions alone: the same bits everywhere.
#pragma once

#include <array>
#include <cstdint>

#include "base/draw.h"

namespace systemsim {

// An inverse distribution function: straight lines between 2 to 16 points.
// Invariant once read: the shares ascend from 0 to 1, the times do not fall.
struct Quantiles {
  static constexpr uint32_t kLeast = 2;
  static constexpr uint32_t kMost = 16;
  struct Point {
    double share = 0.0;  // 0..1: so much of all messages take at most
    double ms = 0.0;     // so long; >= 0

    bool operator==(const Point&) const = default;
    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.share, self.ms);
    }
  };
  uint32_t count = 0;
  std::array<Point, kMost> points;  // the first `count`

  bool operator==(const Quantiles&) const = default;
  // The time that the share `share` (0..1) of all messages do not exceed.
  double ms_at(double share) const;
  // How much takes at most `ms`: the largest share with ms_at(share) <= ms; 0 when none has.
  double share_within(double ms) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.count, self.points);
  }
};

struct Distribution {
  // Values are part of the trace: append, never renumber.
  enum class Kind : uint8_t { constant, exponential, pareto_exponential, quantiles };
  Kind kind = Kind::constant;
  double mean_ms = 1.0;       // constant: the value; else the mean of the exponential part; > 0
  double pareto_share = 0.0;  // pareto_exponential only: chance of the Pareto part, 0..1
  double pareto_xm_ms = 1.0;  // its smallest value, > 0
  double pareto_alpha = 1.0;  // its tail exponent, > 0
  Quantiles quantiles = {};   // of the kind of that name only

  bool operator==(const Distribution&) const = default;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.kind, self.mean_ms, self.pareto_share, self.pareto_xm_ms, self.pareto_alpha);
    if (self.kind == Kind::quantiles) archive(self.quantiles);
  }
};

enum class Leg : uint8_t { write, ack, read, response, client };
constexpr int kLegs = 5;
constexpr const char* kLegNames[kLegs] = {"w", "a", "r", "s", "c"};

// The order is kept in saved states: append only.
enum class Profile : uint8_t {
  constant,     // always `ms`
  exponential,  // mean `ms`
  lnkd_ssd,     // LinkedIn, solid-state disks
  lnkd_disk,    // LinkedIn, spinning disks
  ymmr,         // Yammer; `alpha` is the tail of its writes
  wan,          // lnkd_disk's legs; what the way between data centres adds is no part of a profile
  uniform,      // `min_ms` to `max_ms`
  pareto,       // `xm_ms` and above, tail exponent `alpha`
  table,        // `quantiles`
};

// The tail exponent of YMMR's writes. Table 3 prints 3.35, but the authors' simulator ran with 3.5
// (nrw_solver/src/Simulator.java), and only 3.5 reproduces their Table 4 and the 89.3 % of the
// text.
constexpr double kYmmrWriteAlpha = 3.5;

// A profile with what it asks for; a profile reads the fields that are its own and no others.
struct ProfileChoice {
  Profile profile = Profile::lnkd_disk;
  double ms = 1.0;                 // constant: the value; exponential: the mean; 0.001 .. 60 000
  double alpha = kYmmrWriteAlpha;  // ymmr, pareto; 0.1 .. 1000
  double xm_ms = 1.0;              // pareto: the smallest value; 0.001 .. 60 000
  double min_ms = 0.0;             // uniform; 0 .. max_ms
  double max_ms = 2.0;             // uniform; 0.001 .. 60 000
  Quantiles quantiles = {};        // table; times 0 .. 60 000

  bool operator==(const ProfileChoice&) const = default;
};

// "constant", "exponential", "lnkd-ssd", "lnkd-disk", "ymmr", "wan", "uniform", "pareto", "table".
const char* name_of(Profile profile);

// One distribution of a profile. Precondition: the fields of its own are in their ranges.
Distribution leg_of(const ProfileChoice& choice, Leg leg);
// The same for the profiles that ask for no more than `ms`.
inline Distribution leg_of(Profile profile, Leg leg, double ms) {
  ProfileChoice choice;
  choice.profile = profile;
  choice.ms = ms;
  return leg_of(choice, leg);
}

// The longest a message may take: one hour. A heavier tail is cut there.
constexpr uint64_t kMaxLatencyUs = 3'600'000'000ULL;

// A latency in microseconds, at least 1 and at most kMaxLatencyUs.
uint64_t sample_us(const Distribution& distribution, uint64_t seed, Entity entity);

}  // namespace systemsim
