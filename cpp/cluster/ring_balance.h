// How evenly a ring spreads the key space, and what one more machine moves: by the lengths of
// ranges, so without sampling; sums are rounded as doubles are. Chapter section 03.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/ring.h"

namespace systemsim {

// The length of the range (from, to], clockwise, as a share of the ring; 1 when they are equal.
double arc(Token from, Token to);

struct RingBalance {
  std::vector<double> share;          // of each machine, as owner; sums to 1
  double share_stddev_over_mean = 0;  // divisor: the number of machines
  double max_over_mean = 0;
  double min_over_mean = 0;
  double moved_on_join = 0;  // share of the key space whose owner changes when one more joins
  double copies_moved_on_join = 0;  // share of all n copies that have to move then
  bool moved_only_to_new = true;   // whether every range that moved went to the machine that joined
  uint32_t givers_on_join = 0;     // machines that it takes some range from
  double largest_giver_share = 0;  // of what moves, from the one that gives most
};

// n: copies, at most as many as members. members: as a Ring's; the machine after the last of them
// is the one more. `share` is in their order.
RingBalance balance_of(const RingSettings& settings, const std::vector<Endpoint>& members,
                       uint32_t n);

// The share of `keys` keys ("k1", "k2", ...) that live elsewhere when one more machine joins and a
// key's machine is hash mod the number of machines.
double moved_by_modulo(uint32_t nodes, uint32_t keys);

}  // namespace systemsim
