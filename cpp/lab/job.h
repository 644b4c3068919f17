// Long work that is done in slices, so that a page can watch it and stop it: it is simply not
// advanced any more.
#pragma once

#include <cstdint>
#include <string>

#include "lab/json_writer.h"

namespace systemsim {

class Job {
 public:
  virtual ~Job() = default;

  // Works for at most `budget` units; what a unit is, each job says.
  virtual void advance(uint64_t budget) = 0;
  // How far it is and what it has found: {"job", "done", "total", "finished", ...}. `job` is the id
  // under which the caller knows it.
  virtual std::string json(uint32_t job) const = 0;
};

// Begins what Job::json() answers: the object's first four fields. The job adds its own and ends
// it.
inline JsonWriter& begin_job(JsonWriter& writer, uint32_t job, uint64_t done, uint64_t total,
                             bool finished) {
  writer.begin_object().field("job", job).field("done", done).field("total", total);
  return writer.field("finished", finished);
}

}  // namespace systemsim
