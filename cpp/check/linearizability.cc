#include "check/linearizability.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/sort.h"
#include "check/counterexample.h"
#include "check/freshness.h"
#include "check/linearizer.h"

namespace systemsim {
namespace {

// The first call at whose answer the history is wrong; `known` is one at whose answer it is.
// `calls`: of a key that is wrong.
uint32_t first_wrong_answer(const CallHistory& history, const std::vector<uint32_t>& calls,
                            uint32_t known, AppendedValues& appended) {
  const bool appends = std::any_of(calls.begin(), calls.end(), [&](uint32_t index) {
    return history.calls[index].kind == Call::Kind::append;
  });
  Linearizer all(history, calls, appended);
  if (!appends && all.search(kExplainWork, Linearizer::Mode::reach) == Linearizability::State::no) {
    return all.stuck_at();
  }
  // Too much without looking ahead, or no way without it: try shorter and longer beginnings.
  std::vector<SortKey> answers;
  for (const uint32_t index : calls) {
    const Call& call = history.calls[index];
    if (call.end <= history.calls[known].end) answers.push_back({call.end, 0, index});
  }
  sort_keys(answers);
  PartJudge judge(history, appended, kExplainWork);
  // Once wrong, always wrong: more answers forbid more.
  const auto first = std::partition_point(
      answers.begin(), std::prev(answers.end()),
      [&](const SortKey& answer) { return !judge.wrong(calls, answer.first); });
  return first->index;
}

// What `guilty` (a write that was missed, if there was one, and the read) needs to be wrong: with
// all writes that the read may have returned.
std::vector<uint32_t> around(const CallHistory& history, const std::vector<uint32_t>& calls,
                             const std::vector<uint32_t>& guilty) {
  const Call& read = history.calls[guilty.back()];
  std::vector<uint32_t> others;
  for (const uint32_t index : calls) {
    const Call& call = history.calls[index];
    const bool seen = call.writes() && call.value == read.value && call.begin < read.end;
    if (!seen && std::find(guilty.begin(), guilty.end(), index) == guilty.end()) {
      others.push_back(index);
    }
  }
  return without(history, calls, others);
}

// Fills in what a no has to say. `calls`: of the guilty key, in order of beginning. `guilty`: of a
// read that is not regular; or nobody.
void explain_no(const CallHistory& history, std::vector<uint32_t> calls,
                const std::vector<uint32_t>& guilty, AppendedValues& appended,
                Linearizability& result) {
  uint32_t known = guilty.empty() ? calls.front() : guilty.back();
  if (guilty.empty()) {
    for (const uint32_t index : calls) {
      const uint64_t end = history.calls[index].end;
      if (end == kNever) continue;
      const uint64_t latest = history.calls[known].end;
      if (latest == kNever || end > latest) known = index;
    }
  }
  result.first_unexplained = first_wrong_answer(history, calls, known, appended);
  PartJudge judge(history, appended, kExplainWork);
  std::vector<uint32_t> few;
  if (!guilty.empty()) few = around(history, calls, guilty);
  if (!few.empty() && judge.wrong(few)) {
    calls = std::move(few);
  } else {
    // What began after the answer that fits no order has, as a rule, nothing to do with it.
    const uint64_t end = history.calls[result.first_unexplained].end;
    std::vector<uint32_t> later;
    for (const uint32_t index : calls) {
      if (history.calls[index].begin > end) later.push_back(index);
    }
    std::vector<uint32_t> earlier = without(history, calls, later);
    if (judge.wrong(earlier)) calls = std::move(earlier);
  }
  result.counterexample = minimal_counterexample(history, std::move(calls), judge);
  result.minimal = !judge.exhausted();
  AppendedValues all_states(history, AppendedValues::Keep::all);
  Linearizer again(history, result.counterexample, all_states);
  (void)again.search(kExplainWork, Linearizer::Mode::attempts);
  result.attempts = std::move(again.attempts());
}

}  // namespace

Linearizability check_linearizability(const CallHistory& history, uint64_t max_states,
                                      bool explain) {
  std::vector<std::vector<uint32_t>> by_key(history.keys.size());
  Linearizability result;
  for (uint32_t i = 0; i < history.calls.size(); ++i) {
    const Call& call = history.calls[i];
    by_key[call.key].push_back(i);
    const bool answers = call.kind == Call::Kind::read ? !call.any : call.kind == Call::Kind::cas;
    if (answers && call.fate != Call::Fate::unknown) ++result.reads;
  }
  // Small keys first: one that is too hard must not keep the others from being judged.
  std::vector<SortKey> order;
  for (uint32_t key = 0; key < by_key.size(); ++key) order.push_back({by_key[key].size(), 0, key});
  sort_keys(order);

  AppendedValues appended(history, AppendedValues::Keep::seen);
  // A read that is not even regular needs no search.
  const Finding regular = judge_regular(ReadsFrom(history));
  if (regular.state == Finding::State::broken) {
    result.state = Linearizability::State::no;
    result.key = history.calls[regular.guilty.back()].key;
    if (explain) {
      explain_no(history, std::move(by_key[result.key]), regular.guilty, appended, result);
    }
    return result;
  }
  bool undecided = false;
  for (const SortKey& key : order) {
    if (result.states >= max_states) {
      undecided = true;
      break;
    }
    Linearizer linearizer(history, by_key[key.index], appended);
    const auto state = linearizer.search(max_states - result.states);
    result.states += linearizer.states();
    undecided = undecided || state == Linearizability::State::undecided;
    if (state != Linearizability::State::no) continue;
    result.state = Linearizability::State::no;
    result.key = key.index;
    if (explain) explain_no(history, std::move(by_key[key.index]), {}, appended, result);
    return result;
  }
  if (undecided) result.state = Linearizability::State::undecided;
  return result;
}

}  // namespace systemsim
