#include "lab/judging_observer.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace systemsim {

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
  if (whole.verb == Verb::get) whole.value = operation.value;
  whole.end_us = operation.end_us;
  whole.end_position = operation.end_position;
  whole.outcome = operation.outcome;
  whole.found = operation.found;
  whole.returned = operation.returned;
  whole.answered = operation.answered;
  ended(whole, judge_.end(whole));
}

}  // namespace systemsim
