// One run that can be stepped, sought, forked and acted upon. Going back is a replay from the
// nearest snapshot, so it is always true.
//
// Position = events processed. A branch is a list of actions; its future is fixed until someone
// acts. Acting when the branch has already been further starts a new branch and keeps the old one.
// Invariants: the world stands at the current branch's position(); the log covers the branch up to
// its furthest position; every snapshot lies on the current branch.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/archive.h"
#include "base/result.h"
#include "lab/run_log.h"
#include "lab/scenario.h"
#include "sim/world.h"

namespace systemsim {

class Session {
 public:
  static constexpr uint64_t kNoBound = ~0ULL;
  static constexpr size_t kMaxBranches = 1000;

  struct SnapshotLimits {
    uint64_t first_interval = 2048;            // events
    size_t snapshot_budget_bytes = 32U << 20;  // when it is full the interval doubles
  };

  struct Branch {
    int32_t parent = -1;
    uint64_t forked_at = 0;
    std::vector<Action> actions;
    uint64_t last_position = 0;
    uint64_t last_us = 0;
  };

  explicit Session(Scenario scenario) : Session(std::move(scenario), SnapshotLimits()) {}
  Session(Scenario scenario, SnapshotLimits limits);

  // Adds an action. Without a time it happens at now_us() + 1. With a time that is not after
  // now_us(), the session first goes back to just before it. Errors leave everything as it was.
  Outcome apply(std::string_view action_json);
  // Processes at most `max_events` events that are due by `until_us` (kNoBound: no bound), and some
  // more of those that are skipped, which count here too though they are no positions. When
  // nothing more is due by then, now_us() becomes `until_us`.
  void step(uint64_t max_events, uint64_t until_us);
  // To a position of a branch (-1: the current one); beyond its furthest point it runs on, as far
  // as there is something to happen.
  Outcome seek(uint64_t position, int32_t branch);
  // To after all events that are due by `us`.
  void seek_time(uint64_t us);
  // A new branch from here, equal to this one until someone acts.
  Outcome fork();

  const Scenario& scenario() const { return scenario_; }
  const World& world() const { return world_; }
  const RunLog& log() const { return *log_; }
  const Script& script() const { return script_; }
  const std::vector<Branch>& branches() const { return branches_; }
  int32_t branch() const { return current_; }
  uint64_t position() const { return world_.position(); }
  uint64_t now_us() const { return clock_us_; }
  bool at_limit() const { return world_.position() >= Limits::kSessionEvents; }
  // When the next event is due; nothing when the run is over or at its limit.
  std::optional<uint64_t> next_us() const;
  // The summary up to this position.
  void write_summary(JsonWriter& writer) const;
  size_t snapshots() const { return snapshots_.size(); }
  // How often the world's size was looked at to take one.
  size_t snapshots_tried() const { return snapshots_tried_; }

 private:
  struct Snapshot {
    World world;
    size_t size_bytes = 0;
  };

  Branch& here() { return branches_[static_cast<size_t>(current_)]; }
  // One event (or many that are skipped, World::step) that is due by `until_us`; false when nothing
  // is left or the session is at its limit.
  bool advance(uint64_t until_us = kNoBound);
  void restore(uint64_t position);
  // Fails at kMaxBranches.
  Outcome start_branch();
  void switch_to(int32_t branch);
  // Replays the current branch from 0 to `position` into a new log.
  void rebuild_log(uint64_t position);
  void maybe_snapshot();
  void plan_snapshot() { next_snapshot_ = snapshots_.back().world.position() + snapshot_interval_; }

  SnapshotLimits limits_;
  Scenario scenario_;
  std::shared_ptr<const Stage> stage_;
  std::vector<Branch> branches_;
  int32_t current_ = 0;
  Script script_;
  World world_;
  uint64_t clock_us_ = 0;
  std::unique_ptr<RunLog> log_;
  std::vector<Snapshot> snapshots_;  // by position; the first is position 0
  uint64_t snapshot_interval_ = 0;
  size_t snapshots_tried_ = 0;
  uint64_t next_snapshot_ = 0;  // at this position, or after it
};

}  // namespace systemsim
