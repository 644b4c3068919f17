// How evenly a ring spreads keys, as one JSON object: what `systemsim ring` prints.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/ring.h"
#include "lab/json_writer.h"

namespace systemsim {

// A ring of `nodes` machines with `n` copies (1..nodes), and what one more machine would move.
std::string ring_report(const RingSettings& settings, uint32_t nodes, uint32_t n);

struct RingBalance;
// The fields of a RingBalance, inside an open object.
void write_balance(JsonWriter& writer, const RingBalance& balance);

}  // namespace systemsim
