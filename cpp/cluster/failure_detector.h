// Whether a peer that is silent is dead: no message can tell (it may be slow, or the network cut),
// so a detector says how suspicious the silence is, and convicts from some level on. Chapter
// section 07. Three kinds, of which a node has one for all of its peers:
//
//   timeout      convicts after a fixed silence, whatever is usual
//   exponential  Cassandra's phi: silence in mean intervals, on a scale of powers of ten
//   normal       Akka's phi: how unlikely so long a silence is if intervals are normal
//
// Phi 8 says: were the model right, a live peer would be as silent as this once in 10^8 times. The
// paper (Hayashibara et al., SRDS 2004) has the normal form; the exponential one approximates it.
// Sources: apache/cassandra, gms/FailureDetector.java (CASSANDRA-2597 changed its scale);
// akka/akka, PhiAccrualFailureDetector.scala; both as of tests/data/gossip.json.
//
// Times are microseconds of the watcher's own clock. What is kept are integers, sums exact, so it
// is the same on every machine; of the doubles, only base/math.h's functions and sqrt, which IEEE
// 754 rounds one way, go beyond + - * /. Values: a copy is a snapshot.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace systemsim {

struct DetectorOptions {
  enum class Kind : uint8_t { timeout, exponential, normal };
  // 268 s. A thousand squares of deviations among such intervals fit into 64 bits.
  static constexpr uint32_t kMostIntervalUs = 1U << 28;
  static constexpr double kMostThreshold = 16;  // Cassandra's own bound
  static constexpr uint32_t kMostWindow = 1000;
  static constexpr uint32_t kLeastWindow = 8;

  Kind kind = Kind::exponential;
  uint64_t timeout_us = 10'000'000;  // timeout; from 1
  double threshold = 8;              // the phi forms; above 0, up to kMostThreshold
  // What is believed of a peer's intervals before they are known; 4 .. kMostIntervalUs / 2. The
  // exponential form begins with twice as much (better too patient than too hasty), and records no
  // longer gap, ever. The normal form begins with two samples, a quarter below and above.
  uint32_t heartbeat_us = 1'000'000;
  uint32_t min_deviation_us = 100'000;  // normal: no smaller standard deviation; from 1
  uint32_t window = kMostWindow;        // samples that are kept; 1 .. kMostWindow

  // The level from which suspicion convicts.
  double conviction_level() const { return kind == Kind::timeout ? 1 : threshold; }
};

// How many samples a peer's window has where `nodes` (from 1) watch one another, each all others:
// min(1000, 64 000 / nodes^2), at least 8, so that all windows together stay small.
uint32_t detector_window(uint32_t nodes);

// Akka's phi of a silence, -log10 of the probability of a longer one, by a logistic approximation
// to the normal distribution. The three in one unit, deviation above 0. From 0; never infinite for
// times within a century.
double normal_phi(double silence, double mean, double deviation);

// The last intervals between a peer's heartbeats.
class IntervalWindow {
 public:
  // interval_us: up to kMostIntervalUs. capacity: 1 .. kMostWindow; it may differ from the last
  // call's (a cluster grows), and as many of the oldest are dropped as have no room.
  void add(uint32_t interval_us, uint32_t capacity);

  uint32_t count() const { return static_cast<uint32_t>(intervals_us_.size()); }
  uint64_t sum_us() const { return sum_us_; }
  // These need count() > 0. The variance is the population's.
  double mean_us() const { return static_cast<double>(sum_us_) / count(); }
  double variance_us2() const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.sum_us_, self.squares_us2_, self.intervals_us_, self.oldest_);
  }

 private:
  uint64_t sum_us_ = 0;
  uint64_t squares_us2_ = 0;            // modulo 2^64
  std::vector<uint32_t> intervals_us_;  // a ring
  uint16_t oldest_ = 0;                 // where in it
};

// Watches one peer. 56 bytes and 4 a sample (40 and 4 in wasm32): a thousand nodes that watch one
// another, with 8 samples each, hold 88 MB (104 MB with what an allocation costs).
// A peer that restarted under a new generation may be given a fresh detector, as Cassandra does.
class FailureDetector {
 public:
  // A heartbeat came. A gap that is too long to be usual is not recorded: exponential, above twice
  // the heartbeat; normal, one that had convicted, or above kMostIntervalUs. A time before the
  // last one counts as that.
  void arrived(uint64_t now_us, const DetectorOptions& options);

  // Its silence until now is no evidence: it counts from now on. Precondition: is_known().
  void excuse(uint64_t now_us) { last_us_ = std::max(last_us_, now_us); }

  // A peer of whom nothing was ever heard is not suspected: 0, and not convicted.
  uint64_t silence_us(uint64_t now_us) const {
    return is_known() && now_us > last_us_ ? now_us - last_us_ : 0;
  }
  // How suspicious the silence is: its phi, or how many timeouts it lasts. From 0.
  double suspicion(uint64_t now_us, const DetectorOptions& options) const;
  // Phi as Cassandra's code has it since CASSANDRA-2597: the silence in mean intervals, which is
  // suspicion * ln 10. For the phi forms; 0 as long as nothing was heard.
  double silence_in_means(uint64_t now_us) const;
  // Exponential: suspicion above the threshold, compared in integers (exact but for the threshold
  // times ln 10, which is rounded down by less than 2^-29). Timeout: a silence above it.
  // Normal: suspicion from the threshold on.
  bool convicts(uint64_t now_us, const DetectorOptions& options) const;

  bool is_known() const { return last_us_ != kNever; }
  const IntervalWindow& intervals() const { return intervals_; }  // stays empty with timeout

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.last_us_, self.intervals_);
  }

 private:
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

  bool is_usual(uint64_t now_us, const DetectorOptions& options) const;
  uint64_t longest_trusted_us(const DetectorOptions& options) const;

  uint64_t last_us_ = kNever;
  IntervalWindow intervals_;
};

// Who has not looked for long was paused, and heard of nobody meanwhile: that is no evidence
// against its peers. One for each watcher, not for each peer. Source: FailureDetector.java,
// MAX_LOCAL_PAUSE, 5 s.
class LocalPause {
 public:
  static constexpr uint64_t kUsualUs = 5'000'000;

  // The watcher looks at its peers, at a time not before the last. Whether it may convict: not
  // after a pause above max_pause_us (from 1), nor until as much time has gone by since it ended.
  bool may_convict(uint64_t now_us, uint64_t max_pause_us);
  // Whether there was such a pause, and it may not convict yet: before it has looked again, or
  // since.
  bool is_over_for_less(uint64_t now_us, uint64_t max_pause_us) const {
    return now_us < suspended_until_us_ || (has_looked_ && now_us - looked_us_ > max_pause_us);
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.looked_us_, self.suspended_until_us_, self.has_looked_);
  }

 private:
  uint64_t looked_us_ = 0;
  uint64_t suspended_until_us_ = 0;
  bool has_looked_ = false;
};

}  // namespace systemsim
