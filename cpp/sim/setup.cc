#include "sim/setup.h"

#include <utility>

#include "base/assert.h"
#include "base/sorted.h"

namespace systemsim {

std::array<Distribution, kLegs> Latency::legs() const {
  std::array<Distribution, kLegs> legs;
  for (int i = 0; i < kLegs; ++i) {
    const auto index = static_cast<size_t>(i);
    const Choice& choice = per_leg[index] ? *per_leg[index] : base;
    legs[index] = leg_of(choice, static_cast<Leg>(i));
  }
  return legs;
}

uint64_t Setup::routine_calls() const {
  const HealingSettings& healing = cluster.healing;
  const uint64_t us = rounds_until_us() + settles_us();
  const uint64_t calls = healing.gossip.spread == Spread::multicast ? uint64_t{cluster.nodes} - 1
                                                                    : healing.gossip.fanout;
  uint64_t sum = 0;
  if (healing.gossip.every_us > 0) sum += us / healing.gossip.every_us * calls;
  if (healing.anti_entropy.every_us > 0) sum += us / healing.anti_entropy.every_us;
  return sum * cluster.nodes;
}

Script::Script(std::vector<Action> actions) : actions_(std::move(actions)) {
  std::vector<SortKey> timed;
  for (uint32_t i = 0; i < actions_.size(); ++i) {
    if (actions_[i].after) {
      waiting_.push_back(i);
    } else {
      timed.push_back({actions_[i].at_us, 0, i});
    }
    if (actions_[i].is_call()) by_operation_.push_back({operation_of(i), 0, i});
  }
  sort_keys(timed);
  for (const SortKey& key : timed) timed_.push_back(key.index);
  sort_keys(by_operation_);
  for (size_t i = 1; i < by_operation_.size(); ++i) {
    SYSTEMSIM_ASSERT(by_operation_[i - 1].first != by_operation_[i].first);
  }
}

std::optional<uint32_t> Script::action_of(OperationId operation) const {
  const SortKey* at = find_sorted(by_operation_, operation, &SortKey::first);
  return at != nullptr ? std::optional(at->index) : std::nullopt;
}

OperationId Script::free_id() const {
  OperationId id = operation_id(0, static_cast<uint32_t>(actions_.size()));
  while (action_of(id)) ++id;
  return id;
}

std::vector<uint32_t> Script::waiting_for(OperationId operation) const {
  std::vector<uint32_t> found;
  if (waiting_.empty()) return found;
  const auto index = action_of(operation);
  if (!index) return found;
  for (const uint32_t i : waiting_) {
    if (*actions_[i].after == *index) found.push_back(i);
  }
  return found;
}

}  // namespace systemsim
