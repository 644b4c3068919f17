#include "base/history.h"

namespace systemsim {

const char* name_of(Verb verb) {
  switch (verb) {
    case Verb::put:
      return "put";
    case Verb::get:
      return "get";
    case Verb::erase:
      return "delete";
    case Verb::cas:
      return "cas";
  }
  return "get";
}

const char* name_of(OperationOutcome outcome) {
  switch (outcome) {
    case OperationOutcome::open:
      return "open";
    case OperationOutcome::ok:
      return "ok";
    case OperationOutcome::timeout:
      return "timeout";
    case OperationOutcome::refused:
      return "refused";
    case OperationOutcome::not_equal:
      return "not_equal";
  }
  return "open";
}

}  // namespace systemsim
