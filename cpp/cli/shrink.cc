// systemsim shrink SCENARIO.json [--broken PROMISE]
//
// Exit: 0 the smaller run is printed, 1 the run breaks no such promise.
#include "lab/shrink.h"

#include <cstdio>

#include "cli/command.h"
#include "cli/progress.h"
#include "lab/search.h"

namespace systemsim::cli {

int shrink(Arguments arguments) {
  auto name = arguments.option("--broken");
  if (!name) return complain(name.error());
  auto files = arguments.rest();
  if (!files) return complain(files.error());
  if (files.value().size() != 1) {
    return complain(
        bad_input("", "shrink: expected one scenario file (or - for standard input), found " +
                          std::to_string(files.value().size())));
  }
  std::optional<Promise> promise;
  if (name.value()) {
    const auto named = promise_named(name.value());
    if (!named) return complain(named.error(), "--broken");
    promise = named.value();
  }
  const std::string& path = files.value().front();
  auto text = read_input(path);
  if (!text) return complain(text.error(), path);
  auto scenario = parse_scenario(text.value());
  if (!scenario) return complain(scenario.error(), path);

  Shrink shrink(std::move(scenario).value(), promise);
  {
    Progress progress;
    while (!shrink.finished()) {
      shrink.advance(Progress::kUnits);
      progress.show(std::to_string(shrink.tried()) + " runs tried, " +
                    std::to_string(shrink.scenario().actions.size()) + " actions left");
    }
  }
  std::printf("%s\n", shrink.report().c_str());
  if (shrink.broken()) return kDone;
  const std::string what =
      promise ? "does not break " + std::string(name_of(*promise)) : "breaks no promise";
  std::fprintf(stderr,
               "shrink: with its own seed this run %s, so there is nothing to make smaller; "
               "systemsim search finds a seed that does, and its \"scenario\" is what to shrink\n",
               what.c_str());
  return kNo;
}

}  // namespace systemsim::cli
