#include "check/linearizer.h"

#include <algorithm>
#include <string>

#include "base/mix.h"
#include "base/sort.h"

namespace systemsim {
namespace {

bool bit(const std::vector<uint64_t>& bits, uint32_t i) { return (bits[i / 64] >> (i % 64)) & 1U; }
void flip(std::vector<uint64_t>& bits, uint32_t i) { bits[i / 64] ^= 1ULL << (i % 64); }

}  // namespace

AppendedValues::AppendedValues(const CallHistory& history, Keep keep)
    : values_(history.values), keep_(keep) {
  const bool appends = std::any_of(history.calls.begin(), history.calls.end(),
                                   [](const Call& c) { return c.kind == Call::Kind::append; });
  if (!appends || keep == Keep::all) {
    keep_ = Keep::all;
    return;
  }
  std::vector<uint8_t> seen(values_.size(), 0);
  for (const Call& call : history.calls) {
    if (call.kind == Call::Kind::read && !call.any) seen[call.value] = 1;
    if (call.kind == Call::Kind::cas) seen[call.expected] = 1;
  }
  for (ValueId id = kAbsent + 1; id < seen.size(); ++id) {
    if (seen[id] != 0) answers_.push_back(values_.text(id));
  }
  sort_texts(answers_);
  leads_.resize(values_.size());
  for (ValueId id = kAbsent + 1; id < leads_.size(); ++id) {
    leads_[id] = in_an_answer(values_.text(id)) ? 1 : 0;
  }
}

std::optional<std::string_view> AppendedValues::in_an_answer(std::string_view state) const {
  const auto next = std::lower_bound(answers_.begin(), answers_.end(), state);
  if (next == answers_.end() || !next->starts_with(state)) return std::nullopt;
  return next->substr(0, state.size());
}

ValueId AppendedValues::join(ValueId state, ValueId piece) {
  if (state == kUnseen || piece == kAbsent) return state;
  if (state == kAbsent) return written(piece);
  const auto [known, is_new] = joined_.try_emplace({state, piece}, kUnseen);
  if (!is_new) return known->second;
  std::string joined(text(state));
  joined += text(piece);
  if (const auto given = values_.find(joined)) return known->second = written(*given);
  std::string_view made;
  if (keep_ == Keep::all) {
    owned_bytes_ += joined.size();
    made = owned_.emplace_back(std::move(joined));
  } else if (const auto part = in_an_answer(joined)) {
    made = *part;
  } else {
    return kUnseen;
  }
  const auto [id, is_first] = ids_.try_emplace(made, values_.size() + made_.size());
  if (is_first) made_.push_back(made);
  return known->second = id->second;
}

Linearizer::Linearizer(const CallHistory& history, const std::vector<uint32_t>& calls,
                       AppendedValues& appended, uint64_t until)
    : appended_(appended) {
  for (const uint32_t index : calls) {
    const Call& call = history.calls[index];
    if (call.begin > until) break;
    if (call.kind == Call::Kind::append) appends_ = true;
    if (answered_.empty() && open_.empty()) state_ = history.keys[call.key].initial;
    Item item;
    item.call = index;
    item.kind = call.kind;
    item.refused = call.fate == Call::Fate::refused;
    item.any = call.any;
    item.value = call.value;
    item.expected = call.expected;
    item.begin = call.begin;
    item.end = call.end;
    if (call.fate != Call::Fate::unknown && call.end <= until) {
      answered_.push_back(item);
    } else if (call.writes()) {
      item.end = kNever;
      open_.push_back(item);
    }
  }
  std::map<std::array<uint32_t, 3>, uint32_t> latest;
  for (uint32_t i = 0; i < open_.size(); ++i) {
    Item& item = open_[i];
    const auto [known, is_new] =
        latest.try_emplace({static_cast<uint32_t>(item.kind), item.value, item.expected}, i);
    if (!is_new) item.earlier_equal = std::exchange(known->second, i);
    if (item.kind == Call::Kind::write) {
      open_writes_[item.value].push_back(i);
    } else {
      open_conditional_.push_back(i);
    }
  }

  std::vector<SortKey> order;
  order.reserve(2 * answered_.size());
  for (uint32_t i = 0; i < answered_.size(); ++i) {
    order.push_back({answered_[i].begin, 0, 2 * i + 1});
    order.push_back({answered_[i].end, 0, 2 * i + 2});
  }
  sort_keys(order);
  next_.resize(order.size() + 1);
  previous_.resize(order.size() + 1);
  uint32_t last = 0;
  for (const SortKey& key : order) {
    next_[last] = key.index;
    previous_[key.index] = last;
    last = key.index;
  }
  next_[last] = 0;
  previous_[0] = last;

  look_ahead_ = !appends_;  // else one value comes from many calls
  if (appends_) {
    std::vector<SortKey> reads;
    std::vector<SortKey> resets;
    for (uint32_t i = 0; i < answered_.size() + open_.size(); ++i) {
      const Item& item = i < answered_.size() ? answered_[i] : open_[i - answered_.size()];
      if (item.kind == Call::Kind::read && !item.any) reads.push_back({item.end, 0, i});
      if (item.kind == Call::Kind::write || item.kind == Call::Kind::cas) {
        resets.push_back({item.begin, 0, i});
      }
    }
    sort_keys(reads);
    sort_keys(resets);
    for (const SortKey& key : reads) reads_.push_back(key.index);
    for (const SortKey& key : resets) resets_.push_back(key.index);
  }
  if (look_ahead_) {
    to_see_.resize(history.values.size());
    to_write_.resize(history.values.size());
    for (const auto* items : {&answered_, &open_}) {
      for (const Item& item : *items) count(item, +1);
    }
  }
  left_ = answered_.size();
  done_.resize(answered_.size() / 64 + 1);
  used_.resize((open_.size() + 63) / 64);
  tables_.resize(answered_.size() + 1);
}

bool Linearizer::fits(const Item& item, ValueId state) {
  switch (item.kind) {
    case Call::Kind::read:
      return item.any || item.value == state;
    case Call::Kind::cas:
      return (item.expected == state) != item.refused;
    case Call::Kind::write:
    case Call::Kind::append:
      return true;
  }
  return false;
}

bool Linearizer::only_looks(const Item& item) {
  return item.kind == Call::Kind::read || item.refused ||
         (item.kind == Call::Kind::cas && item.value == item.expected);
}

ValueId Linearizer::after(const Item& item, ValueId state) {
  if (only_looks(item)) return state;
  if (item.kind == Call::Kind::append) return appended_.join(state, item.value);
  return appends_ ? appended_.written(item.value) : item.value;
}

// Keeps to_see_ and to_write_ when a call gets (-1) or loses (+1) its moment.
void Linearizer::count(const Item& item, int by) {
  if (!look_ahead_ || item.any || item.refused) return;
  const auto step = static_cast<uint32_t>(by);
  if (item.kind == Call::Kind::read) to_see_[item.value] += step;
  if (item.kind != Call::Kind::read) to_write_[item.value] += step;
  if (item.kind == Call::Kind::cas && item.end != kNever) to_see_[item.expected] += step;
}

// Whether the state may be replaced by what `item` makes of it.
bool Linearizer::may_give_way(const Item& item) const {
  if (!look_ahead_ || to_write_[state_] > 0) return true;
  // A conditional write is itself one that had to see the state.
  const bool sees = item.kind == Call::Kind::cas && item.end != kNever;
  return to_see_[state_] <= (sees ? 1U : 0U);
}

// Whether the read that is answered next can still be right after an append.
bool Linearizer::leads_to_next_read(const Item& item) {
  const auto had_moment = [&](uint32_t i) {
    const auto answered = static_cast<uint32_t>(answered_.size());
    return i < answered ? bit(done_, i) : bit(used_, i - answered);
  };
  // The fronts only ever say where to begin looking; going back resets them.
  while (read_front_ < reads_.size() && had_moment(reads_[read_front_])) ++read_front_;
  while (reset_front_ < resets_.size() && had_moment(resets_[reset_front_])) ++reset_front_;
  if (read_front_ == reads_.size()) return true;
  const Item& read = answered_[reads_[read_front_]];
  if (reset_front_ < resets_.size()) {
    const uint32_t i = resets_[reset_front_];
    const Item& reset = i < answered_.size() ? answered_[i] : open_[i - answered_.size()];
    if (reset.begin < read.end) return true;
  }
  if (state_ == kUnseen) return false;
  const std::string_view want = appended_.text(read.value);
  const std::string_view have = appended_.text(state_);
  const std::string_view piece = appended_.text(item.value);
  return want.substr(0, have.size()) == have &&
         want.substr(std::min(have.size(), want.size()), piece.size()) == piece;
}

void Linearizer::give_moment(uint32_t item) {
  const uint32_t call = 2 * item + 1;
  const uint32_t answer = call + 1;
  for (const uint32_t entry : {call, answer}) {
    next_[previous_[entry]] = next_[entry];
    previous_[next_[entry]] = previous_[entry];
  }
  flip(done_, item);
  hash_ ^= mix64(item + 1);
  past_last_ = std::max(past_last_, item + 1);
  while (first_ < answered_.size() && bit(done_, first_)) ++first_;
  --left_;
  count(answered_[item], -1);
  trail_.push_back(item);
}

void Linearizer::undo_to(const Frame& frame) {
  while (trail_.size() > frame.mark) {
    const uint32_t item = trail_.back();
    trail_.pop_back();
    if ((item & kOpenFlag) != 0) {
      flip(used_, item & ~kOpenFlag);
      count(open_[item & ~kOpenFlag], +1);
      continue;
    }
    const uint32_t call = 2 * item + 1;
    const uint32_t answer = call + 1;
    for (const uint32_t entry : {answer, call}) {
      next_[previous_[entry]] = entry;
      previous_[next_[entry]] = entry;
    }
    flip(done_, item);
    hash_ ^= mix64(item + 1);
    ++left_;
    count(answered_[item], +1);
  }
  read_front_ = 0;
  reset_front_ = 0;
  state_ = frame.state;
  first_ = frame.first;
  past_last_ = frame.past_last;
}

void Linearizer::settle() {
  for (uint32_t entry = next_[0]; entry != 0 && !is_answer(entry);) {
    const Item& item = item_at(entry);
    const uint32_t following = next_[entry];
    if (only_looks(item) && fits(item, state_)) {
      give_moment((entry - 1) / 2);
      // Its answer may have been what ended the list of candidates.
      entry = following == entry + 1 ? next_[previous_[following]] : following;
      continue;
    }
    entry = following;
  }
}

// Appends to choices_ the calls of unknown fate that may come next: those that began before the
// next answer and make the state what some candidate, which does not fit now, is waiting for.
void Linearizer::choose_open() {
  uint64_t bound = kNever;
  bool any_change = false;  // somebody waits for any other state
  wanted_.clear();
  const auto wants = [&](const Item& item) {
    if (item.kind == Call::Kind::append || (item.refused && item.expected == state_)) {
      any_change = true;
    } else if (item.kind == Call::Kind::read && item.value != state_) {
      wanted_.push_back(item.value);
    } else if (item.kind == Call::Kind::cas && item.expected != state_) {
      wanted_.push_back(item.expected);
    }
  };
  for (uint32_t entry = next_[0]; entry != 0; entry = next_[entry]) {
    if (is_answer(entry)) {
      bound = item_at(entry - 1).end;
      break;
    }
    wants(item_at(entry));
  }
  const auto free = [&](uint32_t i) { return open_[i].begin < bound && !bit(used_, i); };
  for (const uint32_t i : open_conditional_) {
    if (free(i)) wants(open_[i]);
  }
  if (any_change) {
    for (uint32_t i = 0; i < open_.size(); ++i) {
      const Item& item = open_[i];
      const bool first = item.earlier_equal == kNone || bit(used_, item.earlier_equal);
      if (free(i) && first && fits(item, state_) && after(item, state_) != state_) {
        choices_.push_back(i);
      }
    }
    return;
  }
  sort_numbers(wanted_);
  wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
  for (const ValueId value : wanted_) {
    const auto writes = open_writes_.find(value);
    if (writes == open_writes_.end()) continue;
    // Equal ones are used in order.
    const auto unused = std::partition_point(writes->second.begin(), writes->second.end(),
                                             [&](uint32_t i) { return bit(used_, i); });
    if (unused != writes->second.end() && free(*unused)) choices_.push_back(*unused);
  }
  for (const uint32_t i : open_conditional_) {
    const Item& item = open_[i];
    const bool first = item.earlier_equal == kNone || bit(used_, item.earlier_equal);
    if (free(i) && first && fits(item, state_) &&
        std::binary_search(wanted_.begin(), wanted_.end(), after(item, state_))) {
      choices_.push_back(i);
    }
  }
}

bool Linearizer::take_open(Frame& frame) {
  if (frame.choices_end == frame.next_choice) return false;
  const uint32_t i = choices_[frame.next_choice++];
  const bool dead_end = open_[i].kind == Call::Kind::append && !leads_to_next_read(open_[i]);
  if (dead_end || !may_give_way(open_[i])) return take_open(frame);
  const ValueId next_state = after(open_[i], state_);
  flip(used_, i);
  count(open_[i], -1);
  trail_.push_back(i | kOpenFlag);
  state_ = next_state;
  return true;
}

// Gives the next candidate of the last frame its moment; false when it has none left.
bool Linearizer::take_next() {
  Frame& frame = frames_.back();
  while (!frame.answered_done) {
    const uint32_t entry = frame.entry;
    if (entry == 0 || is_answer(entry)) {
      frame.answered_done = true;
      frame.choices_from = frame.next_choice = choices_.size();
      if (!open_.empty()) choose_open();
      frame.choices_end = choices_.size();
      break;
    }
    frame.entry = next_[entry];
    const Item& item = item_at(entry);
    // What only looks and fits has its moment already.
    if (only_looks(item) || !fits(item, state_) || !may_give_way(item)) continue;
    if (item.kind == Call::Kind::append && !leads_to_next_read(item)) continue;
    const ValueId next_state = after(item, state_);
    give_moment((entry - 1) / 2);
    state_ = next_state;
    return true;
  }
  return take_open(frame);
}

void Linearizer::Table::grow() {
  std::vector<Slot> old(std::max<size_t>(slots.size() * 2, 8));
  old.swap(slots);
  const size_t mask = slots.size() - 1;
  for (const Slot& slot : old) {
    if (slot.seen == kNone) continue;
    size_t at = slot.hash & mask;
    while (slots[at].seen != kNone) at = (at + 1) & mask;
    slots[at] = slot;
  }
}

// Notes the configuration; false when it was explored before, or one was that differs only in
// having fewer calls of unknown fate used up.
bool Linearizer::remember() {
  const uint64_t hash = mix64(hash_ ^ mix64(0x9e3779b97f4a7c15ULL + state_));
  const size_t from = first_ / 64;
  const size_t to = past_last_ > first_ ? (past_last_ + 63) / 64 : from;
  Table& table = tables_[first_];
  if (table.taken >= table.slots.size() / 2) table.grow();
  const size_t mask = table.slots.size() - 1;
  size_t at = hash & mask;
  for (; table.slots[at].seen != kNone; at = (at + 1) & mask) {
    if (table.slots[at].hash != hash) continue;
    const Seen& seen = seen_[table.slots[at].seen];
    if (seen.state != state_ || seen.past_last != past_last_) continue;
    const uint64_t* words = bits_.data() + seen.words;
    if (!std::equal(done_.begin() + static_cast<std::ptrdiff_t>(from),
                    done_.begin() + static_cast<std::ptrdiff_t>(to), words)) {
      continue;
    }
    words += to - from;
    bool no_more_used = true;
    for (size_t k = 0; k < used_.size() && no_more_used; ++k) {
      no_more_used = (words[k] & ~used_[k]) == 0;
    }
    if (no_more_used) return false;
  }
  ++states_;
  table.slots[at] = {hash, static_cast<uint32_t>(seen_.size())};
  ++table.taken;
  seen_.push_back({bits_.size(), past_last_, state_});
  bits_.insert(bits_.end(), done_.begin() + static_cast<std::ptrdiff_t>(from),
               done_.begin() + static_cast<std::ptrdiff_t>(to));
  bits_.insert(bits_.end(), used_.begin(), used_.end());
  return true;
}

void Linearizer::note_dead_end(Mode mode) {
  uint32_t entry = next_[0];
  while (!is_answer(entry)) entry = next_[entry];
  const uint64_t end = item_at(entry - 1).end;
  if (end < stuck_end_) return;
  if (end > stuck_end_) attempts_.clear();
  stuck_end_ = end;
  stuck_item_ = (entry - 2) / 2;
  if (mode != Mode::attempts || attempts_.size() == Linearizability::kMaxAttempts) return;
  Linearizability::Attempt attempt;
  for (const uint32_t item : trail_) {
    attempt.order.push_back((item & kOpenFlag) != 0 ? open_[item & ~kOpenFlag].call
                                                    : answered_[item].call);
  }
  attempt.present = state_ != kAbsent;
  if (attempt.present) attempt.state = appended_.text(state_);
  attempts_.push_back(std::move(attempt));
}

Linearizability::State Linearizer::search(uint64_t max_states, Mode mode) {
  using State = Linearizability::State;
  look_ahead_ = look_ahead_ && mode == Mode::answer;
  Frame start;
  start.state = state_;
  settle();
  if (left_ == 0) return State::yes;
  (void)remember();
  start.entry = next_[0];
  frames_.push_back(start);
  for (;;) {
    Frame made;
    made.mark = trail_.size();
    made.state = state_;
    made.first = first_;
    made.past_last = past_last_;
    if (!take_next()) {
      if (mode != Mode::answer) note_dead_end(mode);
      if (frames_.size() == 1) return State::no;
      undo_to(frames_.back());
      choices_.resize(frames_.back().choices_from);
      frames_.pop_back();
      continue;
    }
    settle();
    if (left_ == 0) return State::yes;
    if (!remember()) {
      undo_to(made);
      continue;
    }
    if (states_ > max_states || full() || appended_.full()) return State::undecided;
    made.entry = next_[0];
    frames_.push_back(made);
  }
}

}  // namespace systemsim
