// Makes a history of one key that is not linearizable as small as it can be while it still is not.
//
// A call is dropped only together with every call that may have seen what it wrote (a read of its
// value that ended after it began, a conditional write that found it, whoever saw those, ...).
// Otherwise everything would shrink to "a read from nowhere". What is left of a right history after
// such a drop is right again, so what is left here is wrong for a reason of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "check/call.h"
#include "check/linearizer.h"

namespace systemsim {

// `calls` (in order of beginning) with `dropped` (one of them), and all that goes with it, gone.
std::vector<uint32_t> without(const CallHistory& history, const std::vector<uint32_t>& calls,
                              const std::vector<uint32_t>& dropped);

// Searches parts of a history, as long as there is work left to spend.
class PartJudge {
 public:
  PartJudge(const CallHistory& history, AppendedValues& appended, uint64_t work)
      : history_(history), appended_(appended), left_(work) {}
  // Whether these calls (of one key, in order of beginning) are wrong, by what was answered until
  // `until`. What cannot be decided any more counts as right.
  bool wrong(const std::vector<uint32_t>& calls, uint64_t until = kNever);
  bool exhausted() const { return left_ == 0; }

 private:
  const CallHistory& history_;
  AppendedValues& appended_;
  uint64_t left_;
};

// `calls`: of one key, in order of beginning, not linearizable. Unless the judge is exhausted, the
// result is locally minimal: dropping any one call more makes it linearizable.
std::vector<uint32_t> minimal_counterexample(const CallHistory& history,
                                             std::vector<uint32_t> calls, PartJudge& judge);

}  // namespace systemsim
