// Errors as values. The core throws nothing: what can fail returns Result<T>, which holds either
// the value or an Error that says what was expected, what was found, and where.
//
// Invariant: a Result holds exactly one of the two. `path` is a JSON pointer ("/cluster/w") when
// the input was JSON, else empty.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace systemsim {

enum class ErrorCode {
  bad_input,  // the caller's text or number is wrong
  not_found,  // the named thing does not exist
  limit,      // a limit of the engine is reached; nothing was changed
  stale_id,   // the id belonged to something that was closed
  internal,   // a failure that is not the caller's
};

// The name that crosses the seam: "bad_input", "limit", ...
const char* name_of(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string path;
};

inline Error bad_input(std::string path, std::string message) {
  return {ErrorCode::bad_input, std::move(message), std::move(path)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Precondition: ok().
  const T& value() const& {
    SYSTEMSIM_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  T& value() & {
    SYSTEMSIM_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    SYSTEMSIM_ASSERT(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  // Precondition: !ok().
  const Error& error() const {
    SYSTEMSIM_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

struct Done {};
using Outcome = Result<Done>;  // for what returns nothing but may fail

}  // namespace systemsim
