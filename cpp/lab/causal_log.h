// A run as a causal log for ShiViz (https://bestchai.bitbucket.io/shiviz): two lines an event, what
// happened and then where, with that place's vector clock, as ShiViz's own expression reads it:
//     (?<event>.*)\n(?<host>\S*) (?<clock>{.*})
// A place is a machine or a client. What happens to the network belongs to nobody and is left out,
// as are messages that never arrive beyond their being sent.
#pragma once

#include <iosfwd>
#include <map>

#include "cluster/vector_clock.h"
#include "sim/trace.h"

namespace systemsim {

class CausalLog {
 public:
  // `out` must outlive this.
  explicit CausalLog(std::ostream& out) : out_(out) {}

  // Takes every record of a run's trace, in order.
  void add(const TraceRecord& record);

 private:
  std::ostream& out_;
  std::map<Endpoint, VectorClock> clocks_;
  std::map<uint32_t, VectorClock> under_way_;  // the sender's clock, by message
};

}  // namespace systemsim
