#include "cluster/coordinator.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/murmur3.h"
#include "base/sorted.h"
#include "cluster/siblings.h"

namespace systemsim {
namespace {

// Whom a round asks of `all`: those that are named, if any are (and nobody else: who is pending has
// then to be named too); as many as `quorum` says, and whoever is pending, unless all are.
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

Fanout Coordinator::fanout_of(const Pending& pending, const Context& context) {
  return pending.tries > 0 ? Fanout::all : context.settings.fanout;
}

Coordinator::Place Coordinator::find(OperationId operation) {
  const Place at = sorted_place(pending_, operation, &Pending::operation);
  return at != pending_.end() && at->operation == operation ? at : pending_.end();
}

bool Coordinator::wants(OperationId operation) const {
  return find_sorted(pending_, operation, &Pending::operation) != nullptr;
}

bool Coordinator::wants(const Timer& timer) const {
  const Pending* at = find_sorted(pending_, timer.operation, &Pending::operation);
  if (at == nullptr) return false;
  if (at->phase == Phase::resend) return timer.turn == (kResend | at->resends);
  return timer.turn == at->tries || (timer.turn == (kPatience | at->tries) && !at->answered());
}

void Coordinator::start(const Request& request, uint32_t tries, const Context& context,
                        Output& out) {
  SYSTEMSIM_ASSERT(request.n >= 1 && request.w >= 1 && request.r >= 1);
  Place at = sorted_place(pending_, request.operation, &Pending::operation);
  if (at != pending_.end() && at->operation == request.operation) {
    if (!at->answered()) {
      if (tries > at->tries) ask_again(*at, tries, context, out);
      return;
    }
    at = pending_.erase(at);  // it has answered, and is asked anew
  }
  Pending pending;
  pending.operation = request.operation;
  pending.request = request;
  pending.tries = static_cast<uint8_t>(tries);
  pending.attempt = attempt_of(tries);
  pending.since = pending.attempt;
  if (pending.write() && context.settings.versions == Versions::lww) {
    stamp(pending, request.stamp_us == 0 ? context.clock_us : request.stamp_us);
  }
  begin(pending, context, out);
  set_timers(pending, context, out);
  pending_.insert(at, std::move(pending));
}

void Coordinator::set_timers(const Pending& pending, const Context& context, Output& out) {
  const CoordinatorSettings& settings = context.settings;
  Timer timer = {context.self, pending.operation, pending.tries};
  out.timers.push_back({timer, settings.timeout_us});
  if (settings.patience_us == 0) return;
  timer.turn |= kPatience;
  out.timers.push_back({timer, settings.patience_us});
}

void Coordinator::ask_again(Pending& pending, uint32_t tries, const Context& context, Output& out) {
  pending.tries = static_cast<uint8_t>(tries);
  next_attempt(pending, attempt_of(tries));
  if (context.epoch != pending.epoch) forget_answers(pending);
  if (pending.phase == Phase::store && !pending.write()) {
    store_what_was_read(pending, context, out);
  } else {
    begin(pending, context, out);
  }
  set_timers(pending, context, out);
}

void Coordinator::next_attempt(Pending& pending, uint8_t least) {
  if (pending.attempt < UINT8_MAX) ++pending.attempt;
  pending.attempt = std::max(pending.attempt, least);
}

void Coordinator::forget_answers(Pending& pending) {
  pending.since = pending.attempt;
  pending.heard.clear();
  pending.holders.clear();
  if (pending.stamped) return;
  pending.phase = Phase::learn;
  pending.found = false;
  pending.newest = {};
  pending.siblings.clear();
}

void Coordinator::begin_again(Pending& pending, const Context& context, Output& out) {
  next_attempt(pending, 0);
  forget_answers(pending);
  begin(pending, context, out);
}

void Coordinator::find_away(Pending& pending, const Context& context) {
  // Who has answered for another in this round goes on standing in for it.
  if (!pending.holders.empty() || !pending.heard.empty()) return;
  pending.away.clear();
  const bool heals = Healing::available() && context.healing != nullptr;
  if (!heals || !pending.request.asked.empty()) return;
  const Token token = token_of(pending.request.key);
  const std::vector<Endpoint> homes =
      context.membership.for_write(context.epoch, token, pending.request.n).machines;
  for (const Endpoint replica : homes) {
    const bool down = replica != context.self && context.healing->is_down(replica);
    if (down) pending.away.push_back({replica, kNobody});
  }
  if (pending.away.empty() || !context.heals->sloppy) return;
  const Ring& ring = context.membership.ring(context.epoch);
  size_t next = 0;
  for (const Endpoint machine :
       ring.preference_list(token, static_cast<uint32_t>(ring.members().size()))) {
    if (next == pending.away.size()) return;
    const bool down = machine != context.self && context.healing->is_down(machine);
    if (!down && !contains(homes, machine)) pending.away[next++].stand_in = machine;
  }
}

Endpoint Coordinator::represented_by(const Pending& pending, Endpoint machine) {
  for (const Away& away : pending.away) {
    if (away.stand_in == machine) return away.replica;
  }
  return kNobody;
}

Endpoint Coordinator::stand_in_for(const Pending& pending, Endpoint replica) {
  for (const Away& away : pending.away) {
    if (away.replica == replica) return away.stand_in;
  }
  return kNobody;
}

void Coordinator::miss(Pending& pending, Endpoint replica, Output& out) {
  pending.missing.push_back(replica);
  std::string copy = pending.siblings.empty() ? encode_record(pending.newest) : pending.siblings;
  out.missed.push_back({replica, {pending.request.key, std::move(copy)}});
}

void Coordinator::miss_the_rest(Pending& pending, const Context& context, Output& out) {
  if (!context.keeps_hints() || !pending.write() || !pending.stamped) return;
  for (const Endpoint replica : unacknowledged(pending, context)) {
    if (replica != context.self) miss(pending, replica, out);
  }
}

void Coordinator::begin(Pending& pending, const Context& context, Output& out) {
  pending.epoch = context.epoch;
  find_away(pending, context);
  if (pending.stamped) {
    store(pending, context, out);
  } else if (pending.write() && keeps_siblings(context.settings.versions)) {
    take(pending, context, out);
  } else {
    learn(pending, context, out);
  }
}

void Coordinator::take(Pending& pending, const Context& context, Output& out) {
  const Request& request = pending.request;
  const Replicas round =
      round_of(context.membership.for_write(context.epoch, token_of(request.key), request.n),
               request.asked, request.w, Fanout::all);
  const size_t members = round.machines.size() - round.pending;
  pending.phase = Phase::take;
  if (members == 0) return;  // the call names none that has a copy
  // Who is not taken for dead; if nobody is left, who stands in for them, or else any.
  std::vector<Endpoint> there(round.machines.begin(),
                              round.machines.begin() + static_cast<std::ptrdiff_t>(members));
  std::erase_if(there, [&](Endpoint replica) {
    return std::any_of(pending.away.begin(), pending.away.end(),
                       [&](const Away& away) { return away.replica == replica; });
  });
  for (const Away& away : pending.away) {
    if (there.empty() && away.stand_in != kNobody) there.push_back(away.stand_in);
  }
  if (there.empty()) there = round.machines;
  // The next one at each try, and when patience ends: the last may be away.
  const Endpoint replica = contains(there, context.self)
                               ? context.self
                               : there[(pending.tries + pending.moves) % there.size()];
  send(pending, MessageKind::take, replica, context, out);
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
               request.asked, request.r, fanout_of(pending, context));
  pending.phase = Phase::learn;
  pending.needed = request.r;
  pending.asked = static_cast<uint32_t>(round.machines.size());
  for (const Endpoint replica : round.machines) {
    const Endpoint stand_in = stand_in_for(pending, replica);
    const Endpoint asked = stand_in == kNobody ? replica : stand_in;
    if (!pending.heard_of(asked)) send(pending, MessageKind::read, asked, context, out);
  }
}

void Coordinator::store(Pending& pending, const Context& context, Output& out) {
  const Request& request = pending.request;
  // What a read names is whom it reads from.
  const Replicas round =
      round_of(context.membership.for_write(context.epoch, token_of(request.key), request.n),
               pending.write() ? request.asked : std::vector<Endpoint>(), request.w,
               fanout_of(pending, context));
  pending.phase = Phase::store;
  pending.needed = request.w + round.pending;
  pending.asked = static_cast<uint32_t>(round.machines.size());
  // A read has done enough then; a write is for all of them.
  if (!pending.write() && pending.holders.size() >= pending.needed) return;
  for (const Endpoint replica : round.machines) {
    const Endpoint stand_in = stand_in_for(pending, replica);
    const Endpoint told = stand_in == kNobody ? replica : stand_in;
    if (contains(pending.holders, told) || contains(pending.missing, replica)) continue;
    const bool away = std::any_of(pending.away.begin(), pending.away.end(),
                                  [&](const Away& one) { return one.replica == replica; });
    if (away && stand_in == kNobody && pending.write() && context.keeps_hints()) {
      miss(pending, replica, out);
    } else {
      send(pending, MessageKind::write, told, context, out);
    }
  }
}

void Coordinator::store_where_behind(Pending& pending, const Context& context, Output& out) {
  pending.phase = Phase::store;
  const Request& request = pending.request;
  std::vector<Endpoint> targets;
  for (const Heard& heard : pending.heard) {
    if (pending.behind(heard)) targets.push_back(heard.replica);
  }
  if (!targets.empty()) {
    const Replicas all =
        context.membership.for_write(context.epoch, token_of(request.key), request.n);
    targets.insert(targets.end(), all.machines.end() - all.pending, all.machines.end());
  }
  std::erase_if(targets, [&](Endpoint replica) { return contains(pending.holders, replica); });
  pending.needed = static_cast<uint32_t>(pending.holders.size() + targets.size());
  for (const Endpoint replica : targets) {
    send(pending, MessageKind::write, replica, context, out);
  }
}

void Coordinator::repair_later(Pending& pending, const Context& context, Output& out) {
  for (const Heard& heard : pending.heard) {
    if (pending.behind(heard)) send(pending, MessageKind::write, heard.replica, context, out);
  }
  pending.phase = Phase::repair;
}

void Coordinator::store_what_was_read(Pending& pending, const Context& context, Output& out) {
  if (context.settings.write_back) {
    store(pending, context, out);
  } else {
    store_where_behind(pending, context, out);
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
  message.about = represented_by(pending, replica);
  if (kind == MessageKind::write) {
    message.record = pending.newest;
    message.request.seen = pending.siblings;
  } else if (kind == MessageKind::take) {
    message.request.value = pending.request.value;
    message.request.seen = pending.request.seen;
    message.request.stamp_us = pending.request.stamp_us;
  }
  out.messages.push_back({std::move(message), {}});
}

void Coordinator::receive(const Message& message, const Context& context, Output& out) {
  const Place pending = find(message.request.operation);
  // Not of this life of the call, this ring, or this round.
  if (pending == pending_.end() || message.attempt < pending->since ||
      message.attempt > pending->attempt || message.epoch < pending->epoch) {
    return;
  }
  if (message.refused) {
    if (!pending->answered()) begin_again(*pending, context, out);
    return;
  }
  if (message.kind == MessageKind::response) return hear(pending, message, context, out);
  if (message.kind == MessageKind::taken) return taken(pending, message, context, out);
  if (message.record.version != pending->newest.version ||
      contains(pending->holders, message.from)) {
    return;
  }
  if (pending->phase == Phase::store) {
    pending->holders.push_back(message.from);
    if (pending->holders.size() >= pending->needed) {
      answer(pending, OperationOutcome::ok, context, out);
    } else if (pending->impatient) {
      decide(pending, context, out);
    }
  } else if (pending->phase == Phase::resend || pending->phase == Phase::hint) {
    pending->holders.push_back(message.from);
    if (unacknowledged(*pending, context).empty()) pending_.erase(pending);
  }
}

void Coordinator::taken(Place pending, const Message& message, const Context& context,
                        Output& out) {
  if (pending->phase != Phase::take) return;
  pending->stamped = true;
  pending->newest = message.record;
  pending->siblings = message.request.seen;
  pending->holders = {message.from};
  // What one ring's replica has taken, another's are not told.
  if (context.epoch != pending->epoch) return begin_again(*pending, context, out);
  store(*pending, context, out);
  if (pending->holders.size() >= pending->needed) {
    answer(pending, OperationOutcome::ok, context, out);
  } else if (pending->impatient) {
    decide(pending, context, out);
  }
}

void Coordinator::decide(Place pending, const Context& context, Output& out) {
  const CoordinatorSettings& settings = context.settings;
  if (pending->phase == Phase::take && pending->moves + 1U < pending->request.n) {
    ++pending->moves;
    next_attempt(*pending, 0);
    take(*pending, context, out);
    out.timers.push_back(
        {{context.self, pending->operation, kPatience | pending->tries}, settings.patience_us});
    return;
  }
  if (settings.without_quorum == WithoutQuorum::refuse) {
    return answer(pending, OperationOutcome::refused, context, out);
  }
  // Who has nothing yet answers with the first that comes.
  pending->impatient = true;
  if (pending->write()) {
    if (pending->phase != Phase::store || pending->holders.empty()) return;
    answer(pending, OperationOutcome::ok, context, out);
  } else if (!pending->heard.empty()) {
    if (settings.read_repair != ReadRepair::off) repair_later(*pending, context, out);
    answer(pending, OperationOutcome::ok, context, out);
  }
}

std::vector<Endpoint> Coordinator::unacknowledged(const Pending& pending, const Context& context) {
  const Request& request = pending.request;
  Replicas round =
      round_of(context.membership.for_write(context.epoch, token_of(request.key), request.n),
               request.asked, request.w, Fanout::all);
  std::erase_if(round.machines, [&](Endpoint replica) {
    return contains(pending.holders, replica) || contains(pending.missing, replica) ||
           contains(pending.holders, stand_in_for(pending, replica));
  });
  return std::move(round.machines);
}

void Coordinator::resend(Place pending, const Context& context, Output& out) {
  if (pending->resends == CoordinatorSettings::kMostResends) {
    miss_the_rest(*pending, context, out);
    pending_.erase(pending);
    return;
  }
  ++pending->resends;
  next_attempt(*pending, 0);
  pending->epoch = context.epoch;
  for (const Endpoint replica : unacknowledged(*pending, context)) {
    const Endpoint stand_in = stand_in_for(*pending, replica);
    send(*pending, MessageKind::write, stand_in == kNobody ? replica : stand_in, context, out);
  }
  out.timers.push_back({{context.self, pending->operation, kResend | pending->resends},
                        context.settings.patience_us << pending->resends});
}

void Coordinator::hear(Place pending, const Message& message, const Context& context, Output& out) {
  if (pending->phase != Phase::learn && pending->phase != Phase::repair) return;
  if (pending->heard_of(message.from)) return;
  pending->heard.push_back(
      {message.from, message.found, message.record.version, message.request.seen});
  bool news = message.found && (!pending->found || newer(message.record, pending->newest));
  if (news) pending->newest = message.record;
  if (message.found && keeps_siblings(context.settings.versions)) {
    std::string all = joined(pending->siblings, message.request.seen, context.settings.versions);
    news = all != pending->siblings;
    pending->siblings = std::move(all);
  }
  pending->found = pending->found || message.found;
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
  } else if (pending->impatient && !pending->write()) {
    decide(pending, context, out);
  }
}

void Coordinator::learned(Place pending, const Context& context, Output& out) {
  const CoordinatorSettings& settings = context.settings;
  const bool stores =
      pending->write() || settings.write_back || settings.read_repair == ReadRepair::blocking;
  // What was learned by one ring is not stored by another.
  if (stores && context.epoch != pending->epoch) return begin_again(*pending, context, out);
  if (pending->write()) {
    stamp(*pending, pending->found ? pending->newest.version.stamp_us + 1 : 1);
    return store(*pending, context, out);
  }
  if (stores && pending->found) {
    for (const Heard& heard : pending->heard) {
      if (!pending->behind(heard)) pending->holders.push_back(heard.replica);
    }
    store_what_was_read(*pending, context, out);
    if (pending->holders.size() < pending->needed) return;
  } else if (settings.read_repair == ReadRepair::background) {
    repair_later(*pending, context, out);
  }
  answer(pending, OperationOutcome::ok, context, out);
}

void Coordinator::time_is_up(const Timer& timer, bool may_retry, const Context& context,
                             Output& out) {
  SYSTEMSIM_ASSERT(wants(timer));
  const Place pending = find(timer.operation);
  if (timer.turn >= kResend) return resend(pending, context, out);
  if (timer.turn >= kPatience) return decide(pending, context, out);
  if (pending->phase == Phase::repair || pending->phase == Phase::hint) {
    if (pending->phase == Phase::hint) miss_the_rest(*pending, context, out);
    pending_.erase(pending);
  } else if (may_retry && pending->tries < context.settings.retries) {
    ask_again(*pending, pending->tries + 1U, context, out);
  } else {
    miss_the_rest(*pending, context, out);
    answer(pending, OperationOutcome::timeout, context, out);
  }
}

void Coordinator::answer(Place pending, OperationOutcome outcome, const Context& context,
                         Output& out) {
  bool goes_on = pending->phase == Phase::repair && pending->heard.size() < pending->asked;
  const bool patient = context.settings.patience_us > 0;
  if (pending->write() && outcome == OperationOutcome::ok && (patient || context.keeps_hints()) &&
      !unacknowledged(*pending, context).empty()) {
    goes_on = true;
    pending->phase = patient ? Phase::resend : Phase::hint;
    if (patient) {
      out.timers.push_back(
          {{context.self, pending->operation, kResend}, context.settings.patience_us});
    }
  }
  Answer answer;
  answer.operation = pending->operation;
  answer.outcome = outcome;
  if (pending->write()) {
    answer.answered = pending->holders;
  } else {
    for (const Heard& heard : pending->heard) answer.answered.push_back(heard.replica);
  }
  if (outcome == OperationOutcome::ok) {
    if (!pending->siblings.empty()) {
      answer.siblings = pending->siblings;
      answer.key = pending->request.key;
      answer.verb = pending->request.verb;
    }
    if (!pending->write()) {
      answer.found = pending->found;
      answer.record = pending->newest;
    }
  }
  out.answers.push_back(std::move(answer));
  if (!goes_on) pending_.erase(pending);
}

}  // namespace systemsim
