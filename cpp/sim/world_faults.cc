// Machines crash, pause and go on, and their rounds of healing come and end: the part of the world
// that does this.
#include <utility>

#include "sim/world.h"

namespace systemsim {

void World::crash(Machine& machine, Context& context) {
  if (!machine.up) return;
  go_on(machine, context);  // what has come meanwhile finds nobody there
  machine.up = false;
  ++machine.incarnation;
  machine.node.crash();
}

World::Machine* World::host_of(const Event& event) {
  Endpoint host = kNobody;
  if (event.kind == Event::Kind::deliver) host = event.message.to;
  if (event.kind == Event::Kind::depart) host = event.message.from;
  if (event.kind == Event::Kind::timer) host = event.timer.owner;
  return is_client(host) ? nullptr : &machine(host);
}

void World::stall(Machine& machine, Event&& event, Context& context) {
  const bool is_message = event.kind == Event::Kind::deliver;
  if (is_message && machine.stalled.size() >= kMostStalled) {
    return drop(event, DropReason::down, context);
  }
  if (is_message) tell_held(event, 2, context);
  machine.stalled.push_back(std::move(event));
}

void World::go_on(Machine& machine, Context& context) {
  machine.paused = false;
  const uint64_t at_us = now_us_ + 1;
  for (Event& event : std::exchange(machine.stalled, {})) {
    if (event.kind == Event::Kind::deliver && event.message_id != Event::kUntold) {
      context.observer.on_release(event.message_id, event.message, now_us_, at_us, position_);
    }
    queue_.push(at_us, std::move(event));
  }
}

bool World::stalled() const {
  for (const Machine& machine : machines_) {
    if (!machine.stalled.empty()) return true;
  }
  return false;
}

void World::keep_awake() {
  last_activity_us_ = now_us_;
  if (resting_) start_rounds();
}

void World::start_rounds() {
  resting_ = false;
  if (!Healing::available() || !stage_->setup.cluster.healing.has_rounds()) return;
  for (size_t i = 0; i < machines_.size(); ++i) {
    const auto node = static_cast<Endpoint>(i);
    if (machines_[node].up) machines_[node].node.start_rounds(node_context(node), out_);
  }
  set_timers();
  out_.clear();
}

std::pair<MerkleHash, MerkleHash> World::roots(Endpoint one, Endpoint other) {
  const MerkleHash mine = machines_[one].node.root(other, node_context(one));
  return {mine, machines_[other].node.root(one, node_context(other))};
}

}  // namespace systemsim
