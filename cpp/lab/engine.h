// All sessions and jobs of one page or process, by small integer ids. An id carries a generation,
// so that an id whose thing was closed is an error and never somebody else's session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "lab/job_kinds.h"
#include "lab/session.h"

namespace systemsim {

class Engine {
 public:
  using Id = uint32_t;
  static constexpr uint32_t kMaxOpen = 256;

  // Does the jobs of those kinds and no others.
  explicit Engine(std::vector<JobKind> kinds = {}) : kinds_(std::move(kinds)) {}

  Result<Id> create(std::string_view scenario_json);
  // The session of that id; stale_id when it was closed or is a job.
  Result<Session*> session(Id id);
  // Starts a job ({"job": its kind, ...}); its first report.
  Result<std::string> start(std::string_view job_json);
  // Works on a job for at most `budget` units; its report.
  Result<std::string> advance(Id id, uint64_t budget);
  // A question to a job.
  Result<std::string> ask(Id id, std::string_view question_json);
  Outcome close(Id id);

  // {"trace_version", "schema_version", the limits}
  static std::string about();

 private:
  using Thing = std::variant<std::monostate, std::unique_ptr<Session>, std::unique_ptr<Job>>;
  struct Slot {
    uint32_t generation = 0;
    Thing thing;
  };

  Result<Id> keep(Thing thing);
  Slot* find(Id id);

  std::vector<JobKind> kinds_;
  std::vector<Slot> slots_;
};

}  // namespace systemsim
