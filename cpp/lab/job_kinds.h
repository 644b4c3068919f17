// The kinds of jobs by name. Who builds an engine says which of them it does, so that a program
// carries the code of those alone.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"

namespace systemsim {

struct JobKind {
  const char* name;  // {"job": name, ...}
  Result<std::unique_ptr<Job>> (*read)(const Json& job);
};

std::vector<JobKind> every_job();
// What the Quorum Playground asks for: measuring, grading, searching and making smaller.
std::vector<JobKind> playground_jobs();

}  // namespace systemsim
