// Which writes a read may have returned: those of its value to its key that began before it ended,
// and the key's first value. What the tests of promises have in common.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "check/call.h"

namespace systemsim {

class ReadsFrom {
 public:
  // `history` must outlive this.
  explicit ReadsFrom(const CallHistory& history);

  const CallHistory& history() const { return history_; }
  const Call& call(uint32_t index) const { return history_.calls[index]; }

  // An answered read of a key that nobody appends to (what an append makes, no value names).
  bool judged(uint32_t index) const;
  // The writes that an answered read may have returned, kInitialCall for the key's first value.
  // Empty: it read a value from nowhere.
  std::vector<uint32_t> candidates(uint32_t read) const;
  // The write that it returned, when there is only one that it may be.
  std::optional<uint32_t> only_candidate(uint32_t read) const;

  // Whether `write` (or kInitialCall) had been answered before `later` began.
  bool older(uint32_t write, uint32_t later) const {
    return write == kInitialCall || call(write).end < call(later).begin;
  }
  // Whether all that `read` may have returned is older than `write`: it did not see `write`, nor
  // anything that may have replaced it.
  bool misses(uint32_t read, uint32_t write) const;

  // Calls and answers in order of time: `index` of the call, and whether it is the answer.
  struct Event {
    uint32_t index = 0;
    bool answer = false;
  };
  const std::vector<Event>& events() const { return events_; }

 private:
  const CallHistory& history_;
  std::vector<uint8_t> appended_to_;                                      // by key
  std::map<std::pair<uint32_t, ValueId>, std::vector<uint32_t>> writes_;  // (key, value), by begin
  std::vector<Event> events_;
};

}  // namespace systemsim
