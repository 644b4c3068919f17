#include "lab/judging_observer.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace systemsim {

void finish(Operation& begun, const Operation& end) {
  if (begun.verb == Verb::get) begun.value = end.value;
  begun.end_us = end.end_us;
  begun.end_position = end.end_position;
  begun.outcome = end.outcome;
  begun.found = end.found;
  begun.returned = end.returned;
  begun.answered = end.answered;
}

void JudgingObserver::on_begin(const Operation& operation) {
  judge_.begin(operation);
  open_.push_back(operation);
  began(operation);
}

void JudgingObserver::on_end(const Operation& operation) {
  const auto open = std::find_if(open_.begin(), open_.end(),
                                 [&](const Operation& other) { return other.id == operation.id; });
  SYSTEMSIM_ASSERT(open != open_.end());
  Operation whole = std::move(*open);
  open_.erase(open);
  finish(whole, operation);
  ended(whole, judge_.end(whole));
}

}  // namespace systemsim
