#include "lab/judging_observer.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "lab/operation_list.h"

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
  finish(whole, operation);
  ended(whole, judge_.end(whole));
}

}  // namespace systemsim
