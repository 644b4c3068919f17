#include "store/hash_table.h"

#include "store/tier_log.h"

namespace systemsim {
namespace {

StoreCost log_cost(bool log, size_t key_bytes, size_t value_bytes) {
  if (!log) return {};
  return {.syncs = 1, .bytes_written = store::kTierHeaderBytes + key_bytes + value_bytes};
}

}  // namespace

StoreCost HashTable::put(std::string_view key, std::string_view value) {
  table_.own_value(table_.find_or_add(key)) = std::string(value);
  return log_cost(log_, key.size(), value.size());
}

StoreCost HashTable::get(std::string_view key, std::optional<std::string>& value) const {
  value.reset();
  const uint32_t at = table_.find(key);
  if (at != KeyTable<std::string>::kNone) value = table_.value(at);
  return {};
}

StoreCost HashTable::erase(std::string_view key) {
  const uint32_t at = table_.find(key);
  if (at != KeyTable<std::string>::kNone) table_.erase(at);
  return log_cost(log_, key.size(), 0);
}

}  // namespace systemsim
