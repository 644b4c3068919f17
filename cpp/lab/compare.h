// Two runs side by side: what was set differently, and what came of it. With the same seed the
// messages that both send have the same luck, so what differs follows from the settings alone.
#pragma once

#include <string>

#include "lab/scenario.h"

namespace systemsim {

// Both runs to their ends, each with its scenario's own seed, and one JSON object:
//   "a", "b": their summaries (run_summary())
//   "same_trace": whether they are one run
//   "settings": {"differing", "list": [{"pointer", "a", "b"}]}: where the scenarios differ; null
//       where one says nothing, which is the default
//   "operations": {"both", "only_a", "only_b", "differing", "list": [{"op", "client", "do", "key",
//       "a": {"outcome", "value", "latency_ms"}, "b": {...}}]}: calls by their ids; those that both
//       have differ by outcome, value (what a write wrote or a read returned) or latency
//   "promises": [{"promise", "a", "b"}]: whose states differ
//   "luck": {"messages_a", "messages_b", "both", "same_time"}: messages by operation, kind, from,
//   to
//       and attempt (the first of each), and of those that both sent how many took the same time,
//       or were lost in both
// The lists are the first kMostDifferences.
std::string compare_runs(const Scenario& a, const Scenario& b);

constexpr size_t kMostDifferences = 100;

}  // namespace systemsim
