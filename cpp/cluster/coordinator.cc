#include "cluster/coordinator.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/murmur3.h"

namespace systemsim {
namespace {

bool contains(const std::vector<Endpoint>& list, Endpoint endpoint) {
  return std::find(list.begin(), list.end(), endpoint) != list.end();
}

// Whom a round asks of `all`: those that are named, if any are; as many as `quorum` says, and
// whoever is pending, unless all are.
Replicas round_of(const Replicas& all, const std::vector<Endpoint>& asked, uint32_t quorum,
                  Fanout fanout) {
  const size_t members = all.machines.size() - all.pending;
  Replicas round;
  for (size_t i = 0; i < all.machines.size(); ++i) {
    if (!asked.empty() && !contains(asked, all.machines[i])) continue;
    const bool pending = i >= members;
    if (fanout == Fanout::quorum && !pending && round.machines.size() >= quorum) continue;
    round.machines.push_back(all.machines[i]);
    if (pending) ++round.pending;
  }
  return round;
}

}  // namespace

Coordinator::Place Coordinator::place_of(OperationId operation) {
  return std::lower_bound(
      pending_.begin(), pending_.end(), operation,
      [](const Pending& pending, OperationId id) { return pending.operation < id; });
}

Coordinator::Place Coordinator::find(OperationId operation) {
  const Place at = place_of(operation);
  return at != pending_.end() && at->operation == operation ? at : pending_.end();
}

bool Coordinator::wants(OperationId operation) const {
  const auto at = std::lower_bound(
      pending_.begin(), pending_.end(), operation,
      [](const Pending& pending, OperationId id) { return pending.operation < id; });
  return at != pending_.end() && at->operation == operation;
}

void Coordinator::start(const Request& request, const Context& context, Output& out) {
  SYSTEMSIM_ASSERT(request.n >= 1 && request.w >= 1 && request.r >= 1);
  const Place at = place_of(request.operation);
  SYSTEMSIM_ASSERT(at == pending_.end() || at->operation != request.operation);
  Pending pending;
  pending.operation = request.operation;
  pending.request = request;
  if (pending.write() && context.settings.versions == Versions::lww) {
    stamp(pending, context.clock_us);
  }
  begin(pending, context, out);
  pending_.insert(at, std::move(pending));
  out.timers.push_back({{context.self, request.operation}, context.settings.timeout_us});
}

void Coordinator::begin(Pending& pending, const Context& context, Output& out) {
  if (pending.stamped) {
    store(pending, context, out);
  } else {
    learn(pending, context, out);
  }
}

void Coordinator::stamp(Pending& pending, uint64_t stamp_us) {
  pending.stamped = true;
  pending.newest = {{stamp_us, pending.operation},
                    pending.request.verb == Verb::erase,
                    std::move(pending.request.value)};
}

void Coordinator::learn(Pending& pending, const Context& context, Output& out) {
  const Request& request = pending.request;
  const Replicas round =
      round_of(context.membership.for_read(context.epoch, token_of(request.key), request.n),
               request.asked, request.r, context.settings.fanout);
  pending.phase = Phase::learn;
  pending.needed = request.r;
  pending.asked = static_cast<uint32_t>(round.machines.size());
  for (const Endpoint replica : round.machines) {
    send(pending, MessageKind::read, replica, context, out);
  }
}

void Coordinator::store(Pending& pending, const Context& context, Output& out) {
  const Request& request = pending.request;
  // What a read names is whom it reads from.
  const Replicas round =
      round_of(context.membership.for_write(context.epoch, token_of(request.key), request.n),
               pending.write() ? request.asked : std::vector<Endpoint>(), request.w,
               context.settings.fanout);
  pending.phase = Phase::store;
  pending.needed = request.w + round.pending;
  if (pending.holders.size() >= pending.needed) return;
  for (const Endpoint replica : round.machines) {
    if (contains(pending.holders, replica)) continue;
    send(pending, MessageKind::write, replica, context, out);
  }
}

void Coordinator::store_where_behind(Pending& pending, const Context& context, Output& out) {
  pending.phase = Phase::store;
  pending.needed = static_cast<uint32_t>(pending.holders.size());
  if (pending.needed == pending.heard.size()) return;
  const auto store_on = [&](Endpoint replica) {
    ++pending.needed;
    send(pending, MessageKind::write, replica, context, out);
  };
  for (const Heard& heard : pending.heard) {
    if (pending.behind(heard)) store_on(heard.replica);
  }
  const Request& request = pending.request;
  const Replicas all =
      context.membership.for_write(context.epoch, token_of(request.key), request.n);
  for (size_t i = all.machines.size() - all.pending; i < all.machines.size(); ++i) {
    store_on(all.machines[i]);
  }
}

void Coordinator::send(const Pending& pending, MessageKind kind, Endpoint replica,
                       const Context& context, Output& out) {
  Message message;
  message.kind = kind;
  message.from = context.self;
  message.to = replica;
  message.attempt = pending.attempt;
  message.epoch = context.epoch;
  message.request.operation = pending.operation;
  message.request.verb = pending.request.verb;
  message.request.key = pending.request.key;
  if (kind == MessageKind::write) message.record = pending.newest;
  out.messages.push_back({std::move(message), {}});
}

void Coordinator::receive(const Message& message, const Context& context, Output& out) {
  const Place pending = find(message.request.operation);
  if (pending == pending_.end() || pending->attempt != message.attempt) return;
  if (message.refused) {
    if (pending->phase == Phase::repair) return;
    ++pending->attempt;
    pending->heard.clear();
    pending->holders.clear();
    if (!pending->stamped) {
      pending->found = false;
      pending->newest = {};
    }
    return begin(*pending, context, out);
  }
  if (message.kind == MessageKind::response) {
    hear(pending, message, context, out);
  } else if (pending->phase == Phase::store && !contains(pending->holders, message.from)) {
    pending->holders.push_back(message.from);
    if (pending->holders.size() >= pending->needed) answer(pending, OperationOutcome::ok, out);
  }
}

void Coordinator::hear(Place pending, const Message& message, const Context& context, Output& out) {
  if (pending->phase == Phase::store) return;
  for (const Heard& heard : pending->heard) {
    if (heard.replica == message.from) return;
  }
  pending->heard.push_back({message.from, message.found, message.record.version});
  const bool news = message.found && (!pending->found || newer(message.record, pending->newest));
  if (news) {
    pending->found = true;
    pending->newest = message.record;
  }
  if (pending->phase == Phase::repair) {
    // What is new makes all the others old.
    for (const Heard& heard : pending->heard) {
      if ((news || heard.replica == message.from) && pending->behind(heard)) {
        send(*pending, MessageKind::write, heard.replica, context, out);
      }
    }
    if (pending->heard.size() == pending->asked) pending_.erase(pending);
  } else if (pending->heard.size() == pending->needed) {
    learned(pending, context, out);
  }
}

void Coordinator::learned(Place pending, const Context& context, Output& out) {
  const CoordinatorSettings& settings = context.settings;
  if (pending->write()) {
    stamp(*pending, pending->found ? pending->newest.version.stamp_us + 1 : 1);
    return store(*pending, context, out);
  }
  if (pending->found && (settings.write_back || settings.read_repair == ReadRepair::blocking)) {
    for (const Heard& heard : pending->heard) {
      if (!pending->behind(heard)) pending->holders.push_back(heard.replica);
    }
    if (settings.write_back) {
      store(*pending, context, out);
    } else {
      store_where_behind(*pending, context, out);
    }
    if (pending->holders.size() < pending->needed) return;
  } else if (settings.read_repair == ReadRepair::background) {
    for (const Heard& heard : pending->heard) {
      if (pending->behind(heard)) send(*pending, MessageKind::write, heard.replica, context, out);
    }
    pending->phase = Phase::repair;
  }
  answer(pending, OperationOutcome::ok, out);
}

void Coordinator::give_up(OperationId operation, Output& out) {
  const Place pending = find(operation);
  SYSTEMSIM_ASSERT(pending != pending_.end());
  if (pending->phase == Phase::repair) {
    pending_.erase(pending);
  } else {
    answer(pending, OperationOutcome::timeout, out);
  }
}

void Coordinator::answer(Place pending, OperationOutcome outcome, Output& out) {
  Answer answer;
  answer.operation = pending->operation;
  answer.outcome = outcome;
  if (pending->write()) {
    answer.answered = std::move(pending->holders);
  } else {
    for (const Heard& heard : pending->heard) answer.answered.push_back(heard.replica);
  }
  const bool repairs = pending->phase == Phase::repair && pending->heard.size() < pending->asked;
  if (!pending->write() && outcome == OperationOutcome::ok) {
    answer.found = pending->found;
    answer.record = pending->newest;
  }
  out.answers.push_back(std::move(answer));
  if (!repairs) pending_.erase(pending);
}

}  // namespace systemsim
