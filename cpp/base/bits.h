// A double's bits and back. (std::bit_cast is missing from the libc++ of Emscripten 3.1.6.)
#pragma once

#include <cstdint>

namespace systemsim {

constexpr uint64_t bits_of(double value) { return __builtin_bit_cast(uint64_t, value); }
constexpr double double_of(uint64_t bits) { return __builtin_bit_cast(double, bits); }

}  // namespace systemsim
