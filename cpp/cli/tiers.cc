// systemsim tiers [--memory S] [--traffic zipf|even] [--exponent E] [--keys N] [--value-bytes B]
//                 [--reads S] [--eviction lru|clock] [--disk ssd|hdd|none] [--no-log]
//                 [--sync-every N] [--compress] [--warm-up N] [--operations N] [--crash-at K]
//                 [--seed N]
//
// The options are the fields of the job (lab/tiers_job.h), which also checks them.
#include <cstdio>
#include <utility>

#include "cli/command.h"
#include "cli/option_json.h"
#include "lab/tiers_job.h"

namespace systemsim::cli {

int tiers(Arguments arguments) {
  auto taken = take_options(arguments, {{"--memory", "memory", number_json},
                                        {"--traffic", "traffic", text_json},
                                        {"--exponent", "exponent", number_json},
                                        {"--keys", "keys", number_json},
                                        {"--value-bytes", "value_bytes", number_json},
                                        {"--reads", "reads", number_json},
                                        {"--eviction", "eviction", text_json},
                                        {"--disk", "disk", text_json},
                                        {"--sync-every", "sync_every", number_json},
                                        {"--warm-up", "warm_up", number_json},
                                        {"--operations", "operations", number_json},
                                        {"--crash-at", "crash_at", number_json},
                                        {"--seed", "seed", number_json}});
  if (!taken) return complain(taken.error());
  Json job = std::move(taken).value();
  if (arguments.flag("--no-log")) job.members.push_back({"log", bool_json(false)});
  if (arguments.flag("--compress")) job.members.push_back({"compress", bool_json(true)});
  const Outcome ended = take_no_more(arguments, "tiers");
  if (!ended) return complain(ended.error());
  auto read = TiersJob::read(job);
  if (!read) return complain(about_option(read.error()));
  TiersJob run = std::move(read).value();
  while (!run.finished()) run.advance(UINT64_MAX);
  std::printf("%s\n", run.result().c_str());
  return run.failed() ? kInternal : kDone;
}

}  // namespace systemsim::cli
