// A run's operations, judged; and what the machines hold of its keys in the end, for the promises
// that are read off the copies (convergence, lost writes).
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "check/promises.h"
#include "sim/world.h"

namespace systemsim {

// Of the keys of `history`, which is what the clients saw of `operations`. Nothing while something
// may still happen to the copies: the run is not `over`, or a message is kept at a door.
std::optional<std::vector<FinalCopies>> final_copies(const World& world,
                                                     const std::vector<Operation>& operations,
                                                     const CallHistory& history, bool over);

// The operations of a run of `world`, judged. What the copies hold counts once the run is `over`
// and nothing is kept at a door.
struct JudgedRun {
  CallHistory history;  // a guilty call's `source` is its operation
  Verdict verdict;
};
JudgedRun judge_run(const std::vector<Operation>& operations, const World& world, bool over,
                    uint64_t max_states = kDefaultStates);

}  // namespace systemsim
