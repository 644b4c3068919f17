// Bytes and their written forms. Keys and values are opaque bytes held in std::string.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace systemsim {

// Lower-case hexadecimal, two digits a byte.
std::string to_hex(std::string_view bytes);

// Reads hexadecimal of either case; nothing when a digit is wrong or the length is odd.
std::optional<std::string> from_hex(std::string_view text);

// True iff the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

// Little-endian fixed-width writing and reading. `out` must hold the width; `in` likewise.
inline void put_le(char* out, uint64_t value, int width) {
  for (int i = 0; i < width; ++i) out[i] = static_cast<char>((value >> (8 * i)) & 0xff);
}
inline uint64_t get_le(const char* in, int width) {
  uint64_t value = 0;
  for (int i = 0; i < width; ++i) {
    value |= static_cast<uint64_t>(static_cast<uint8_t>(in[i])) << (8 * i);
  }
  return value;
}

}  // namespace systemsim
