// systemsim ring [--nodes N] [--vnodes V] [--n N] [--seed N] [--racks R] [--data-centres D]
//                [--weights 1,1,2] [--allow-same-machine] [--skip-same-rack] [--dead K]
//
// The options are the fields of a RingPlan (lab/ring_report.h), whose reader checks them.
#include <cstdio>
#include <optional>
#include <utility>

#include "cli/command.h"
#include "cli/option_json.h"
#include "lab/ring_report.h"

namespace systemsim::cli {

int ring(Arguments arguments) {
  auto taken = take_options(arguments, {{"--nodes", "nodes", number_json},
                                        {"--vnodes", "vnodes", number_json},
                                        {"--n", "n", number_json},
                                        {"--seed", "ring_seed", number_json},
                                        {"--racks", "racks", number_json},
                                        {"--data-centres", "data_centres", number_json},
                                        {"--weights", "weights", numbers_json},
                                        {"--dead", "dead", number_json}});
  if (!taken) return complain(taken.error());
  Json given = std::move(taken).value();
  if (arguments.flag("--allow-same-machine")) {
    given.members.push_back({"skip_same_machine", bool_json(false)});
  }
  if (arguments.flag("--skip-same-rack")) {
    given.members.push_back({"skip_same_rack", bool_json(true)});
  }
  const Outcome ended = take_no_more(arguments, "ring");
  if (!ended) return complain(ended.error());
  std::optional<Error> error;
  Fields fields(given, "", error);
  const RingPlan plan = read_ring_plan(fields);
  if (error && error->path == "/ring_seed") error->path = "/seed";
  if (error) return complain(about_option(*error));
  std::printf("%s\n", ring_report(plan, moved_on_join_modulo(plan.nodes)).c_str());
  return kDone;
}

}  // namespace systemsim::cli
