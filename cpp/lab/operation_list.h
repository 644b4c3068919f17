// A run's operations, in order of their beginning; each is whole once it has ended.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/history.h"

namespace systemsim {

// Adds to an operation that began what its end decides.
void finish(Operation& begun, const Operation& end);

class OperationList {
 public:
  void began(const Operation& operation);
  // `operation` need only have its id and what its end decides. Precondition: it began.
  void ended(const Operation& operation);

  const std::vector<Operation>& operations() const { return operations_; }

 private:
  std::vector<Operation> operations_;
  std::vector<std::pair<OperationId, size_t>> open_;  // with its place in the list
};

}  // namespace systemsim
