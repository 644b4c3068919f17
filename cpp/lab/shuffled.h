// The numbers from 0 on in an order that luck decides.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "base/draw.h"

namespace systemsim {

// Fisher and Yates' shuffle of 0..count-1; another `use` is another order. Precondition: count > 0.
inline std::vector<uint32_t> shuffled(uint32_t count, uint64_t seed, Stream stream, uint64_t use) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  const uint64_t root = child_key(root_key(seed, stream), use);
  for (uint32_t i = count - 1; i > 0; --i) {
    const auto other = static_cast<uint32_t>(((child_key(root, i) >> 32) * (i + 1ULL)) >> 32);
    std::swap(order[i], order[other]);
  }
  return order;
}

}  // namespace systemsim
