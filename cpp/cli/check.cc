// systemsim check HISTORY... [--model register|cas-register|kv] [--format edn|jepsen-log|json]
//   [--initial V] [--states N]
//
// Exit: 0 linearizable, 1 not, 2 malformed, 3 undecided within the budget, 4 a file could not be
// read. Of several files, one line each and the worst of their codes: 4, then 2, 1, 3, 0.
#include <array>
#include <cstdio>

#include "cli/command.h"
#include "lab/check_history.h"

namespace systemsim::cli {
namespace {

Exit exit_of(Linearizability::State state) {
  switch (state) {
    case Linearizability::State::yes:
      return kDone;
    case Linearizability::State::no:
      return kNo;
    case Linearizability::State::undecided:
      return kUndecided;
  }
  return kInternal;
}

// The worse of two codes.
int worse(int a, int b) {
  constexpr std::array<int, 5> kFromWorst = {kInternal, kBadInput, kNo, kUndecided, kDone};
  for (const int code : kFromWorst) {
    if (a == code || b == code) return code;
  }
  return kInternal;
}

int check_file(const std::string& path, const CheckOptions& options) {
  auto text = read_input(path, HistoryLimits::kTextBytes);
  if (!text) return complain(text.error(), path);
  const auto checked = check_history(text.value(), options);
  if (!checked) return complain(checked.error(), path);
  std::printf("%s\n", checked.value().json.c_str());
  return exit_of(checked.value().state);
}

}  // namespace

int check(Arguments arguments) {
  CheckOptions options;
  const auto model = arguments.option("--model");
  if (!model) return complain(model.error());
  const auto format = arguments.option("--format");
  if (!format) return complain(format.error());
  const auto initial = arguments.option("--initial");
  if (!initial) return complain(initial.error());
  const auto states = arguments.number("--states", 1, kMaxStates);
  if (!states) return complain(states.error());
  const auto files = arguments.rest();
  if (!files) return complain(files.error());
  if (files.value().empty()) {
    return complain(bad_input(
        "", "check: expected at least one history file (or - for standard input), found none"));
  }
  if (model.value()) {
    options.history.model = model_from_name(*model.value());
    if (!options.history.model) {
      return complain(bad_input(
          "", "--model: expected register, cas-register or kv, found \"" + *model.value() + "\""));
    }
  }
  if (format.value()) {
    options.format = format_from_name(*format.value());
    if (!options.format) {
      return complain(bad_input(
          "", "--format: expected edn, jepsen-log or json, found \"" + *format.value() + "\""));
    }
  }
  if (initial.value()) {
    options.history.initial = initial.value();
    const auto value = read_initial(*initial.value());
    if (!value) return complain(bad_input("", "--initial: " + value.error().message));
  }
  options.states = states.value().value_or(kDefaultStates);
  int exit = kDone;
  for (const std::string& path : files.value()) {
    if (files.value().size() > 1) options.file = path;
    exit = worse(exit, check_file(path, options));
  }
  return exit;
}

}  // namespace systemsim::cli
