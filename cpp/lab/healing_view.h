// How a cluster heals, for pages and summaries. Chapter section 07.
#pragma once

#include "lab/json_writer.h"
#include "sim/world.h"

namespace systemsim {

// Whether there is anything to tell of a run of this setup.
bool heals(const Setup& setup);

// The field "healing" of an object that is open:
//   {"hints": {"kept", "delivered", "held"}, "brought": {"read_repair", "hint", "merkle",
//    "rebuild"}: how often a copy became newer by it, "taken_for_dead": pairs of machines of
//    which one takes the other for dead now, "convicted_after": how long whom a machine convicted
//    last had been silent by then, in its mean intervals, on average over those that have convicted
//    somebody (0: nobody has), "rebuilding": machines, "markers", "skipped": routine events that
//    were not told, "faults": those that the nemesis has made}
void write_healing(JsonWriter& writer, const World& world);

// The view:
//   {"machines": [{"name", "up", "paused", "generation", "rebuilding", "slow_ms",
//     "peers": [{"name", "generation", "beats", "silence_ms", "suspicion": from 0, "level": from
//       which it convicts, "down"}]: whom it knows of, besides itself,
//     "hints": [{"for", "held"}], "brought": as above, of this machine alone,
//     "brought_by_key": [{"key", "by"}]: since it was last switched on, "markers"}],
//    "faults": [{"do", "at_us", "node": name or null}]: those that the nemesis has made or will
//    make}
std::string healing_view(const World& world);

}  // namespace systemsim
