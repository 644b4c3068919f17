// What a ring's preference lists are worth when machines are lost: how many copies share a machine,
// a rack or a data centre, and how likely it is that some key loses all of its copies at once.
// Shares are exact, by the lengths of ranges. Chapter section 04.
#pragma once

#include <cstdint>

#include "cluster/ring.h"

namespace systemsim {

struct RingRisk {
  // Shares of the key space.
  double fewer_machines = 0;   // whose list has fewer than n machines
  double one_rack = 0;         // whose copies are all in one rack
  double one_data_centre = 0;  // in one data centre
  // Distinct lists, their order aside.
  uint32_t replica_sets = 0;
  // The chance that the `dead` machines, any with equal chance, hold all copies of some key.
  double loss_chance = 0;
  uint32_t loss_draws = 0;  // sets of dead machines that it was counted over; 0: it is exact
  // The same if each point had a list of n machines drawn by itself:
  // 1 - (1 - C(dead, n) / C(nodes, n))^points (A. Cidon et al., "Copysets", USENIX ATC 2013, of
  // random replication). With many points it is above the truth, since neighbours may share a list.
  double loss_chance_formula = 0;
  // The share of the key space that is lost, on average; exact.
  double loss_expected = 0;
};

// n, dead: 1 .. the number of members. The chance is exact when all lists have n machines and
// dead = n, and when there are at most kRiskDraws sets of dead machines; else it is counted over
// kRiskDraws of them, drawn by the ring's seed.
RingRisk risk_of(const Ring& ring, uint32_t n, uint32_t dead);
constexpr uint32_t kRiskDraws = 10'000;

}  // namespace systemsim
