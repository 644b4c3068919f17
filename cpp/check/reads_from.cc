#include "check/reads_from.h"

#include <algorithm>

#include "base/sort.h"

namespace systemsim {

ReadsFrom::ReadsFrom(const CallHistory& history)
    : history_(history), appended_to_(history.keys.size(), 0) {
  std::vector<SortKey> order;
  for (uint32_t i = 0; i < history.calls.size(); ++i) {
    const Call& call = history.calls[i];
    if (call.kind == Call::Kind::append) appended_to_[call.key] = 1;
    if (call.writes()) {
      Writes& writes = writes_[{call.key, call.value}];
      const uint64_t before = writes.last_ends.empty() ? 0 : writes.last_ends.back();
      writes.calls.push_back(i);
      writes.last_ends.push_back(std::max(before, call.end));
    }
    order.push_back({call.begin, 0, 2 * i});
    if (call.end != kNever) order.push_back({call.end, 0, 2 * i + 1});
  }
  sort_keys(order);
  events_.reserve(order.size());
  for (const SortKey& key : order) events_.push_back({key.index / 2, key.index % 2 == 1});
}

bool ReadsFrom::judged(uint32_t index) const {
  const Call& read = call(index);
  return read.kind == Call::Kind::read && read.fate == Call::Fate::ok && !read.any &&
         appended_to_[read.key] == 0;
}

std::pair<const ReadsFrom::Writes*, size_t> ReadsFrom::writes_before(const Call& read) const {
  const auto writes = writes_.find({read.key, read.value});
  if (writes == writes_.end()) return {nullptr, 0};
  const auto& calls = writes->second.calls;
  const auto after = std::partition_point(
      calls.begin(), calls.end(), [&](uint32_t write) { return call(write).begin <= read.end; });
  return {&writes->second, static_cast<size_t>(after - calls.begin())};
}

Candidates ReadsFrom::candidates(uint32_t read) const {
  const auto [writes, count] = writes_before(call(read));
  const bool initial = history_.keys[call(read).key].initial == call(read).value;
  if (writes == nullptr) return {nullptr, 0, initial};
  return {writes->calls.data(), count, initial};
}

uint64_t ReadsFrom::last_end(uint32_t read) const {
  const auto [writes, count] = writes_before(call(read));
  return count == 0 ? 0 : writes->last_ends[count - 1];
}

std::optional<uint32_t> ReadsFrom::only_candidate(uint32_t read) const {
  const Candidates found = candidates(read);
  if (found.size() != 1) return std::nullopt;
  return found[0];
}

bool ReadsFrom::misses(uint32_t read, uint32_t write) const {
  const auto [writes, count] = writes_before(call(read));
  return count == 0 || writes->last_ends[count - 1] < call(write).begin;
}

}  // namespace systemsim
