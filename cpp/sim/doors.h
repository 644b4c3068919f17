// Messages that are held at their receivers' doors: the lab's way to say "this one later", so that
// a run can be built in which the wrong message is late.
//
// Rules are a list, and the newest that matches a message decides: a `hold` closes the door to it,
// a `release` opens the door again. What a release matches of the kept messages leaves at once;
// what is still travelling arrives at its own time. A rule that a newer one covers is forgotten, so
// the list stays as short as what was said.
// A value, like everything in the world.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/event_queue.h"
#include "sim/message_pattern.h"

namespace systemsim {

class Doors {
 public:
  struct Kept {
    uint64_t since_us = 0;
    Event event;  // the delivery that did not happen

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.since_us, self.event);
    }
  };

  void hold(const MessagePattern& messages) { add({true, messages}); }
  // Gives what was kept and matches, in the order in which it came.
  std::vector<Kept> release(const MessagePattern& messages);

  // Whether nothing is kept, and nothing will be.
  bool all_open() const { return rules_.empty() && kept_.empty(); }
  // Whether `message` is to be kept.
  bool closed_to(const Message& message) const;
  void keep(uint64_t now_us, Event&& delivery);
  // In the order in which they came.
  const std::vector<Kept>& kept() const { return kept_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.rules_, self.kept_);
  }

 private:
  struct Rule {
    bool hold = false;
    MessagePattern messages;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.hold, self.messages);
    }
  };
  void add(const Rule& rule);

  std::vector<Rule> rules_;  // oldest first; the oldest is never a release
  std::vector<Kept> kept_;
};

}  // namespace systemsim
