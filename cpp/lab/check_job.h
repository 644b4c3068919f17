// The job "check": a recorded history, judged as `systemsim check` does it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "lab/check_history.h"
#include "lab/job.h"
#include "lab/json.h"

namespace systemsim {

class CheckJob : public Job {
 public:
  // {"job": "check", "history": TEXT, "format"?: "edn"|"jepsen-log"|"json", "model"?: "register"|
  // "cas-register"|"kv", "initial"?: EDN, "states"?: budget}. A malformed history is bad_input; its
  // message begins with the line.
  static Result<CheckJob> read(const Json& job);

  uint64_t total() const { return 1; }
  uint64_t done() const { return result_ ? 1 : 0; }
  // Judges it all at once: the budget of states bounds the time.
  void advance(uint64_t budget) override;
  // {"job", "done", "total", "finished", "result": as check_history() gives it, or null}
  std::string json(uint32_t job) const override;
  // Once done.
  const std::string& result() const { return *result_; }

 private:
  CheckOptions options_;
  UncheckedHistory unchecked_;
  std::optional<std::string> result_;
};

}  // namespace systemsim
