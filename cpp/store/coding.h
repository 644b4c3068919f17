// The integers of LevelDB's formats: little-endian words and varints (seven bits a byte, lowest
// first, the high bit set on all bytes but the last; LevelDB util/coding.h, doc/table_format.md).
//
// Readers take a limit and never look past it. Section 09.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace systemsim::store {

static_assert(std::endian::native == std::endian::little, "files are little-endian, and so are we");

inline uint32_t load32(const char* from) {
  uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}
inline uint64_t load64(const char* from) {
  uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}
inline void store32(char* to, uint32_t value) { std::memcpy(to, &value, sizeof value); }
inline void store64(char* to, uint64_t value) { std::memcpy(to, &value, sizeof value); }

inline void put_fixed32(std::string& out, uint32_t value) {
  char bytes[sizeof value];
  store32(bytes, value);
  out.append(bytes, sizeof bytes);
}
inline void put_fixed64(std::string& out, uint64_t value) {
  char bytes[sizeof value];
  store64(bytes, value);
  out.append(bytes, sizeof bytes);
}

constexpr size_t kMaxVarint32 = 5;  // bytes
constexpr size_t kMaxVarint64 = 10;

// Writes at most kMaxVarint64 bytes at `to` and returns the place after them.
inline char* write_varint(char* to, uint64_t value) {
  while (value >= 0x80) {
    *to++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<char>(value);
  return to;
}
inline void put_varint(std::string& out, uint64_t value) {
  char bytes[kMaxVarint64];
  out.append(bytes, static_cast<size_t>(write_varint(bytes, value) - bytes));
}
inline void put_length_prefixed(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out.append(bytes);
}

// The longer forms, out of line.
const char* read_long_varint(const char* from, const char* limit, int most_bits, uint64_t& value);

// Returns the place after the varint, or nullptr when it does not end before the limit or is longer
// than its type can be.
inline const char* read_varint32(const char* from, const char* limit, uint32_t& value) {
  if (from < limit && static_cast<uint8_t>(*from) < 0x80) {
    value = static_cast<uint8_t>(*from);
    return from + 1;
  }
  uint64_t wide = 0;
  from = read_long_varint(from, limit, 28, wide);
  value = static_cast<uint32_t>(wide);
  return from;
}
inline const char* read_varint64(const char* from, const char* limit, uint64_t& value) {
  return read_long_varint(from, limit, 63, value);
}

// Takes bytes from the front of a text. After a failure everything fails.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool varint32(uint32_t& value) { return moved_to(read_varint32(at_, end_, value)); }
  bool varint64(uint64_t& value) { return moved_to(read_varint64(at_, end_, value)); }
  bool length_prefixed(std::string_view& bytes) {
    uint32_t length = 0;
    return varint32(length) && raw(length, bytes);
  }
  bool raw(size_t length, std::string_view& bytes) {
    if (static_cast<size_t>(end_ - at_) < length) return moved_to(nullptr);
    bytes = {at_, length};
    at_ += length;
    return true;
  }
  bool empty() const { return at_ == end_; }

 private:
  bool moved_to(const char* place) {
    at_ = place == nullptr ? end_ : place;
    return place != nullptr;
  }
  const char* at_;
  const char* end_;
};

}  // namespace systemsim::store
