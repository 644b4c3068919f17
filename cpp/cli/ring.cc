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
  const auto vnode_count = static_cast<uint32_t>(vnodes.value().value_or(usual.vnodes));
  const auto copies = static_cast<uint32_t>(n.value().value_or(std::min(usual.n, node_count)));
  const auto report =
      ring_report(node_count, vnode_count, copies, seed.value().value_or(usual.ring_seed));
  if (!report) return complain(report.error());
  std::printf("%s\n", report.value().c_str());
  return kDone;
}

}  // namespace systemsim::cli
