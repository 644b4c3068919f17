// The same experiment with many different lucks: a scenario is run once for each seed, and one of
// its reads is done at several ages of the write that it waits for. What is counted comes from the
// same engine path as everything else. Works in slices, so that it can be watched and cancelled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/scenario.h"
#include "sim/world.h"

namespace systemsim {

class Trials : public Job {
 public:
  static constexpr uint64_t kMaxTrials = 10'000'000;
  static constexpr size_t kMaxAges = 200;
  static constexpr uint64_t kMaxReads = 5'000'000;  // trials times ages: each latency is kept
  static constexpr size_t kMaxOutcomes = 1000;
  static constexpr uint64_t kMaxEvents = 100'000;  // of one trial; a read not done by then is
                                                   // unanswered, as is one whose write was not

  // {"job": "trials", "scenario": {...}, "seeds": {"from", "to"}, "probe": index of a get that
  // waits for another action, "ages_us": [...]}
  static Result<Trials> read(const Json& job);

  uint64_t done() const { return done_; }
  uint64_t total() const { return last_seed_ - first_seed_ + 1; }
  // Runs at most `budget` trials more.
  void advance(uint64_t budget) override;
  // What has been counted so far; latencies once all are done.
  std::string json(uint32_t job) const override;

 private:
  struct Count {
    uint64_t fresh = 0;
    uint64_t stale = 0;
    uint64_t unanswered = 0;
  };

  Trials(Setup setup, std::vector<Action> actions, OperationId awaited,
         std::vector<OperationId> probes)
      : stage_(std::make_shared<const Stage>(std::move(setup))),
        script_(std::move(actions)),
        awaited_(awaited),
        probes_(std::move(probes)),
        counts_(probes_.size()) {}

  std::shared_ptr<const Stage> stage_;
  Script script_;
  OperationId awaited_;              // what the reads wait for
  std::vector<OperationId> probes_;  // the read at each age
  std::vector<uint64_t> ages_us_;
  uint64_t first_seed_ = 1;
  uint64_t last_seed_ = 1;
  uint64_t done_ = 0;
  std::vector<Count> counts_;  // by age
  std::string outcomes_;       // of the first age: f, s or u for each trial
  std::vector<uint64_t> read_us_;
  std::vector<uint64_t> write_us_;
};

}  // namespace systemsim
