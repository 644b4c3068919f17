// What a scenario's actions and the nemesis do to the world.
#include <algorithm>
#include <utility>

#include "base/bits.h"
#include "base/mix.h"
#include "cluster/siblings.h"
#include "sim/resolve.h"
#include "sim/world.h"

namespace systemsim {
namespace {

Verb verb_of(Action::Kind kind) {
  return kind == Action::Kind::put   ? Verb::put
         : kind == Action::Kind::get ? Verb::get
         : kind == Action::Kind::cas ? Verb::cas
                                     : Verb::erase;
}

}  // namespace

void World::run_action(const Action& action, uint32_t index, Context& context) {
  keep_awake();
  switch (action.kind) {
    case Action::Kind::put:
    case Action::Kind::get:
    case Action::Kind::erase:
    case Action::Kind::cas: {
      Request request;
      request.operation = context.script.operation_of(index);
      request.client = action.client;
      request.verb = verb_of(action.kind);
      request.n = static_cast<uint8_t>(action.n.value_or(stage_->setup.cluster.n));
      request.w = static_cast<uint8_t>(std::min<uint32_t>(action.w.value_or(w_), request.n));
      request.r = static_cast<uint8_t>(std::min<uint32_t>(action.r.value_or(r_), request.n));
      request.key = action.key;
      request.value = action.value;
      request.expected = action.expected;
      request.asked = action.asked;
      if (keeps_siblings(stage_->setup.cluster.calls.versions) && request.verb != Verb::get &&
          !write_after_reading(action, request)) {
        return;
      }
      call(std::move(request), action.coordinator, context);
      return;
    }
    case Action::Kind::crash: {
      crash(machine(action.node), context);
      record({.kind = TraceKind::crash, .node = action.node}, context);
      return;
    }
    case Action::Kind::lose_disk: {
      Machine& losing = machine(action.node);
      crash(losing, context);
      losing.node.lose_disk(stage_->setup.cluster.store, stage_->setup.cluster.healing);
      record({.kind = TraceKind::lose_disk, .node = action.node}, context);
      return;
    }
    case Action::Kind::pause: {
      Machine& pausing = machine(action.node);
      pausing.paused = pausing.up;
      record({.kind = TraceKind::pause, .node = action.node}, context);
      return;
    }
    case Action::Kind::resume:
      record({.kind = TraceKind::resume, .node = action.node}, context);
      go_on(machine(action.node), context);
      return go_on_with_change(context);
    case Action::Kind::slow:
      network_.slow_machine(action.node, action.extra_us);
      record({.kind = TraceKind::slow, .node = action.node, .payload = action.extra_us}, context);
      return;
    case Action::Kind::repair: {
      Machine& repairing = machine(action.node);
      record({.kind = TraceKind::repair, .node = action.node}, context);
      if (!repairing.up || repairing.paused) return;
      repairing.node.repair(node_context(action.node), out_);
      return carry_out(action.node, context);
    }
    case Action::Kind::restart: {
      Machine& restarting = machine(action.node);
      const bool was_down = !std::exchange(restarting.up, true);
      record({.kind = TraceKind::restart, .node = action.node}, context);
      if (was_down) {
        restarting.disk.start(stage_->setup.disk, restarting.node.restart(), now_us_);
        restarting.node.start_rounds(node_context(action.node), out_);
        carry_out(action.node, context);
      }
      if (was_down) go_on_with_change(context);
      return;
    }
    case Action::Kind::join:
      return change_ring({Change::Kind::join, action.node}, context);
    case Action::Kind::leave:
      return change_ring({Change::Kind::leave, action.node}, context);
    case Action::Kind::partition: {
      network_.partition(action.groups, action.one_way);
      Mix128 mix;
      for (const auto& group : action.groups) {
        mix.fold(group.size());
        for (const Endpoint member : group) mix.fold(member);
      }
      if (action.one_way) mix.fold(1);
      record({.kind = TraceKind::partition, .payload = mix.low()}, context);
      return;
    }
    case Action::Kind::heal:
      network_.heal();
      record({.kind = TraceKind::heal}, context);
      go_on_with_change(context);
      return;
    case Action::Kind::set: {
      if (action.w) w_ = *action.w;
      if (action.r) r_ = *action.r;
      if (action.loss) network_.set_loss(*action.loss);
      if (action.latency) network_.set_latency(*action.latency);
      if (action.duplicates) network_.set_duplicates(*action.duplicates);
      if (action.spikes) network_.set_spikes(*action.spikes);
      Mix128 mix;
      mix.fold(w_);
      mix.fold(r_);
      mix.fold(bits_of(network_.loss()));
      for (const Distribution& leg : network_.legs()) {
        mix.fold(static_cast<uint64_t>(leg.kind));
        mix.fold(bits_of(leg.mean_ms));
        mix.fold(bits_of(leg.pareto_share));
        mix.fold(bits_of(leg.pareto_xm_ms));
        mix.fold(bits_of(leg.pareto_alpha));
        if (leg.kind != Distribution::Kind::quantiles) continue;
        for (uint32_t i = 0; i < leg.quantiles.count; ++i) {
          mix.fold(bits_of(leg.quantiles.points[i].share));
          mix.fold(bits_of(leg.quantiles.points[i].ms));
        }
      }
      if (action.duplicates) mix.fold(bits_of(*action.duplicates));
      if (action.spikes) {
        mix.fold(bits_of(action.spikes->share));
        mix.fold(action.spikes->us);
      }
      record({.kind = TraceKind::set, .payload = mix.low()}, context);
      if (action.loss || action.latency) go_on_with_change(context);
      return;
    }
    case Action::Kind::hold:
    case Action::Kind::release:
      return hold_or_release(action, context);
    case Action::Kind::link:
      network_.slow_down(action.node, action.other, action.extra_us);
      record({.kind = TraceKind::link,
              .node = action.node,
              .peer = action.other,
              .payload = action.extra_us},
             context);
      return;
    case Action::Kind::skew: {
      set_clock(action.node, action.skew_us, action.drift_ppm);
      Mix128 mix;
      mix.fold(static_cast<uint64_t>(action.skew_us));
      mix.fold(static_cast<uint64_t>(action.drift_ppm));
      record({.kind = TraceKind::skew, .node = action.node, .payload = mix.low()}, context);
      return;
    }
  }
}

bool World::write_after_reading(const Action& action, Request& request) {
  const Client::Seen& seen = clients_[client_index(action.client)].seen_of(action.key);
  if (!action.blind) request.seen = seen.context;
  if (!action.resolve) return true;
  if (seen.siblings.empty()) return false;
  const std::vector<Record> records = Siblings::decode(seen.siblings).records();
  Record chosen = resolved(records, *action.resolve, action.sibling);
  if (chosen.deleted) {
    request.verb = Verb::erase;
  } else {
    request.value = std::move(chosen.value);
  }
  return true;
}

void World::set_clock(Endpoint owner, int64_t skew_us, int32_t drift_ppm) {
  Clock& clock = is_client(owner) ? clients_[client_index(owner)].clock : machine(owner).clock;
  clock = {skew_us, drift_ppm, now_us_};
}

void World::hold_or_release(const Action& action, Context& context) {
  const MessagePattern& messages = action.messages;
  const bool hold = action.kind == Action::Kind::hold;
  record({.kind = hold ? TraceKind::hold : TraceKind::release,
          .flags = 1,
          .node = messages.to.value_or(kNobody),
          .peer = messages.from.value_or(kNobody),
          .detail = messages.kind ? static_cast<uint16_t>(*messages.kind) : kAnyKind,
          .operation = messages.operation.value_or(kNoOperation)},
         context);
  if (hold) return doors_.hold(messages);
  const uint64_t arrive_us = now_us_ + 1;
  for (Doors::Kept& kept : doors_.release(messages)) {
    if (kept.event.message_id != Event::kUntold) {
      context.observer.on_release(kept.event.message_id, kept.event.message, now_us_, arrive_us,
                                  position_);
    }
    queue_.push(arrive_us, std::move(kept.event));
  }
}

}  // namespace systemsim
