// Something that can be run and gives results in JSON: whole runs of a scenario, trials, a ring, a
// Monte Carlo, a history. Claims, questions and challenges are statements about one.
//
// {"kind": "run", "scenario": {...}, "seeds": {"from", "to"}}: each run as `systemsim run` prints
//   it; without seeds one run, with the scenario's own seed
// {"kind": "trials", "scenario", "seeds", "probe", "ages_us"}: the report of the job "trials"
// {"kind": "ring", "nodes", "vnodes", "n", "racks", "data_centres", "weights", "skip_same_machine",
//   "skip_same_rack", "dead", "seeds"}: each ring as `systemsim ring` prints it
// {"kind": "pbs", ...}: as `systemsim pbs` prints it; the options of the job "pbs"
// {"kind": "check", "history", ...}: as `systemsim check` prints it; the options of the job "check"
// {"kind": "tiers", ...}: as `systemsim tiers` prints it; the options of the job "tiers"
// {"kind": "scenario"}: the scenario's settings: {"seed", "cluster": {"nodes", "vnodes", "n", "w",
//   "r"}, "clients", "loss", "actions": how many}
// {"kind": "rumour", "nodes", ...}: as lab/rumour.h reports it
// {"kind": "merkle", ...}: as `systemsim merkle` prints it; the options of the job "merkle"
// {"kind": "sync"}: of what is handed in for a challenge of the Merkle Tree Sync lab, as
//   lab/sync_scenario.h reports it; {"kind": "sync", "scenario": {...}}: of another
// {"kind": "torn_log" | "lookups" | "deletions", ...}: the report of the job of that name; of a
//   store alone
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/json.h"

namespace systemsim {

class Experiment {
 public:
  static constexpr uint64_t kMaxRuns = 10'000'000;

  // What an experiment is read from.
  struct Source {
    const Json& json;
    std::string path;                // where it stands, for complaints
    uint64_t seed_offset = 0;        // added to every seed: the same experiment with other luck
    const Json* scenario = nullptr;  // used where the experiment names none; may be null
  };
  using Read = Result<std::unique_ptr<Experiment>>(const Source& source);
  // Who reads only some of the kinds carries no code of the others.
  static Read read;              // of every kind
  static Read read_of_cluster;   // all but those of a store, gossip or two replicas alone
  static Read read_of_healing;   // read_of_scenario's, and "rumour"
  static Read read_of_scenario;  // "run", "trials" and "scenario": what a challenge is about
  static Read read_of_store;     // those of a store alone
  static Read read_of_sync;      // "merkle" and "sync"
  virtual ~Experiment() = default;

  virtual uint64_t total() const = 0;
  virtual uint64_t done() const = 0;
  // Works for at most `budget` units (runs, trials); appends the results that are complete.
  virtual void advance(uint64_t budget, std::vector<std::string>& results) = 0;
  // Nobody asks how far copies were apart ("/counters/divergence"), which takes most of a run's
  // time: results may leave it out.
  virtual void without_divergence() {}
};

}  // namespace systemsim
