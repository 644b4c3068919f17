// One run, from its beginning to its end, and which promises it kept. Works in slices, so that a
// job can run many.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "check/promises.h"
#include "lab/judged_run.h"
#include "lab/operation_list.h"
#include "lab/scenario.h"
#include "sim/world.h"

namespace systemsim {

// What the runs of one scenario share, whatever their seed.
struct RunPlan {
  explicit RunPlan(const Scenario& scenario);
  // The same setup with other actions: the ring need not be built again.
  RunPlan(const RunPlan& other, std::vector<Action> actions);

  std::shared_ptr<const Stage> stage;
  Script script;
  std::vector<std::pair<std::string, std::string>> initial;  // keys and values
};

class RunJudge {
 public:
  // A run that is not over after `max_events` is judged as far as it came; what would have become
  // of its copies is then not known.
  RunJudge(std::shared_ptr<const RunPlan> plan, uint64_t seed,
           uint64_t max_events = Limits::kSessionEvents);

  // Processes at most `events` events more; how many it did.
  uint64_t advance(uint64_t events);
  bool finished() const { return finished_; }

  const std::vector<Operation>& operations() const { return watch_.list.operations(); }
  const World& world() const { return world_; }

  // Precondition of these: finished(). `max_states`: the budget for linearizable.
  JudgedRun verdict(uint64_t max_states) const;
  // One promise alone: see judge_one().
  Finding finding(Promise promise, uint64_t max_states) const;

 private:
  struct Watch : Observer {
    OperationList list;
    void on_begin(const Operation& operation) override { list.began(operation); }
    void on_end(const Operation& operation) override { list.ended(operation); }
  };

  CallHistory history() const {
    return calls_of(operations(), plan_->initial,
                    keeps_siblings(plan_->stage->setup.cluster.calls.versions));
  }
  bool over() const { return !world_.next_us(plan_->script); }

  std::shared_ptr<const RunPlan> plan_;
  uint64_t max_events_ = 0;
  World world_;
  Watch watch_;
  bool finished_ = false;
};

}  // namespace systemsim
