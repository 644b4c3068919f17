// Carries out one change of the ring, from the machine that joins or leaves. Chapter section 03.
//
//   P1   prepare: who loses ranges hands them over (stream), who gains them says so (streamed)
//   P2   settle: from here on who loses ranges serves nobody of an older epoch (settled)
//   P3   announce: the new ring alone
// Each step begins when the one before is complete everywhere, so at most two neighbouring epochs
// matter at once. What is not answered in time is asked for again, kMaxTries times, each time after
// twice as long; then the change stands still until somebody says go on (ask_again). How far the
// mover is lies on its disk, so it goes on after a crash too. A stream is one message: it takes as
// long as any other, however much it carries (its bytes are counted, and its disk is charged).
// Source: Cassandra's bootstrap, which streams a range from the machine that loses it (so the
// newcomer knows all that this one knew: "consistent range movement").
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/membership.h"
#include "cluster/message.h"

namespace systemsim {

class Mover {
 public:
  // Begins the change whose P1 is `epoch`, for the machine `self`.
  void start(Endpoint self, uint32_t epoch, const Membership& membership, uint64_t retry_us,
             Output& out);
  // Takes what was handed over by `from` to `to`. Both are machines of a transfer.
  void arrived(Endpoint from, Endpoint to, const Membership& membership, uint64_t retry_us,
               Output& out);
  // Takes a settled.
  void settled(Endpoint by, const Membership& membership, uint64_t retry_us, Output& out);
  // The time for a step is up. Precondition: wants().
  void time_is_up(const Membership& membership, uint64_t retry_us, Output& out);
  // Goes on after a stop, or when what was missing may be back. Precondition: active().
  void ask_again(const Membership& membership, uint64_t retry_us, Output& out);

  // Whether a change is under way here.
  bool active() const { return Membership::phase(epoch_) % Membership::kPhases != 0; }
  // Whether these are the messages of the step that is under way.
  bool asks_about(OperationId operation) const { return active() && operation == id_of(epoch_); }
  // Whether this timer is the last that was set.
  bool wants(const Timer& timer) const {
    return asks_about(timer.operation) && timer.turn == turn_;
  }
  // The epoch that its machine is to be at, at least.
  uint32_t epoch() const { return epoch_; }

  // What the messages about an epoch bear as their operation.
  static OperationId id_of(uint32_t epoch) { return operation_id(kMembershipLane, epoch); }
  static constexpr uint8_t kMaxTries = 8;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.self_, self.epoch_, self.attempt_, self.tries_, self.turn_, self.done_,
            self.settled_);
  }

 private:
  void ask(const Membership& membership, Output& out) const;
  void step(const Membership& membership, uint64_t retry_us, Output& out);
  void announce(const Membership& membership, Output& out) const;
  void wake_me(uint64_t delay_us, Output& out);
  Message message(MessageKind kind, Endpoint to) const;

  Endpoint self_ = kNobody;
  uint32_t epoch_ = 0;         // of the change: P1 or P2 under way, P3 completed; 0: there was none
  uint8_t attempt_ = 0;        // of its messages, so that each has its own luck
  uint8_t tries_ = 0;          // of this step, since somebody said go on
  uint32_t turn_ = 0;          // of its timers
  std::vector<uint8_t> done_;  // by transfer
  std::vector<Endpoint> settled_;  // who lost ranges and said so
};

}  // namespace systemsim
