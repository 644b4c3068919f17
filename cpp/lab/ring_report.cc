#include "lab/ring_report.h"

#include "cluster/ring.h"
#include "lab/json_writer.h"
#include "lab/views.h"
#include "sim/setup.h"

namespace systemsim {

Result<std::string> ring_report(uint32_t nodes, uint32_t vnodes, uint32_t n, uint64_t ring_seed) {
  if (n > nodes) {
    return bad_input("", "--n: " + std::to_string(n) + " is more than --nodes, which is " +
                             std::to_string(nodes));
  }
  if (nodes * vnodes > Limits::kRingPoints) {
    return bad_input(
        "", "--vnodes: nodes times vnodes is more than " + std::to_string(Limits::kRingPoints));
  }
  JsonWriter writer;
  writer.begin_object().field("nodes", nodes).field("vnodes", vnodes);
  writer.field("n", n).field("seed", ring_seed);
  write_balance(writer, balance_of(nodes, vnodes, n, ring_seed));
  return writer.end_object().take();
}

}  // namespace systemsim
