// Long work that is done in slices, so that a page can watch it and stop it: it is simply not
// advanced any more.
#pragma once

#include <cstdint>
#include <string>

#include "base/assert.h"
#include "base/result.h"
#include "lab/json.h"
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
  // A question to what the work has made, once it is finished; few jobs are asked any.
  virtual Result<std::string> ask(const Json& /*question*/) {
    return bad_input("", "this job answers no questions");
  }
};

// Begins what Job::json() answers: the object's first four fields. The job adds its own and ends
// it.
inline JsonWriter& begin_job(JsonWriter& writer, uint32_t job, uint64_t done, uint64_t total,
                             bool finished) {
  writer.begin_object().field("job", job).field("done", done).field("total", total);
  return writer.field("finished", finished);
}

// A job that a command runs too, for its answer alone.
class AnswerJob : public Job {
 public:
  // In the job's own units. total() may still be an estimate until the end.
  virtual uint64_t done() const = 0;
  virtual uint64_t total() const = 0;
  virtual bool finished() const { return done() == total(); }

  // {"job", "done", "total", "finished", and what result() has, as far as it is known}
  std::string json(uint32_t job) const final {
    JsonWriter writer;
    begin_job(writer, job, done(), total(), finished());
    write(writer);
    return writer.end_object().take();
  }
  // The answer alone, an object. Precondition: finished().
  std::string result() const {
    SYSTEMSIM_ASSERT(finished());
    JsonWriter writer;
    writer.begin_object();
    write(writer);
    return writer.end_object().take();
  }

 private:
  // The answer's fields that are known by now.
  virtual void write(JsonWriter& writer) const = 0;
};

}  // namespace systemsim
