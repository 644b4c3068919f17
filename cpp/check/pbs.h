// Probabilistically bounded staleness (Bailis et al., VLDB 2012): how fresh are reads of partial
// quorums, by Monte Carlo of the WARS model (check/wars.h), and in closed form by versions. Chapter
// section 05.
//
// Two ways to the age from which 99 % or 99.9 % of reads are fresh: PbsTrials gives the quantile,
// FirstPassage does what the paper's authors did, which comes out lower by up to 13 %.
//
// Everything is done in slices of trials; the slices' sizes change no result, and dropping an
// object cancels it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "check/sample.h"
#include "check/wars.h"

namespace systemsim {

// The paper's settings. `wan` is LNKD-DISK with each replica in a data centre of its own, 75 ms
// away from the others (section 5.5).
enum class PbsProfile : uint8_t { lnkd_ssd, lnkd_disk, ymmr, wan };

// The model of a profile, with n = 3 and r = w = 1.
WarsModel model_of(PbsProfile profile);

// Ages k * multiple / fraction ms, k = 0, 1, ...: a fraction, since k / 10 is the double nearest to
// the decimal and k * 0.1 is not. Both at least 1.
struct AgeGrid {
  uint32_t multiple = 1;
  uint32_t fraction = 1;

  double at(uint64_t k) const {
    return static_cast<double>(k) * static_cast<double>(multiple) / static_cast<double>(fraction);
  }
};

// The grid on which the authors looked, by the digits they print: SSD 0.01 ms, DISK and WAN 0.1 ms,
// YMMR 1 ms.
AgeGrid grid_of(PbsProfile profile);
// For any other model: the smallest power of ten from 0.001 to 1 000 000 ms with which `p999_ms`, a
// guess of where it ends, is within 1500 steps. For the four profiles with r = w = 1 that is the
// authors' grid.
AgeGrid grid_within(double p999_ms);

// What a read that is not yet within the bound is worth: the chance that it returns none of the k
// newest versions, when quorums do not expand (equation 2): (C(N-W, R) / C(N, R))^k.
// 1 <= r, w <= n; k >= 1.
double k_staleness(uint32_t n, uint32_t r, uint32_t w, uint32_t k);

class PbsTrials {
 public:
  static constexpr uint64_t kMaxTrials = 20'000'000;  // three numbers each are kept
  static constexpr size_t kMaxAges = 200;

  // 1 <= trials <= kMaxTrials; at most kMaxAges ages.
  PbsTrials(const WarsModel& model, uint64_t seed, uint64_t trials, std::vector<double> ages_ms);

  uint64_t done() const { return done_; }
  uint64_t total() const { return total_; }
  // Runs at most `budget` trials more.
  void advance(uint64_t budget);

  // Of the trials done, the share of reads that are fresh when they begin at age number `i`. 0 when
  // none are done.
  double p_fresh(size_t i) const;
  const Sample& read_ms() const { return read_ms_; }
  const Sample& write_ms() const { return write_ms_; }
  // The age from which a read is fresh, 0 when it is fresh at once.
  const Sample& fresh_from_ms() const { return fresh_from_ms_; }

 private:
  Wars wars_;
  uint64_t root_;
  uint64_t total_;
  uint64_t done_ = 0;
  std::vector<double> ages_ms_;
  std::vector<uint64_t> fresh_;  // by age
  Sample read_ms_;
  Sample write_ms_;
  Sample fresh_from_ms_;
};

// The authors' procedure for the t column of Table 4: at each step of the grid 50 000 new trials,
// and the first step at which a large enough share is fresh is the answer. A step ends as soon as
// its answer is known, which changes no answer.
class FirstPassage {
 public:
  static constexpr uint32_t kTrialsPerStep = 50'000;
  static constexpr uint64_t kMaxSteps = 100'000;

  FirstPassage(const WarsModel& model, uint64_t seed, AgeGrid grid);

  // Looks at at most `budget` trials more, in chunks of up to kChunk.
  void advance(uint64_t budget);
  bool finished() const { return p999_.has_value() || step_ == kMaxSteps; }
  uint64_t looked_at() const { return looked_at_; }  // trials so far
  uint64_t step() const { return step_; }
  const AgeGrid& grid() const { return grid_; }

  // The first age at which 99 % or 99.9 % were fresh; nothing while it is not reached.
  std::optional<double> p99_ms() const { return p99_; }
  std::optional<double> p999_ms() const { return p999_; }

 private:
  static constexpr uint32_t kChunk = 2048;
  static constexpr uint32_t kStale99 = kTrialsPerStep / 100;  // so many may be stale
  static constexpr uint32_t kStale999 = kTrialsPerStep / 1000;

  void end_step();

  Wars wars_;
  uint64_t root_;
  AgeGrid grid_;
  uint64_t step_ = 0;
  uint32_t trial_ = 0;  // of the step
  uint32_t stale_ = 0;
  uint64_t looked_at_ = 0;
  std::optional<double> p99_;
  std::optional<double> p999_;
  std::vector<uint64_t> keys_;  // of a chunk, those that may be stale
};

}  // namespace systemsim
