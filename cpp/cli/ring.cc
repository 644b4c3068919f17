// systemsim ring [--nodes N] [--vnodes V] [--n N] [--seed N] [--racks R] [--data-centres D]
//                [--weights 1,1,2] [--allow-same-machine] [--skip-same-rack] [--dead K]
//
// The options are the fields of a RingPlan (lab/ring_report.h), whose reader checks them.
#include <cstdio>
#include <optional>

#include "cli/command.h"
#include "cli/option_json.h"
#include "lab/ring_report.h"

namespace systemsim::cli {

int ring(Arguments arguments) {
  Json given;
  given.type = Json::Type::object;
  struct Option {
    const char* option;
    const char* field;
  };
  for (const Option& option : {Option{"--nodes", "nodes"},
                               {"--vnodes", "vnodes"},
                               {"--n", "n"},
                               {"--seed", "ring_seed"},
                               {"--racks", "racks"},
                               {"--data-centres", "data_centres"},
                               {"--weights", "weights"},
                               {"--dead", "dead"}}) {
    auto text = arguments.option(option.option);
    if (!text) return complain(text.error());
    if (!text.value()) continue;
    const bool list = std::string_view(option.field) == "weights";
    given.members.push_back(
        {option.field, list ? list_json(*text.value(), number_json) : number_json(*text.value())});
  }
  if (arguments.flag("--allow-same-machine")) {
    given.members.push_back({"skip_same_machine", bool_json(false)});
  }
  if (arguments.flag("--skip-same-rack")) {
    given.members.push_back({"skip_same_rack", bool_json(true)});
  }
  auto rest = arguments.rest();
  if (!rest) return complain(rest.error());
  if (!rest.value().empty()) {
    return complain(bad_input("", "ring: did not expect \"" + rest.value().front() + "\""));
  }
  std::optional<Error> error;
  Fields fields(given, "", error);
  const RingPlan plan = read_ring_plan(fields);
  if (error && error->path == "/ring_seed") error->path = "/seed";
  if (error) return complain(about_option(*error));
  std::printf("%s\n", ring_report(plan, moved_on_join_modulo(plan.nodes)).c_str());
  return kDone;
}

}  // namespace systemsim::cli
