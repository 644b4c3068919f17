// Makes a run that breaks a promise as small as it can be while it still breaks it: the evidence
// that a person can read. Every step is proved by a run; nothing is taken for granted.
//
// 1. What a nemesis does becomes actions. Then without any fault, if that will do: another of the
//    run's calls may then be the guilty one.
// 2. The clients' own traffic becomes actions with the same operation ids, so that single calls can
//    be left out and the luck of the others stays; only the guilty ones at first, if that will do.
// 3. Actions and initial records are left out, long stretches first (Zeller and Hildebrandt's
//    ddmin, IEEE TSE 2002), then one by one; then loss, the disk's time, machines, clients, and
//    time in which nothing is done.
// 4. Again, until a whole round finds nothing more. So the result is locally minimal: no single
//    action or record can be left out.
// Works in slices; how it is sliced changes nothing in its result.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/run_judge.h"

namespace systemsim {

class Shrink : public Job {
 public:
  static constexpr uint64_t kEventsPerUnit = 256;

  // {"job": "shrink", "scenario": {...}, "promise": its name, or none}
  static Result<Shrink> read(const Json& job);
  // Without a promise: the weakest that the scenario's run breaks.
  Shrink(Scenario scenario, std::optional<Promise> promise);

  // A unit is 256 events of some run, or as much work of judging.
  void advance(uint64_t budget) override;
  // {"job", "done", "total", "finished", "broken": bool, "promise": name or null, "scenario":
  // {...}, "ops", "faults", "nodes"}; the scenario is the smallest so far. Done: runs tried; total
  // grows while something is found.
  std::string json(uint32_t job) const override;

  bool finished() const { return phase_ == Phase::over; }
  // Whether the run that was handed in breaks the promise; false until that is known.
  bool broken() const { return broken_; }
  uint64_t tried() const { return tried_; }
  std::optional<Promise> promise() const { return promise_; }
  const Scenario& scenario() const { return scenario_; }
  // What the command line prints: {"broken", "scenario", "promise", "ops", "faults", "nodes",
  // "tried"}.
  std::string report() const;

 private:
  enum class Phase : uint8_t {
    judge,
    faults,
    calm,
    guilty,
    parts,
    settings,
    nodes,
    clients,
    time,
    over
  };

  // What is tried next; nothing when this phase has no more.
  std::optional<Scenario> propose();
  std::optional<Scenario> propose_calm();
  std::optional<Scenario> propose_guilty();
  std::optional<Scenario> propose_parts();
  std::optional<Scenario> propose_setting();
  std::optional<Scenario> propose_clients();
  std::optional<Scenario> propose_time();
  void start_next_phase();
  void judge_first();
  // Who is guilty in the run that was just judged.
  void accuse(const JudgedRun& judged);
  void learn(bool still_broken);
  void start_run(Scenario scenario);
  void write(JsonWriter& writer) const;
  uint64_t left() const;

  Scenario scenario_;                  // the smallest so far
  std::vector<Operation> operations_;  // of its run
  std::shared_ptr<const RunPlan> plan_;
  std::optional<Promise> promise_;
  bool broken_ = false;
  uint64_t tried_ = 0;

  Phase phase_ = Phase::judge;
  bool found_in_round_ = false;
  uint32_t step_ = 0;                // which try of a phase comes next
  std::vector<OperationId> guilty_;  // of the whole run
  uint64_t guilty_until_us_ = 0;     // when the last of them was answered
  uint32_t chunk_ = 0;               // parts: how many are left out at once,
  uint32_t at_ = 0;                  // from which on,
  bool found_in_pass_ = false;       // and whether this pass over them found something
  uint64_t gap_ = 0;                 // nodes, time: how much less is tried

  Scenario candidate_;  // what is being tried
  std::shared_ptr<const RunPlan> candidate_plan_;
  std::unique_ptr<RunJudge> run_;
};

}  // namespace systemsim
