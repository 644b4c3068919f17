#include "check/linearizability.h"

#include <algorithm>
#include <utility>

#include "base/sort.h"
#include "check/counterexample.h"
#include "check/linearizer.h"

namespace systemsim {
namespace {

// Fills in what a no has to say. `calls`: of the guilty key, in order of beginning.
void explain(const CallHistory& history, std::vector<uint32_t> calls, uint64_t max_states,
             AppendedValues& appended, Linearizability& result) {
  // What began after the answer that fits no order has nothing to do with it.
  const uint64_t end = history.calls[result.first_unexplained].end;
  std::erase_if(calls, [&](uint32_t index) { return history.calls[index].begin > end; });
  result.counterexample = minimal_counterexample(history, std::move(calls), max_states, appended);
  Linearizer again(history, result.counterexample, appended);
  (void)again.search(max_states, true);
  result.attempts = std::move(again.attempts());
}

}  // namespace

Linearizability check_linearizability(const CallHistory& history, uint64_t max_states) {
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

  AppendedValues appended(history.values);
  bool undecided = false;
  for (const SortKey& key : order) {
    if (result.states >= max_states) {
      undecided = true;
      break;
    }
    Linearizer linearizer(history, by_key[key.index], appended);
    const auto state = linearizer.search(max_states - result.states, false);
    result.states += linearizer.states();
    undecided = undecided || state == Linearizability::State::undecided;
    if (state != Linearizability::State::no) continue;
    result.state = Linearizability::State::no;
    result.key = key.index;
    result.first_unexplained = linearizer.first_unexplained();
    explain(history, std::move(by_key[key.index]), max_states, appended, result);
    return result;
  }
  if (undecided) result.state = Linearizability::State::undecided;
  return result;
}

}  // namespace systemsim
