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
  if (context.settings.single_owner) return handle_owned(message, context, out);
  const bool too_old = context.fence && message.epoch < epoch_;
  epoch_ = std::max(epoch_, message.epoch);
  switch (message.kind) {
    case MessageKind::write:
      return too_old ? refuse(message, MessageKind::ack, out)
                     : take_write(message, context.settings.versions, out);
    case MessageKind::read:
      return too_old ? refuse(message, MessageKind::response, out)
                     : answer_read(message, context.settings.versions, out);
    case MessageKind::take:
      return too_old ? refuse(message, MessageKind::taken, out) : take(message, context, out);
    case MessageKind::request:
      coordinate(message.request, message.attempt, context, out);
      return;
    case MessageKind::ack:
    case MessageKind::response:
    case MessageKind::taken:
      coordinator_.receive(message, coordinator_context(context), out);
      reply(out);
      return;
    case MessageKind::announce:
      return;
    case MessageKind::prepare:
      // Later than the change's first epoch, everything has been handed over.
      if (epoch_ == message.epoch) hand_over(message, context.membership, out);
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
      SYSTEMSIM_ASSERT(false);  // replies go to clients, the rest is between owners
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
}

std::vector<Record> Node::versions_of(std::string_view key, Versions versions) const {
  std::optional<std::string> held;
  store_.peek(key, held);
  return held ? versions_in(*held, versions) : std::vector<Record>();
}

StoreCost Node::keep(std::string_view key, std::string_view copy, Versions versions) {
  // An older version that arrives late changes nothing.
  std::optional<std::string> held;
  StoreCost cost = store_.get(key, held);
  const std::string all = held ? joined(*held, copy, versions) : std::string(copy);
  if (all != held) cost += store_.put(key, all);
  return cost;
}

void Node::take(const Message& message, const NodeContext& context, Output& out) {
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
    known.take(answer.record, request.seen, self_, context.clock_us, context.settings.prune);
  }
  answer.request.seen = known.encode();
  if (answer.request.seen != held) cost += store_.put(request.key, answer.request.seen);
  out.messages.push_back({std::move(answer), cost});
}

void Node::refuse(const Message& message, MessageKind kind, Output& out) const {
  Message refusal = answer_to(message, kind);
  refusal.refused = true;
  out.messages.push_back({std::move(refusal), {}});
}

void Node::take_write(const Message& message, Versions versions, Output& out) {
  const StoreCost cost = keep(
      message.request.key,
      keeps_siblings(versions) ? message.request.seen : encode_record(message.record), versions);
  Message ack = answer_to(message, MessageKind::ack);
  ack.record.version = message.record.version;
  out.messages.push_back({std::move(ack), cost});
}

void Node::answer_read(const Message& message, Versions versions, Output& out) {
  Message answer = answer_to(message, MessageKind::response);
  std::optional<std::string> held;
  const StoreCost cost = store_.get(message.request.key, held);
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
  StoreCost cost;
  for (const Entry& entry : message.entries) {
    cost += keep(entry.key, entry.copy, context.settings.versions);
  }
  cost.syncs = cost.syncs == 0 ? 0 : 1;  // one for all, as of a batch
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
}

void Node::handle_timer(const Timer& timer, const NodeContext& context, Output& out) {
  if (mover_.wants(timer)) {
    mover_.time_is_up(context.membership, context.settings.timeout_us, out);
    return;
  }
  // Trying again is the client's business.
  coordinator_.time_is_up(timer, false, coordinator_context(context), out);
  reply(out);
}

void Node::reply(Output& out) {
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
}

}  // namespace systemsim
