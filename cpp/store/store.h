// What one machine keeps: one interface before the storage engines. A second engine joins the
// variant and nothing above this file changes. A value: a copy is a snapshot.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "store/cost.h"
#include "store/hash_table.h"

namespace systemsim {

class Store {
 public:
  StoreCost put(std::string_view key, std::string_view value) {
    return std::visit([&](auto& engine) { return engine.put(key, value); }, engine_);
  }
  StoreCost get(std::string_view key, std::optional<std::string>& value) const {
    return std::visit([&](const auto& engine) { return engine.get(key, value); }, engine_);
  }
  StoreCost erase(std::string_view key) {
    return std::visit([&](auto& engine) { return engine.erase(key); }, engine_);
  }
  template <class Visitor>
  void for_each(Visitor visit) const {
    std::visit([&](const auto& engine) { engine.for_each(visit); }, engine_);
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.engine_.index());
    std::visit([&](auto& engine) { archive(engine); }, self.engine_);
  }

 private:
  std::variant<HashTable> engine_;
};

}  // namespace systemsim
