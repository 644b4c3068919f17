// What a page asks of a session, each view one JSON object about the run at its current position.
//   stage     machines with their copies, clients, messages in flight
//   history   the operations so far, answered reads labelled
//   messages  every message so far (for the space-time diagram)
//   ring      points, shares, where keys live
//   summary   counts and latencies (what `systemsim run` prints)
//   counters  messages by kind and fate, latencies by verb, machines, divergence over time
//   fates     what became of each of the five records; null where the traffic is another
//   hash      trace and state hash
//   scenario  the scenario with this branch's actions: what a link holds
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lab/session.h"

namespace systemsim {

Result<std::string> view(const Session& session, std::string_view name);

// [{"branch", "parent", "forked_at", "last_position", "actions"}, ...]
std::string branches_json(const Session& session);

}  // namespace systemsim
