// SHA-256 (FIPS 180-4). A value: copy it to finish a digest while the original goes on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace systemsim {

class Sha256 {
 public:
  void update(std::string_view bytes);
  // The digest of all bytes so far: its words, the first byte on top (FIPS 180-4, 6.2.2), or 64
  // hexadecimal digits. Neither changes this object.
  std::array<uint32_t, 8> words() const;
  std::string hex_digest() const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.state_, self.block_, self.length_);
  }

 private:
  void compress(const uint8_t* block);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> block_ = {};
  uint64_t length_ = 0;  // bytes so far
};

}  // namespace systemsim
