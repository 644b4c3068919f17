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

std::vector<FinalCopies> final_copies(const World& world, const CallHistory& history) {
  const Stage& stage = world.stage();
  std::vector<FinalCopies> finals;
  for (uint32_t key = 0; key < history.keys.size(); ++key) {
    const std::string& name = history.keys[key].name;
    finals.push_back({key, {}});
    for (const Endpoint node : stage.ring.preference_list(token_of(name), stage.setup.cluster.n)) {
      FinalCopies::Copy copy;
      std::optional<std::string> held;
      (void)world.machines()[node].node.store().get(name, held);
      if (held) {
        const OperationId operation = decode_record(*held).version.operation;
        copy.present = true;
        copy.from_run = operation != kInitialRecord;
        if (copy.from_run) copy.source = operation;
      }
      finals.back().copies.push_back(copy);
    }
  }
  return finals;
}

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

RunVerdict RunJudge::verdict(uint64_t max_states) const {
  SYSTEMSIM_ASSERT(finished_);
  RunVerdict result;
  result.history = history();
  const auto finals = final_copies(world_, result.history);
  result.verdict = judge(result.history, over() ? &finals : nullptr, max_states);
  result.operations = operations();
  return result;
}

Finding RunJudge::finding(Promise promise, uint64_t max_states) const {
  SYSTEMSIM_ASSERT(finished_);
  const CallHistory calls = history();
  const bool of_copies = promise == Promise::convergence || promise == Promise::no_lost_write;
  if (!of_copies) return judge_one(promise, calls, nullptr, max_states);
  const auto finals = final_copies(world_, calls);
  return judge_one(promise, calls, over() ? &finals : nullptr, max_states);
}

}  // namespace systemsim
