// Machines join and leave: the part of the world that changes the ring.
#include <algorithm>
#include <utility>

#include "sim/world.h"

namespace systemsim {

World::Machine& World::machine(Endpoint node) {
  if (node == kLockService) return lock_;
  while (machines_.size() <= node) {
    const auto next = static_cast<Endpoint>(machines_.size());
    machines_.push_back({Node(next, stage_->setup.cluster.store), true, 0, {}, {}, false, {}});
  }
  return machines_[node];
}

uint32_t World::epoch() const {
  uint32_t latest = 0;
  for (const Machine& machine : machines_) latest = std::max(latest, machine.node.epoch());
  return latest;
}

bool World::ring_is_changing() const {
  return !changes_.empty() &&
         machines_[changes_.back().node].node.epoch() < membership_->last_epoch();
}

void World::go_on_with_change(Context& context) {
  for (size_t i = 0; i < machines_.size(); ++i) {
    const auto node = static_cast<Endpoint>(i);
    if (!machines_[node].up || machines_[node].paused) continue;
    const bool moves = ring_is_changing() && changes_.back().node == node;
    if (!moves && !machines_[node].node.healing().rebuilding()) continue;
    machines_[node].node.go_on(node_context(node), out_);
    carry_out(node, context);
  }
}

void World::change_ring(const Change& change, Context& context) {
  (void)machine(change.node);
  start_rounds();  // of a machine that was not there before
  if (ring_is_changing()) {
    waiting_changes_.push_back(change);
    record({.kind = change.kind == Change::Kind::join ? TraceKind::join : TraceKind::leave,
            .flags = static_cast<uint8_t>(ChangeState::waits),
            .node = change.node},
           context);
    return;
  }
  begin_change(change, context);
}

void World::begin_change(const Change& change, Context& context) {
  const bool allowed = membership_->allows(change);
  record({.kind = change.kind == Change::Kind::join ? TraceKind::join : TraceKind::leave,
          .flags = static_cast<uint8_t>(allowed ? ChangeState::begun : ChangeState::refused),
          .node = change.node},
         context);
  if (!allowed) return;
  membership_ = std::make_shared<const Membership>(membership_->with(change));
  changes_.push_back(change);
  Machine& mover = machines_[change.node];
  const uint32_t first = membership_->last_epoch() - Membership::kPhases + 1;
  mover.node.start_change(first, node_context(change.node), out_);
  if (!mover.up || mover.paused) out_.clear();  // it begins when it is back
  carry_out(change.node, context);
}

}  // namespace systemsim
