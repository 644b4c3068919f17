// Comparing keys: byte by byte, unsigned, a prefix before what it begins (leveldb's
// BytewiseComparator, the only order that this store has).
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "store/coding.h"

namespace systemsim::store {

// Negative, zero or positive.
inline int compare_bytes(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  const char* x = a.data();
  const char* y = b.data();
  size_t left = common;
  // Keys are short: eight bytes at a time beat the call of memcmp.
  for (; left >= 8; left -= 8, x += 8, y += 8) {
    const uint64_t p = load64(x);
    const uint64_t q = load64(y);
    if (p != q) {
      // The first byte that differs; WebAssembly has no instruction that turns bytes round.
      const int shift = std::countr_zero(p ^ q) & ~7;
      return (p >> shift & 0xff) < (q >> shift & 0xff) ? -1 : 1;
    }
  }
  for (; left > 0; --left, ++x, ++y) {
    if (*x != *y) return static_cast<uint8_t>(*x) < static_cast<uint8_t>(*y) ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

}  // namespace systemsim::store
