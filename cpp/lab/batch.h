// What `systemsim run` asks for: a whole run without snapshots, its trace and history on the way.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "base/result.h"
#include "lab/history_export.h"
#include "lab/scenario.h"
#include "store/env.h"

namespace systemsim {

struct BatchOptions {
  uint64_t until_us = Limits::kTimeUs;
  std::ostream* trace = nullptr;       // 32-byte records
  std::ostream* trace_text = nullptr;  // one line an event
  std::ostream* shiviz = nullptr;      // a causal log (lab/causal_log.h)
  std::ostream* history = nullptr;     // what the clients saw, when the run is over
  ExportForm history_form = ExportForm::knossos;
  std::optional<std::string> history_key;  // only of this key
  Endpoint export_node = kNobody;          // when the run is over, the files of its disk go to
  store::Env* export_to = nullptr;         // this directory, which must be empty
};

// Runs the scenario to its end or to `until_us`; its summary. bad_input when a history is asked for
// of a key that nobody touched, or the directory of a machine that has none (or does not exist).
Result<std::string> run_batch(const Scenario& scenario, const BatchOptions& options);

}  // namespace systemsim
