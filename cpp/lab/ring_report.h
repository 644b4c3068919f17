// How evenly a ring spreads keys, what one more machine moves, and what is lost when machines are:
// one JSON object, which `systemsim ring` prints and the experiment "ring" gives for each seed.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/ring.h"
#include "lab/json.h"
#include "lab/json_writer.h"

namespace systemsim {

struct RingPlan {
  uint32_t nodes = 0;
  uint32_t n = 0;     // copies, 1..nodes
  uint32_t dead = 0;  // how many machines are lost together, 1..nodes
  RingSettings settings;
};

// {"nodes", "n", "dead", and the fields of a ring in a scenario's cluster}; without "n" as many as
// a scenario has, without "dead" n.
RingPlan read_ring_plan(Fields& fields);

// Keys that are counted for "moved_on_join_modulo": by a report, and by the view "ring".
constexpr uint32_t kModuloKeys = 100'000;
constexpr uint32_t kModuloKeysInView = 10'000;

// modulo: moved_on_join_modulo(plan.nodes), which is the same for all seeds.
std::string ring_report(const RingPlan& plan, double modulo);
double moved_on_join_modulo(uint32_t nodes);

struct RingBalance;
struct RingRisk;
// Their fields, inside an open object.
void write_balance(JsonWriter& writer, const RingBalance& balance, double modulo);
void write_risk(JsonWriter& writer, const RingRisk& risk, uint32_t dead);

}  // namespace systemsim
