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
    if (call.writes()) writes_[{call.key, call.value}].push_back(i);
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

std::vector<uint32_t> ReadsFrom::candidates(uint32_t read) const {
  std::vector<uint32_t> found;
  const Call& reader = call(read);
  if (history_.keys[reader.key].initial == reader.value) found.push_back(kInitialCall);
  const auto writes = writes_.find({reader.key, reader.value});
  if (writes == writes_.end()) return found;
  for (const uint32_t write : writes->second) {
    if (call(write).begin > reader.end) break;
    found.push_back(write);
  }
  return found;
}

std::optional<uint32_t> ReadsFrom::only_candidate(uint32_t read) const {
  const auto found = candidates(read);
  if (found.size() != 1) return std::nullopt;
  return found.front();
}

bool ReadsFrom::misses(uint32_t read, uint32_t write) const {
  const auto found = candidates(read);
  return std::all_of(found.begin(), found.end(),
                     [&](uint32_t candidate) { return older(candidate, write); });
}

}  // namespace systemsim
