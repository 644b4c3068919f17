#include "cluster/coordinator.h"

#include <algorithm>

#include "base/assert.h"

namespace systemsim {

std::vector<Coordinator::Pending>::iterator Coordinator::find(OperationId operation) {
  const auto at = std::lower_bound(
      pending_.begin(), pending_.end(), operation,
      [](const Pending& pending, OperationId id) { return pending.operation < id; });
  return at != pending_.end() && at->operation == operation ? at : pending_.end();
}

bool Coordinator::wants(OperationId operation) const {
  const auto at = std::lower_bound(
      pending_.begin(), pending_.end(), operation,
      [](const Pending& pending, OperationId id) { return pending.operation < id; });
  return at != pending_.end() && at->operation == operation;
}

void Coordinator::start(const Request& request, const Replicas& replicas, uint32_t epoch,
                        Endpoint self, uint64_t stamp_us, uint64_t timeout_us, Output& out) {
  SYSTEMSIM_ASSERT(!wants(request.operation));
  SYSTEMSIM_ASSERT(request.n >= 1 && request.w >= 1 && request.r >= 1);
  Pending pending;
  pending.operation = request.operation;
  pending.request = request;
  pending.stamp_us = stamp_us;
  ask(pending, replicas, epoch, self, out);
  const auto at =
      std::lower_bound(pending_.begin(), pending_.end(), request.operation,
                       [](const Pending& other, OperationId id) { return other.operation < id; });
  pending_.insert(at, std::move(pending));
  out.timers.push_back({{self, request.operation}, timeout_us});
}

void Coordinator::again(OperationId operation, const Replicas& replicas, uint32_t epoch,
                        Endpoint self, Output& out) {
  const auto pending = find(operation);
  SYSTEMSIM_ASSERT(pending != pending_.end());
  ++pending->attempt;
  pending->found = false;
  pending->newest = {};
  pending->answered.clear();
  ask(*pending, replicas, epoch, self, out);
}

void Coordinator::ask(Pending& pending, const Replicas& replicas, uint32_t epoch, Endpoint self,
                      Output& out) {
  SYSTEMSIM_ASSERT(!replicas.machines.empty());
  const Request& request = pending.request;
  pending.needed = (pending.write() ? request.w : request.r) + replicas.pending;
  for (const Endpoint replica : replicas.machines) {
    Message message;
    message.kind = pending.write() ? MessageKind::write : MessageKind::read;
    message.from = self;
    message.to = replica;
    message.attempt = pending.attempt;
    message.epoch = epoch;
    message.request.operation = request.operation;
    message.request.verb = request.verb;
    message.request.key = request.key;
    if (pending.write()) {
      message.record = {
          {pending.stamp_us, request.operation}, request.verb == Verb::erase, request.value};
    }
    out.messages.push_back({std::move(message), {}});
  }
}

const Request* Coordinator::receive(const Message& message, Output& out) {
  const auto pending = find(message.request.operation);
  if (pending == pending_.end() || pending->attempt != message.attempt) return nullptr;
  SYSTEMSIM_ASSERT(pending->write() == (message.kind == MessageKind::ack));
  if (message.refused) return &pending->request;
  auto& answered = pending->answered;
  if (std::find(answered.begin(), answered.end(), message.from) != answered.end()) return nullptr;
  answered.push_back(message.from);
  if (message.found && (!pending->found || pending->newest.version < message.record.version)) {
    pending->found = true;
    pending->newest = message.record;
  }
  if (answered.size() >= pending->needed) finish(pending, OperationOutcome::ok, out);
  return nullptr;
}

void Coordinator::give_up(OperationId operation, Output& out) {
  const auto pending = find(operation);
  SYSTEMSIM_ASSERT(pending != pending_.end());
  pending->found = false;
  pending->newest = {};
  finish(pending, OperationOutcome::timeout, out);
}

void Coordinator::finish(std::vector<Pending>::iterator pending, OperationOutcome outcome,
                         Output& out) {
  out.answers.push_back({pending->operation, outcome, pending->found, std::move(pending->newest),
                         std::move(pending->answered)});
  pending_.erase(pending);
}

}  // namespace systemsim
