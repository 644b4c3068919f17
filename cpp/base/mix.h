// Bit mixing: a 64-bit finaliser and a 128-bit running fold. Not cryptographic; SHA-256 seals the
// fold where a figure is published (sim/trace.h). Integer arithmetic only, so equal everywhere.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace systemsim {

// A bijection on 64-bit words in which each input bit moves about half of the output bits
// (the finaliser of SplitMix64; Steele, Lea, Flood, OOPSLA 2014).
constexpr uint64_t mix64(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return x;
}

// A running 128-bit digest of a sequence of words. Order matters; equal sequences, equal digests.
class Mix128 {
 public:
  constexpr void fold(uint64_t word) {
    low_ = std::rotl(low_ ^ (word * 0x9e3779b97f4a7c15ULL), 29) * 0xbf58476d1ce4e5b9ULL;
    high_ = std::rotl(high_ + (word ^ low_), 33) * 0x94d049bb133111ebULL + 0x632be59bd9b4e019ULL;
  }
  void fold_bytes(std::string_view bytes) {
    fold(bytes.size());
    size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) fold(get_le(bytes.data() + i, 8));
    if (i < bytes.size()) fold(get_le(bytes.data() + i, static_cast<int>(bytes.size() - i)));
  }
  constexpr uint64_t low() const { return mix64(low_ ^ std::rotl(high_, 17)); }
  constexpr uint64_t high() const { return mix64(high_ ^ std::rotl(low_, 41)); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.low_, self.high_);
  }

 private:
  uint64_t low_ = 0x243f6a8885a308d3ULL;  // the first digits of pi: nothing up our sleeves
  uint64_t high_ = 0x13198a2e03707344ULL;
};

}  // namespace systemsim
