#include "cluster/replicated_log.h"

#include <algorithm>

#include "base/assert.h"
#include "base/sorted.h"
#include "cluster/record.h"

namespace systemsim {
namespace {

// Whether the key holds what the client of a cas expects.
bool as_expected(const LogEntry& entry, Store& store, StoreCost& cost) {
  std::optional<std::string> held;
  cost += store.get(entry.key, held);
  std::optional<std::string> value;
  if (held) {
    Record record = decode_record(*held);
    if (!record.deleted) value = std::move(record.value);
  }
  return value == entry.expected;
}

}  // namespace

std::vector<LogEntry> ReplicatedLog::after(uint32_t index) const {
  if (index >= size()) return {};
  return {entries_.begin() + index, entries_.end()};
}

std::optional<uint32_t> ReplicatedLog::find(OperationId operation) const {
  const Place* place = find_sorted(places_, operation, &Place::operation);
  return place != nullptr ? std::optional(place->index) : std::nullopt;
}

void ReplicatedLog::append(LogEntry entry) {
  const auto place = sorted_place(places_, entry.operation, &Place::operation);
  SYSTEMSIM_ASSERT(place == places_.end() || place->operation != entry.operation);
  places_.insert(place, {entry.operation, size() + 1});
  entries_.push_back(std::move(entry));
}

void ReplicatedLog::take_over(uint32_t term) {
  for (uint32_t i = committed_; i < size(); ++i) entries_[i].term = term;
}

void ReplicatedLog::cut_after(uint32_t index) {
  SYSTEMSIM_ASSERT(index >= committed_);
  if (index >= size()) return;
  entries_.resize(index);
  std::erase_if(places_, [&](const Place& place) { return place.index > index; });
}

void ReplicatedLog::replace(uint32_t index, const std::vector<LogEntry>& entries) {
  const uint32_t keep = std::min(std::max(index, committed_), size());
  cut_after(keep);
  for (size_t i = keep - index; i < entries.size(); ++i) {
    // Without the fence two owners may have put one operation in two places.
    if (find(entries[i].operation)) return;
    append(entries[i]);
  }
}

bool ReplicatedLog::take(uint32_t index, uint32_t term, const std::vector<LogEntry>& entries) {
  if (!fits(index, term)) return false;
  for (uint32_t i = 0; i < entries.size(); ++i) {
    if (fits(index + i + 1, entries[i].term)) continue;
    replace(index + i, {entries.begin() + i, entries.end()});
    break;
  }
  return true;
}

StoreCost ReplicatedLog::commit(uint32_t index, Store& store) {
  SYSTEMSIM_ASSERT(index <= size());
  StoreCost cost;
  for (; committed_ < index; ++committed_) {
    LogEntry& entry = entries_[committed_];
    entry.refused = entry.verb == Verb::cas && !as_expected(entry, store, cost);
    if (entry.refused) continue;
    cost += store.put(entry.key, encode_record({{committed_ + 1, entry.operation},
                                                entry.verb == Verb::erase,
                                                entry.verb == Verb::erase ? "" : entry.value}));
  }
  // A hash table is made from the log again when the machine starts: nothing else is written.
  return store.has_log() ? cost : StoreCost();
}

}  // namespace systemsim
