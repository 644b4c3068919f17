#include "sim/setup.h"

#include <utility>

#include "base/sort.h"

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
  std::vector<SortKey> timed;
  for (uint32_t i = 0; i < actions_.size(); ++i) {
    if (actions_[i].after) {
      waiting_.push_back(i);
    } else {
      timed.push_back({actions_[i].at_us, 0, i});
    }
  }
  sort_keys(timed);
  for (const SortKey& key : timed) timed_.push_back(key.index);
}

std::vector<uint32_t> Script::waiting_for(uint32_t index) const {
  std::vector<uint32_t> found;
  for (const uint32_t i : waiting_) {
    if (actions_[i].after == index) found.push_back(i);
  }
  return found;
}

}  // namespace systemsim
