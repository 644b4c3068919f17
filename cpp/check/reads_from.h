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

// Calls, the newest first; kInitialCall, if it is among them, last. A view: what it looks at must
// outlive it.
class Candidates {
 public:
  Candidates(const uint32_t* first, size_t count, bool initial)
      : first_(first), count_(count), initial_(initial) {}
  size_t size() const { return count_ + (initial_ ? 1 : 0); }
  bool empty() const { return size() == 0; }
  uint32_t operator[](size_t i) const { return i < count_ ? first_[count_ - 1 - i] : kInitialCall; }
  template <class Holds>
  bool all_of(Holds holds) const {
    for (size_t i = 0; i < size(); ++i) {
      if (!holds((*this)[i])) return false;
    }
    return true;
  }

 private:
  const uint32_t* first_;  // by begin
  size_t count_;
  bool initial_;
};

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
  Candidates candidates(uint32_t read) const;
  // When the last of the writes among them was answered; 0 when there is none.
  uint64_t last_end(uint32_t read) const;
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
  std::vector<uint8_t> appended_to_;  // by key
  struct Writes {
    std::vector<uint32_t> calls;      // by begin
    std::vector<uint64_t> last_ends;  // of each and those before it
  };
  // The writes of a read's value to its key, and how many of them began before it ended.
  std::pair<const Writes*, size_t> writes_before(const Call& read) const;

  std::map<std::pair<uint32_t, ValueId>, Writes> writes_;  // by (key, value)
  std::vector<Event> events_;
};

}  // namespace systemsim
