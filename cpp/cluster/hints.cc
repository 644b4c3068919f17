#include "cluster/hints.h"

#include <algorithm>
#include <utility>

#include "base/sorted.h"
#include "cluster/siblings.h"

namespace systemsim {

uint64_t Hints::held_for(Endpoint machine) const {
  const Target* target = find_sorted(targets_, machine, &Target::machine);
  return target == nullptr ? 0 : target->hints.size();
}

std::optional<std::string> Hints::find(Endpoint machine, std::string_view key) const {
  const Target* target = find_sorted(targets_, machine, &Target::machine);
  if (target == nullptr) return std::nullopt;
  const uint32_t at = target->hints.find(key);
  if (at == KeyTable<Hint>::kNone) return std::nullopt;
  return target->hints.value(at).copy;
}

void Hints::keep(Endpoint machine, std::string_view key, std::string_view copy, Versions versions) {
  auto place = sorted_place(targets_, machine, &Target::machine);
  if (place == targets_.end() || place->machine != machine) {
    place = targets_.insert(place, Target());
    place->machine = machine;
  }
  Hint& hint = place->hints.own_value(place->hints.find_or_add(key));
  if (hint.copy.empty()) {
    ++kept_;
    hint.copy = copy;
  } else {
    hint.copy = joined(hint.copy, copy, versions);
  }
  hint.stamp_us = versions_in(hint.copy, versions).front().version.stamp_us;
}

const Hints::Target* Hints::next_batch(Endpoint machine, uint32_t most, uint64_t now_us,
                                       uint64_t again_before_us, uint64_t oldest_us) {
  Target* target = find_sorted(targets_, machine, &Target::machine);
  if (target == nullptr) return nullptr;
  if (!target->on_its_way.empty() && target->sent_us >= again_before_us) return nullptr;
  target->on_its_way.clear();
  for (uint32_t at = 0; at < target->hints.size() && target->on_its_way.size() < most;) {
    const Hint& hint = target->hints.value(at);
    if (hint.stamp_us < oldest_us) {
      target->hints.erase(at);
    } else {
      target->on_its_way.push_back({target->hints.key(at), hint.copy});
      ++at;
    }
  }
  if (target->on_its_way.empty()) {
    targets_.erase(targets_.begin() + (target - targets_.data()));
    return nullptr;
  }
  batches_ = (batches_ + 1) & kMaxOperationNumber;
  target->batch = batches_;
  target->sent_us = now_us;
  return target;
}

bool Hints::acknowledged(Endpoint machine, uint32_t batch) {
  Target* target = find_sorted(targets_, machine, &Target::machine);
  if (target == nullptr || target->on_its_way.empty() || target->batch != batch) return false;
  for (const Entry& entry : std::exchange(target->on_its_way, {})) {
    const uint32_t at = target->hints.find(entry.key);
    if (at == KeyTable<Hint>::kNone || target->hints.value(at).copy != entry.copy) continue;
    target->hints.erase(at);
    ++delivered_;
  }
  return true;
}

std::vector<Entry> Hints::take_back(Endpoint machine) {
  std::vector<Entry> entries;
  const auto target = sorted_place(targets_, machine, &Target::machine);
  if (target == targets_.end() || target->machine != machine) return entries;
  entries.reserve(target->hints.size());
  for (uint32_t at = 0; at < target->hints.size(); ++at) {
    entries.push_back({target->hints.key(at), target->hints.value(at).copy});
  }
  targets_.erase(target);
  return entries;
}

void Hints::crash() {
  for (Target& target : targets_) target.on_its_way.clear();
}

}  // namespace systemsim
