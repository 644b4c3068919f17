// Random workloads that both engines carry out: puts, overwrites, deletions, batches, empty and
// binary keys, values around the sizes of a table's block and a log's block, openings in between.
#pragma once

#include <cstdint>
#include <string>

namespace peer {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  uint64_t next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    uint64_t x = state_ ^ (state_ >> 32);
    x *= 0xd6e8feb86659fd93ULL;
    return x ^ (x >> 29);
  }
  uint32_t below(uint32_t count) { return static_cast<uint32_t>((next() >> 32) * count >> 32); }

 private:
  uint64_t state_;
};

struct Step {
  enum Kind : uint8_t { put, erase, commit, compact, reopen };
  Kind kind = put;
  std::string key;
  std::string value;
};

inline std::string some_key(Dice& dice, uint32_t keys) {
  switch (dice.below(10)) {
    case 0:
      return {};
    case 1: {
      std::string key(dice.below(12), '\0');
      for (char& byte : key) byte = static_cast<char>(dice.below(256));
      return key;
    }
    case 2:
      return std::string(dice.below(3) + 1, '\xff');
    case 3:
      return std::string(300, 'p') + std::to_string(dice.below(keys));
    default:
      return "key" + std::to_string(dice.below(keys));
  }
}

inline std::string some_value(Dice& dice) {
  uint32_t size = dice.below(150);
  const uint32_t kind = dice.below(200);
  if (kind == 0) size = 4096 - 40 + dice.below(80);
  if (kind == 1) size = 32768 - 60 + dice.below(80);
  if (kind == 2) size = dice.below(100000);
  std::string value(size, '\0');
  const bool alike = dice.below(2) == 0;  // half of them compress
  for (char& byte : value) byte = static_cast<char>(alike ? 'a' : dice.below(256));
  return value;
}

template <class Do>
void run_workload(uint64_t seed, Do act) {
  Dice dice(seed);
  const uint32_t keys = 1U << (3 + dice.below(9));
  const uint32_t steps = 200 + dice.below(4000);
  for (uint32_t i = 0; i < steps; ++i) {
    const uint32_t batch = dice.below(10) == 0 ? dice.below(40) : 1;
    for (uint32_t k = 0; k < batch; ++k) {
      Step step;
      step.kind = dice.below(4) == 0 ? Step::erase : Step::put;
      step.key = some_key(dice, keys);
      if (step.kind == Step::put) step.value = some_value(dice);
      act(step);
    }
    act({Step::commit, {}, {}});
    const uint32_t rare = dice.below(1000);
    if (rare < 2) act({Step::compact, {}, {}});
    if (rare >= 2 && rare < 6) act({Step::reopen, {}, {}});
  }
}

}  // namespace peer
