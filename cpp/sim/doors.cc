#include "sim/doors.h"

#include <algorithm>
#include <utility>

namespace systemsim {

void Doors::add(const Rule& rule) {
  std::erase_if(rules_, [&](const Rule& older) { return rule.messages.covers(older.messages); });
  rules_.push_back(rule);
  // A release with no hold before it says what is so anyway.
  const auto hold =
      std::find_if(rules_.begin(), rules_.end(), [](const Rule& other) { return other.hold; });
  rules_.erase(rules_.begin(), hold);
}

std::vector<Doors::Kept> Doors::release(const MessagePattern& messages) {
  add({false, messages});
  std::vector<Kept> leaving;
  std::vector<Kept> staying;
  for (Kept& kept : kept_) {
    (messages.matches(kept.event.message) ? leaving : staying).push_back(std::move(kept));
  }
  kept_ = std::move(staying);
  return leaving;
}

bool Doors::closed_to(const Message& message) const {
  const auto newest = std::find_if(rules_.rbegin(), rules_.rend(), [&](const Rule& rule) {
    return rule.messages.matches(message);
  });
  return newest != rules_.rend() && newest->hold;
}

void Doors::keep(uint64_t now_us, Event&& delivery) {
  kept_.push_back({now_us, std::move(delivery)});
}

}  // namespace systemsim
