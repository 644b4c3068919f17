#include "store/crc32c.h"

#include <array>

#include "store/coding.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace systemsim::store {
namespace {

// Slicing by sixteen (Kounavis and Berry, 2005, by eight): tables[k][b] is the checksum of byte b
// followed by k zeros. Of sixteen bytes only four wait for the checksum before them. Made when the
// program starts: in the browser's download they would be 16 KB.
struct Tables {
  std::array<std::array<uint32_t, 256>, 16> of;
  Tables() {
    for (uint32_t byte = 0; byte < 256; ++byte) {
      uint32_t crc = byte;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0);
      of[0][byte] = crc;
    }
    for (size_t k = 1; k < of.size(); ++k) {
      for (size_t byte = 0; byte < 256; ++byte) {
        const uint32_t before = of[k - 1][byte];
        of[k][byte] = (before >> 8) ^ of[0][before & 0xff];
      }
    }
  }
};
const Tables tables;

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t extend_by_instruction(uint32_t crc,
                                                                 std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  uint64_t wide = ~crc;
  for (; end - at >= 8; at += 8) wide = _mm_crc32_u64(wide, load64(at));
  auto narrow = static_cast<uint32_t>(wide);
  for (; at < end; ++at) narrow = _mm_crc32_u8(narrow, static_cast<uint8_t>(*at));
  return ~narrow;
}
const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
#endif

}  // namespace

uint32_t crc32c_extend_by_tables(uint32_t crc, std::string_view bytes) {
  const auto& t = tables.of;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  crc = ~crc;
  const auto four = [&](size_t last, uint32_t word) {
    return t[last + 3][word & 0xff] ^ t[last + 2][(word >> 8) & 0xff] ^
           t[last + 1][(word >> 16) & 0xff] ^ t[last][word >> 24];
  };
  for (; end - at >= 16; at += 16) {
    const uint32_t rest =
        four(8, load32(at + 4)) ^ four(4, load32(at + 8)) ^ four(0, load32(at + 12));
    crc = four(12, crc ^ load32(at)) ^ rest;
  }
  for (; at < end; ++at) crc = (crc >> 8) ^ t[0][(crc ^ static_cast<uint8_t>(*at)) & 0xff];
  return ~crc;
}

uint32_t crc32c_extend(uint32_t crc, std::string_view bytes) {
#if defined(__x86_64__)
  if (has_instruction) return extend_by_instruction(crc, bytes);
#endif
  return crc32c_extend_by_tables(crc, bytes);
}

}  // namespace systemsim::store
