// snprintf for the one thing that is printed with it: nlohmann/json quotes a control character,
// which it did not expect, as <U+001F>. The C library's own would be 5 KB of the download.
#include <cstdarg>
#include <cstddef>
#include <cstring>

#include "base/assert.h"

extern "C" int snprintf(char* out, size_t size, const char* format, ...) {
  SYSTEMSIM_ASSERT(std::strcmp(format, "<U+%.4X>") == 0);
  va_list arguments;
  va_start(arguments, format);
  const unsigned code = va_arg(arguments, unsigned);
  va_end(arguments);
  constexpr int kLength = 8;
  if (size > kLength) {
    std::memcpy(out, "<U+0000>", kLength + 1);
    for (unsigned digit = 0; digit < 4; ++digit) {
      out[6 - digit] = "0123456789ABCDEF"[code >> (4 * digit) & 15U];
    }
  }
  return kLength;
}
