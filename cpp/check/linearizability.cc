#include "check/linearizability.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/sort.h"
#include "check/counterexample.h"
#include "check/linearizer.h"

namespace systemsim {
namespace {

// The first call at whose answer the history is wrong. `calls`: of a key that is wrong.
uint32_t first_wrong_answer(const CallHistory& history, const std::vector<uint32_t>& calls,
                            uint64_t max_states, AppendedValues& appended) {
  const bool appends = std::any_of(calls.begin(), calls.end(), [&](uint32_t index) {
    return history.calls[index].kind == Call::Kind::append;
  });
  Linearizer all(history, calls, appended);
  if (!appends && all.search(max_states, Linearizer::Mode::reach) == Linearizability::State::no) {
    return all.stuck_at();
  }
  // Too much without looking ahead, or no way without it: try shorter and longer beginnings.
  std::vector<SortKey> answers;
  for (const uint32_t index : calls) {
    const Call& call = history.calls[index];
    if (call.end != kNever) answers.push_back({call.end, 0, index});
  }
  sort_keys(answers);
  // Once wrong, always wrong: more answers forbid more.
  const auto first =
      std::partition_point(answers.begin(), std::prev(answers.end()), [&](const SortKey& answer) {
        return Linearizer(history, calls, appended, answer.first).search(max_states) !=
               Linearizability::State::no;
      });
  return first->index;
}

// Fills in what a no has to say. `calls`: of the guilty key, in order of beginning.
void explain_no(const CallHistory& history, std::vector<uint32_t> calls, uint64_t max_states,
                AppendedValues& appended, Linearizability& result) {
  result.first_unexplained = first_wrong_answer(history, calls, max_states, appended);
  // What began after the answer that fits no order has, as a rule, nothing to do with it.
  const uint64_t end = history.calls[result.first_unexplained].end;
  std::vector<uint32_t> later;
  for (const uint32_t index : calls) {
    if (history.calls[index].begin > end) later.push_back(index);
  }
  std::vector<uint32_t> earlier = without(history, calls, later);
  const auto judged = Linearizer(history, earlier, appended).search(max_states);
  if (judged == Linearizability::State::no) calls = std::move(earlier);
  result.counterexample = minimal_counterexample(history, std::move(calls), max_states, appended);
  AppendedValues all_states(history, AppendedValues::Keep::all);
  Linearizer again(history, result.counterexample, all_states);
  (void)again.search(max_states, Linearizer::Mode::attempts);
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
    if (explain) explain_no(history, std::move(by_key[key.index]), max_states, appended, result);
    return result;
  }
  if (undecided) result.state = Linearizability::State::undecided;
  return result;
}

}  // namespace systemsim
