// A machine that has lost its disk takes back what the others have of its ranges, before it serves.
// Chapter section 07.
//
// It asks all of them, and serves again once, of each range, n - w + 1 others have answered: of the
// w machines that acknowledged a write at least one is then among them, even if the lost disk was
// another of the w (with w = 1 that cannot be, and all others are waited for). Until then it keeps
// what it is sent to write, and answers no read. Who is rebuilding itself does not answer.
// W is the cluster's at that moment: a call that asked for fewer acknowledgements than that may be
// missed. Two machines of one range that have both lost their disks wait for each other, if nobody
// else is left to ask: what they had in common is gone, and that is for people to decide (by a run
// without rebuilds).
// What is not answered in time is asked for again, kMaxTries times, each time after twice as long;
// then it stands still until somebody says go on. That a rebuild is needed lies on the new disk.
// A value: a copy is a snapshot.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "cluster/message.h"
#include "cluster/ring.h"

namespace systemsim {

class Rebuild {
 public:
  struct Context {
    Endpoint self = kNobody;
    uint32_t epoch = 0;
    const Ring& ring;
    uint32_t n = 0;
    uint32_t w = 0;
    uint64_t timeout_us = 0;
  };
  static constexpr uint8_t kMaxTries = 8;

  bool under_way() const { return under_way_; }
  // The disk is lost.
  void need();
  // It was switched on, or who was missing may be back. Nothing when no rebuild is under way.
  void go_on(const Context& context, Output& out);
  // Takes a restored. Whether it was asked for.
  bool answered(const Message& message, const Context& context);
  // Precondition: wants(timer).
  void time_is_up(const Context& context, Output& out);
  bool wants(const Timer& timer) const {
    return under_way_ && timer.operation == id() && timer.turn == turn_;
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.under_way_, self.number_, self.attempt_, self.tries_, self.turn_, self.heard_);
  }

 private:
  OperationId id() const { return operation_id(kRestoreLane, number_); }
  void ask(const Context& context, Output& out);
  bool enough(const Context& context) const;

  bool under_way_ = false;
  uint32_t number_ = 0;  // of the lost disk
  uint8_t attempt_ = 0;  // of its messages
  uint8_t tries_ = 0;    // since it was told to go on
  uint32_t turn_ = 0;    // of its timers
  std::vector<Endpoint> heard_;
};

}  // namespace systemsim
