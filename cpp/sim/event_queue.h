// What is yet to happen, in one total order: (time, class, sequence). Actions of a microsecond come
// before its other events, in the order of the scenario's list. A value: copying it copies the
// future.
//
// A binary heap of small keys over a slab of events. Written here and not taken from <algorithm>
// because the libraries' heaps differ in the layout they leave, which the state hash sees.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/message.h"

namespace systemsim {

struct Event {
  enum class Kind : uint8_t {
    none,         // a free slot
    deliver,      // `message` arrives
    depart,       // `message` leaves, its disk work done
    timer,        // `timer` is due
    client_wake,  // `timer.owner`'s next operation of its own traffic
    action,       // action `index`, which waited for another's answer
    fault,        // the nemesis's action `index`
  };
  // The id of a message that was sent while idle time was skipped: nobody is told of it.
  static constexpr uint32_t kUntold = 0xffffffff;

  Kind kind = Kind::none;
  Message message;
  uint32_t message_id = 0;
  uint64_t sent_us = 0;      // deliver
  uint64_t digest = 0;       // deliver: of the message's payload
  uint32_t incarnation = 0;  // depart: of the sender when it handed the message over
  Timer timer;
  uint32_t index = 0;

  // Of the rounds in which nothing is amiss.
  bool routine() const {
    if (kind == Kind::deliver || kind == Kind::depart) return is_routine(message.kind);
    const uint32_t lane = operation_lane(timer.operation);
    return kind == Kind::timer && (lane == kGossipLane || lane == kSyncLane);
  }
  // What was going to happen from the start, or since something else did.
  bool planned() const { return kind >= Kind::client_wake; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.kind);
    if (self.kind == Kind::none) return;  // what a free slot held last is nobody's
    archive(self.message, self.message_id, self.sent_us, self.digest, self.incarnation, self.timer,
            self.index);
  }
};

class EventQueue {
 public:
  void push(uint64_t time_us, Event&& event);
  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  // Precondition of the next three: !empty().
  uint64_t top_time_us() const { return heap_.front().time_us; }
  const Event& top() const { return slots_[heap_.front().slot]; }
  Event pop();
  // Whether all that is yet to happen is planned or routine.
  bool idle() const { return busy_ == 0; }

  // Calls visit(time_us, event) for each pending event, in no particular (but repeatable) order.
  template <class Visitor>
  void for_each(Visitor visit) const {
    for (const Key& key : heap_) visit(key.time_us, slots_[key.slot]);
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.heap_, self.slots_, self.free_, self.next_sequence_);
    // busy_ follows from the slots.
  }

 private:
  struct Key {
    uint64_t time_us = 0;
    uint64_t order = 0;  // an action's place in the list; for others the top bit and a sequence
    uint32_t slot = 0;

    bool before(const Key& other) const {
      return time_us != other.time_us ? time_us < other.time_us : order < other.order;
    }
    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.time_us, self.order, self.slot);
    }
  };

  std::vector<Key> heap_;
  std::vector<Event> slots_;
  std::vector<uint32_t> free_;
  uint64_t next_sequence_ = 0;
  uint32_t busy_ = 0;  // events that are neither planned nor routine
};

}  // namespace systemsim
