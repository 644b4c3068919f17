// Long work that is done in slices, so that a page can watch it and stop it: it is simply not
// advanced any more.
#pragma once

#include <cstdint>
#include <string>

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

}  // namespace systemsim
