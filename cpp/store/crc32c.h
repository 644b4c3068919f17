// CRC-32C (Castagnoli, polynomial 0x1edc6f41 reflected; RFC 3720 B.4), LevelDB's checksum of log
// records and blocks. By tables everywhere, and by the processor's instruction where a native
// processor has it: the same bits. Section 09.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace systemsim::store {

// The checksum of what `crc` is the checksum of, followed by `bytes`.
uint32_t crc32c_extend(uint32_t crc, std::string_view bytes);
inline uint32_t crc32c(std::string_view bytes) { return crc32c_extend(0, bytes); }
// The same by tables alone, for the tests.
uint32_t crc32c_extend_by_tables(uint32_t crc, std::string_view bytes);

// A file that holds checksums of bytes that hold checksums stores them masked (util/crc32c.h).
constexpr uint32_t crc32c_mask(uint32_t crc) { return std::rotr(crc, 15) + 0xa282ead8U; }
constexpr uint32_t crc32c_unmask(uint32_t masked) { return std::rotl(masked - 0xa282ead8U, 15); }

}  // namespace systemsim::store
