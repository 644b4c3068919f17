#include "lab/session.h"

#include <algorithm>
#include <utility>

namespace systemsim {

Session::Session(Scenario scenario, SnapshotLimits limits)
    : limits_(limits),
      scenario_(std::move(scenario)),
      stage_(std::make_shared<const Stage>(scenario_.setup)),
      branches_{Branch{-1, 0, scenario_.actions, 0, 0}},
      script_(scenario_.actions),
      world_(stage_, scenario_.setup.seed),
      log_(std::make_unique<RunLog>(scenario_.setup)),
      snapshot_interval_(limits.first_interval) {
  snapshots_.push_back({world_, walk<SizeArchive>(world_).size_bytes()});
  plan_snapshot();
}

std::optional<uint64_t> Session::next_us() const {
  if (at_limit()) return std::nullopt;
  return world_.next_us(script_);
}

bool Session::advance(uint64_t until_us) {
  if (at_limit()) return false;
  Observer nobody;
  const bool new_ground = position() == here().last_position;
  Observer& observer = new_ground ? static_cast<Observer&>(*log_) : nobody;
  if (!world_.step(script_, observer, until_us)) return false;
  if (new_ground) {
    here().last_position = position();
    here().last_us = world_.now_us();
  }
  maybe_snapshot();
  return true;
}

void Session::maybe_snapshot() {
  // A snapshot stands right after an event that counts.
  if (position() < next_snapshot_ || world_.skipped_here() > 0) return;
  ++snapshots_tried_;
  const size_t size_bytes = walk<SizeArchive>(world_).size_bytes();
  if (size_bytes > limits_.snapshot_budget_bytes / 2) {
    // Going back replays from further away. Looking at such a world takes long: not too often.
    snapshot_interval_ *= 2;
    next_snapshot_ = position() + snapshot_interval_;
    return;
  }
  snapshots_.push_back({world_, size_bytes});
  plan_snapshot();
  size_t total = 0;
  for (const Snapshot& snapshot : snapshots_) total += snapshot.size_bytes;
  if (total <= limits_.snapshot_budget_bytes || snapshots_.size() < 3) return;
  snapshot_interval_ *= 2;
  std::vector<Snapshot> kept;
  for (size_t i = 0; i < snapshots_.size(); i += 2) kept.push_back(std::move(snapshots_[i]));
  snapshots_ = std::move(kept);
  plan_snapshot();
}

void Session::step(uint64_t max_events, uint64_t until_us) {
  uint64_t left = std::min(max_events, Limits::kSessionEvents);
  for (;;) {
    const auto next = next_us();
    if (!next || *next > until_us) {
      if (until_us != kNoBound) clock_us_ = std::max(clock_us_, until_us);
      break;
    }
    if (left == 0) break;
    const uint64_t before = world_.position() + world_.skipped();
    (void)advance(until_us);
    left -= std::min(left, world_.position() + world_.skipped() - before);
    clock_us_ = world_.now_us();
  }
}

void Session::restore(uint64_t position) {
  const auto after = std::upper_bound(
      snapshots_.begin(), snapshots_.end(), position,
      [](uint64_t p, const Snapshot& snapshot) { return p < snapshot.world.position(); });
  // Standing between the snapshot and the goal already, we need only walk on.
  const World& nearest = std::prev(after)->world;
  const bool beyond =
      this->position() > position || (this->position() == position && world_.skipped_here() > 0);
  if (beyond || this->position() < nearest.position()) world_ = nearest;
  while (this->position() < position && advance()) {
  }
  clock_us_ = world_.now_us();
}

Outcome Session::seek(uint64_t position, int32_t branch) {
  if (branch < -1 || branch >= static_cast<int32_t>(branches_.size())) {
    return Error{ErrorCode::not_found,
                 "branch " + std::to_string(branch) + " does not exist; there are " +
                     std::to_string(branches_.size()) + ", counted from 0",
                 "/branch"};
  }
  if (branch >= 0 && branch != current_) switch_to(branch);
  restore(position);
  return Done{};
}

void Session::seek_time(uint64_t us) {
  if (us < world_.now_us()) {
    const auto after = std::upper_bound(
        snapshots_.begin(), snapshots_.end(), us,
        [](uint64_t t, const Snapshot& snapshot) { return t < snapshot.world.now_us(); });
    world_ = std::prev(after)->world;
  }
  clock_us_ = world_.now_us();
  step(kNoBound, us);
}

void Session::rebuild_log(uint64_t position) {
  log_ = std::make_unique<RunLog>(scenario_.setup);
  World replay(stage_, scenario_.setup.seed);
  while (replay.position() < position && replay.step(script_, *log_)) {
  }
}

Outcome Session::start_branch() {
  if (branches_.size() == kMaxBranches) {
    return Error{ErrorCode::limit,
                 "a session has at most " + std::to_string(kMaxBranches) + " branches", ""};
  }
  const uint64_t fork_at = position();
  Branch branch{current_, fork_at, here().actions, fork_at, world_.now_us()};
  const bool shorter = fork_at < here().last_position;
  branches_.push_back(std::move(branch));
  current_ = static_cast<int32_t>(branches_.size()) - 1;
  std::erase_if(snapshots_, [&](const Snapshot& s) { return s.world.position() > fork_at; });
  plan_snapshot();
  if (shorter) rebuild_log(fork_at);
  return Done{};
}

void Session::switch_to(int32_t branch) {
  current_ = branch;
  script_ = Script(here().actions);
  snapshots_.resize(1, snapshots_.front());
  plan_snapshot();
  world_ = snapshots_.front().world;
  log_ = std::make_unique<RunLog>(scenario_.setup);
  // The log is filled while walking new ground, so walk the branch again as far as it had come.
  const uint64_t furthest = std::exchange(here().last_position, 0);
  while (position() < furthest && advance()) {
  }
}

Outcome Session::fork() { return start_branch(); }

Outcome Session::apply(std::string_view action_json) {
  auto json = parse_json(action_json);
  if (!json) return json.error();
  if (here().actions.size() >= Limits::kActions) {
    return Error{ErrorCode::limit,
                 "a run takes at most " + std::to_string(Limits::kActions) + " actions", ""};
  }
  auto parsed = read_action(json.value(), "", scenario_.setup, here().actions, clock_us_ + 1);
  if (!parsed) return parsed.error();
  Action action = std::move(parsed).value();
  std::vector<Action> all = here().actions;
  all.push_back(action);
  if (const auto clash = clash_of_changes(all, scenario_.setup)) return clash->error;
  if (action.is_call()) {
    if (!action.id) {
      action.id = script_.free_id();
    } else if (const auto taken = script_.action_of(*action.id)) {
      return bad_input("/id", std::to_string(*action.id) + " is also the id of action " +
                                  std::to_string(*taken) + "; ids are unique");
    }
  }
  if (action.after) {
    const OperationId target = script_.operation_of(*action.after);
    for (const LoggedOperation& logged : log_->operations()) {
      if (logged.operation.id == target && logged.operation.outcome != OperationOutcome::open &&
          logged.operation.end_position <= position()) {
        return bad_input("/after", "action " + std::to_string(*action.after) +
                                       " is already answered; say when with at_us");
      }
    }
  } else if (action.at_us <= clock_us_) {
    if (action.at_us == 0) {
      restore(0);
    } else {
      seek_time(action.at_us - 1);
    }
  }
  if (position() < here().last_position) {
    Outcome branched = start_branch();
    if (!branched) return branched;
  }
  here().actions.push_back(std::move(action));
  script_ = Script(here().actions);
  return Done{};
}

void Session::write_summary(JsonWriter& writer) const {
  if (position() == branches_[static_cast<size_t>(current_)].last_position) {
    return log_->write(writer, world_);
  }
  Tally tally(scenario_.setup);
  World replay(stage_, scenario_.setup.seed);
  while (replay.position() < position() && replay.step(script_, tally)) {
  }
  tally.write(writer, replay);
}

}  // namespace systemsim
