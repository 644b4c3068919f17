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
    case ErrorCode::damaged:
      return "damaged";
    case ErrorCode::io:
      return "io";
  }
  return "internal";
}

Error bad_input(std::string path, std::string message) {
  return {ErrorCode::bad_input, std::move(message), std::move(path)};
}

std::unique_ptr<Error> kept(Error error) { return std::make_unique<Error>(std::move(error)); }

void assertion_failed(const char* condition, const char* file, int line) {
  // Built by hand: printf would be a tenth of the browser's download.
  std::string text = "systemsim: invariant broken: ";
  text += condition;
  text += " (";
  text += file;
  text += ":";
  text += std::to_string(line);
  text += ")\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

}  // namespace systemsim
