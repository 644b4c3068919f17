// The few functions of the C library that format or read a number, each for the one thing that it
// is called for here. The library's own, for everything they can do, would be 10 KB of the
// download. The linker puts __wrap_f in the place of f (--wrap, in CMakeLists.txt).
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/assert.h"
#include "base/decimal.h"

namespace {

// The last `digits` hexadecimal digits of `number`, from `out` on.
void put_hex(char* out, unsigned digits, uintptr_t number, const char* alphabet) {
  for (unsigned i = 0; i < digits; ++i) out[digits - 1 - i] = alphabet[number >> (4 * i) & 15U];
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier): the linker asks for these names
// nlohmann/json quotes a control character, which it did not expect, as <U+001F>.
extern "C" int __wrap_snprintf(char* out, size_t size, const char* format, ...) {
  SYSTEMSIM_ASSERT(std::strcmp(format, "<U+%.4X>") == 0);
  va_list arguments;
  va_start(arguments, format);
  const unsigned code = va_arg(arguments, unsigned);
  va_end(arguments);
  constexpr int kLength = 8;
  if (size > kLength) {
    std::memcpy(out, "<U+0000>", kLength + 1);
    put_hex(out + 3, 4, code, "0123456789ABCDEF");
  }
  return kLength;
}

// Embind writes the address of a type that has no name. The compiler calls sprintf by this name
// where no argument is floating.
extern "C" int __wrap_siprintf(char* out, const char* format, ...) {
  SYSTEMSIM_ASSERT(std::strcmp(format, "%p") == 0);
  va_list arguments;
  va_start(arguments, format);
  const auto address = reinterpret_cast<uintptr_t>(va_arg(arguments, void*));
  va_end(arguments);
  constexpr int kLength = 10;
  std::memcpy(out, "0x00000000", kLength + 1);
  put_hex(out + 2, 8, address, "0123456789abcdef");
  return kLength;
}

// nlohmann/json reads numbers with it that are not whole.
extern "C" double __wrap_strtod(const char* text, char** end) {
  const size_t length = std::strlen(text);
  *end = const_cast<char*>(text) + length;
  return systemsim::decimal_value({text, length});
}
// NOLINTEND(bugprone-reserved-identifier)
