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
// Those that run clusters or judge what one did. A claim is of either list: what it is about says
// which (web/engine/job.js knows the names too).
std::vector<JobKind> cluster_jobs();
// Those that run clusters which heal themselves.
std::vector<JobKind> healing_jobs();
// Those that work on a store alone.
std::vector<JobKind> store_jobs();
// Two replicas that are made equal, for the Merkle Tree Sync lab.
std::vector<JobKind> sync_jobs();
// What the Quorum Playground asks for: measuring, grading, searching and making smaller.
std::vector<JobKind> playground_jobs();

}  // namespace systemsim
