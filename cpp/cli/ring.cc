// systemsim ring --nodes N --vnodes V --n N [--seed N]
#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "lab/ring_report.h"
#include "lab/scenario.h"

namespace systemsim::cli {

int ring(Arguments arguments) {
  const ClusterSettings usual;
  auto nodes = arguments.number("--nodes", 1, Limits::kNodes);
  if (!nodes) return complain(nodes.error());
  auto vnodes = arguments.number("--vnodes", 1, Limits::kVnodes);
  if (!vnodes) return complain(vnodes.error());
  auto n = arguments.number("--n", 1, Limits::kCopies);
  if (!n) return complain(n.error());
  auto seed = arguments.number("--seed", 0, Limits::kMaxInteger);
  if (!seed) return complain(seed.error());
  auto rest = arguments.rest();
  if (!rest) return complain(rest.error());
  if (!rest.value().empty()) {
    return complain(bad_input("", "ring: did not expect \"" + rest.value().front() + "\""));
  }
  const auto node_count = static_cast<uint32_t>(nodes.value().value_or(usual.nodes));
  RingSettings settings;
  settings.vnodes = static_cast<uint32_t>(vnodes.value().value_or(settings.vnodes));
  settings.ring_seed = seed.value().value_or(settings.ring_seed);
  const auto copies = static_cast<uint32_t>(n.value().value_or(std::min(usual.n, node_count)));
  if (copies > node_count) {
    return complain(bad_input("", "--n: " + std::to_string(copies) +
                                      " is more than --nodes, which is " +
                                      std::to_string(node_count)));
  }
  if (node_count * settings.vnodes > Limits::kRingPoints) {
    return complain(bad_input(
        "", "--vnodes: nodes times vnodes is more than " + std::to_string(Limits::kRingPoints)));
  }
  std::printf("%s\n", ring_report(settings, node_count, copies).c_str());
  return kDone;
}

}  // namespace systemsim::cli
