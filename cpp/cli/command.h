// What the subcommands of `systemsim` share: arguments, complaints, exit codes. One JSON object on
// standard output, diagnostics on standard error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace systemsim::cli {

enum Exit : int { kDone = 0, kNo = 1, kBadInput = 2, kUndecided = 3, kInternal = 4 };

// The words after the subcommand, taken one by one. After "--" nothing is an option.
class Arguments {
 public:
  explicit Arguments(std::vector<std::string> words) : words_(std::move(words)) {}

  // The value of "--name VALUE"; nothing when it is not there. Removes both.
  Result<std::optional<std::string>> option(std::string_view name);
  // The same of "--name FIRST SECOND".
  Result<std::optional<std::pair<std::string, std::string>>> pair(std::string_view name);
  // The same as a whole number within low..high.
  Result<std::optional<uint64_t>> number(std::string_view name, uint64_t low, uint64_t high);
  // Whether "--name" is there. Removes it.
  bool flag(std::string_view name);
  // What is left. An error when it looks like an option.
  Result<std::vector<std::string>> rest();

 private:
  std::vector<std::string> words_;
  std::vector<std::string> taken_;  // the names of the options that were there
};

// A whole file, or standard input when `path` is "-". More than `max_bytes` is not read to its end:
// what comes back is then longer than that. Errors: bad_input when it cannot be opened, internal
// when it cannot be read.
Result<std::string> read_input(const std::string& path, size_t max_bytes = SIZE_MAX);

// Prints "systemsim: WHERE: MESSAGE" and returns the exit code for it.
int complain(const Error& error, std::string_view where = "");

int run(Arguments arguments);
int check(Arguments arguments);
int pbs(Arguments arguments);
int token(Arguments arguments);
int ring(Arguments arguments);
int search(Arguments arguments);
int shrink(Arguments arguments);
int compare(Arguments arguments);
int sweep(Arguments arguments);
int claims(Arguments arguments);
int questions(Arguments arguments);
int grade(Arguments arguments);
int db(Arguments arguments);
int tiers(Arguments arguments);
int merkle(Arguments arguments);
int lsm(Arguments arguments, const std::string& what);  // what: "torn-log" or another

}  // namespace systemsim::cli
