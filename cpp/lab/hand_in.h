// What is handed in for a challenge: the whole of a run, as text, of which each lab has its own
// kind. It is read here into the engine's own words, so that it can be compared and run again.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "lab/experiment.h"
#include "lab/json.h"

namespace systemsim {

struct HandIn {
  uint64_t seed = 0;
  // Fields in one order and defaults left out or always there, without title and seed. What was
  // done is its "actions", each with its "do".
  Json text;
};

struct HandInKind {
  // Errors: bad_input, with the place of what is wrong.
  Result<HandIn> (*read)(const Json& json, const std::string& path);
  // What its goals may be about.
  Experiment::Read* read_experiment;
};

HandInKind scenario_hand_in();       // of the Quorum Playground: lab/scenario.h
HandInKind sync_scenario_hand_in();  // of the Merkle Tree Sync lab: lab/sync_scenario.h
// Of a challenge of either lab.
HandInKind hand_in_of(const Json& challenge);

}  // namespace systemsim
