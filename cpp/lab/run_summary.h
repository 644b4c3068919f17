// A whole run in one JSON object: what `systemsim run` prints, and what claims are measured on.
#pragma once

#include <optional>
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
  // Runs `world`, and looks at its copies on the way, until the next event lies after `until_us` or
  // it is at `until_position`. Without `divergence` it does not look.
  void run(World& world, const Script& script, uint64_t until_us,
           uint64_t until_position = UINT64_MAX, bool divergence = true);
  // The counts of Tally::write, the fields of write_verdict(), "fates" (lab/fates.h) where the
  // traffic is the five records', and "counters".
  std::string summary(const World& world, const Script& script) const;
  // The fields of Tally::write_counters; and "divergence" (lab/counters.h) after run().
  void write_counters(JsonWriter& writer, const World& world) const;

 protected:
  void began(const Operation& operation) final;
  void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) final;

 private:
  OperationList list_;
  std::optional<Divergence> divergence_;
};

// Runs a scenario to its end; the summary has its divergence if that is asked for.
std::string run_summary(const Scenario& scenario, bool divergence = true);

}  // namespace systemsim
