// Errors as values. The core throws nothing: what can fail returns Result<T>, which holds either
// the value or an Error that says what was expected, what was found, and where.
//
// Invariant: a Result holds exactly one of the two. `path` is a JSON pointer ("/cluster/w") when
// the input was JSON, else empty.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/assert.h"

namespace systemsim {

enum class ErrorCode {
  bad_input,  // the caller's text or number is wrong
  not_found,  // the named thing does not exist
  limit,      // a limit of the engine is reached; nothing was changed
  stale_id,   // the id belonged to something that was closed
  internal,   // a failure that is not the caller's
  damaged,    // a file does not hold what was written to it
  io,         // the system refused or failed
};

// The name that crosses the seam: "bad_input", "limit", ...
const char* name_of(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string path;
};

Error bad_input(std::string path, std::string message);

// The error where a Result keeps it.
std::unique_ptr<Error> kept(Error error);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Result(Error error) : error_(kept(std::move(error))) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }

  // Precondition: ok().
  const T& value() const& {
    SYSTEMSIM_ASSERT(ok());
    return *value_;
  }
  T& value() & {
    SYSTEMSIM_ASSERT(ok());
    return *value_;
  }
  T&& value() && {
    SYSTEMSIM_ASSERT(ok());
    return std::move(*value_);
  }
  // Precondition: !ok().
  const Error& error() const {
    SYSTEMSIM_ASSERT(!ok());
    return *error_;
  }

 private:
  // Two plain members: a variant's tables of what to copy and destroy are 1 KB of the download.
  std::optional<T> value_;
  std::unique_ptr<Error> error_;
};

struct Done {};
using Outcome = Result<Done>;  // for what returns nothing but may fail

}  // namespace systemsim
