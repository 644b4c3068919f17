// What the tests of the tiered store share.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lsm.h"
#include "store/tiered_store.h"

namespace systemsim::test::tiers {

using Values = std::map<std::string, std::string>;

inline store::TieredStore opened(store::Env& env, const store::TierOptions& options) {
  StoreCost cost;
  auto store = store::TieredStore::open(env, options, cost);
  REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().message));
  return std::move(store).value();
}

inline std::optional<std::string> value_of(store::TieredStore& store, store::Env& env,
                                           const std::string& key) {
  std::optional<std::string> value;
  const auto got = store.get(env, key, value);
  REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().message));
  return value;
}

// Everything that the model has, and nothing else.
inline void check_equal(store::TieredStore& store, store::Env& env, const Values& model) {
  CHECK(store.size() == model.size());
  for (const auto& [key, expected] : model) CHECK(value_of(store, env, key) == expected);
}

struct Written {
  std::string key;
  std::optional<std::string> value;  // nothing: removed
};

inline Written some_write(Dice& dice, uint64_t number) {
  Written written{"k" + std::to_string(dice.below(60)), std::nullopt};
  if (!dice.chance(0.2)) {
    // Now and then one that is larger than a segment, an empty one, or one that repeats itself.
    const uint32_t size = dice.chance(0.02) ? 3000 : dice.below(120);
    written.value = std::to_string(number) +
                    (dice.chance(0.5) ? std::string(size, 'a') : random_bytes(dice, size));
  }
  return written;
}

inline Result<StoreCost> write_to(store::TieredStore& store, store::Env& env,
                                  const Written& written) {
  return written.value ? store.put(env, written.key, *written.value)
                       : store.erase(env, written.key);
}

inline void note(Values& model, const Written& written) {
  if (written.value) {
    model[written.key] = *written.value;
  } else {
    model.erase(written.key);
  }
}

inline store::TierOptions some_options(Dice& dice) {
  store::TierOptions options;
  options.memory_bytes = dice.below(3000);
  options.eviction = dice.chance(0.5) ? store::Eviction::lru : store::Eviction::clock;
  options.sync_every = 1 + dice.below(2) * dice.below(20);
  options.compress = dice.chance(0.5);
  options.segment_bytes = 200 + dice.below(2000);
  return options;
}

}  // namespace systemsim::test::tiers
