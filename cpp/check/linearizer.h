// The search behind check/linearizability.h, for the calls of one key. Used once on the whole key
// and then on ever smaller parts of it.
//
// Five facts keep it small; none changes the answer:
// - A call that fits the state and does not change it (a read of what is there) may have its moment
//   at once: moving it forward disturbs nobody. So only calls that change the state branch.
// - A call of unknown fate needs a moment only directly before a call that fits after it and does
//   not fit now; otherwise it can be left out.
// - Of equal calls of unknown fate, the one that began first will do.
// - A value must not give way while somebody has yet to see it and nobody can write it again; and
//   what is appended must be what the next read saw, unless a write may come between.
// - Where calls append, all states that no answer of the history begins with are one: whatever is
//   appended, nobody sees it before the next write.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/call.h"
#include "check/linearizability.h"

namespace systemsim {

// Stands for every state that no answer begins with.
constexpr ValueId kUnseen = 0xfffffffe;

// The values of a history and those that appends make of them: text joined to text, remembered.
class AppendedValues {
 public:
  enum class Keep : uint8_t { all, seen };  // seen: what no answer begins with becomes kUnseen
  // `history` must outlive this and not grow.
  AppendedValues(const CallHistory& history, Keep keep);
  // The state after `piece` is appended to `state`.
  ValueId join(ValueId state, ValueId piece);
  // The state after `value` is written.
  ValueId written(ValueId value) const {
    return value == kAbsent || keep_ == Keep::all || leads_[value] ? value : kUnseen;
  }
  // What has been made so far is too much to go on.
  bool full() const { return owned_bytes_ > kMaxOwnedBytes; }
  // "" for kAbsent. Precondition: id != kUnseen.
  std::string_view text(ValueId id) const {
    if (id == kAbsent) return {};
    return id < values_.size() ? values_.text(id) : made_[id - values_.size()];
  }

 private:
  // The part of an answer that begins with `state` which is `state`; nothing when none does.
  std::optional<std::string_view> in_an_answer(std::string_view state) const;

  static constexpr size_t kMaxOwnedBytes = size_t{64} << 20;

  const ValueTable& values_;
  Keep keep_;
  std::vector<std::string_view> answers_;  // what calls saw, sorted
  std::vector<uint8_t> leads_;             // by value: whether some answer begins with it
  // What is made: numbered after those of `values_`. Parts of answers, or of owned_.
  std::vector<std::string_view> made_;
  std::map<std::string_view, ValueId> ids_;
  std::deque<std::string> owned_;  // Keep::all only
  size_t owned_bytes_ = 0;
  std::map<std::pair<ValueId, ValueId>, ValueId> joined_;
};

class Linearizer {
 public:
  // `calls`: indices into the history, in order of beginning, all of one key. What is referred to
  // must outlive this.
  // What happens after `until` (a rank) has not happened yet: calls that were answered later have
  // no answer.
  Linearizer(const CallHistory& history, const std::vector<uint32_t>& calls,
             AppendedValues& appended, uint64_t until = kNever);

  // How to search: for the answer alone; also for how far any order gets (without looking ahead, so
  // that each goes as far as it can; not where calls append); also for the orders that get furthest
  // (a copy of each).
  enum class Mode : uint8_t { answer, reach, attempts };
  // Searches, once, with a budget of configurations.
  Linearizability::State search(uint64_t max_states, Mode mode = Mode::answer);

  uint64_t states() const { return states_; }
  // After a no, unless only the answer was asked for: the call at whose answer the orders that got
  // furthest were stuck, and those orders (at most Linearizability::kMaxAttempts).
  uint32_t stuck_at() const { return answered_[stuck_item_].call; }
  std::vector<Linearizability::Attempt>& attempts() { return attempts_; }

