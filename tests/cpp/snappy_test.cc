// Compression of what lies in the log of a tiered store.
#include "store/snappy.h"

#include "lsm.h"

namespace snappy_test {

using namespace systemsim;
using namespace systemsim::store;

TEST_CASE("what is compressed decodes to the same bytes, and repeats become short") {
  std::string block;
  std::string back;
  for (uint64_t seed = 1; seed <= test::cases(300, 5000); ++seed) {
    test::Dice dice(seed);
    std::string bytes;
    const uint32_t parts = dice.below(30);
    for (uint32_t i = 0; i < parts; ++i) {
      const uint32_t size = dice.below(dice.chance(0.1) ? 3000 : 90);
      if (dice.chance(0.4) && !bytes.empty()) {
        const size_t from = dice.below(static_cast<uint32_t>(bytes.size()));
        bytes += std::string(bytes, from, size);
      } else {
        bytes += dice.chance(0.3) ? std::string(size, 'z') : test::random_bytes(dice, size);
      }
    }
    encode_snappy(bytes, block);
    REQUIRE(decode_snappy(block, back));
    CHECK(back == bytes);
  }
  encode_snappy(std::string(10'000, 'a'), block);
  CHECK(block.size() < 600);
}

}  // namespace snappy_test
