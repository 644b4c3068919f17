// `pbs --method engine`: the same question as the model's, asked of the engine. Each trial is a run
// of its own, a write and reads of several ages through the coordinator outside the machines, every
// leg drawn; so its answers and the model's can be compared.
#pragma once

#include <string>

#include "base/result.h"
#include "lab/json.h"

namespace systemsim::cli {

// `job` is one of lab/pbs_job.h whose method is "engine". What the engine cannot do that the model
// can is bad_input: the profile wan (its clients are in no data centre), mixtures in a custom
// model, ages that are no whole microseconds. The report is the model's without t_visibility_ms.
Result<std::string> pbs_by_engine(Json job);

}  // namespace systemsim::cli
