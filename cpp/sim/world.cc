#include "sim/world.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/bits.h"
#include "base/mix.h"
#include "cluster/siblings.h"
#include "sim/resolve.h"

namespace systemsim {
namespace {

uint64_t digest_of(const Message& message) {
  Mix128 mix;
  mix.fold_bytes(message.request.key);
  mix.fold_bytes(message.request.value);
  // An ack's version is that of the write it answers.
  const Version version = message.kind == MessageKind::ack ? Version() : message.record.version;
  mix.fold(static_cast<uint64_t>(message.found) |
           static_cast<uint64_t>(message.record.deleted) << 1 |
           static_cast<uint64_t>(version.operation) << 8);
  for (const Endpoint asked : message.request.asked) mix.fold(asked);
  if (message.request.stamp_us != 0) mix.fold(message.request.stamp_us);
  mix.fold(version.stamp_us);
  mix.fold_bytes(message.record.value);
  // What other runs do not have leaves their digests as they were.
  if (!message.request.seen.empty()) mix.fold_bytes(message.request.seen);
  if (message.kind == MessageKind::reply && message.refused) mix.fold(1);
  if (message.request.expected) mix.fold_bytes(*message.request.expected);
  // Runs without changes of the ring keep the digests that they had before there were any.
  const bool of_owners = is_of_owners(message.kind);
  const bool heals = message.kind >= MessageKind::gossip || message.about != kNobody;
  if (message.epoch != 0 || of_owners || heals) {
    mix.fold(message.epoch | static_cast<uint64_t>(message.refused) << 32 |
             static_cast<uint64_t>(message.about) << 40);
    for (const Entry& entry : message.entries) {
      mix.fold_bytes(entry.key);
      mix.fold_bytes(entry.copy);
    }
  }
  if (of_owners) {
    mix.fold(message.lease_us);
    mix.fold(message.log.index | static_cast<uint64_t>(message.log.term) << 32);
    mix.fold(message.log.committed | static_cast<uint64_t>(message.found) << 32);
    for (const LogEntry& entry : message.log.entries) {
      mix.fold(entry.operation | static_cast<uint64_t>(entry.term) << 32);
      mix.fold(static_cast<uint64_t>(entry.verb));
      mix.fold_bytes(entry.key);
      mix.fold_bytes(entry.value);
      if (entry.expected) mix.fold_bytes(*entry.expected);
    }
  }
  if (Healing::available() && message.tidings != nullptr) {
    for (const Heartbeat& heartbeat : message.tidings->heartbeats) {
      mix.fold(heartbeat.machine | static_cast<uint64_t>(heartbeat.generation) << 32);
      mix.fold(heartbeat.beats);
    }
    for (const MerkleRun& run : message.tidings->request.runs) {
      mix.fold(run.first | static_cast<uint64_t>(run.count) << 32);
    }
    for (const MerkleHash& hash : message.tidings->answer.hashes) {
      for (const uint64_t word : hash.words) mix.fold(word);
    }
  }
  return mix.low();
}

Verb verb_of(Action::Kind kind) {
  return kind == Action::Kind::put   ? Verb::put
         : kind == Action::Kind::get ? Verb::get
         : kind == Action::Kind::cas ? Verb::cas
                                     : Verb::erase;
}

}  // namespace

World::World(std::shared_ptr<const Stage> stage, uint64_t seed)
    : stage_(std::move(stage)),
      seed_(seed),
      w_(stage_->setup.cluster.w),
      r_(stage_->setup.cluster.r),
      membership_(stage_->membership),
      network_(stage_->setup) {
  const Setup& setup = stage_->setup;
  machines_.reserve(setup.cluster.nodes);
  for (uint32_t i = 0; i < setup.cluster.nodes; ++i) {
    (void)machine(static_cast<Endpoint>(i));
  }
  for (const InitialRecord& initial : setup.records) {
    const Record record = {{0, kInitialRecord}, false, initial.value};
    const auto homes = ring().preference_list(token_of(initial.key), setup.cluster.n);
    std::string copy;
    if (keeps_siblings(setup.cluster.calls.versions)) {
      Siblings first = Siblings::of(setup.cluster.calls.versions);
      first.take(record, "", homes.front(), 0, {});
      copy = first.encode();
    } else {
      copy = encode_record(record);
    }
    for (const Endpoint node : homes) machines_[node].node.load(initial.key, copy);
  }
  clients_.resize(setup.workload.clients);
  for (const WrongClock& clock : setup.cluster.clocks) {
    set_clock(clock.owner, clock.skew_us, clock.drift_ppm);
  }
  for (uint32_t i = 0; i < setup.workload.clients; ++i) plan_next_operation(client_endpoint(i));
  if (Healing::available() && setup.nemesis.mix != 0) {
    faults_ = std::make_shared<const std::vector<Action>>(actions_of(setup, seed_));
  } else {
    faults_ = std::make_shared<const std::vector<Action>>();
  }
  for (uint32_t i = 0; i < faults_->size(); ++i) {
    Event event;
    event.kind = Event::Kind::fault;
    event.index = i;
    queue_.push((*faults_)[i].at_us, std::move(event));
  }
  start_rounds();
}

std::optional<uint64_t> World::next_us(const Script& script) const {
  std::optional<uint64_t> next;
  if (!queue_.empty()) next = queue_.top_time_us();
  if (next_timed_ < script.timed().size()) {
    const uint64_t at = script.actions()[script.timed()[next_timed_]].at_us;
    if (!next || at <= *next) next = at;
  }
  return next;
}

bool World::timed_action_is_next(const Script& script) const {
  if (next_timed_ >= script.timed().size()) return false;
  if (queue_.empty()) return true;
  const uint32_t index = script.timed()[next_timed_];
  const uint64_t at_us = script.actions()[index].at_us;
  if (at_us != queue_.top_time_us()) return at_us < queue_.top_time_us();
  // In one microsecond: actions before other events, and among them the order of the list.
  return queue_.top().kind != Event::Kind::action || index < queue_.top().index;
}

bool World::may_skip(const Script& script, uint64_t until_us) const {
  if (!Healing::available() || !stage_->setup.skip_idle || queue_.empty() || !queue_.idle())
    return false;
  const Event& next = queue_.top();
  if (queue_.top_time_us() > until_us || !next.routine() || !doors_.all_open() ||
      timed_action_is_next(script)) {
    return false;
  }
  // What leads on to something else is told.
  if (next.kind == Event::Kind::timer) {
    return !known_machine(next.timer.owner).node.healing().leads_on(next.timer);
  }
  return next.message_id == Event::kUntold &&
         !known_machine(next.message.to).node.healing().leads_on(next.message);
}

bool World::step(const Script& script, Observer& observer, uint64_t until_us) {
  // So many at once, that whoever works in slices gets his turn.
  constexpr uint64_t kMostSkipped = 256;
  Context context = {script, observer};
  const uint64_t skipped_before = skipped_;
  skipping_ = true;
  while (may_skip(script, until_us) && skipped_ - skipped_before < kMostSkipped) {
    now_us_ = queue_.top_time_us();
    ++skipped_;
    ++skipped_here_;
    process(queue_.pop(), context);
    drop_dead_timers();
  }
  skipping_ = false;
  const bool has_skipped = skipped_ != skipped_before;
  if (has_skipped && may_skip(script, until_us)) return true;
  const auto next = next_us(script);
  if (!next || *next > until_us) return has_skipped;
  now_us_ = *next;
  ++position_;
  skipped_here_ = 0;
  if (timed_action_is_next(script)) {
    const uint32_t index = script.timed()[next_timed_++];
    run_action(script.actions()[index], index, context);
  } else {
    process(queue_.pop(), context);
  }
  drop_dead_timers();
  return true;
}

void World::process(Event&& event, Context& context) {
  if (Machine* host = host_of(event); host != nullptr && host->paused) {
    return stall(*host, std::move(event), context);
  }
  switch (event.kind) {
    case Event::Kind::deliver:
      return deliver(std::move(event), context);
    case Event::Kind::depart:
      if (known_machine(event.message.from).incarnation == event.incarnation) {
        send(std::move(event.message), context);
      }
      return;
    case Event::Kind::timer:
      // Of a machine that was paused it may be out of date.
      if (wants(event.timer)) fire(event.timer, context);
      return;
    case Event::Kind::client_wake:
      return wake(event.timer.owner, context);
    case Event::Kind::action:
      return run_action(context.script.actions()[event.index], event.index, context);
    case Event::Kind::fault:
      return run_action((*faults_)[event.index], event.index, context);
    case Event::Kind::none:
      SYSTEMSIM_ASSERT(false);
  }
}

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

void World::call(Request request, Endpoint coordinator, Context& context) {
  keep_awake();
  Operation operation;
  operation.id = request.operation;
  operation.client = request.client;
  operation.verb = request.verb;
  operation.key = request.key;
  operation.value = request.value;
  operation.expected = request.expected;
  operation.n = request.n;
  operation.w = request.w;
  operation.r = request.r;
  operation.begin_us = now_us_;
  operation.begin_position = position_;
  const ClusterSettings& cluster = stage_->setup.cluster;
  Client& client = clients_[client_index(request.client)];
  operation.blind = keeps_siblings(cluster.calls.versions) && request.verb != Verb::get &&
                    request.seen.empty() && !client.seen_of(request.key).context.empty();
  Mix128 mix;
  mix.fold_bytes(request.key);
  mix.fold_bytes(request.value);
  if (request.expected) mix.fold_bytes(*request.expected);
  mix.fold(request.n | static_cast<uint64_t>(request.w) << 8 |
           static_cast<uint64_t>(request.r) << 16);
  record({.kind = TraceKind::invoke,
          .node = request.client,
          .detail = static_cast<uint16_t>(request.verb),
          .operation = request.operation,
          .payload = mix.low()},
         context);
  context.observer.on_begin(operation);

  const Endpoint self = request.client;
  // A machine that joins later is named before anybody has heard of it.
  if (coordinator != kNobody && !is_client(coordinator)) (void)machine(coordinator);
  client.pending.push_back({request.operation, 0, coordinator, {}});
  const bool outside = coordinator == self ||
                       (coordinator == kNobody && cluster.coordinator == CoordinatorPlace::outside);
  // What may be done twice, by two coordinators or two replicas, is stamped once, by the client.
  const bool others_stamp = keeps_siblings(cluster.calls.versions) ||
                            (!outside && cluster.calls.versions == Versions::lww);
  if (stage_->setup.may_be_done_twice() && request.verb != Verb::get && others_stamp) {
    request.stamp_us = client.clock.read_us(now_us_);
  }
  if (outside) {
    client.coordinator.start(request, 0, client_context(self), out_);
  } else {
    if (cluster.calls.retries > 0) client.pending.back().again = request;
    ask_machine(client, client.pending.back(), std::move(request));
  }
  carry_out(self, context);
}

void World::ask_machine(const Client& client, const Client::Call& call, Request request) {
  const Endpoint self = request.client;
  out_.timers.push_back(
      {{self, request.operation, call.tries}, stage_->setup.cluster.calls.timeout_us});
  Message message;
  message.kind = MessageKind::request;
  message.from = self;
  message.to =
      call.asked == kNobody ? drawn_coordinator(request, client.epoch, call.tries) : call.asked;
  message.attempt = call.tries;
  message.epoch = client.epoch;
  message.request = std::move(request);
  out_.messages.push_back({std::move(message), {}});
}

Endpoint World::drawn_coordinator(const Request& request, uint32_t epoch, uint32_t tries) const {
  const Ring& known = membership_->ring(epoch);
  const auto candidates = stage_->setup.cluster.coordinator == CoordinatorPlace::any
                              ? known.members()
                              : known.preference_list(token_of(request.key), request.n);
  return candidates[draw_below(seed_, Stream::coordinator, {request.operation, 0}, tries,
                               static_cast<uint32_t>(candidates.size()))];
}

void World::see(Client& client, Answer& answer, Operation& operation, const Context& context) {
  const Siblings siblings = Siblings::decode(answer.siblings);
  Client::Seen& seen = client.seen_of(answer.key);
  if (answer.verb != Verb::get) {
    std::string own = siblings.context_after(answer.operation);
    if (own.empty()) return;
    seen.context = std::move(own);
    seen.siblings.clear();
    return;
  }
  seen.context = siblings.context();
  const std::vector<Record> records = siblings.records();
  seen.siblings = std::move(answer.siblings);
  if (records.size() < 2) return;
  for (const Record& record : records) operation.siblings.push_back(record.version.operation);
  const auto index = context.script.action_of(answer.operation);
  const Action* action = index ? &context.script.actions()[*index] : nullptr;
  const Resolve how =
      action != nullptr && action->resolve ? *action->resolve : stage_->setup.cluster.resolve;
  operation.unresolved = how == Resolve::none || how == Resolve::all;
  if (how != Resolve::none) {
    answer.record = resolved(records, how, action != nullptr ? action->sibling : kNoOperation);
  } else if (const auto live = std::find_if(records.begin(), records.end(),
                                            [](const Record& record) { return !record.deleted; });
             live != records.end()) {
    answer.record = *live;
  }
}

void World::end(Endpoint client, Answer answer, Context& context) {
  Client& state = clients_[client_index(client)];
  state.forget(answer.operation);
  Operation operation;
  operation.id = answer.operation;
  operation.client = client;
  if (!answer.siblings.empty()) see(state, answer, operation, context);
  operation.end_us = now_us_;
  operation.end_position = position_;
  operation.outcome = answer.outcome;
  operation.found = answer.found && !answer.record.deleted;
  operation.returned = answer.found ? answer.record.version.operation : kNoOperation;
  operation.value = std::move(answer.record.value);
  operation.answered = std::move(answer.answered);
  state.turns.end(operation.id, operation.outcome == OperationOutcome::ok,
                  operation.found ? std::string_view(operation.value) : std::string_view());
  Mix128 mix;
  mix.fold(operation.returned | static_cast<uint64_t>(operation.found) << 32);
  mix.fold_bytes(operation.value);
  for (const Endpoint node : operation.answered) mix.fold(node);
  for (const OperationId sibling : operation.siblings) mix.fold(sibling);
  record({.kind = TraceKind::complete,
          .flags = static_cast<uint8_t>(answer.outcome),
          .node = client,
          .operation = answer.operation,
          .payload = mix.low()},
         context);
  context.observer.on_end(operation);

  for (const uint32_t index : context.script.waiting_for(answer.operation)) {
    Event event;
    event.kind = Event::Kind::action;
    event.index = index;
    queue_.push(now_us_ + context.script.actions()[index].at_us, std::move(event));
  }
  // An action may bear an id of a client's lane only where no client makes traffic of its own.
  if (operation_lane(answer.operation) != 0 && stage_->setup.workload.loop == Loop::closed) {
    plan_next_operation(client);
  }
}

void World::deliver(Event&& event, Context& context) {
  const Message& message = event.message;
  const auto trace_of = [&](TraceKind kind, uint8_t flags) {
    return TraceRecord{.kind = kind,
                       .flags = flags,
                       .node = message.to,
                       .peer = message.from,
                       .detail = static_cast<uint16_t>(message.kind),
                       .message = event.message_id,
                       .operation = message.request.operation,
                       .payload = event.digest};
  };
  const bool untold = event.message_id == Event::kUntold;
  const bool down = !is_client(message.to) && !known_machine(message.to).up;
  if (down || network_.cut(message.from, message.to)) {
    if (untold) return;
    const DropReason reason = down ? DropReason::down : DropReason::cut;
    record(trace_of(TraceKind::drop, static_cast<uint8_t>(reason)), context);
    context.observer.on_drop(event.message_id, message, reason, now_us_, position_);
    return;
  }
  if (doors_.closed_to(message)) {
    if (!untold) {
      record(trace_of(TraceKind::hold, 0), context);
      context.observer.on_hold(event.message_id, message, now_us_, position_);
    }
    doors_.keep(now_us_, std::move(event));
    return;
  }
  if (!untold) {
    record(trace_of(TraceKind::deliver, 0), context);
    context.observer.on_deliver(event.message_id, message, now_us_, position_);
  }

  const Endpoint host = message.to;
  if (!is_client(host)) {
    machine(host).node.handle(message, node_context(host), out_);
  } else {
    Client& client = clients_[client_index(host)];
    client.epoch = std::max(client.epoch, message.epoch);
    if (message.kind != MessageKind::reply) {
      client.coordinator.receive(message, client_context(host), out_);
    } else if (client.find(message.request.operation) != nullptr) {
      Message& reply = event.message;
      const bool unequal = reply.request.verb == Verb::cas && !reply.found;
      out_.answers.push_back({.operation = reply.request.operation,
                              .outcome = reply.refused ? OperationOutcome::refused
                                         : unequal     ? OperationOutcome::not_equal
                                                       : OperationOutcome::ok,
                              .found = reply.found,
                              .record = std::move(reply.record),
                              .answered = std::move(reply.answered),
                              .siblings = std::move(reply.request.seen),
                              .key = std::move(reply.request.key),
                              .verb = reply.request.verb});
    }
  }
  carry_out(host, context);
}

void World::fire(const Timer& timer, Context& context) {
  SYSTEMSIM_ASSERT(wants(timer));
  if (!is_client(timer.owner)) {
    Node& node = machine(timer.owner).node;
    const bool had_rounds = node.healing().has_rounds();
    node.handle_timer(timer, node_context(timer.owner), out_);
    resting_ = resting_ || (had_rounds && !node.healing().has_rounds());
  } else {
    Client& client = clients_[client_index(timer.owner)];
    Client::Call* call = client.find(timer.operation);
    if (client.coordinator.wants(timer)) {
      client.coordinator.time_is_up(timer, true, client_context(timer.owner), out_);
    } else if (call->tries < stage_->setup.cluster.calls.retries) {
      ++call->tries;
      ask_machine(client, *call, *call->again);
    } else {
      Answer gives_up;
      gives_up.operation = timer.operation;
      gives_up.outcome = OperationOutcome::timeout;
      out_.answers.push_back(std::move(gives_up));
    }
  }
  carry_out(timer.owner, context);
}

void World::wake(Endpoint client, Context& context) {
  Client& state = clients_[client_index(client)];
  const OperationId id = operation_id(client_index(client) + 1, state.next_number++);
  const Workload& workload = stage_->setup.workload;
  Request request = workload.traffic == Traffic::five_records
                        ? state.turns.next(seed_, client, id, now_us_, workload.conditional)
                        : next_request(workload, seed_, client, id);
  request.n = static_cast<uint8_t>(stage_->setup.cluster.n);
  request.w = static_cast<uint8_t>(std::min<uint32_t>(w_, request.n));
  request.r = static_cast<uint8_t>(std::min<uint32_t>(r_, request.n));
  if (request.verb != Verb::get && keeps_siblings(stage_->setup.cluster.calls.versions)) {
    request.seen = state.seen_of(request.key).context;
  }
  call(std::move(request), kNobody, context);
  if (workload.loop == Loop::open) plan_next_operation(client);
}

void World::plan_next_operation(Endpoint client) {
  const Workload& workload = stage_->setup.workload;
  const Client& state = clients_[client_index(client)];
  const uint32_t number = state.next_number;
  if (workload.duration_us == 0 || number > kMaxOperationNumber) return;
  const OperationId id = operation_id(client_index(client) + 1, number);
  const double mean_ms =
      state.turns.due() ? workload.turn_ms.value_or(workload.think_ms) : workload.think_ms;
  const uint64_t at = now_us_ + think_time_us(mean_ms, seed_, id);
  if (at >= workload.duration_us) return;
  Event event;
  event.kind = Event::Kind::client_wake;
  event.timer.owner = client;
  queue_.push(at, std::move(event));
}

void World::carry_out(Endpoint host, Context& context) {
  // Nothing below adds to out_: ending an operation only plans events.
  const DiskModel model = stage_->setup.disk;
  DiskQueue* disk = is_client(host) ? nullptr : &machine(host).disk;
  if (disk != nullptr) (void)disk->delay_us(model, out_.unawaited, now_us_);
  for (Output::Sending& sending : out_.messages) {
    const uint64_t delay = disk != nullptr ? disk->delay_us(model, sending.cost, now_us_) : 0;
    if (delay == 0) {
      send(std::move(sending.message), context);
    } else {
      Event event;
      event.kind = Event::Kind::depart;
      event.incarnation = known_machine(host).incarnation;
      event.message = std::move(sending.message);
      queue_.push(now_us_ + delay, std::move(event));
    }
  }
  set_timers();
  for (Answer& answer : out_.answers) end(host, std::move(answer), context);
  out_.clear();
  while (!waiting_changes_.empty() && !ring_is_changing()) {
    const Change next = waiting_changes_.front();
    waiting_changes_.erase(waiting_changes_.begin());
    begin_change(next, context);
  }
}

void World::set_timers() {
  for (const Output::Waking& waking : out_.timers) {
    Event event;
    event.kind = Event::Kind::timer;
    event.timer = waking.timer;
    queue_.push(now_us_ + waking.delay_us, std::move(event));
  }
}

void World::send(Message&& message, Context& context) {
  if (Healing::available() && skipping_ && is_routine(message.kind)) {
    if (network_.cut(message.from, message.to) || network_.lost(message, seed_)) return;
    if (!network_.doubled(message, seed_)) {
      return deliver_later(Event::kUntold, std::move(message), 0, false, context);
    }
    deliver_later(Event::kUntold, Message(message), 0, false, context);
    return deliver_later(Event::kUntold, std::move(message), 0, true, context);
  }
  SYSTEMSIM_ASSERT(!skipping_);
  const uint32_t id = next_message_++;
  const uint64_t digest = digest_of(message);
  TraceRecord trace_record = {.kind = TraceKind::send,
                              .node = message.from,
                              .peer = message.to,
                              .detail = static_cast<uint16_t>(message.kind),
                              .message = id,
                              .operation = message.request.operation,
                              .payload = digest};
  record(trace_record, context);
  const bool cut = network_.cut(message.from, message.to);
  if (cut || network_.lost(message, seed_)) {
    const DropReason reason = cut ? DropReason::cut : DropReason::lost;
    context.observer.on_send(id, message, now_us_, 0, position_);
    trace_record.kind = TraceKind::drop;
    trace_record.flags = static_cast<uint8_t>(reason);
    std::swap(trace_record.node, trace_record.peer);
    record(trace_record, context);
    context.observer.on_drop(id, message, reason, now_us_, position_);
    return;
  }
  if (!network_.doubled(message, seed_)) {
    return deliver_later(id, std::move(message), digest, false, context);
  }
  deliver_later(id, Message(message), digest, false, context);
  // The network's copy is a message of its own, which nobody sent.
  trace_record.message = next_message_++;
  trace_record.flags = 1;
  record(trace_record, context);
  deliver_later(trace_record.message, std::move(message), digest, true, context);
}

void World::deliver_later(uint32_t id, Message&& message, uint64_t digest, bool copy,
                          Context& context) {
  const uint64_t arrive_us = now_us_ + network_.latency_us(message, seed_, copy);
  if (id != Event::kUntold) {
    context.observer.on_send(id, message, now_us_, arrive_us, position_);
  }
  Event event;
  event.kind = Event::Kind::deliver;
  event.message = std::move(message);
  event.message_id = id;
  event.sent_us = now_us_;
  event.digest = digest;
  queue_.push(arrive_us, std::move(event));
}

bool World::wants(const Timer& timer) const {
  if (is_client(timer.owner)) return clients_[client_index(timer.owner)].wants(timer);
  const Machine& machine = known_machine(timer.owner);
  return machine.up && machine.node.wants(timer);
}

void World::drop_dead_timers() {
  while (!queue_.empty() && queue_.top().kind == Event::Kind::timer && !wants(queue_.top().timer)) {
    (void)queue_.pop();
  }
}

void World::record(TraceRecord trace_record, Context& context) {
  trace_record.time_us = now_us_;
  trace_.add(trace_record);
  context.observer.on_trace(trace_record);
}

uint64_t run(World& world, const Script& script, Observer& observer, uint64_t until_us) {
  const uint64_t before = world.position();
  for (;;) {
    const auto next = world.next_us(script);
    if (!next || *next > until_us || !world.step(script, observer, until_us)) break;
  }
  return world.position() - before;
}

}  // namespace systemsim
