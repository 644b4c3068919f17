// How many rounds of gossip pass until all machines know what one has said. Chapter section 07; A.
// Frieze and G. Grimmett, "The shortest-path problem for graphs with random arc-lengths", Discrete
// Applied Mathematics 10 (1985), for `push`; R. Karp et al., "Randomized Rumor Spreading", FOCS
// 2000. The machines' own gossip (cluster/gossip.h), in step and without a network: whatever is
// said in a round was known when it began.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cluster/gossip.h"
#include "lab/job.h"
#include "lab/json.h"

namespace systemsim {

class Rumour {
 public:
  static constexpr uint32_t kMostNodes = 10'000;
  static constexpr uint64_t kMostRuns = 10'000;

  // {"kind": "rumour", "nodes", "spread": "push" (by default), "pull" or "push-pull", "fanout",
  //  "runs": 100 by default, "seed": of the first, 1 by default; each has the next}
  static Result<Rumour> read(const Json& job);

  uint64_t total() const { return runs_; }
  uint64_t done() const { return done_; }
  // A unit is one run.
  void advance(uint64_t budget);
  // {"nodes", "runs", "rounds": their mean, "least", "most", "calls": of one machine on another,
  // the mean of a run}
  std::string json(uint32_t job) const;
  double mean_rounds() const { return static_cast<double>(rounds_) / static_cast<double>(done_); }

 private:
  uint32_t run(uint64_t seed);

  uint32_t nodes_ = 0;
  GossipSettings settings_;
  uint64_t seed_ = 1;
  uint64_t runs_ = 100;
  uint64_t done_ = 0;
  uint64_t rounds_ = 0;
  uint64_t calls_ = 0;
  uint32_t least_ = UINT32_MAX;
  uint32_t most_ = 0;
};

}  // namespace systemsim
