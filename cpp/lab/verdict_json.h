// A verdict as JSON: what `systemsim run` prints of a run, the view "verdict" shows of a session,
// and `systemsim check` says of a history. Calls are named by their source: an operation's id in a
// run, a line in a file.
#pragma once

#include "check/promises.h"
#include "lab/json_writer.h"

namespace systemsim {

// The fields of an object that is open:
//   "verdict": {"linearizable": {"state": "broken", "tests": 9, "ops": [3, 5]}, ...,
//               "k_staleness": {"state": "held", "tests": 9, "k": 2, "ops": [5]}},
//   "weakest_broken": "regular" or null
void write_promises(JsonWriter& writer, const CallHistory& history, const Verdict& verdict);

// And of a run, besides:
//   "counterexample": null, or {"key", "ops": [...], "first_unexplained": op,
//                               "tried": [{"order": [ops], "value": "1" or null}]}
void write_verdict(JsonWriter& writer, const CallHistory& history, const Verdict& verdict);

// [{"order": [3, 4], "value": "1" or null}, ...]
void write_attempts(JsonWriter& writer, const CallHistory& history,
                    const std::vector<Linearizability::Attempt>& attempts);

}  // namespace systemsim
