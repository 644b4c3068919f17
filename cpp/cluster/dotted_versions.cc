#include "cluster/dotted_versions.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/sorted.h"

namespace systemsim {
namespace {

using Dots = DottedVersions::Entry;

// Of one server's two entries: the values that neither knows to be replaced.
void sync_entry(Dots& mine, const Dots& theirs) {
  // The newest number that each knows to be replaced.
  const uint32_t gone_here = mine.counter - static_cast<uint32_t>(mine.values.size());
  const uint32_t gone_there = theirs.counter - static_cast<uint32_t>(theirs.values.size());
  if (theirs.counter > mine.counter) {
    mine.values = theirs.values;
    mine.counter = theirs.counter;
  }
  mine.values.resize(mine.counter - std::min(mine.counter, std::max(gone_here, gone_there)));
}

}  // namespace

DottedVersions::DottedVersions(std::vector<Entry> entries, std::vector<Record> fresh)
    : fresh_(std::move(fresh)) {
  for (Entry& entry : entries) {
    SYSTEMSIM_ASSERT(entry.values.size() <= entry.counter);
    entry_of(entry.server) = std::move(entry);
  }
}

DottedVersions::Entry& DottedVersions::entry_of(Endpoint server) {
  if (Entry* known = find_sorted(entries_, server, &Entry::server)) return *known;
  return *entries_.insert(sorted_place(entries_, server, &Entry::server), {server, 0, {}});
}

DottedVersions DottedVersions::context() const {
  DottedVersions seen;
  seen.entries_.reserve(entries_.size());
  for (const Dots& entry : entries_) seen.entries_.push_back({entry.server, entry.counter, {}});
  return seen;
}

DottedVersions DottedVersions::with(Record value) const {
  DottedVersions write = *this;
  write.fresh_ = {std::move(value)};
  return write;
}

void DottedVersions::take(const DottedVersions& write, Endpoint server) {
  SYSTEMSIM_ASSERT(write.fresh_.size() == 1);
  // A client may have seen more than this copy has.
  for (const Dots& seen : write.entries_) sync_entry(entry_of(seen.server), seen);
  Entry& entry = entry_of(server);
  ++entry.counter;
  entry.values.insert(entry.values.begin(), write.fresh_.front());
}

void DottedVersions::sync(const DottedVersions& other) {
  if (less(other)) {
    fresh_ = other.fresh_;
  } else if (!other.less(*this)) {
    for (const Record& value : other.fresh_) {
      const bool known = std::any_of(fresh_.begin(), fresh_.end(), [&](const Record& mine) {
        return mine.version == value.version && mine.value == value.value;
      });
      if (!known) fresh_.push_back(value);
    }
  }
  for (const Dots& theirs : other.entries_) sync_entry(entry_of(theirs.server), theirs);
}

bool DottedVersions::less(const DottedVersions& other) const {
  const auto replaced = [](const Dots& entry) { return entry.counter - entry.values.size(); };
  bool more = entries_.size() < other.entries_.size();
  for (const Dots& mine : entries_) {
    const Dots* at = find_sorted(other.entries_, mine.server, &Entry::server);
    if (at == nullptr) return false;
    if (mine.counter > at->counter || replaced(mine) > replaced(*at)) return false;
    more = more || mine.counter < at->counter || replaced(mine) < replaced(*at);
  }
  return more;
}

std::vector<Record> DottedVersions::siblings() const {
  std::vector<Record> all;
  all.reserve(count());
  for (const Dots& entry : entries_) {
    all.insert(all.end(), entry.values.begin(), entry.values.end());
  }
  all.insert(all.end(), fresh_.begin(), fresh_.end());
  return all;
}

size_t DottedVersions::count() const {
  size_t count = fresh_.size();
  for (const Dots& entry : entries_) count += entry.values.size();
  return count;
}

void DottedVersions::keep_latest() {
  const std::vector<Record> all = siblings();
  if (all.empty()) return;
  const auto latest = std::max_element(
      all.begin(), all.end(),
      [](const Record& one, const Record& other) { return one.version < other.version; });
  const auto is_latest = [&](const Record& value) { return value.version == latest->version; };
  bool kept = false;
  for (Entry& entry : entries_) {
    const bool here = !kept && std::any_of(entry.values.begin(), entry.values.end(), is_latest);
    entry.values.clear();
    if (here) entry.values.push_back(*latest);
    kept = kept || here;
  }
  fresh_.clear();
  if (!kept) fresh_.push_back(*latest);
}

void DottedVersions::reconcile(Record value) {
  for (Entry& entry : entries_) entry.values.clear();
  fresh_ = {std::move(value)};
}

}  // namespace systemsim
