#include "lab/run_judge.h"

#include <algorithm>
#include <optional>

#include "base/assert.h"
#include "cluster/record.h"

namespace systemsim {

RunPlan::RunPlan(const Scenario& scenario)
    : stage(std::make_shared<const Stage>(scenario.setup)), script(scenario.actions) {
  for (const InitialRecord& record : scenario.setup.records) {
    initial.emplace_back(record.key, record.value);
  }
}

RunPlan::RunPlan(const RunPlan& other, std::vector<Action> actions)
    : stage(other.stage), script(std::move(actions)), initial(other.initial) {}

RunJudge::RunJudge(std::shared_ptr<const RunPlan> plan, uint64_t seed, uint64_t max_events)
    : plan_(std::move(plan)), max_events_(max_events), world_(plan_->stage, seed) {}

uint64_t RunJudge::advance(uint64_t events) {
  const uint64_t before = world_.position();
  const uint64_t until = before + std::min(events, max_events_ - before);
  while (world_.position() < until) {
    if (!world_.step(plan_->script, watch_)) {
      finished_ = true;
      break;
    }
  }
  if (world_.position() == max_events_) finished_ = true;
  return world_.position() - before;
}

JudgedRun RunJudge::verdict(uint64_t max_states) const {
  SYSTEMSIM_ASSERT(finished_);
  return judge_run(operations(), world_, over(), max_states);
}

Finding RunJudge::finding(Promise promise, uint64_t max_states) const {
  SYSTEMSIM_ASSERT(finished_);
  const CallHistory calls = history();
  const bool of_copies = promise == Promise::convergence || promise == Promise::no_lost_write ||
                         (promise == Promise::no_lost_update && !calls.saw.empty());
  if (!of_copies) return judge_one(promise, calls, nullptr, max_states);
  const auto finals = final_copies(world_, operations(), calls, over());
  return judge_one(promise, calls, finals ? &*finals : nullptr, max_states);
}

}  // namespace systemsim
