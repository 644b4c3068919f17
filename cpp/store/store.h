// What one machine keeps: one interface before the two storage engines. A value: a copy is a
// snapshot.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "store/cost.h"
#include "store/hash_table.h"
#include "store/lsm_store.h"

namespace systemsim {

enum class StoreEngine : uint8_t {
  hash,  // the chapter's baseline (store/hash_table.h)
  lsm    // an LSM tree in LevelDB's files (store/lsm_store.h)
};

struct StoreSettings {
  StoreEngine engine = StoreEngine::hash;
  uint32_t sync_every = 1;  // lsm: LsmStore's

  bool operator==(const StoreSettings&) const = default;
};

class Store {
 public:
  Store() = default;
  explicit Store(const StoreSettings& settings) {
    if (settings.engine == StoreEngine::lsm) engine_.emplace<LsmStore>(settings.sync_every);
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
    if (const LsmStore* tree = lsm()) return tree->peek(key, value);
    (void)std::get<HashTable>(engine_).get(key, value);
  }
  // Calls visit(key, value) for each: hash, as HashTable says; lsm, in the order of keys.
  template <class Visitor>
  void for_each(Visitor visit) const {
    if (const LsmStore* tree = lsm()) {
      for (const auto& [key, value] : tree->everything()) visit(key, value);
    } else {
      std::get<HashTable>(engine_).for_each(visit);
    }
  }

  // The machine is switched off and on. The hash table is taken to be as large as its log, which
  // is synced at every write, and to come back at once.
  void crash() {
    if (auto* tree = std::get_if<LsmStore>(&engine_)) tree->crash();
  }
  [[nodiscard]] StoreCost restart() {
    auto* tree = std::get_if<LsmStore>(&engine_);
    return tree != nullptr ? tree->restart() : StoreCost();
  }

  // nullptr when it is no LSM tree.
  const LsmStore* lsm() const { return std::get_if<LsmStore>(&engine_); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.engine_.index());
    std::visit([&](auto& engine) { archive(engine); }, self.engine_);
  }

 private:
  std::variant<HashTable, LsmStore> engine_;
};

}  // namespace systemsim
