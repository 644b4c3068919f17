// Clients' calls: how one begins, whom it asks, how it ends, and what the client makes of the
// answer.
#include <algorithm>
#include <utility>

#include "base/mix.h"
#include "cluster/siblings.h"
#include "sim/resolve.h"
#include "sim/world.h"

namespace systemsim {

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
    operation.unseen = own.empty();
    if (operation.unseen) return;
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

}  // namespace systemsim
