#include "store/hash_table.h"

#include "base/murmur3.h"

namespace systemsim {
namespace {

constexpr uint64_t kLogHeaderBytes = 12;  // checksum, key length, value length

StoreCost log_cost(size_t key_bytes, size_t value_bytes) {
  return {.syncs = 1, .bytes_written = kLogHeaderBytes + key_bytes + value_bytes};
}

}  // namespace

size_t HashTable::find(uint64_t hash, std::string_view key) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot] != 0) {
    const Entry& entry = entries_[slots_[slot] - 1];
    if (entry.hash == hash && entry.key == key) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void HashTable::grow() {
  slots_.assign(slots_.empty() ? 8 : slots_.size() * 2, 0);
  for (size_t i = 0; i < entries_.size(); ++i) {
    slots_[find(entries_[i].hash, entries_[i].key)] = static_cast<uint32_t>(i + 1);
  }
}

StoreCost HashTable::put(std::string_view key, std::string_view value) {
  if ((entries_.size() + 1) * 4 > slots_.size() * 3) grow();
  const uint64_t hash = murmur3_hash<>(key);
  const size_t slot = find(hash, key);
  if (slots_[slot] == 0) {
    entries_.push_back({hash, std::string(key), std::string(value)});
    slots_[slot] = static_cast<uint32_t>(entries_.size());
  } else {
    entries_[slots_[slot] - 1].value = std::string(value);
  }
  return log_cost(key.size(), value.size());
}

StoreCost HashTable::get(std::string_view key, std::optional<std::string>& value) const {
  value.reset();
  if (entries_.empty()) return {};
  const size_t slot = find(murmur3_hash<>(key), key);
  if (slots_[slot] != 0) value = entries_[slots_[slot] - 1].value;
  return {};
}

StoreCost HashTable::erase(std::string_view key) {
  const StoreCost cost = log_cost(key.size(), 0);
  if (entries_.empty()) return cost;
  size_t hole = find(murmur3_hash<>(key), key);
  if (slots_[hole] == 0) return cost;

  // The last entry takes the removed one's place.
  const size_t removed = slots_[hole] - 1;
  const size_t last = entries_.size() - 1;
  if (removed != last) {
    slots_[find(entries_[last].hash, entries_[last].key)] = static_cast<uint32_t>(removed + 1);
    entries_[removed] = std::move(entries_[last]);
  }
  entries_.pop_back();

  // Close the hole in the probe sequence (Knuth, volume 3, 6.4, algorithm R).
  const size_t mask = slots_.size() - 1;
  for (size_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
    const size_t home = entries_[slots_[next] - 1].hash & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = 0;
  return cost;
}

}  // namespace systemsim
