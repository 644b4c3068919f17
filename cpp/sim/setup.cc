#include "sim/setup.h"

#include <algorithm>
#include <utility>

namespace systemsim {

std::array<Distribution, kLegs> Latency::legs() const {
  std::array<Distribution, kLegs> legs;
  for (int i = 0; i < kLegs; ++i) {
    const auto index = static_cast<size_t>(i);
    const Choice& choice = per_leg[index] ? *per_leg[index] : base;
    legs[index] = leg_of(choice.profile, static_cast<Leg>(i), choice.ms);
  }
  return legs;
}

Script::Script(std::vector<Action> actions) : actions_(std::move(actions)) {
  for (uint32_t i = 0; i < actions_.size(); ++i) {
    (actions_[i].after ? waiting_ : timed_).push_back(i);
  }
  std::sort(timed_.begin(), timed_.end(), [this](uint32_t a, uint32_t b) {
    const uint64_t at_a = actions_[a].at_us;
    const uint64_t at_b = actions_[b].at_us;
    return at_a != at_b ? at_a < at_b : a < b;
  });
}

std::vector<uint32_t> Script::waiting_for(uint32_t index) const {
  std::vector<uint32_t> found;
  for (const uint32_t i : waiting_) {
    if (actions_[i].after == index) found.push_back(i);
  }
  return found;
}

}  // namespace systemsim
