// The machines' stores at a moment: how large each is, and how a tree or tiers stand. The session's
// view "store".
#pragma once

#include "lab/json_writer.h"
#include "sim/world.h"

namespace systemsim {

// {"engine": "hash"|"lsm"|"tiers", "machines": [{"name", "up", ...}]}. hash: "keys". lsm:
//   "memtable_bytes", "memtable_entries", "disk_bytes"
//   "levels": [{"tables", "bytes"}], from level 0 to the last that holds something
//   since the run began, through crashes: "flushes", "compactions", "blocks_read",
//   "blocks_cached", "filters_asked", "filters_denied", and "write_amplification": bytes that went
//   to disk for each that was put; null when nothing was
// tiers: "keys", "in_memory", "memory_bytes", "log_bytes", "live_bytes" (TierReport), and since the
//   machine was last switched on "hits", "misses", "evictions"
// lsm and tiers:
//   "ready_ms", "background_until_ms": when it answers, and when its flushes and compactions are
//   over; null when that is not later than now
void write_stores(JsonWriter& writer, const World& world);

}  // namespace systemsim
