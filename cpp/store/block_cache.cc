#include "store/block_cache.h"

#include <utility>

#include "base/mix.h"

namespace systemsim::store {
namespace {

uint64_t hash_of(const BlockCache::Key& key) { return mix64(key.offset ^ mix64(key.file)); }

}  // namespace

size_t BlockCache::slot_of(const Key& key) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash_of(key) & mask;
  while (slots_[slot] != 0 && !(entries_[slots_[slot] - 1].key == key)) slot = (slot + 1) & mask;
  return slot;
}

bool BlockCache::find(const Key& key, Decoded& decoded) {
  if (slots_.empty()) return false;
  const uint32_t place = slots_[slot_of(key)];
  if (place == 0) return false;
  Entry& entry = entries_[place - 1];
  entry.used = true;
  decoded = entry.decoded;
  return true;
}

void BlockCache::grow() {
  slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].bytes != 0) slots_[slot_of(entries_[i].key)] = static_cast<uint32_t>(i + 1);
  }
}

void BlockCache::remove(size_t entry) {
  // Closes the hole in the probe sequence (Knuth, volume 3, 6.4, algorithm R).
  const size_t mask = slots_.size() - 1;
  size_t hole = slot_of(entries_[entry].key);
  for (size_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
    const size_t home = hash_of(entries_[slots_[next] - 1].key) & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = 0;
  size_bytes_ -= entries_[entry].bytes;
  entries_[entry] = {};
  free_.push_back(static_cast<uint32_t>(entry));
}

void BlockCache::insert(const Key& key, uint64_t bytes, Decoded decoded) {
  if (bytes == 0 || bytes > capacity_bytes_ || (decoded == nullptr && !keep_plain_)) return;
  while (size_bytes_ + bytes > capacity_bytes_) {
    if (hand_ >= entries_.size()) hand_ = 0;
    Entry& entry = entries_[hand_];
    if (entry.bytes != 0 && !std::exchange(entry.used, false)) remove(hand_);
    ++hand_;
  }
  if ((entries_.size() + 1) * 2 > slots_.size()) grow();
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(entries_.size()));
    entries_.emplace_back();
  }
  const uint32_t place = free_.back();
  free_.pop_back();
  entries_[place] = {key, bytes, false, std::move(decoded)};
  slots_[slot_of(key)] = place + 1;
  size_bytes_ += bytes;
}

}  // namespace systemsim::store