 private:
  struct Item {
    uint32_t call = 0;  // into the history
    Call::Kind kind = Call::Kind::read;
    bool refused = false;
    bool any = false;
    ValueId value = kAbsent;
    ValueId expected = kAbsent;
    uint64_t begin = 0;
    uint64_t end = kNever;
    uint32_t earlier_equal = kNone;  // unknown fate: the previous equal one
  };
  // One choice of the search, with what was before it.
  struct Frame {
    size_t mark = 0;  // length of trail_
    ValueId state = kAbsent;
    uint32_t first = 0;
    uint32_t past_last = 0;
    // Where to go on looking for the next candidate.
    uint32_t entry = 0;
    size_t choices_from = 0;  // its part of choices_, once answered_done
    size_t choices_end = 0;
    size_t next_choice = 0;
    bool answered_done = false;
  };
  // A configuration that was explored.
  struct Seen {
    size_t words = 0;  // where its bits start in bits_
    uint32_t past_last = 0;
    ValueId state = kAbsent;
  };
  // Where it is found again: in the place of its hash, or the next free one. There is a table for
  // each first_, since the search stays long with one: so what it looks up is near.
  struct Slot {
    uint64_t hash = 0;
    uint32_t seen = kNone;  // kNone: free
  };
  struct Table {
    std::vector<Slot> slots;  // none, or a power of two, at most half of them taken
    uint32_t taken = 0;

    void grow();
  };
  static constexpr uint32_t kNone = 0xffffffff;
  static constexpr size_t kMaxBytes = size_t{192} << 20;
  static constexpr uint32_t kOpenFlag = 0x80000000;  // in trail_: an index into open_

  // The list's entries: 2i + 1 is the call of answered_[i], 2i + 2 its answer, 0 both ends.
  static bool is_answer(uint32_t entry) { return entry != 0 && entry % 2 == 0; }
  const Item& item_at(uint32_t entry) const { return answered_[(entry - 1) / 2]; }

  static bool fits(const Item& item, ValueId state);
  static bool only_looks(const Item& item);
  ValueId after(const Item& item, ValueId state);

  void settle();
  bool take_next();
  bool take_open(Frame& frame);
  void choose_open();
  bool may_give_way(const Item& item) const;
  bool leads_to_next_read(const Item& item);
  void give_moment(uint32_t item);
  void count(const Item& item, int by);
  void undo_to(const Frame& frame);
  bool remember();
  // What is remembered would take too much memory to go on; the same on every machine.
  bool full() const {
    return seen_.size() * (sizeof(Seen) + 3 * sizeof(Slot)) + bits_.size() * sizeof(uint64_t) >
           kMaxBytes;
  }
  void note_dead_end(Mode mode);

  AppendedValues& appended_;
  std::vector<Item> answered_;                            // by beginning
  std::vector<Item> open_;                                // of unknown fate, by beginning
  std::map<ValueId, std::vector<uint32_t>> open_writes_;  // of open_, by what they write
  std::vector<uint32_t> open_conditional_;                // the others: cas and append
  std::vector<uint32_t> next_;
  std::vector<uint32_t> previous_;

  ValueId state_ = kAbsent;
  size_t left_ = 0;              // answered calls without a moment
  uint32_t first_ = 0;           // the first of them
  uint32_t past_last_ = 0;       // one past the last with a moment
  uint64_t hash_ = 0;            // of the set of answered calls with a moment
  std::vector<uint64_t> done_;   // that set, as bits
  std::vector<uint64_t> used_;   // calls of unknown fate with a moment, as bits
  std::vector<uint32_t> trail_;  // who got a moment, in order
  std::vector<Frame> frames_;
  std::vector<uint32_t> choices_;  // of all frames, into open_
  std::vector<ValueId> wanted_;    // scratch of choose_open()

  std::vector<Table> tables_;  // by first_
  std::vector<Seen> seen_;
  std::vector<uint64_t> bits_;
  uint64_t states_ = 0;

  bool appends_ = false;
  // Where calls append: answered reads by their answers, and writes by their beginnings (open_ ones
  // too, above answered_.size()); how many of each at the front have had their moment.
  std::vector<uint32_t> reads_;
  std::vector<uint32_t> resets_;
  size_t read_front_ = 0;
  size_t reset_front_ = 0;
  bool look_ahead_ = false;
  std::vector<uint32_t> to_see_;    // by value: answered calls without a moment that need it
  std::vector<uint32_t> to_write_;  // by value: calls without a moment that may write it

  uint32_t stuck_item_ = 0;
  uint64_t stuck_end_ = 0;
  std::vector<Linearizability::Attempt> attempts_;
};

}  // namespace systemsim
