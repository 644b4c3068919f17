// `systemsim check`: the judges over a history that was written down, ours or another's. One text
// in, one JSON object out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "check/history_reader.h"
#include "check/linearizability.h"

namespace systemsim {

constexpr uint64_t kMaxStates = 1'000'000'000;  // memory may end the search before

struct CheckOptions {
  std::optional<HistoryFormat> format;  // unset: what the text looks like
  HistoryOptions history;
  uint64_t states = kDefaultStates;  // the budget, 1 to kMaxStates
  std::string file;                  // named in the answer unless empty
};

struct CheckedHistory {
  std::string json;
  Linearizability::State state = Linearizability::State::undecided;
};

// A text that has been read and is to be judged.
struct UncheckedHistory {
  ReadHistory read;
  HistoryFormat format = HistoryFormat::edn;
};
// Errors: bad_input with a line or a JSON pointer; limit.
Result<UncheckedHistory> read_for_check(std::string_view text, const CheckOptions& options);

// {"file"?, "linearizable": true, false or null (undecided), "model", "ops", "states",
//  "counterexample": [call, ...]?, "minimal": false? (it may have a smaller one),
//  "first_unexplained": call?, "tried": [...]?, "verdict": {...}, "weakest_broken"}, the optional
//  ones when it is not linearizable. A call is {"line" ("op" in our
// own form), "process", "f", "key"?, "expected"?, "value", "outcome": "ok", "refused" or
// "unknown"}. `ops` counts the calls that were judged: not those that did not happen, nor
// unanswered reads.
CheckedHistory judge_history(const UncheckedHistory& unchecked, const CheckOptions& options);

// Both in one.
Result<CheckedHistory> check_history(std::string_view text, const CheckOptions& options);

}  // namespace systemsim
