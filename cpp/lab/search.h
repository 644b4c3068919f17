// Looks for luck that breaks a promise: the same scenario with one seed after the other, until one
// run breaks it. Works in slices; how it is sliced changes nothing in what it finds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/run_judge.h"

namespace systemsim {

class Search : public Job {
 public:
  static constexpr uint64_t kMaxSeeds = 10'000'000;
  static constexpr uint64_t kDefaultSeeds = 100'000;
  static constexpr uint64_t kEventsPerUnit = 256;
  // Configurations for linearizable in one run: more than a run that a person can read needs.
  static constexpr uint64_t kMaxStates = 200'000;

  // {"job": "search", "scenario": {...}, "promise": its name, "seeds": {"from", "to"}}
  static Result<Search> read(const Json& job);
  // `last_seed` >= `first_seed`.
  Search(Scenario scenario, Promise promise, uint64_t first_seed, uint64_t last_seed);

  // A unit is 256 events of some run, or as much work of judging.
  void advance(uint64_t budget) override;
  // {"job", "done", "total", "finished", "promise", "undecided", "found": null or {"seed",
  // "scenario"}}; done and total count seeds. Undecided: runs that were too hard to judge.
  std::string json(uint32_t job) const override;

  uint64_t done() const { return tried_; }
  uint64_t total() const { return last_seed_ - first_seed_ + 1; }
  bool finished() const { return found_ || tried_ == total(); }
  // The first seed that breaks the promise.
  std::optional<uint64_t> found() const { return found_; }
  // Runs that could not be judged within the budget.
  uint64_t undecided() const { return undecided_; }
  // What the command line prints: {"found": bool, "seed": s or null, "promise", "tried",
  // "undecided", "scenario": {...} or null}.
  std::string report() const;

 private:
  void write_found(JsonWriter& writer) const;

  Scenario scenario_;
  std::shared_ptr<const RunPlan> plan_;
  Promise promise_;
  uint64_t first_seed_ = 1;
  uint64_t last_seed_ = 1;
  uint64_t tried_ = 0;
  uint64_t undecided_ = 0;
  std::optional<uint64_t> found_;
  std::unique_ptr<RunJudge> run_;  // of the seed that is being tried
};

// The field "promise" of a job. Missing or unknown: an error.
std::optional<Promise> take_promise(Fields& fields);
// The promise of that name; nothing or something else: an error without a place.
Result<Promise> promise_named(const std::optional<std::string>& name);

}  // namespace systemsim
