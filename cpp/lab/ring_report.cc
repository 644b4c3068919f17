#include "lab/ring_report.h"

#include "cluster/ring_balance.h"

namespace systemsim {

std::string ring_report(const RingSettings& settings, uint32_t nodes, uint32_t n) {
  JsonWriter writer;
  writer.begin_object().field("nodes", nodes).field("vnodes", settings.vnodes);
  writer.field("n", n).field("seed", settings.ring_seed);
  write_balance(writer, balance_of(settings, first_machines(nodes), n));
  return writer.end_object().take();
}

void write_balance(JsonWriter& writer, const RingBalance& balance) {
  writer.field("share_stddev_over_mean", balance.share_stddev_over_mean);
  writer.field("max_over_mean", balance.max_over_mean);
  writer.field("min_over_mean", balance.min_over_mean);
  writer.field("moved_on_join", balance.moved_on_join);
  writer.field("copies_moved_on_join", balance.copies_moved_on_join);
  writer.field("givers_on_join", balance.givers_on_join);
  writer.field("largest_giver_share", balance.largest_giver_share);
}

}  // namespace systemsim
