#include "store/coding.h"

namespace systemsim::store {

const char* read_long_varint(const char* from, const char* limit, int most_bits, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift <= most_bits && from < limit; shift += 7) {
    const auto byte = static_cast<uint8_t>(*from++);
    value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) return from;
  }
  return nullptr;
}

}  // namespace systemsim::store
