// systemsim compare A.json B.json [--seed N]
#include "lab/compare.h"

#include <cstdio>

#include "cli/command.h"

namespace systemsim::cli {

int compare(Arguments arguments) {
  auto seed = arguments.number("--seed", 0, Limits::kMaxInteger);
  if (!seed) return complain(seed.error());
  auto files = arguments.rest();
  if (!files) return complain(files.error());
  if (files.value().size() != 2) {
    return complain(bad_input(
        "", "compare: expected two scenario files, found " + std::to_string(files.value().size())));
  }
  std::vector<Scenario> scenarios;
  for (const std::string& path : files.value()) {
    auto text = read_input(path);
    if (!text) return complain(text.error(), path);
    auto scenario = parse_scenario(text.value());
    if (!scenario) return complain(scenario.error(), path);
    scenarios.push_back(std::move(scenario).value());
    scenarios.back().setup.seed = seed.value().value_or(scenarios.back().setup.seed);
  }
  std::printf("%s\n", compare_runs(scenarios[0], scenarios[1]).c_str());
  return kDone;
}

}  // namespace systemsim::cli
