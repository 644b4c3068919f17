#include "store/tiered_store.h"

#include <utility>

#include "base/assert.h"
#include "store/snappy.h"

namespace systemsim::store {

Outcome TieredStore::fits(std::string_view key, std::string_view value) const {
  const uint64_t bytes = uint64_t{key.size()} + value.size();
  if (bytes <= options_.max_pair_bytes) return Done{};
  return bad_input("", "key and value are " + std::to_string(bytes) +
                           " bytes together; the most is " +
                           std::to_string(options_.max_pair_bytes));
}

Result<StoreCost> TieredStore::put(Env& env, std::string_view key, std::string_view value) {
  Outcome fit = fits(key, value);
  if (!fit) return fit.error();
  StoreCost cost;
  Place place;
  if (options_.log) {
    std::string packed;
    if (options_.compress) encode_snappy(value, packed);
    const bool shorter = options_.compress && packed.size() < value.size();
    std::string record;
    write_tier_record(key, shorter ? packed : value, shorter ? kTierCompressed : 0, record);
    auto appended = append(env, record, true, place);
    if (!appended) return appended;
    cost = appended.value();
  }
  const uint32_t at = table_.find_or_add(key);
  place_at(at, place);
  keep(at, std::string(value));
  return cost;
}

Result<StoreCost> TieredStore::erase(Env& env, std::string_view key) {
  StoreCost cost;
  if (options_.log) {
    std::string record;
    write_tier_record(key, {}, kTierRemoved, record);
    Place place;
    auto appended = append(env, record, true, place);
    if (!appended) return appended;
    cost = appended.value();
  }
  const uint32_t at = table_.find(key);
  if (at != kNone) remove(at);
  return cost;
}

Result<StoreCost> TieredStore::get(Env& env, std::string_view key,
                                   std::optional<std::string>& value) {
  value.reset();
  StoreCost cost;
  const uint32_t at = table_.find(key);
  if (at == kNone) {
    ++counts_.absent;
    return cost;
  }
  if (table_.value(at).hot) {
    ++counts_.hits;
    touch(at);
    value = table_.value(at).value;
    return cost;
  }
  const Place place = table_.value(at).place;
  auto read = value_at(env, place);
  if (!read) return read.error();
  cost += {.seeks = 1, .bytes_read = place.bytes};
  ++counts_.misses;
  value = std::move(read).value();
  keep(at, *value);
  return cost;
}

Result<std::optional<std::string>> TieredStore::peek(Env& env, std::string_view key) const {
  const uint32_t at = table_.find(key);
  if (at == kNone) return std::optional<std::string>();
  const Slot& slot = table_.value(at);
  if (slot.hot) return std::optional(slot.value);
  auto value = value_at(env, slot.place);
  if (!value) return value.error();
  return std::optional(std::move(value).value());
}

bool TieredStore::in_memory(std::string_view key) const {
  const uint32_t at = table_.find(key);
  return at != kNone && table_.value(at).hot;
}

bool TieredStore::in_log(std::string_view key) const {
  const uint32_t at = table_.find(key);
  return at != kNone && table_.value(at).place.segment != 0;
}

// The value's newest record lies there; the one before is garbage.
void TieredStore::place_at(uint32_t at, const Place& place) {
  Slot& slot = table_.own_value(at);
  live_bytes_ += place.bytes;
  live_bytes_ -= slot.place.bytes;
  slot.place = place;
}

void TieredStore::remove(uint32_t at) {
  if (table_.value(at).hot) drop(at);
  live_bytes_ -= table_.value(at).place.bytes;
  table_.erase(at);
  if (at == table_.size()) return;
  // The last entry stands here now, and its neighbours in the list have to know.
  const Slot& moved = table_.value(at);
  if (!moved.hot) return;
  (moved.newer == kNone ? newest_ : table_.own_value(moved.newer).older) = at;
  (moved.older == kNone ? oldest_ : table_.own_value(moved.older).newer) = at;
}

// Into memory, if it can be there at all; whatever of this key is there already is replaced.
void TieredStore::keep(uint32_t at, std::string value) {
  const bool was_hot = table_.value(at).hot;
  const bool used = was_hot && table_.value(at).used;
  if (was_hot) drop(at);
  if (options_.log && value.size() > options_.memory_bytes) return;
  make_room(value.size());
  memory_bytes_ += value.size();
  ++hot_count_;
  Slot& slot = table_.own_value(at);
  slot.value = std::move(value);
  slot.hot = true;
  slot.used = used;
  link_newest(at);
}

void TieredStore::touch(uint32_t at) {
  if (options_.eviction == Eviction::clock) {
    if (!table_.value(at).used) table_.own_value(at).used = true;
  } else if (at != newest_) {
    unlink(at);
    link_newest(at);
  }
}

void TieredStore::link_newest(uint32_t at) {
  Slot& slot = table_.own_value(at);
  slot.newer = kNone;
  slot.older = newest_;
  (newest_ == kNone ? oldest_ : table_.own_value(newest_).newer) = at;
  newest_ = at;
}

void TieredStore::unlink(uint32_t at) {
  const Slot& slot = table_.value(at);
  const uint32_t newer = slot.newer;
  const uint32_t older = slot.older;
  (newer == kNone ? newest_ : table_.own_value(newer).older) = older;
  (older == kNone ? oldest_ : table_.own_value(older).newer) = newer;
}

// Out of memory: the log has it.
void TieredStore::drop(uint32_t at) {
  unlink(at);
  Slot& slot = table_.own_value(at);
  memory_bytes_ -= slot.value.size();
  --hot_count_;
  slot.hot = false;
  slot.value = std::string();
}

void TieredStore::make_room(uint64_t bytes) {
  if (!options_.log) return;
  while (memory_bytes_ + bytes > options_.memory_bytes) {
    SYSTEMSIM_ASSERT(oldest_ != kNone);
    const uint32_t at = oldest_;
    if (options_.eviction == Eviction::clock && table_.value(at).used) {
      // A second chance: the hand passes it.
      table_.own_value(at).used = false;
      unlink(at);
      link_newest(at);
      continue;
    }
    drop(at);
    ++counts_.evictions;
  }
}

}  // namespace systemsim::store
