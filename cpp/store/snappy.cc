#include "store/snappy.h"

#include "store/coding.h"

namespace systemsim::store {
namespace {

// A little-endian number of 0 to 4 bytes.
bool read_number(Reader& in, size_t bytes, uint32_t& value) {
  std::string_view raw;
  if (!in.raw(bytes, raw)) return false;
  value = 0;
  for (size_t i = 0; i < bytes; ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(raw[i])) << (8 * i);
  }
  return true;
}

bool add_literal(Reader& in, uint8_t tag, std::string& out) {
  uint32_t length = tag >> 2;
  if (length >= 60 && !read_number(in, length - 59, length)) return false;
  std::string_view literal;
  if (!in.raw(static_cast<size_t>(length) + 1, literal)) return false;
  out.append(literal);
  return true;
}

bool add_copy(Reader& in, uint8_t tag, std::string& out) {
  uint32_t offset = 0;
  size_t length = (tag >> 2) + 1;
  if ((tag & 3) == 1) {
    if (!read_number(in, 1, offset)) return false;
    offset |= static_cast<uint32_t>(tag >> 5) << 8;
    length = ((tag >> 2) & 7) + 4;
  } else if (!read_number(in, (tag & 3) == 2 ? 2 : 4, offset)) {
    return false;
  }
  if (offset == 0 || offset > out.size()) return false;
  // It may overlap what it makes.
  for (size_t from = out.size() - offset; length > 0; --length) out.push_back(out[from++]);
  return true;
}

}  // namespace

bool decode_snappy(std::string_view bytes, std::string& out) {
  out.clear();
  Reader in(bytes);
  uint32_t size = 0;
  // No three bytes make more than 64: what claims more lies, and gets no memory.
  if (!in.varint32(size) || size / 22 > bytes.size()) return false;
  out.reserve(size);
  while (!in.empty()) {
    std::string_view raw;
    if (!in.raw(1, raw)) return false;
    const auto tag = static_cast<uint8_t>(raw[0]);
    const bool added = (tag & 3) == 0 ? add_literal(in, tag, out) : add_copy(in, tag, out);
    if (!added || out.size() > size) return false;
  }
  return out.size() == size;
}

}  // namespace systemsim::store
