// The coordinator of client calls: asks all n replicas and finishes at the first w or r answers.
// Chapter section 05; Dynamo (SOSP 2007), section 4.5.
//
// A state machine without clock, network or randomness: messages and a time in, messages, timers
// and answers out. It lives in a machine, or in the client itself ("outside": Dynamo's
// client-driven coordination, and the model of the PBS paper, in which every leg crosses the
// network).
//
// Invariants: an operation is pending from start() until its answer or its timeout, and answers
// once; only delivered answers of distinct replicas count; what arrives later is ignored. After a
// timeout a write's fate is unknown: replicas may have taken it, or may take it yet. A replica that
// knows a later epoch of the ring refuses; the operation then begins again under that epoch, with
// the stamp that it has.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/membership.h"
#include "cluster/message.h"

namespace systemsim {

class Coordinator {
 public:
  // Sends the request to `replicas` (request.n of them, fewer when the ring is smaller, and those
  // that are pending) in the name of `self`, which is at `epoch`. `stamp_us` is this coordinator's
  // clock: a write's version.
  void start(const Request& request, const Replicas& replicas, uint32_t epoch, Endpoint self,
             uint64_t stamp_us, uint64_t timeout_us, Output& out);

  // Takes an ack or a response. Returns the request when it was refused and has to begin again: by
  // again(), under the epoch of `message` or a later one.
  const Request* receive(const Message& message, Output& out);
  // Precondition: wants(operation).
  void again(OperationId operation, const Replicas& replicas, uint32_t epoch, Endpoint self,
             Output& out);

  // The time for `operation` is up. Precondition: wants(operation).
  void give_up(OperationId operation, Output& out);
  // Whether the operation is still pending here.
  bool wants(OperationId operation) const;
  // Forgets everything that is pending (a crash).
  void clear() { pending_.clear(); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.pending_);
  }

 private:
  struct Pending {
    OperationId operation = kNoOperation;
    Request request;
    uint64_t stamp_us = 0;
    uint8_t attempt = 0;
    uint32_t needed = 0;
    bool found = false;
    Record newest;
    std::vector<Endpoint> answered;

    bool write() const { return request.verb != Verb::get; }

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.operation, self.request, self.stamp_us, self.attempt, self.needed, self.found,
              self.newest, self.answered);
    }
  };

  std::vector<Pending>::iterator find(OperationId operation);
  static void ask(Pending& pending, const Replicas& replicas, uint32_t epoch, Endpoint self,
                  Output& out);
  void finish(std::vector<Pending>::iterator pending, OperationOutcome outcome, Output& out);

  std::vector<Pending> pending_;  // sorted by operation
};

}  // namespace systemsim
