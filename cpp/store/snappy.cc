#include "store/snappy.h"

#include <algorithm>
#include <array>

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

constexpr size_t kLeastCopy = 4;
constexpr size_t kMostCopy = 64;       // bytes that one tag copies
constexpr size_t kMostOffset = 65535;  // back, in the tag's two bytes
constexpr int kTableBits = 10;

void put_literal(std::string_view literal, std::string& out) {
  if (literal.empty()) return;
  const auto length = static_cast<uint32_t>(literal.size() - 1);
  if (length < 60) {
    out.push_back(static_cast<char>(length << 2));
  } else {
    out.push_back(static_cast<char>(63 << 2));  // the length follows in four bytes
    put_fixed32(out, length);
  }
  out.append(literal);
}

void put_copies(size_t offset, size_t length, std::string& out) {
  while (length > 0) {
    const size_t part = std::min(length, kMostCopy);
    out.push_back(static_cast<char>(((part - 1) << 2) | 2));
    out.push_back(static_cast<char>(offset));
    out.push_back(static_cast<char>(offset >> 8));
    length -= part;
  }
}

}  // namespace

void encode_snappy(std::string_view bytes, std::string& out) {
  out.clear();
  put_varint(out, bytes.size());
  std::array<uint32_t, 1 << kTableBits> seen{};  // a place + 1, by the hash of the four bytes there
  size_t written = 0;                            // up to here all is in `out`
  size_t at = 0;
  while (at + kLeastCopy <= bytes.size()) {
    const uint32_t four = load32(bytes.data() + at);
    uint32_t& slot = seen[(four * 0x1e35a7bdU) >> (32 - kTableBits)];
    const size_t before = slot;
    slot = static_cast<uint32_t>(at + 1);
    const bool repeats = before != 0 && at - (before - 1) <= kMostOffset &&
                         load32(bytes.data() + before - 1) == four;
    if (!repeats) {
      ++at;
      continue;
    }
    const size_t offset = at - (before - 1);
    size_t length = kLeastCopy;
    while (at + length < bytes.size() && bytes[at + length] == bytes[at + length - offset]) {
      ++length;
    }
    put_literal(bytes.substr(written, at - written), out);
    put_copies(offset, length, out);
    at += length;
    written = at;
  }
  put_literal(bytes.substr(written), out);
}

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
