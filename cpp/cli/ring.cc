// systemsim ring --nodes N --vnodes V --n N [--seed N]
#include "cluster/ring.h"

#include <cstdio>

#include "cli/command.h"
#include "lab/views.h"
#include "sim/setup.h"

namespace systemsim::cli {

int ring(Arguments arguments) {
  const ClusterSettings usual;
  auto nodes = arguments.number("--nodes", 1, Limits::kNodes);
  if (!nodes) return complain(nodes.error());
  auto vnodes = arguments.number("--vnodes", 1, Limits::kVnodes);
  if (!vnodes) return complain(vnodes.error());
  auto n = arguments.number("--n", 1, Limits::kNodes);
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
  if (copies > node_count) {
    return complain(bad_input("", "--n: " + std::to_string(copies) +
                                      " is more than --nodes, which is " +
                                      std::to_string(node_count)));
  }
  if (node_count * vnode_count > Limits::kRingPoints) {
    return complain(bad_input(
        "", "--vnodes: nodes times vnodes is more than " + std::to_string(Limits::kRingPoints)));
  }
  const uint64_t ring_seed = seed.value().value_or(usual.ring_seed);
  JsonWriter writer;
  writer.begin_object().field("nodes", node_count).field("vnodes", vnode_count);
  writer.field("n", copies).field("seed", ring_seed);
  write_balance(writer, balance_of(node_count, vnode_count, copies, ring_seed));
  std::printf("%s\n", writer.end_object().take().c_str());
  return kDone;
}

}  // namespace systemsim::cli
