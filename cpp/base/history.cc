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
  }
  return "open";
}

}  // namespace systemsim
