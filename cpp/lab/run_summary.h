// A whole run in one JSON object: what `systemsim run` prints, and what claims are measured on.
#pragma once

#include <string>
#include <vector>

#include "lab/operation_list.h"
#include "lab/scenario.h"
#include "lab/tally.h"

namespace systemsim {

// Watches a run: counts, and keeps its operations so that it can be judged.
class RunRecorder : public Tally {
 public:
  using Tally::Tally;

  const std::vector<Operation>& operations() const { return list_.operations(); }
  // The counts of Tally::write, the fields of write_verdict(), and "fates" (lab/fates.h) where the
  // traffic is the five records'.
  std::string summary(const World& world, const Script& script) const;

 protected:
  void began(const Operation& operation) final;
  void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) final;

 private:
  OperationList list_;
};

// Runs a scenario to its end.
std::string run_summary(const Scenario& scenario);

}  // namespace systemsim
