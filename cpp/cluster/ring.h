// The hash ring: which machines hold a key. Chapter sections 03 and 04.
//
// Each machine has `vnodes` points (virtual nodes) at drawn tokens. A point owns the range from the
// point before it (exclusive) to itself (inclusive), as Cassandra has it. A key's copies live on
// the first n distinct machines met walking clockwise *from the key's own token*. Immutable once
// built; tokens depend on (ring_seed, machine, point) alone, so a machine that joins moves nobody
// else's points.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/murmur3.h"

namespace systemsim {

class Ring {
 public:
  struct Point {
    Token token = 0;
    Endpoint node = kNobody;
  };

  // nodes >= 1, vnodes >= 1.
  Ring(uint32_t nodes, uint32_t vnodes, uint64_t ring_seed);

  uint32_t nodes() const { return nodes_; }
  // In token order.
  const std::vector<Point>& points() const { return points_; }

  // The first n distinct machines clockwise from the token; fewer when there are fewer. The first
  // is the owner of the token's range.
  std::vector<Endpoint> preference_list(Token token, uint32_t n) const;

 private:
  uint32_t nodes_ = 0;
  std::vector<Point> points_;
};

// How evenly a ring spreads the key space, exactly (by range lengths, not by sampling keys).
struct RingBalance {
  std::vector<double> share;          // of each machine, as owner; sums to 1
  double share_stddev_over_mean = 0;  // divisor: the number of machines
  double max_over_mean = 0;
  double moved_on_join = 0;  // share of the key space whose owner changes when one more joins
  double copies_moved_on_join = 0;  // share of all n copies that have to move then
  bool moved_only_to_new = true;  // whether every range that moved went to the machine that joined
};

// n: copies, 1..nodes.
RingBalance balance_of(uint32_t nodes, uint32_t vnodes, uint32_t n, uint64_t ring_seed);

}  // namespace systemsim
