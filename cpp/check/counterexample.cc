#include "check/counterexample.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace systemsim {
namespace {

bool contains(const CallHistory& history, ValueId text, ValueId piece) {
  if (piece == kAbsent) return true;
  if (text == kAbsent) return false;
  return history.values.text(text).find(history.values.text(piece)) != std::string::npos;
}

// What was written by calls that are dropped, and who may have seen it.
class Dropped {
 public:
  Dropped(const CallHistory& history, bool appends) : history_(history), appends_(appends) {}

  void add(const Call& call) {
    if (!call.writes()) return;
    if (appends_) {
      writers_.push_back(call);
      return;
    }
    const auto [known, is_new] = begin_of_.try_emplace(call.value, call.begin);
    if (!is_new) known->second = std::min(known->second, call.begin);
    // The earliest, and the earliest of another value: enough to ask about all values but one.
    const Earliest made = {known->second, call.value};
    if (made.value == first_.value || made.begin < first_.begin) {
      if (made.value != first_.value) second_ = first_;
      first_ = made;
    } else if (made.value == second_.value || made.begin < second_.begin) {
      second_ = made;
    }
  }

  bool seen_by(const Call& call) const {
    if (appends_) {
      // A state is what was put last and everything appended since: a put is in all that follows.
      if (call.kind != Call::Kind::read || call.any) return false;
      return std::any_of(writers_.begin(), writers_.end(), [&](const Call& writer) {
        return writer.begin < call.end &&
               (writer.kind == Call::Kind::write || contains(history_, call.value, writer.value));
      });
    }
    if (call.kind == Call::Kind::cas && call.fate == Call::Fate::refused) {
      return (first_.value == call.expected ? second_ : first_).begin < call.end;
    }
    if (call.any || (call.kind != Call::Kind::read && call.kind != Call::Kind::cas)) return false;
    const auto begin = begin_of_.find(call.kind == Call::Kind::read ? call.value : call.expected);
    return begin != begin_of_.end() && begin->second < call.end;
  }

 private:
  struct Earliest {
    uint64_t begin = kNever;
    ValueId value = 0xffffffff;  // of no value
  };
  const CallHistory& history_;
  bool appends_;
  std::vector<Call> writers_;             // appends_ only
  std::map<ValueId, uint64_t> begin_of_;  // of the first that wrote a value
  Earliest first_;
  Earliest second_;
};

}  // namespace

std::vector<uint32_t> without(const CallHistory& history, const std::vector<uint32_t>& calls,
                              const std::vector<uint32_t>& dropped) {
  const bool appends = std::any_of(calls.begin(), calls.end(), [&](uint32_t index) {
    return history.calls[index].kind == Call::Kind::append;
  });
  Dropped gone(history, appends);
  std::vector<uint32_t> left;
  for (const uint32_t index : calls) {
    if (std::binary_search(dropped.begin(), dropped.end(), index)) {
      gone.add(history.calls[index]);
    } else {
      left.push_back(index);
    }
  }
  // Who saw what is gone goes too, and may have written something itself.
  for (size_t before = 0; before != left.size();) {
    before = left.size();
    std::erase_if(left, [&](uint32_t index) {
      const bool seen = gone.seen_by(history.calls[index]);
      if (seen) gone.add(history.calls[index]);
      return seen;
    });
  }
  return left;
}

bool PartJudge::wrong(const std::vector<uint32_t>& calls, uint64_t until) {
  if (left_ <= calls.size()) {
    left_ = 0;
    return false;
  }
  left_ -= calls.size();
  Linearizer linearizer(history_, calls, appended_, until);
  const auto state = linearizer.search(left_);
  left_ -= std::min(left_, linearizer.states());
  return state == Linearizability::State::no;
}

std::vector<uint32_t> minimal_counterexample(const CallHistory& history,
                                             std::vector<uint32_t> calls, PartJudge& judge) {
  // Long stretches first, then shorter ones, then single calls until none can go.
  size_t stretch = std::max<size_t>(calls.size() / 2, 1);
  for (;;) {
    bool smaller = false;
    for (size_t from = 0; from < calls.size() && !judge.exhausted();) {
      const size_t to = std::min(from + stretch, calls.size());
      const std::vector<uint32_t> dropped(calls.begin() + static_cast<std::ptrdiff_t>(from),
                                          calls.begin() + static_cast<std::ptrdiff_t>(to));
      std::vector<uint32_t> left = without(history, calls, dropped);
      if (judge.wrong(left)) {
        calls = std::move(left);
        smaller = true;
      } else {
        from = to;
      }
    }
    if (judge.exhausted() || (stretch == 1 && !smaller)) return calls;
    stretch = std::max<size_t>(stretch / 2, 1);
  }
}

}  // namespace systemsim
