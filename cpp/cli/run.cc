// systemsim run SCENARIO.json [--seed N] [--until MS] [--trace F] [--trace-text F]
//   [--export-node B DIR] [--shiviz F] [--history F] [--history-format knossos|porcupine-kv|json]
//   [--history-key K]
#include <cstdio>
#include <fstream>

#include "base/ids.h"
#include "cli/command.h"
#include "lab/batch.h"
#include "store/posix_env.h"

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
  auto shiviz_path = arguments.option("--shiviz");
  if (!shiviz_path) return complain(shiviz_path.error());
  auto history_path = arguments.option("--history");
  if (!history_path) return complain(history_path.error());
  auto history_format = arguments.option("--history-format");
  if (!history_format) return complain(history_format.error());
  auto history_key = arguments.option("--history-key");
  if (!history_key) return complain(history_key.error());
  auto exported = arguments.pair("--export-node");
  if (!exported) return complain(exported.error());
  auto files = arguments.rest();
  if (!files) return complain(files.error());
  if (files.value().size() != 1) {
    return complain(
        bad_input("", "run: expected one scenario file (or - for standard input), found " +
                          std::to_string(files.value().size())));
  }
  const auto form = export_form_from_name(history_format.value().value_or("knossos"));
  if (!form) {
    return complain(
        bad_input("", "--history-format: expected knossos, porcupine-kv or json, found \"" +
                          *history_format.value() + "\""));
  }
  if (!history_path.value() && (history_format.value() || history_key.value())) {
    return complain(bad_input("", "--history: missing; a file is expected for the history"));
  }

  const std::string& path = files.value().front();
  auto text = read_input(path);
  if (!text) return complain(text.error(), path);
  auto parsed = parse_scenario(text.value());
  if (!parsed) return complain(parsed.error(), path);
  Scenario scenario = std::move(parsed).value();
  scenario.setup.seed = seed.value().value_or(scenario.setup.seed);

  BatchOptions options;
  std::optional<store::PosixEnv> directory;
  if (exported.value()) {
    const auto& [name, path_of_directory] = *exported.value();
    const auto node = endpoint_from_name(name);
    if (!node || is_client(*node)) {
      return complain(
          bad_input("", "--export-node: expected a machine (A, B, C ...), found \"" + name + "\""));
    }
    options.export_node = *node;
    options.export_to = &directory.emplace(path_of_directory);
  }
  if (until_ms.value()) options.until_us = *until_ms.value() * 1000;
  std::ofstream trace;
  std::ofstream trace_text;
  std::ofstream shiviz;
  std::ofstream history;
  const auto open = [](std::ofstream& file, const std::optional<std::string>& name) {
    if (!name) return static_cast<std::ostream*>(nullptr);
    file.open(*name, std::ios::binary);
    return static_cast<std::ostream*>(&file);
  };
  options.trace = open(trace, trace_path.value());
  options.trace_text = open(trace_text, text_path.value());
  options.shiviz = open(shiviz, shiviz_path.value());
  options.history = open(history, history_path.value());
  options.history_form = *form;
  options.history_key = history_key.value();
  if (!trace || !trace_text || !shiviz) {
    return complain({ErrorCode::internal, "cannot open the trace file for writing", ""});
  }
  if (!history) {
    return complain({ErrorCode::internal, "cannot open the history file for writing", ""});
  }

  const auto summary = run_batch(scenario, options);
  if (!summary) return complain(summary.error());
  trace.flush();
  trace_text.flush();
  shiviz.flush();
  history.flush();
  if (!trace || !trace_text || !shiviz || !history) {
    return complain(
        {ErrorCode::internal, "writing the trace or the history failed; is the disk full?", ""});
  }
  std::printf("%s\n", summary.value().c_str());
  return kDone;
}

}  // namespace systemsim::cli
