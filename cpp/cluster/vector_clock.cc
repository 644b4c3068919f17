#include "cluster/vector_clock.h"

#include <algorithm>
#include <utility>

#include "base/sorted.h"

namespace systemsim {

VectorClock::VectorClock(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    entries_.insert(sorted_place(entries_, entry.writer, &Entry::writer), entry);
  }
}

void VectorClock::increment(Endpoint writer, uint64_t now_us) {
  const auto at = sorted_place(entries_, writer, &Entry::writer);
  if (at != entries_.end() && at->writer == writer) {
    ++at->counter;
    at->time_us = now_us;
  } else {
    entries_.insert(at, {writer, 1, now_us});
  }
}

void VectorClock::merge(const VectorClock& other) {
  for (const Entry& theirs : other.entries_) {
    const auto at = sorted_place(entries_, theirs.writer, &Entry::writer);
    if (at == entries_.end() || at->writer != theirs.writer) {
      entries_.insert(at, theirs);
    } else if (theirs.counter > at->counter ||
               (theirs.counter == at->counter && theirs.time_us > at->time_us)) {
      *at = theirs;
    }
  }
}

void VectorClock::prune(const PruneRule& rule, uint64_t now_us) {
  while (entries_.size() > rule.small) {
    // The first of the oldest: entries stand by writer.
    const auto oldest = std::min_element(
        entries_.begin(), entries_.end(),
        [](const Entry& one, const Entry& other) { return one.time_us < other.time_us; });
    const uint64_t age_us = now_us > oldest->time_us ? now_us - oldest->time_us : 0;
    if (age_us < rule.young_us) return;
    if (entries_.size() <= rule.big && age_us <= rule.old_us) return;
    entries_.erase(oldest);
  }
}

uint32_t VectorClock::counter(Endpoint writer) const {
  const Entry* at = find_sorted(entries_, writer, &Entry::writer);
  return at != nullptr ? at->counter : 0;
}

bool VectorClock::descends(const VectorClock& other) const {
  return std::all_of(other.entries_.begin(), other.entries_.end(), [this](const Entry& theirs) {
    return counter(theirs.writer) >= theirs.counter;
  });
}

}  // namespace systemsim
