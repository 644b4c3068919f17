#include "cluster/owner.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/murmur3.h"
#include "base/sort.h"
#include "base/sorted.h"
#include "cluster/record.h"

namespace systemsim {
namespace {

// A message of this protocol about the operation and key that `about` is about.
Message message_about(const Message& about, MessageKind kind, Endpoint from, Endpoint to,
                      uint32_t term) {
  Message message;
  message.kind = kind;
  message.from = from;
  message.to = to;
  message.attempt = about.attempt;
  message.epoch = term;
  message.request.operation = about.request.operation;
  message.request.key = about.request.key;
  return message;
}

Message about(OperationId operation, const std::string& key, uint8_t attempt) {
  Message message;
  message.attempt = attempt;
  message.request.operation = operation;
  message.request.key = key;
  return message;
}

// Of writing so much to the log, with one sync for all.
StoreCost log_cost(uint64_t bytes) { return {bytes == 0 ? 0U : 1U, 0, 0, bytes}; }

uint64_t bytes_of(const std::vector<LogEntry>& entries) {
  uint64_t bytes = 0;
  for (const LogEntry& entry : entries) bytes += size_bytes(entry);
  return bytes;
}

// Adds a client to those that wait. Whether it is new there, or asks once more.
template <class Waiting>
bool remember(std::vector<Waiting>& list, const Waiting& waiting) {
  for (Waiting& known : list) {
    if (known.request.operation != waiting.request.operation) continue;
    known.since_us = waiting.since_us;
    if (waiting.tries <= known.tries) return false;
    known.tries = waiting.tries;
    return true;
  }
  list.push_back(waiting);
  return true;
}

}  // namespace

Owner::Range& Owner::range_of(const std::string& key, const Context& context) {
  const auto number = static_cast<uint32_t>(context.ring.first_point(token_of(key)));
  if (Range* known = find_sorted(ranges_, number, &Range::number)) return *known;
  Range fresh;
  fresh.number = number;
  return *ranges_.insert(sorted_place(ranges_, number, &Range::number), std::move(fresh));
}

bool Owner::serves(uint32_t range, uint64_t clock_us) const {
  const Range* known = find_sorted(ranges_, range, &Range::number);
  return known != nullptr && known->serves(clock_us);
}

const ReplicatedLog* Owner::log(uint32_t range) const {
  const Range* known = find_sorted(ranges_, range, &Range::number);
  return known != nullptr ? &known->log : nullptr;
}

void Owner::crash() {
  for (Range& range : ranges_) {
    Range fresh;
    fresh.number = range.number;
    fresh.log = std::move(range.log);
    range = std::move(fresh);
  }
}

void Owner::handle(const Message& message, const Context& context, Output& out) {
  switch (message.kind) {
    case MessageKind::request:
      return call(message, context, out);
    case MessageKind::granted:
      return granted(message, context, out);
    case MessageKind::learn:
      return learn(message, context, out);
    case MessageKind::learned:
      return learned(message, context, out);
    case MessageKind::append:
      return append(message, context, out);
    case MessageKind::appended:
      return appended(message, context, out);
    case MessageKind::commit:
      return committed(message, context, out);
    default:
      SYSTEMSIM_ASSERT(false);  // replies go to clients, leases to the lock service
  }
}

void Owner::call(const Message& message, const Context& context, Output& out) {
  const auto machines = context.ring.preference_list(token_of(message.request.key), context.n);
  if (std::find(machines.begin(), machines.end(), context.self) == machines.end()) {
    Message passed = message;
    passed.from = context.self;
    passed.to = machines[message.attempt % machines.size()];
    out.messages.push_back({std::move(passed), {}});
    return;
  }
  Range& range = range_of(message.request.key, context);
  for (auto* list : {&range.for_owner, &range.for_log}) {
    std::erase_if(*list, [&](const Waiting& waiting) {
      return context.clock_us > waiting.since_us + context.timeout_us;
    });
  }
  const Waiting waiting = {message.request, message.attempt, context.clock_us};
  if (range.serves(context.clock_us)) {
    serve(range, waiting, context, out);
    if (context.clock_us >= range.renew_us) {
      ask_for_lease(range, message.request.key, context, out);
    }
    return;
  }
  // What is done is done, whoever the owner is.
  const auto index = range.log.find(message.request.operation);
  if (index && *index <= range.log.committed()) {
    return reply(range, waiting, *index, {}, context, out);
  }
  (void)remember(range.for_owner, waiting);
  // One that was passed on to this machine is not passed on for what it had heard before.
  if (is_client(message.from) && range.other != kNobody &&
      context.clock_us < range.other_until_us) {
    return pass_on(range, range.other, context, out);
  }
  push(range, message.request.key, context, out);
}

void Owner::ask_for_lease(Range& range, const std::string& key, const Context& context,
                          Output& out) {
  if (range.request != kNoOperation &&
      context.clock_us - range.requested_us < context.timeout_us / 2) {
    return;
  }
  asked_ = asked_ % kMaxOperationNumber + 1;
  range.request = operation_id(kLeaseLane, asked_);
  range.requested_us = context.clock_us;
  out.messages.push_back({message_about(about(range.request, key, 0), MessageKind::lease,
                                        context.self, kLockService, range.term),
                          {}});
}

bool Owner::may_send_again(Range& range, const Context& context) {
  if (context.clock_us - range.pushed_us < context.timeout_us / 2) return false;
  range.pushed_us = context.clock_us;
  return true;
}

void Owner::push(Range& range, const std::string& key, const Context& context, Output& out) {
  if (range.term == 0 || context.clock_us >= range.renew_us) {
    ask_for_lease(range, key, context, out);
  }
  if (range.phase != Phase::learning && range.phase != Phase::settling) return;
  if (!may_send_again(range, context)) return;
  ++range.turn;
  const Message subject = about(range.granted_by, key, attempt_of(range.turn));
  for (Peer& peer : range.peers) {
    if (range.phase == Phase::learning && !peer.heard) {
      send_learn(range, peer, subject, context, out);
    } else if (range.phase == Phase::settling && peer.matched < range.settle_at) {
      send_entries(range, peer, peer.matched, subject, {}, context, out);
    }
  }
}

void Owner::granted(const Message& message, const Context& context, Output& out) {
  Range& range = range_of(message.request.key, context);
  if (message.request.operation != range.request) return;
  range.request = kNoOperation;
  if (message.refused) {
    step_down(range);
    range.other = message.about;
    range.other_until_us = context.clock_us + message.lease_us;
    return pass_on(range, range.other, context, out);
  }
  if (message.epoch < range.log.promised()) return;
  range.until_us = range.requested_us + message.lease_us;
  range.renew_us = range.requested_us + message.lease_us / 2;
  range.other = kNobody;
  range.granted_by = message.request.operation;
  range.turn = 0;
  if (message.epoch != range.term) return take_over(range, message, context, out);
  serve_waiting(range, context, out);
}

void Owner::take_over(Range& range, const Message& granted, const Context& context, Output& out) {
  range.term = granted.epoch;
  range.log.promise(range.term);
  range.phase = Phase::learning;
  range.pushed_us = context.clock_us;
  range.peers.clear();
  for (const Endpoint machine :
       context.ring.preference_list(token_of(granted.request.key), context.n)) {
    if (machine != context.self) range.peers.push_back({machine, false, 0, 0, 0, 0});
  }
  const Message subject = about(range.granted_by, granted.request.key, 0);
  for (const Peer& peer : range.peers) send_learn(range, peer, subject, context, out);
  settle(range, subject, context, out);
}

void Owner::send_learn(const Range& range, const Peer& peer, const Message& subject,
                       const Context& context, Output& out) {
  Message message =
      message_about(subject, MessageKind::learn, context.self, peer.machine, range.term);
  message.log.committed = range.log.committed();
  out.messages.push_back({std::move(message), log_cost(kMessageHeaderBytes)});
}

void Owner::step_down(Range& range) {
  range.term = 0;
  range.phase = Phase::none;
  range.peers.clear();
}

// Hears of a later owner's term: an ownership of this machine is over.
bool Owner::hear_term(Range& range, uint32_t term) {
  if (term <= range.log.promised()) return false;
  range.log.promise(term);
  range.other = kNobody;
  step_down(range);
  return true;
}

void Owner::learn(const Message& message, const Context& context, Output& out) {
  Range& range = range_of(message.request.key, context);
  const bool refused = context.fence && message.epoch < range.log.promised();
  Message answer =
      message_about(message, MessageKind::learned, context.self, message.from, message.epoch);
  if (refused) {
    answer.refused = true;
    answer.epoch = range.log.promised();
    out.messages.push_back({std::move(answer), {}});
    return;
  }
  hear_term(range, message.epoch);
  answer.log = {range.log.size(), range.log.term_at(range.log.size()), range.log.committed(),
                range.log.after(message.log.committed)};
  out.messages.push_back({std::move(answer), log_cost(kMessageHeaderBytes)});
  pass_on(range, message.from, context, out);
}

void Owner::learned(const Message& message, const Context& context, Output& out) {
  Range& range = range_of(message.request.key, context);
  if (message.refused) {
    hear_term(range, message.epoch);
    return;
  }
  if (range.phase != Phase::learning || message.epoch != range.term) return;
  Peer& peer = *std::find_if(range.peers.begin(), range.peers.end(),
                             [&](const Peer& other) { return other.machine == message.from; });
  if (peer.heard) return;
  peer.heard = true;
  const LogPart& theirs = message.log;
  ReplicatedLog& ours = range.log;
  const uint32_t our_term = ours.term_at(ours.size());
  const bool further =
      theirs.term > our_term || (theirs.term == our_term && theirs.index > ours.size());
  if (further && theirs.index > ours.committed()) {
    ours.replace(theirs.index - static_cast<uint32_t>(theirs.entries.size()), theirs.entries);
  }
  // The further of two logs has all that is done in either.
  commit(range, std::min(theirs.committed, ours.size()), context, out);
  peer.matched = peer.sent = peer.knows = peer.told = std::min(theirs.committed, ours.size());
  settle(range, message, context, out);
}

void Owner::settle(Range& range, const Message& subject, const Context& context, Output& out) {
  const auto heard = 1 + std::count_if(range.peers.begin(), range.peers.end(),
                                       [](const Peer& peer) { return peer.heard; });
  if (static_cast<size_t>(heard) < majority(range)) return;
  range.log.take_over(range.term);
  range.settle_at = range.log.size();
  range.phase = Phase::settling;
  const StoreCost cost = log_cost(bytes_of(range.log.after(range.log.committed())));
  const bool unknown = range.settle_at > range.log.committed();
  for (Peer& peer : range.peers) {
    if (!peer.heard) peer.sent = range.log.committed();
    if (unknown || (peer.heard && peer.matched < range.settle_at)) {
      send_entries(range, peer, peer.sent, subject, cost, context, out);
    }
  }
  advance(range, context, out);
}

void Owner::serve_waiting(Range& range, const Context& context, Output& out) {
  if (!range.serves(context.clock_us)) return;
  for (const Waiting& waiting : std::exchange(range.for_owner, {})) {
    serve(range, waiting, context, out);
  }
}

void Owner::serve(Range& range, const Waiting& waiting, const Context& context, Output& out) {
  const Request& request = waiting.request;
  const Message subject = about(request.operation, request.key, attempt_of(waiting.tries));
  if (request.verb == Verb::get) {
    Message answer = reply_to(waiting, context);
    std::optional<std::string> held;
    const StoreCost cost = context.store.get(request.key, held);
    answer.found = held.has_value();
    if (held) answer.record = decode_record(*held);
    answer.answered = {context.self};
    out.messages.push_back({std::move(answer), cost});
    const uint32_t done = range.log.committed();
    const bool known = std::all_of(range.peers.begin(), range.peers.end(),
                                   [&](const Peer& peer) { return peer.knows >= done; });
    if (known || !may_send_again(range, context)) return;
    for (Peer& peer : range.peers) {
      if (peer.knows < done) send_entries(range, peer, peer.sent, subject, {}, context, out);
    }
    return;
  }
  std::optional<uint32_t> index = range.log.find(request.operation);
  if (index && *index <= range.log.committed()) {
    return reply(range, waiting, *index, {}, context, out);
  }
  if (!remember(range.for_log, waiting)) return;
  StoreCost cost;
  if (!index) {
    range.log.append({range.term, request.operation, request.verb, false, request.key,
                      request.value, request.expected});
    index = range.log.size();
    cost = log_cost(size_bytes(range.log.at(*index)));
  }
  for (Peer& peer : range.peers) {
    if (peer.matched >= *index) continue;
    // What was sent before is taken to arrive, unless the client had to ask again.
    const uint32_t from = peer.sent < *index ? peer.sent : peer.matched;
    send_entries(range, peer, from, subject, cost, context, out);
  }
  advance(range, context, out);
}

void Owner::pass_on(Range& range, Endpoint to, const Context& context, Output& out) {
  for (Waiting& waiting : std::exchange(range.for_owner, {})) {
    Message message;
    message.kind = MessageKind::request;
    message.from = context.self;
    message.to = to;
    message.attempt = waiting.tries;
    message.request = std::move(waiting.request);
    out.messages.push_back({std::move(message), {}});
  }
}

void Owner::send_entries(const Range& range, Peer& peer, uint32_t after, const Message& subject,
                         const StoreCost& cost, const Context& context, Output& out) {
  const uint32_t from = std::min(after, range.log.size());
  Message message =
      message_about(subject, MessageKind::append, context.self, peer.machine, range.term);
  message.log = {from, range.log.term_at(from), range.log.committed(), range.log.after(from)};
  peer.sent = range.log.size();
  out.messages.push_back({std::move(message), cost});
}

void Owner::append(const Message& message, const Context& context, Output& out) {
  Range& range = range_of(message.request.key, context);
  Message answer =
      message_about(message, MessageKind::appended, context.self, message.from, message.epoch);
  if (context.fence && message.epoch < range.log.promised()) {
    answer.refused = true;
    answer.epoch = range.log.promised();
    out.messages.push_back({std::move(answer), {}});
    return;
  }
  uint64_t written = hear_term(range, message.epoch) ? kMessageHeaderBytes : 0;
  const LogPart& theirs = message.log;
  ReplicatedLog& log = range.log;
  answer.found = log.take(theirs.index, theirs.term, theirs.entries);
  if (answer.found) {
    written += bytes_of(theirs.entries);
    answer.log.index = theirs.index + static_cast<uint32_t>(theirs.entries.size());
    commit(range, std::min({theirs.committed, answer.log.index, log.size()}), context, out);
  } else {
    answer.log.index = log.term_at(log.size()) == message.epoch ? log.size() : log.committed();
  }
  answer.log.committed = log.committed();
  out.messages.push_back({std::move(answer), log_cost(written)});
}

void Owner::appended(const Message& message, const Context& context, Output& out) {
  Range& range = range_of(message.request.key, context);
  if (message.refused) {
    hear_term(range, message.epoch);
    return;
  }
  const bool owner = range.phase == Phase::settling || range.phase == Phase::serving;
  if (!owner || message.epoch != range.term) return;
  Peer& peer = *std::find_if(range.peers.begin(), range.peers.end(),
                             [&](const Peer& other) { return other.machine == message.from; });
  const uint32_t index = message.log.index;
  peer.knows = std::max(peer.knows, message.log.committed);
  peer.told = std::max(peer.told, peer.knows);
  if (message.found) {
    peer.matched = std::max(peer.matched, index);
    return advance(range, context, out);
  }
  if (index < peer.matched || index >= range.log.size()) return;
  Message again = message;
  ++again.attempt;
  send_entries(range, peer, index, again, {}, context, out);
}

void Owner::committed(const Message& message, const Context& context, Output& out) {
  Range& range = range_of(message.request.key, context);
  // Its term is never new: it is sent to who has answered in that term.
  if (context.fence && message.epoch < range.log.promised()) return;
  const uint32_t index = message.log.index;
  if (index <= range.log.size() && range.log.fits(index, message.log.term)) {
    commit(range, index, context, out);
  }
}

void Owner::advance(Range& range, const Context& context, Output& out) {
  std::vector<uint32_t> matched = {range.log.size()};
  for (const Peer& peer : range.peers) matched.push_back(std::min(peer.matched, matched[0]));
  sort_numbers(matched);
  commit(range, matched[matched.size() - majority(range)], context, out);
  for (Peer& peer : range.peers) {
    const uint32_t done = std::min(peer.matched, range.log.committed());
    if (done <= peer.told) continue;
    peer.told = done;
    range.pushed_us = context.clock_us;
    const LogEntry& entry = range.log.at(done);
    Message message = message_about(about(entry.operation, entry.key, 0), MessageKind::commit,
                                    context.self, peer.machine, range.term);
    message.log.index = done;
    message.log.term = entry.term;
    out.messages.push_back({std::move(message), {}});
  }
  if (range.phase == Phase::settling && range.log.committed() >= range.settle_at) {
    range.phase = Phase::serving;
    serve_waiting(range, context, out);
  }
}

void Owner::commit(Range& range, uint32_t index, const Context& context, Output& out) {
  if (index <= range.log.committed()) return;
  StoreCost cost = range.log.commit(index, context.store);
  bool awaited = false;
  for (size_t i = 0; i < range.for_log.size();) {
    const auto place = range.log.find(range.for_log[i].request.operation);
    if (!place || *place > index) {
      ++i;
      continue;
    }
    reply(range, range.for_log[i], *place, cost, context, out);
    awaited = true;
    cost = cost.waited();  // all wait for it, but its background is done once
    range.for_log.erase(range.for_log.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (!awaited) out.unawaited += cost.as_background();
}

Message Owner::reply_to(const Waiting& waiting, const Context& context) {
  // Not its key: the client knows it. No epoch either, which would be the ring's.
  Message message;
  message.kind = MessageKind::reply;
  message.from = context.self;
  message.to = waiting.request.client;
  message.attempt = waiting.tries;
  message.request.operation = waiting.request.operation;
  return message;
}

void Owner::reply(const Range& range, const Waiting& waiting, uint32_t index, StoreCost cost,
                  const Context& context, Output& out) {
  Message message = reply_to(waiting, context);
  const LogEntry& done = range.log.at(index);
  message.request.verb = done.verb;
  message.found = done.verb == Verb::cas && !done.refused;
  message.answered = {context.self};
  for (const Peer& peer : range.peers) {
    if (peer.matched >= index) message.answered.push_back(peer.machine);
  }
  // An owner alone writes to its disk before it answers; others have, before they were asked.
  cost += log_cost(context.n == 1 ? size_bytes(done) : 0);
  out.messages.push_back({std::move(message), cost});
}

}  // namespace systemsim
