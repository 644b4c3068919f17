// systemsim run SCENARIO.json [--seed N] [--until MS] [--trace F] [--trace-text F]
#include <cstdio>
#include <fstream>

#include "cli/command.h"
#include "lab/batch.h"

namespace systemsim::cli {
int run(Arguments arguments) {
  auto seed = arguments.number("--seed", 0, Limits::kMaxInteger);
  if (!seed) return complain(seed.error());
  auto until_ms = arguments.number("--until", 0, Limits::kTimeUs / 1000);
  if (!until_ms) return complain(until_ms.error());
  auto trace_path = arguments.option("--trace");
  if (!trace_path) return complain(trace_path.error());
  auto text_path = arguments.option("--trace-text");
  if (!text_path) return complain(text_path.error());
  auto files = arguments.rest();
  if (!files) return complain(files.error());
  if (files.value().size() != 1) {
    return complain(
        bad_input("", "run: expected one scenario file (or - for standard input), found " +
                          std::to_string(files.value().size())));
  }

  const std::string& path = files.value().front();
  auto text = read_file(path);
  if (!text) return complain(text.error(), path);
  auto parsed = parse_scenario(text.value());
  if (!parsed) return complain(parsed.error(), path);
  Scenario scenario = std::move(parsed).value();
  scenario.setup.seed = seed.value().value_or(scenario.setup.seed);

  BatchOptions options;
  if (until_ms.value()) options.until_us = *until_ms.value() * 1000;
  std::ofstream trace;
  std::ofstream trace_text;
  const auto open = [](std::ofstream& file, const std::optional<std::string>& name) {
    if (!name) return static_cast<std::ostream*>(nullptr);
    file.open(*name, std::ios::binary);
    return static_cast<std::ostream*>(&file);
  };
  options.trace = open(trace, trace_path.value());
  options.trace_text = open(trace_text, text_path.value());
  const auto failed = [&] { return !trace || !trace_text; };
  if (failed())
    return complain({ErrorCode::internal, "cannot open the trace file for writing", ""});

  const std::string summary = run_batch(scenario, options);
  trace.flush();
  trace_text.flush();
  if (failed()) {
    return complain({ErrorCode::internal, "writing the trace failed; is the disk full?", ""});
  }
  std::printf("%s\n", summary.c_str());
  return kDone;
}

}  // namespace systemsim::cli
