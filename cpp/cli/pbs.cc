// systemsim pbs --profile lnkd-ssd|lnkd-disk|ymmr|wan | --custom F  [--n 3] [--r 1] [--w 1]
//               [--times 0,1,10] [--method wars|engine|first-passage] [--alpha A] [--trials N]
//               [--seed N]
//
// The options are the fields of the job (lab/pbs_job.h), which also checks them. F holds what the
// job has in "custom". The method engine runs the cluster itself (cli/pbs_engine.h).
#include <algorithm>
#include <cstdio>
#include <utility>

#include "cli/command.h"
#include "cli/option_json.h"
#include "cli/pbs_engine.h"
#include "lab/pbs_job.h"

namespace systemsim::cli {
namespace {

// The job's complaints name its fields; here those are options, or places in the file.
int complain_of(Error error, const std::string& file) {
  constexpr std::string_view kCustom = "/custom";
  const bool is_in_file = !file.empty() && error.path.starts_with(kCustom);
  if (is_in_file) {
    error.path.erase(0, kCustom.size());
    return complain(error, file);
  }
  if (error.path.starts_with("/times_ms")) error.path = "/times";
  return complain(about_option(error));
}

}  // namespace

int pbs(Arguments arguments) {
  // The times stay as they were written: the report calls them so.
  auto taken = take_options(arguments, {{"--profile", "profile", text_json},
                                        {"--n", "n", number_json},
                                        {"--r", "r", number_json},
                                        {"--w", "w", number_json},
                                        {"--times", "times_ms", texts_json},
                                        {"--method", "method", text_json},
                                        {"--alpha", "alpha", number_json},
                                        {"--trials", "trials", number_json},
                                        {"--seed", "seed", number_json}});
  if (!taken) return complain(taken.error());
  Json job = std::move(taken).value();
  auto custom = arguments.option("--custom");
  if (!custom) return complain(custom.error());
  const Outcome ended = take_no_more(arguments, "pbs");
  if (!ended) return complain(ended.error());
  const std::string file = custom.value().value_or("");
  if (custom.value()) {
    auto text = read_input(file);
    if (!text) return complain(text.error(), file);
    auto parsed = parse_json(text.value());
    if (!parsed) return complain(parsed.error(), file);
    job.members.push_back({"custom", std::move(parsed).value()});
  }
  const auto is_engine = [](const Json::Member& one) {
    return one.name == "method" && one.value.text == "engine";
  };
  if (std::any_of(job.members.begin(), job.members.end(), is_engine)) {
    auto report = pbs_by_engine(job);
    if (!report) return complain_of(report.error(), file);
    std::printf("%s\n", report.value().c_str());
    return kDone;
  }
  auto read = PbsJob::read(job);
  if (!read) return complain_of(read.error(), file);
  PbsJob run = std::move(read).value();
  while (!run.finished()) run.advance(UINT64_MAX);
  std::printf("%s\n", run.result().c_str());
  return kDone;
}

}  // namespace systemsim::cli
