// Makes a history of one key that is not linearizable as small as it can be while it still is not.
//
// A call is dropped only together with every call that may have seen what it wrote (a read of its
// value that ended after it began, a conditional write that found it, whoever saw those, ...).
// Otherwise everything would shrink to "a read from nowhere". What is left of a right history after
// such a drop is right again, so what is left here is wrong for a reason of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "check/call.h"
#include "check/linearizer.h"

namespace systemsim {

// `calls` (in order of beginning) with `dropped` (one of them), and all that goes with it, gone.
std::vector<uint32_t> without(const CallHistory& history, const std::vector<uint32_t>& calls,
                              const std::vector<uint32_t>& dropped);

// `calls`: of one key, in order of beginning, not linearizable. `max_states`: the budget of each
// search; what cannot be decided within it counts as right. The result is locally minimal: dropping
// any one call more makes it linearizable (or leaves it undecided).
std::vector<uint32_t> minimal_counterexample(const CallHistory& history,
                                             std::vector<uint32_t> calls, uint64_t max_states,
                                             AppendedValues& appended);

}  // namespace systemsim
