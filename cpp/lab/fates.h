// What became of each of the five records in a run of their traffic: the promise that it needs, put
// to the test over its own calls. Chapter sections 05 and 10.
//
//   last_login  convergence: in the end all copies are equal
//   session     read_your_writes
//   cart        no_lost_update: no item is lost
//   feature     regular: no read is stale. It can do without; `stale` says how often it had to, and
//               `share_of_reads` how hot it is. Judged as the run's stale reads are
//   counter     no_lost_update, and no acknowledged increment missing from the final count
#pragma once

#include <vector>

#include "lab/json_writer.h"
#include "sim/world.h"

namespace systemsim {

// The fields of the object that is open, one a record, by name:
//   "last_login": {"key", "needs": promise, "state", "tests", "ops": guilty operations,
//                  "reads": answered ones, "writes": acknowledged ones, "stale": reads,
//                  "share_of_reads": of all answered reads of the run, null when there are none}
//   "counter" has besides: "first", "increments": acknowledged ones, "final", "lost": at least so
//             many increments are missing from the final count. The last two are null while the
//             run is not over, and when an action wrote to the counter
// `operations` of a run of `world`, in order of their beginning. `over`: nothing is left to happen.
void write_fates(JsonWriter& writer, const std::vector<Operation>& operations, const World& world,
                 bool over);

// Whether a run of this setup has fates.
bool has_fates(const Setup& setup);

}  // namespace systemsim
