// The hash ring: which machines hold a key. Chapter sections 03 and 04.
//
// Each machine has points (virtual nodes) at drawn tokens. A point owns the range from the point
// before it (exclusive) to itself (inclusive), as Cassandra has it. A key's copies live on the
// first n machines met walking clockwise *from the key's own token*. Immutable once built; tokens
// depend on (ring_seed, machine, point) alone, so a machine that joins moves nobody else's points.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/murmur3.h"
#include "cluster/topology.h"

namespace systemsim {

// How a ring is made and walked.
struct RingSettings {
  uint32_t vnodes = 16;  // points of a machine of weight 1, >= 1
  uint64_t ring_seed = 1;
  // By machine, > 0; of a machine beyond the list: 1. A machine has vnodes * weight points,
  // rounded, at least one.
  std::vector<double> weights;
  Topology topology;
  // Walking, a machine that has a copy already is passed by. Without it the first n points count,
  // whoever they belong to: fewer than n machines.
  bool skip_same_machine = true;
  // Nor does a rack get a second copy while there is another rack without one (Cassandra's
  // NetworkTopologyStrategy).
  bool skip_same_rack = false;

  bool operator==(const RingSettings&) const = default;
  uint32_t points_of(Endpoint machine) const;
};

// Machines 0 .. count-1.
std::vector<Endpoint> first_machines(uint32_t count);

class Ring {
 public:
  struct Point {
    Token token = 0;
    Endpoint node = kNobody;
  };

  // members: distinct machines, at least one, ascending.
  Ring(RingSettings settings, std::vector<Endpoint> members);
  // Of machines 0 .. nodes-1, with the usual settings.
  Ring(uint32_t nodes, uint32_t vnodes, uint64_t ring_seed);

  const RingSettings& settings() const { return settings_; }
  const std::vector<Endpoint>& members() const { return members_; }
  // In token order.
  const std::vector<Point>& points() const { return points_; }

  // The index of the first point at or after the token, clockwise, wrapping round.
  size_t first_point(Token token) const;

  // The machines that hold the token's n copies; fewer when there are fewer. The first is the owner
  // of the token's range. With several data centres none gets more than its share of the copies,
  // ceil(n / data centres), as long as others have machines.
  std::vector<Endpoint> preference_list(Token token, uint32_t n) const;

 private:
  RingSettings settings_;
  std::vector<Endpoint> members_;
  std::vector<Point> points_;
  // points_ are found by their leading bits: first_[b] is the first point whose token, as an
  // unsigned word with the sign turned over, has leading bits of b or more.
  std::vector<uint32_t> first_;
  int shift_ = 63;
  // Of each data centre: its members, and the racks that they stand in.
  std::vector<uint32_t> machines_in_;
  std::vector<uint32_t> racks_in_;
};

}  // namespace systemsim
