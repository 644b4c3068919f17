// How evenly a ring spreads keys, as one JSON object: what `systemsim ring` prints.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace systemsim {

// A ring of `nodes` machines with `vnodes` points each, and what one more machine would move.
// Errors name the option ("--n").
Result<std::string> ring_report(uint32_t nodes, uint32_t vnodes, uint32_t n, uint64_t ring_seed);

}  // namespace systemsim
