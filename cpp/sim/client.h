// One client: the calls it has under way, its own coordinator when it coordinates for itself, and
// where it is in its own traffic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/coordinator.h"
#include "sim/five_records.h"
#include "sim/setup.h"

namespace systemsim {

struct Client {
  // A call that is not answered.
  struct Call {
    OperationId operation = kNoOperation;
    uint8_t tries = 0;             // how often it was asked again
    Endpoint asked = kNobody;      // the machine that the scenario names, if any
    std::optional<Request> again;  // what to ask again with, where a machine coordinates

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.operation, self.tries, self.asked, self.again);
    }
  };

  // What it last saw of a key, where versions say what they had seen.
  struct Seen {
    std::string key;
    std::string context;   // for its next write
    std::string siblings;  // what it read; empty once it has written

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.key, self.context, self.siblings);
    }
  };

  Coordinator coordinator;  // used when the client coordinates for itself
  Clock clock;
  std::vector<Call> pending;  // in order of the calls
  uint32_t next_number = 0;   // of its own traffic
  uint32_t epoch = 0;         // of the ring: the latest that it has heard of
  Turns turns;                // where it is in the five records' traffic
  std::vector<Seen> seen;     // sorted by key

  // Of that key; it is made where there is none.
  Seen& seen_of(std::string_view key);

  // Its call of that operation, if it waits for an answer.
  Call* find(OperationId operation) {
    const auto at = std::find_if(pending.begin(), pending.end(),
                                 [&](const Call& call) { return call.operation == operation; });
    return at == pending.end() ? nullptr : &*at;
  }
  bool wants(const Timer& timer) const {
    if (coordinator.wants(timer)) return true;
    return std::any_of(pending.begin(), pending.end(), [&](const Call& call) {
      return call.operation == timer.operation && call.tries == timer.turn &&
             !coordinator.wants(timer.operation);
    });
  }
  void forget(OperationId operation) {
    std::erase_if(pending, [&](const Call& call) { return call.operation == operation; });
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.coordinator, self.clock, self.pending, self.next_number, self.turns, self.epoch,
            self.seen);
  }
};

// The pause before operation `operation` of a client's own traffic, in microseconds, at least 1;
// exponential, with that mean (0 or more).
uint64_t think_time_us(double mean_ms, uint64_t seed, OperationId operation);

// What that operation is in the traffic over keys: everything but its defaults for n, w and r.
Request next_request(const Workload& workload, uint64_t seed, Endpoint client,
                     OperationId operation);

}  // namespace systemsim
