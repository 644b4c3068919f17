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

}  // namespace systemsim
