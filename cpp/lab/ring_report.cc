#include "lab/ring_report.h"

#include <algorithm>

#include "cluster/ring_balance.h"
#include "cluster/ring_risk.h"
#include "lab/scenario.h"

namespace systemsim {

RingPlan read_ring_plan(Fields& fields) {
  const ClusterSettings usual;
  RingPlan plan;
  plan.nodes = usual.nodes;
  fields.integer("nodes", plan.nodes, 1, Limits::kNodes);
  read_ring(fields, plan.nodes, plan.settings);
  // One more than there are: that of the machine that joins.
  const size_t weights = plan.settings.weights.size();
  if (weights > plan.nodes + size_t{1}) {
    fields.fail("weights", std::to_string(weights) + " weights; the most is one for each machine " +
                               "and one for a machine that joins, " +
                               std::to_string(plan.nodes + 1));
  }
  const auto up_to_nodes = [&](const char* name, uint32_t& out) {
    fields.integer(name, out, 1, Limits::kNodes);
    if (out <= plan.nodes) return;
    fields.fail(
        name, std::to_string(out) + " is more than nodes, which is " + std::to_string(plan.nodes));
  };
  plan.n = std::min(usual.n, plan.nodes);
  up_to_nodes("n", plan.n);
  if (plan.n > Limits::kCopies) {
    fields.fail("n", std::to_string(plan.n) + " is too large; the most is " +
                         std::to_string(Limits::kCopies));
  }
  plan.dead = plan.n;
  up_to_nodes("dead", plan.dead);
  return plan;
}

std::string ring_report(const RingPlan& plan, double modulo) {
  const RingSettings& settings = plan.settings;
  JsonWriter writer;
  writer.begin_object().field("nodes", plan.nodes).field("vnodes", settings.vnodes);
  writer.field("n", plan.n).field("seed", settings.ring_seed);
  writer.field("racks", settings.topology.racks);
  writer.field("data_centres", settings.topology.data_centres);
  writer.field("skip_same_machine", settings.skip_same_machine);
  writer.field("skip_same_rack", settings.skip_same_rack);
  const auto members = first_machines(plan.nodes);
  write_balance(writer, balance_of(settings, members, plan.n), modulo);
  write_risk(writer, risk_of(Ring(settings, members), plan.n, plan.dead), plan.dead);
  return writer.end_object().take();
}

double moved_on_join_modulo(uint32_t nodes) { return moved_by_modulo(nodes, kModuloKeys); }

void write_balance(JsonWriter& writer, const RingBalance& balance, double modulo) {
  writer.field("share_stddev_over_mean", balance.share_stddev_over_mean);
  writer.field("max_over_mean", balance.max_over_mean);
  writer.field("min_over_mean", balance.min_over_mean);
  writer.field("moved_on_join", balance.moved_on_join);
  writer.field("moved_on_join_modulo", modulo);
  writer.field("copies_moved_on_join", balance.copies_moved_on_join);
  writer.field("givers_on_join", balance.givers_on_join);
  writer.field("largest_giver_share", balance.largest_giver_share);
}

void write_risk(JsonWriter& writer, const RingRisk& risk, uint32_t dead) {
  writer.field("fewer_machines", risk.fewer_machines);
  writer.field("one_rack", risk.one_rack);
  writer.field("one_data_centre", risk.one_data_centre);
  writer.field("replica_sets", risk.replica_sets);
  writer.field("dead", dead);
  writer.field("loss_chance", risk.loss_chance);
  writer.field("loss_chance_formula", risk.loss_chance_formula);
  writer.field("loss_draws", risk.loss_draws);
  writer.field("loss_expected", risk.loss_expected);
}

}  // namespace systemsim
