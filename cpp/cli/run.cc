// systemsim run SCENARIO.json [--seed N] [--until MS] [--trace F] [--trace-text F]
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "cli/command.h"
#include "lab/scenario.h"
#include "lab/tally.h"
#include "sim/world.h"

namespace systemsim::cli {
namespace {

// Counts, and writes the trace to the files that were asked for.
class Recorder : public Tally {
 public:
  std::ofstream binary;
  std::ofstream text;

  void on_trace(const TraceRecord& record) override {
    if (binary.is_open()) {
      char bytes[kTraceRecordBytes];
      record.write(bytes);
      binary.write(bytes, sizeof bytes);
    }
    if (text.is_open()) text << to_text(record) << '\n';
  }
};

Result<std::string> read_file(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::bad_input, "cannot open this file for reading", ""};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

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

  Recorder recorder;
  const auto open = [](std::ofstream& file, const std::optional<std::string>& name) {
    if (name) file.open(*name, std::ios::binary);
    return !name || file.good();
  };
  if (!open(recorder.binary, trace_path.value()) || !open(recorder.text, text_path.value())) {
    return complain({ErrorCode::internal, "cannot open the trace file for writing", ""});
  }

  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  const uint64_t until_us = until_ms.value() ? *until_ms.value() * 1000 : Limits::kTimeUs;
  systemsim::run(world, script, recorder, until_us);

  recorder.binary.flush();
  recorder.text.flush();
  if ((trace_path.value() && !recorder.binary) || (text_path.value() && !recorder.text)) {
    return complain({ErrorCode::internal, "writing the trace failed; is the disk full?", ""});
  }
  JsonWriter writer;
  recorder.write(writer, world);
  std::printf("%s\n", writer.take().c_str());
  return kDone;
}

}  // namespace systemsim::cli
