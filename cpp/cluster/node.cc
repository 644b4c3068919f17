#include "cluster/node.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/murmur3.h"
#include "cluster/siblings.h"

namespace systemsim {

Message Node::answer_to(const Message& message, MessageKind kind) const {
  Message answer;
  answer.kind = kind;
  answer.from = self_;
  answer.to = message.from;
  answer.attempt = message.attempt;
  answer.epoch = epoch_;
  answer.request.operation = message.request.operation;
  answer.request.verb = message.request.verb;
  answer.request.key = message.request.key;
  return answer;
}

void Node::handle(const Message& message, const NodeContext& context, Output& out) {
  if (context.settings.has_owners()) return handle_owned(message, context, out);
  const bool too_old = context.fence && message.epoch < epoch_;
  epoch_ = std::max(epoch_, message.epoch);
  switch (message.kind) {
    case MessageKind::write:
      return too_old ? refuse(message, MessageKind::ack, out) : take_write(message, context, out);
    case MessageKind::read:
      return too_old ? refuse(message, MessageKind::response, out)
                     : answer_read(message, context, out);
    case MessageKind::take:
      return too_old ? refuse(message, MessageKind::taken, out) : take(message, context, out);
    case MessageKind::request:
      coordinate(message.request, message.attempt, context, out);
      return;
    case MessageKind::ack:
    case MessageKind::response:
    case MessageKind::taken:
      coordinator_.receive(message, coordinator_context(context), out);
      reply(context, out);
      return;
    case MessageKind::announce:
      return;
    case MessageKind::prepare:
      // Later than the change's first epoch, everything has been handed over. Who is rebuilding has
      // not got it all, and is asked again.
      if (epoch_ == message.epoch && !healing_.rebuilding())
        hand_over(message, context.membership, out);
      return;
    case MessageKind::stream:
      take_over(message, context, out);
      return;
    case MessageKind::streamed:
    case MessageKind::settled:
      if (!mover_.asks_about(message.request.operation)) return;
      if (message.kind == MessageKind::streamed) {
        mover_.arrived(message.about, message.from, context.membership, context.settings.timeout_us,
                       out);
      } else {
        mover_.settled(message.from, context.membership, context.settings.timeout_us, out);
      }
      epoch_ = std::max(epoch_, mover_.epoch());
      return;
    case MessageKind::settle:
      out.messages.push_back({answer_to(message, MessageKind::settled), {}});
      return;
    default:
      // Replies go to clients, and what is between owners is handled above.
      SYSTEMSIM_ASSERT(message.kind >= MessageKind::gossip);
      return heal(message, context, out);
  }
}

void Node::handle_owned(const Message& message, const NodeContext& context, Output& out) {
  const Ring& ring = context.membership.ring(0);
  const CoordinatorSettings& settings = context.settings;
  if (self_ == kLockService) {
    return lock_service_.handle(message, ring, context.clock_us, settings.lease_us, out);
  }
  owner_.handle(message,
                {self_, context.clock_us, ring, context.membership.copies(), settings.timeout_us,
                 context.fence, store_},
                out);
}

void Node::coordinate(const Request& request, uint32_t tries, const NodeContext& context,
                      Output& out) {
  auto waiting = std::find_if(clients_.begin(), clients_.end(), [&](const Waiting& other) {
    return other.operation == request.operation;
  });
  if (waiting == clients_.end()) {
    waiting = clients_.insert(waiting, {request.operation, request.client, 0});
  }
  waiting->tries = std::max(waiting->tries, static_cast<uint8_t>(tries));
  coordinator_.start(request, tries, coordinator_context(context), out);
  if (!out.missed.empty()) healing_.keep_missed(healing_context(context), out);
}

void Node::heal(const Message& message, const NodeContext& context, Output& out) {
  if (!Healing::available()) return;
  std::optional<Carrier> by;
  if (message.kind == MessageKind::hand_off) by = Carrier::hint;
  if (message.kind == MessageKind::restored) by = Carrier::rebuild;
  if (message.kind == MessageKind::sync) by = Carrier::merkle;
  if (message.kind == MessageKind::synced) by = Carrier::merkle;
  const StoreCost cost = by ? keep_all(message, by, context) : StoreCost();
  healing_.handle(message, answer_to(message, message.kind), cost, healing_context(context), out);
}

std::vector<Record> Node::versions_of(std::string_view key, Versions versions) const {
  std::optional<std::string> held;
  store_.peek(key, held);
  return held ? versions_in(*held, versions) : std::vector<Record>();
}

StoreCost Node::keep(std::string_view key, std::string_view copy, std::optional<Carrier> by,
                     const NodeContext& context) {
  // An older version that arrives late changes nothing.
  std::optional<std::string> held;
  StoreCost cost = store_.get(key, held);
  const bool heals = Healing::available();
  if (heals && !held && healing_.is_forgotten(copy, healing_context(context))) return cost;
  const std::string all = held ? joined(*held, copy, context.settings.versions) : std::string(copy);
  if (all == held) return cost;
  cost += store_.put(key, all);
  if (heals) healing_.kept(key, held, all, by, healing_context(context));
  return cost;
}

StoreCost Node::keep_all(const Message& message, std::optional<Carrier> by,
                         const NodeContext& context) {
  StoreCost cost;
  for (const Entry& entry : message.entries) cost += keep(entry.key, entry.copy, by, context);
  cost.syncs = cost.syncs == 0 ? 0 : 1;  // one for all, as of a batch
  return cost;
}

void Node::take(const Message& message, const NodeContext& context, Output& out) {
  // It does not know which versions it has given, or has no name left under which to give some.
  const uint32_t life = store_.outlives_crash() ? 0 : context.generation - 1;
  if (healing_.rebuilding() || life >= kMostLives) return;
  const Request& request = message.request;
  std::optional<std::string> held;
  StoreCost cost = store_.get(request.key, held);
  Siblings known = held ? Siblings::decode(*held) : Siblings::of(context.settings.versions);
  const uint64_t stamp_us = request.stamp_us == 0 ? context.clock_us : request.stamp_us;
  Message answer = answer_to(message, MessageKind::taken);
  answer.found = true;
  answer.record = {{stamp_us, request.operation}, request.verb == Verb::erase, request.value};
  const auto place = std::lower_bound(taken_.begin(), taken_.end(), request.operation);
  if (place == taken_.end() || *place != request.operation) {
    taken_.insert(place, request.operation);
    known.take(answer.record, request.seen, writer_in_life(self_, life), context.clock_us,
               context.settings.prune);
  }
  answer.request.seen = known.encode();
  if (answer.request.seen != held) {
    cost += store_.put(request.key, answer.request.seen);
    if (Healing::available()) {
      healing_.kept(request.key, held, answer.request.seen, std::nullopt, healing_context(context));
    }
  }
  // A stand-in keeps the copy itself too: what it has given a version it must not forget.
  if (Healing::available() && message.about != kNobody) {
    healing_.keep_hint(message.about, request.key, answer.request.seen, context.settings.versions);
  }
  out.messages.push_back({std::move(answer), cost});
}

void Node::refuse(const Message& message, MessageKind kind, Output& out) const {
  Message refusal = answer_to(message, kind);
  refusal.refused = true;
  out.messages.push_back({std::move(refusal), {}});
}

void Node::take_write(const Message& message, const NodeContext& context, Output& out) {
  const Versions versions = context.settings.versions;
  const std::string copy =
      keeps_siblings(versions) ? message.request.seen : encode_record(message.record);
  StoreCost cost;
  if (!Healing::available() || message.about == kNobody) {
    const bool repairs = message.request.verb == Verb::get;
    cost = keep(message.request.key, copy,
                repairs ? std::optional(Carrier::read_repair) : std::nullopt, context);
  } else {
    healing_.keep_hint(message.about, message.request.key, copy, versions);
    cost.syncs = 1;
    cost.bytes_written = message.request.key.size() + copy.size();
  }
  Message ack = answer_to(message, MessageKind::ack);
  ack.record.version = message.record.version;
  out.messages.push_back({std::move(ack), cost});
}

void Node::answer_read(const Message& message, const NodeContext& context, Output& out) {
  const Versions versions = context.settings.versions;
  if (healing_.rebuilding()) return;
  Message answer = answer_to(message, MessageKind::response);
  std::optional<std::string> held;
  const StoreCost cost = store_.get(message.request.key, held);
  if (Healing::available() && message.about != kNobody) {
    const auto hint = healing_.hint_for(message.about, message.request.key);
    if (hint) held = held ? joined(*held, *hint, versions) : *hint;
  }
  answer.found = held.has_value();
  if (held) {
    answer.record = versions_in(*held, versions).front();
    if (keeps_siblings(versions)) answer.request.seen = std::move(*held);
  }
  out.messages.push_back({std::move(answer), cost});
}

void Node::hand_over(const Message& message, const Membership& membership, Output& out) {
  for (const Transfer& transfer : membership.transfers(message.epoch)) {
    if (transfer.from != self_) continue;
    Message stream = answer_to(message, MessageKind::stream);
    stream.to = transfer.to;
    uint64_t read = 0;
    store_.for_each([&](std::string_view key, std::string_view bytes) {
      if (!transfer.holds(token_of(key))) return;
      stream.entries.push_back({std::string(key), std::string(bytes)});
      read += key.size() + bytes.size();
    });
    const StoreCost cost = stream.entries.empty() ? StoreCost() : store_.walk_cost(read);
    out.messages.push_back({std::move(stream), cost});
  }
}

void Node::take_over(const Message& message, const NodeContext& context, Output& out) {
  const StoreCost cost = keep_all(message, std::nullopt, context);
  Message answer = answer_to(message, MessageKind::streamed);
  answer.to = context.membership.change(message.epoch).node;
  answer.about = message.from;
  out.messages.push_back({std::move(answer), cost});
}

void Node::start_change(uint32_t epoch, const NodeContext& context, Output& out) {
  epoch_ = std::max(epoch_, epoch);
  mover_.start(self_, epoch, context.membership, context.settings.timeout_us, out);
  epoch_ = std::max(epoch_, mover_.epoch());
}

void Node::go_on(const NodeContext& context, Output& out) {
  if (mover_.active()) mover_.ask_again(context.membership, context.settings.timeout_us, out);
  healing_.go_on(healing_context(context), out);
}

void Node::start_rounds(const NodeContext& context, Output& out) {
  healing_.start(healing_context(context), out);
}

void Node::repair(const NodeContext& context, Output& out) {
  if (Healing::available()) healing_.repair(healing_context(context), out);
}

void Node::lose_disk(const StoreSettings& store, const HealingSettings& settings) {
  if (!Healing::available()) return;
  crash();
  store_ = Store(store);
  store_.crash();
  taken_.clear();
  healing_.lose_disk(settings);
}

void Node::handle_timer(const Timer& timer, const NodeContext& context, Output& out) {
  if (mover_.wants(timer)) {
    mover_.time_is_up(context.membership, context.settings.timeout_us, out);
    return;
  }
  if (Healing::available() && healing_.wants(timer)) {
    return healing_.handle_timer(timer, healing_context(context), out);
  }
  // Trying again is the client's business.
  coordinator_.time_is_up(timer, false, coordinator_context(context), out);
  reply(context, out);
}

void Node::reply(const NodeContext& context, Output& out) {
  for (Answer& answer : out.answers) {
    const auto waiting = std::find_if(clients_.begin(), clients_.end(), [&](const Waiting& w) {
      return w.operation == answer.operation;
    });
    SYSTEMSIM_ASSERT(waiting != clients_.end());
    // A client that has given up by itself is told nothing; its own clock ran out first.
    if (answer.outcome != OperationOutcome::timeout) {
      Message message;
      message.kind = MessageKind::reply;
      message.from = self_;
      message.to = waiting->client;
      message.attempt = waiting->tries;
      message.epoch = epoch_;
      message.request.operation = answer.operation;
      message.refused = answer.outcome == OperationOutcome::refused;
      message.found = answer.found;
      message.record = std::move(answer.record);
      message.request.seen = std::move(answer.siblings);
      message.request.key = std::move(answer.key);
      message.request.verb = answer.verb;
      message.answered = std::move(answer.answered);
      out.messages.push_back({std::move(message), {}});
    }
    clients_.erase(waiting);
  }
  out.answers.clear();
  if (!out.missed.empty()) healing_.keep_missed(healing_context(context), out);
}

}  // namespace systemsim
