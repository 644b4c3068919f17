#include "sim/world.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/mix.h"
#include "cluster/siblings.h"

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
    const Node& node = known_machine(next.timer.owner).node;
    return !node.healing().leads_on(next.timer, *membership_, node.epoch());
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

void World::deliver(Event&& event, Context& context) {
  const Message& message = event.message;
  const bool down = !is_client(message.to) && !known_machine(message.to).up;
  if (down || network_.cut(message.from, message.to)) {
    return drop(event, down ? DropReason::down : DropReason::cut, context);
  }
  if (doors_.closed_to(message)) {
    tell_held(event, 0, context);
    doors_.keep(now_us_, std::move(event));
    return;
  }
  if (event.message_id != Event::kUntold) {
    record(arrival(event, TraceKind::deliver, 0), context);
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

TraceRecord World::arrival(const Event& delivery, TraceKind kind, uint8_t flags) {
  const Message& message = delivery.message;
  return {.kind = kind,
          .flags = flags,
          .node = message.to,
          .peer = message.from,
          .detail = static_cast<uint16_t>(message.kind),
          .message = delivery.message_id,
          .operation = message.request.operation,
          .payload = delivery.digest};
}

void World::drop(const Event& delivery, DropReason reason, Context& context) {
  if (delivery.message_id == Event::kUntold) return;
  record(arrival(delivery, TraceKind::drop, static_cast<uint8_t>(reason)), context);
  context.observer.on_drop(delivery.message_id, delivery.message, reason, now_us_, position_);
}

void World::tell_held(const Event& delivery, uint8_t flags, Context& context) {
  if (delivery.message_id == Event::kUntold) return;
  record(arrival(delivery, TraceKind::hold, flags), context);
  context.observer.on_hold(delivery.message_id, delivery.message, now_us_, position_);
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
