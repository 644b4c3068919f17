#include "cluster/rebuild.h"

#include <algorithm>

namespace systemsim {

void Rebuild::need() {
  under_way_ = true;
  ++number_;
  attempt_ = 0;
  heard_.clear();
}

void Rebuild::go_on(const Context& context, Output& out) {
  if (!under_way_) return;
  if (enough(context)) {  // there is nobody else
    under_way_ = false;
    return;
  }
  tries_ = 0;
  ask(context, out);
}

void Rebuild::ask(const Context& context, Output& out) {
  for (const Endpoint machine : context.ring.members()) {
    if (machine == context.self || contains(heard_, machine)) continue;
    Message message;
    message.kind = MessageKind::restore;
    message.from = context.self;
    message.to = machine;
    message.attempt = attempt_;
    message.epoch = context.epoch;
    message.request.operation = id();
    out.messages.push_back({std::move(message), {}});
  }
  if (attempt_ < UINT8_MAX) ++attempt_;
  out.timers.push_back({{context.self, id(), ++turn_}, context.timeout_us << tries_});
}

void Rebuild::time_is_up(const Context& context, Output& out) {
  if (tries_ == kMaxTries) return;
  ++tries_;
  ask(context, out);
}

bool Rebuild::answered(const Message& message, const Context& context) {
  if (!under_way_ || message.request.operation != id() || contains(heard_, message.from)) {
    return false;
  }
  heard_.push_back(message.from);
  if (enough(context)) under_way_ = false;
  return true;
}

bool Rebuild::enough(const Context& context) const {
  const auto& points = context.ring.points();
  return std::all_of(points.begin(), points.end(), [&](const Ring::Point& point) {
    const auto homes = context.ring.preference_list(point.token, context.n);
    if (!contains(homes, context.self)) return true;
    const size_t others = homes.size() - 1;
    const auto answers = static_cast<size_t>(std::count_if(
        homes.begin(), homes.end(), [&](Endpoint home) { return contains(heard_, home); }));
    return answers >= std::min<size_t>(others, context.n - context.w + 1);
  });
}

}  // namespace systemsim
