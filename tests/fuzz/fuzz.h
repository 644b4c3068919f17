// What the fuzzers share.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

inline void must(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

// Draws from the input, then nothing but zeros.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  uint32_t below(uint32_t count) {
    uint32_t drawn = byte();
    if (count > 256) drawn = drawn << 8 | byte();
    return drawn % count;
  }
  bool chance(double p) { return below(256) < p * 256; }

 private:
  uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto drawn = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return drawn;
  }
  std::string_view bytes_;
};

}  // namespace fuzz
