#include "lab/operation_list.h"

#include <algorithm>

#include "base/assert.h"

namespace systemsim {

void finish(Operation& begun, const Operation& end) {
  if (begun.verb == Verb::get) begun.value = end.value;
  begun.end_us = end.end_us;
  begun.end_position = end.end_position;
  begun.outcome = end.outcome;
  begun.found = end.found;
  begun.returned = end.returned;
  begun.siblings = end.siblings;
  begun.unresolved = end.unresolved;
  begun.unseen = end.unseen;
  begun.answered = end.answered;
}

void OperationList::began(const Operation& operation) {
  open_.emplace_back(operation.id, operations_.size());
  operations_.push_back(operation);
}

void OperationList::ended(const Operation& operation) {
  const auto open = std::find_if(open_.begin(), open_.end(),
                                 [&](const auto& entry) { return entry.first == operation.id; });
  SYSTEMSIM_ASSERT(open != open_.end());
  finish(operations_[open->second], operation);
  open_.erase(open);
}

}  // namespace systemsim
