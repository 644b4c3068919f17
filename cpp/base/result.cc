#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace systemsim {

const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
      return "bad_input";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::limit:
      return "limit";
    case ErrorCode::stale_id:
      return "stale_id";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "systemsim: invariant broken: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace systemsim
