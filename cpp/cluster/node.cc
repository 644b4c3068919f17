#include "cluster/node.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/murmur3.h"

namespace systemsim {
namespace {

// The answer to `message`, addressed back to its sender.
Message answer_to(const Message& message, MessageKind kind) {
  Message answer;
  answer.kind = kind;
  answer.from = message.to;
  answer.to = message.from;
  answer.attempt = message.attempt;
  answer.request.operation = message.request.operation;
  answer.request.verb = message.request.verb;
  answer.request.key = message.request.key;
  return answer;
}

}  // namespace

void Node::handle(const Message& message, uint64_t now_us, const Ring& ring, uint64_t timeout_us,
                  Output& out) {
  switch (message.kind) {
    case MessageKind::write:
      take_write(message, out);
      return;
    case MessageKind::read:
      answer_read(message, out);
      return;
    case MessageKind::request: {
      const Request& request = message.request;
      clients_.push_back({request.operation, request.client});
      const auto replicas = ring.preference_list(token_of(request.key), request.n);
      coordinator_.start(request, replicas, self_, now_us, timeout_us, out);
      return;
    }
    case MessageKind::ack:
    case MessageKind::response:
      coordinator_.receive(message, out);
      reply(out);
      return;
    case MessageKind::reply:
      SYSTEMSIM_ASSERT(false);  // replies go to clients
  }
}

void Node::take_write(const Message& message, Output& out) {
  // Last write wins: an older version that arrives late is acknowledged and changes nothing.
  std::optional<std::string> held;
  StoreCost cost = store_.get(message.request.key, held);
  if (!held || decode_record(*held).version < message.record.version) {
    const StoreCost put = store_.put(message.request.key, encode_record(message.record));
    cost.syncs += put.syncs;
    cost.bytes_written += put.bytes_written;
  }
  out.messages.push_back({answer_to(message, MessageKind::ack), cost});
}

void Node::answer_read(const Message& message, Output& out) {
  Message answer = answer_to(message, MessageKind::response);
  std::optional<std::string> held;
  const StoreCost cost = store_.get(message.request.key, held);
  answer.found = held.has_value();
  if (held) answer.record = decode_record(*held);
  out.messages.push_back({std::move(answer), cost});
}

void Node::handle_timer(OperationId operation, Output& out) {
  coordinator_.give_up(operation, out);
  reply(out);
}

void Node::reply(Output& out) {
  for (Answer& answer : out.answers) {
    const auto waiting = std::find_if(clients_.begin(), clients_.end(), [&](const Waiting& w) {
      return w.operation == answer.operation;
    });
    SYSTEMSIM_ASSERT(waiting != clients_.end());
    // A client that has given up by itself is told nothing; its own clock ran out first.
    if (answer.outcome == OperationOutcome::ok) {
      Message message;
      message.kind = MessageKind::reply;
      message.from = self_;
      message.to = waiting->client;
      message.request.operation = answer.operation;
      message.found = answer.found;
      message.record = std::move(answer.record);
      message.answered = std::move(answer.answered);
      out.messages.push_back({std::move(message), {}});
    }
    clients_.erase(waiting);
  }
  out.answers.clear();
}

}  // namespace systemsim
