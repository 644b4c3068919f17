// One client: the calls it has under way, its own coordinator when it coordinates for itself, and
// where it is in its own traffic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cluster/coordinator.h"
#include "sim/five_records.h"
#include "sim/setup.h"

namespace systemsim {

struct Client {
  Coordinator coordinator;  // used when the client coordinates for itself
  Clock clock;
  std::vector<OperationId> pending;  // called and not answered, in order of the calls
  uint32_t next_number = 0;          // of its own traffic
  uint32_t epoch = 0;                // of the ring: the latest that it has heard of
  Turns turns;                       // where it is in the five records' traffic

  bool wants(OperationId operation) const {
    return std::find(pending.begin(), pending.end(), operation) != pending.end() ||
           coordinator.wants(operation);
  }
  void forget(OperationId operation) { std::erase(pending, operation); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.coordinator, self.clock, self.pending, self.next_number, self.turns, self.epoch);
  }
};

// The pause before operation `operation` of a client's own traffic, in microseconds, at least 1.
uint64_t think_time_us(const Workload& workload, uint64_t seed, OperationId operation);

// What that operation is in the traffic over keys: everything but its defaults for n, w and r.
Request next_request(const Workload& workload, uint64_t seed, Endpoint client,
                     OperationId operation);

}  // namespace systemsim
