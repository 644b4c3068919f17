// What one machine keeps: one interface before the storage engines. A value: a copy is a
// snapshot.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "store/cost.h"
#include "store/hash_table.h"
#include "store/lsm_store.h"
#include "store/tier_store.h"

namespace systemsim {

enum class StoreEngine : uint8_t {
  hash,  // all values in memory; what a log on disk would cost is counted (store/hash_table.h)
  lsm,   // an LSM tree in LevelDB's files (store/lsm_store.h)
  tiers  // a hash table with hot values in memory and all of them in a log (store/tier_store.h)
};

struct StoreSettings {
  StoreEngine engine = StoreEngine::hash;
  uint32_t sync_every = 1;    // lsm, tiers: LsmStore's
  uint64_t memory_bytes = 0;  // tiers: for values
  bool log = true;            // hash: without it a crash forgets everything

  bool operator==(const StoreSettings&) const = default;
};

class Store {
 public:
  Store() = default;
  explicit Store(const StoreSettings& settings) : engine_(HashTable(settings.log)) {
    if (settings.engine == StoreEngine::lsm) engine_.emplace<LsmStore>(settings.sync_every);
    if (settings.engine == StoreEngine::tiers) {
      engine_.emplace<TierStore>(settings.memory_bytes, settings.sync_every);
    }
  }

  StoreCost put(std::string_view key, std::string_view value) {
    return std::visit([&](auto& engine) { return engine.put(key, value); }, engine_);
  }
  // Sets `value` when the key is there and clears it when it is not. Reading may move what is kept
  // in memory.
  StoreCost get(std::string_view key, std::optional<std::string>& value) {
    return std::visit([&](auto& engine) { return engine.get(key, value); }, engine_);
  }
  StoreCost erase(std::string_view key) {
    return std::visit([&](auto& engine) { return engine.erase(key); }, engine_);
  }
  // As get(), for whoever looks on.
  void peek(std::string_view key, std::optional<std::string>& value) const {
    std::visit([&](const auto& engine) { engine.peek(key, value); }, engine_);
  }
  // Calls visit(key, value) for each: lsm, in the order of keys; else in the order in which keys
  // were first put.
  template <class Visitor>
  void for_each(Visitor visit) const {
    if (const auto* table = std::get_if<HashTable>(&engine_)) return table->for_each(visit);
    const auto all = lsm() != nullptr ? lsm()->everything() : tiers()->everything();
    for (const auto& [key, value] : all) visit(key, value);
  }

  // What reading so many bytes of a walk costs: a tree's tables and a log's segments are read one
  // after the other. A hash table is taken to read its log at one place.
  StoreCost walk_cost(uint64_t bytes) const {
    if (lsm() != nullptr) return {.seeks = lsm()->tables(), .bytes_read = bytes};
    if (tiers() != nullptr) return {.seeks = tiers()->segments(), .bytes_read = bytes};
    return {.seeks = 1, .bytes_read = bytes};
  }

  // The machine is switched off and on. A hash table is taken to come back at once.
  void crash() {
    std::visit([](auto& engine) { engine.crash(); }, engine_);
  }
  [[nodiscard]] StoreCost restart() {
    return std::visit([](auto& engine) { return engine.restart(); }, engine_);
  }

  // nullptr when it is another.
  const LsmStore* lsm() const { return std::get_if<LsmStore>(&engine_); }
  const TierStore* tiers() const { return std::get_if<TierStore>(&engine_); }
  // Whether a crash leaves it what was put.
  bool outlives_crash() const {
    const auto* table = std::get_if<HashTable>(&engine_);
    return table == nullptr || table->log();
  }
  // Whether it has a log of its own on its disk.
  bool has_log() const { return engine_.index() != 0; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.engine_.index());
    std::visit([&](auto& engine) { archive(engine); }, self.engine_);
  }

 private:
  std::variant<HashTable, LsmStore, TierStore> engine_;
};

}  // namespace systemsim
