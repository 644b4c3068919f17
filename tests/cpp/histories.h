// Small histories for tests, written by hand or drawn at random, and an oracle that knows nothing
// of the checker: it tries every order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sort.h"
#include "check/call.h"

namespace systemsim::test {

// One call of a history of a single key. Times are any numbers; where two are equal, what is listed
// first is first.
struct Plain {
  Call::Kind kind = Call::Kind::read;
  Call::Fate fate = Call::Fate::ok;
  std::string value;     // "" is absent
  std::string expected;  // cas
  uint64_t begin = 0;
  uint64_t end = 0;
  uint32_t process = 0;
  uint32_t key = 0;
};

inline Plain w(uint64_t begin, uint64_t end, const char* value, uint32_t process = 0) {
  return {Call::Kind::write, Call::Fate::ok, value, "", begin, end, process, 0};
}
// A write that nobody was told about.
inline Plain lost_w(uint64_t begin, const char* value, uint32_t process = 0) {
  return {Call::Kind::write, Call::Fate::unknown, value, "", begin, kNever, process, 0};
}
inline Plain r(uint64_t begin, uint64_t end, const char* value, uint32_t process = 0) {
  return {Call::Kind::read, Call::Fate::ok, value, "", begin, end, process, 0};
}
inline Plain on(uint32_t key, Plain call) {
  call.key = key;
  return call;
}

// Keys are named "k0", "k1", ...; all begin with `initial`.
inline CallHistory history_of(std::vector<Plain> plain, const std::string& initial = "") {
  CallHistory history;
  uint32_t keys = 1;
  for (const Plain& call : plain) keys = std::max(keys, call.key + 1);
  const auto value = [&](const std::string& text) {
    return text.empty() ? kAbsent : history.values.of(text);
  };
  for (uint32_t key = 0; key < keys; ++key) {
    const uint32_t index = history.key("k" + std::to_string(key));
    history.keys[index].initial = value(initial);
  }
  std::vector<SortKey> order;
  for (uint32_t i = 0; i < plain.size(); ++i) {
    const uint32_t at = 2 * i;  // the place of its begin; that of its end is the next
    order.push_back({plain[i].begin, at, at});
    if (plain[i].end != kNever) order.push_back({plain[i].end, at + 1, at + 1});
  }
  sort_keys(order);
  std::vector<uint64_t> rank(2 * plain.size(), kNever);
  for (size_t i = 0; i < order.size(); ++i) rank[order[i].index] = i;
  std::vector<SortKey> by_begin;
  for (uint32_t i = 0; i < plain.size(); ++i) by_begin.push_back({rank[size_t{2} * i], 0, i});
  sort_keys(by_begin);
  for (const SortKey& key : by_begin) {
    const Plain& from = plain[key.index];
    Call call;
    call.kind = from.kind;
    call.fate = from.fate;
    call.process = from.process;
    call.key = from.key;
    call.value = value(from.value);
    call.expected = value(from.expected);
    const size_t at = size_t{2} * key.index;
    call.begin = rank[at];
    call.end = from.fate == Call::Fate::unknown ? kNever : rank[at + 1];
    call.source = key.index;
    history.calls.push_back(call);
  }
  return history;
}

// Whether some order of the calls of one key is right: every answer fits, and no call comes before
// one that was answered before it began. Tries them all; for eight calls or fewer.
class BruteForce {
 public:
  explicit BruteForce(const CallHistory& history) : history_(history) {
    for (const Call& call : history.calls) calls_.push_back(&call);
    const ValueId initial = history.keys.empty() ? kAbsent : history.keys[0].initial;
    state_ = text(initial);
  }
  bool linearizable() { return place(calls_, state_); }

 private:
  std::optional<std::string> text(ValueId id) const {
    if (id == kAbsent) return std::nullopt;
    return history_.values.text(id);
  }
  bool place(const std::vector<const Call*>& left, const std::optional<std::string>& state) const {
    const bool finished = std::all_of(left.begin(), left.end(), [](const Call* call) {
      return call->fate == Call::Fate::unknown;
    });
    if (finished) return true;
    for (size_t i = 0; i < left.size(); ++i) {
      const Call& call = *left[i];
      const bool too_early = std::any_of(left.begin(), left.end(), [&](const Call* other) {
        return other != &call && other->fate != Call::Fate::unknown && other->end < call.begin;
      });
      if (too_early) continue;
      std::optional<std::string> after = state;
      bool right = true;
      if (call.kind == Call::Kind::read) {
        right = call.any || call.fate == Call::Fate::unknown || text(call.value) == state;
      } else if (call.kind == Call::Kind::write) {
        after = text(call.value);
      } else if (call.kind == Call::Kind::append) {
        after = state.value_or("") + text(call.value).value_or("");
      } else {
        const bool same = text(call.expected) == state;
        right = call.fate == Call::Fate::refused ? !same : same;
        if (call.fate != Call::Fate::refused) after = text(call.value);
      }
      if (!right) continue;
      std::vector<const Call*> rest = left;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      if (place(rest, after)) return true;
    }
    return false;
  }

  const CallHistory& history_;
  std::vector<const Call*> calls_;
  std::optional<std::string> state_;
};

}  // namespace systemsim::test
