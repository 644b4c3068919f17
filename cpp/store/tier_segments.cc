// The tiered store's log: writing, reading, replaying and rewriting its segments.
#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "store/snappy.h"
#include "store/tiered_store.h"

namespace systemsim::store {
namespace {

constexpr const char* kUnfinishedSegment = "segment.tmp";

Error damaged_segment(uint32_t number, uint64_t offset) {
  return {ErrorCode::damaged,
          tier_file_name(number) + ": no whole record at byte " + std::to_string(offset), ""};
}

}  // namespace

Result<TieredStore> TieredStore::open(Env& env, const TierOptions& options, StoreCost& cost) {
  SYSTEMSIM_ASSERT(options.sync_every > 0 && options.max_pair_bytes <= kMostTierBytes);
  TieredStore store(options);
  if (!options.log) return store;
  auto names = env.list();
  if (!names) return names.error();
  std::vector<uint32_t> numbers;
  for (const std::string& name : names.value()) {
    if (const auto number = tier_segment(name)) numbers.push_back(*number);
    if (name == kUnfinishedSegment) {
      Outcome removed = env.remove(name);
      if (!removed) return removed.error();
    }
  }
  std::sort(numbers.begin(), numbers.end());  // from seven digits on, names have another order
  auto replayed = store.replay(env, numbers);
  if (!replayed) return replayed.error();
  cost += replayed.value();
  return store;
}

Result<StoreCost> TieredStore::replay(Env& env, const std::vector<uint32_t>& numbers) {
  StoreCost cost;
  if (numbers.empty()) return cost;
  first_ = numbers.front();
  // Segments are removed from the oldest on, each safely: without a later one, one is lost.
  for (size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[i - 1] + 1) {
      return Error{ErrorCode::damaged, tier_file_name(numbers[i - 1] + 1) + ": it is missing", ""};
    }
  }
  for (const uint32_t number : numbers) {
    auto file = env.read(tier_file_name(number));
    if (!file) return file.error();
    const std::string_view bytes = file.value().bytes;
    cost += {.seeks = 1, .bytes_read = bytes.size()};
    const bool is_newest = number == numbers.back();
    Outcome done = replay_segment(bytes, number, is_newest);
    if (!done) return done.error();
    if (!is_newest) continue;
    // What of it was synced is not known: it is made safe, and its torn end, if any, cut off.
    synced_bytes_ = segments_.back().bytes;
    if (synced_bytes_ < bytes.size()) {
      done = make_segment(env, number, std::string(bytes.substr(0, synced_bytes_)), cost);
    } else {
      done = env.sync(tier_file_name(number));
      ++cost.syncs;
    }
    if (!done) return done.error();
  }
  return cost;
}

Outcome TieredStore::replay_segment(std::string_view bytes, uint32_t number, bool is_newest) {
  size_t offset = 0;
  while (offset < bytes.size()) {
    const auto record = read_tier_record(bytes.substr(offset));
    if (!record) {
      if (!is_newest) return damaged_segment(number, offset);
      break;
    }
    if ((record->flags & kTierRemoved) == 0) {
      place_at(table_.find_or_add(record->key),
               {number, static_cast<uint32_t>(offset), static_cast<uint32_t>(record->bytes)});
    } else if (const uint32_t at = table_.find(record->key); at != kNone) {
      remove(at);
    }
    offset += record->bytes;
  }
  segments_.push_back({static_cast<uint32_t>(offset)});
  log_bytes_ += offset;
  return Done{};
}

Outcome TieredStore::make_segment(Env& env, uint32_t number, std::string bytes, StoreCost& cost) {
  cost += {.syncs = 1, .bytes_written = bytes.size()};
  Outcome done = env.write(kUnfinishedSegment, std::move(bytes), true);
  if (!done) return done;
  return env.rename(kUnfinishedSegment, tier_file_name(number));
}

// After a call that failed the newest file may hold more than its records, or what is not safe.
Outcome TieredStore::mend(Env& env, StoreCost& cost) {
  const uint32_t number = newest_segment();
  auto file = env.read(tier_file_name(number));
  if (!file) return file.error();
  const std::string_view bytes = file.value().bytes;
  if (bytes.size() < segments_.back().bytes) return damaged_segment(number, bytes.size());
  Outcome done =
      make_segment(env, number, std::string(bytes.substr(0, segments_.back().bytes)), cost);
  if (!done) return done;
  torn_ = false;
  unsynced_ = 0;
  synced_bytes_ = segments_.back().bytes;
  return Done{};
}

Result<StoreCost> TieredStore::append(Env& env, std::string_view record, bool is_write,
                                      Place& place) {
  StoreCost cost;
  if (torn_) {
    Outcome mended = mend(env, cost);
    if (!mended) return mended.error();
  }
  const bool is_full = !segments_.empty() && segments_.back().bytes > 0 &&
                       segments_.back().bytes + record.size() > options_.segment_bytes;
  if (is_full) {
    auto synced = sync(env);
    if (!synced) return synced;
    cost += synced.value();
  }
  if (is_full || segments_.empty()) {
    Outcome made = make_segment(env, newest_segment() + 1, {}, cost);
    if (!made) return made.error();
    segments_.emplace_back();
    synced_bytes_ = 0;
  }
  Segment& newest = segments_.back();
  const std::string name = tier_file_name(newest_segment());
  Outcome done = env.append(name, record);
  cost.bytes_written += record.size();
  const bool is_time = is_write && unsynced_ + 1 >= options_.sync_every;
  if (done && is_time) {
    done = env.sync(name);
    ++cost.syncs;
  }
  if (!done) {
    torn_ = true;
    return done.error();
  }
  place = {newest_segment(), newest.bytes, static_cast<uint32_t>(record.size())};
  newest.bytes += place.bytes;
  log_bytes_ += place.bytes;
  if (is_write) unsynced_ = is_time ? 0 : unsynced_ + 1;
  if (is_time) synced_bytes_ = newest.bytes;
  return cost;
}

Result<StoreCost> TieredStore::sync(Env& env) {
  StoreCost cost;
  if (torn_) {
    Outcome mended = mend(env, cost);
    if (!mended) return mended.error();
    return cost;
  }
  if (segments_.empty() || synced_bytes_ == segments_.back().bytes) return cost;
  Outcome done = env.sync(tier_file_name(newest_segment()));
  if (!done) {
    torn_ = true;
    return done.error();
  }
  unsynced_ = 0;
  synced_bytes_ = segments_.back().bytes;
  cost.syncs = 1;
  return cost;
}

Result<std::string> TieredStore::value_at(Env& env, const Place& place) {
  const auto file = env.read(tier_file_name(place.segment));
  if (!file) return file.error();
  const std::string_view bytes = file.value().bytes;
  const auto record =
      read_tier_record(bytes.substr(std::min<size_t>(place.offset, bytes.size()), place.bytes));
  if (!record) return damaged_segment(place.segment, place.offset);
  std::string value(record->stored);
  if ((record->flags & kTierCompressed) != 0 && !decode_snappy(record->stored, value)) {
    return damaged_segment(place.segment, place.offset);
  }
  return value;
}

bool TieredStore::wants_tidying() const {
  return segments_.size() > 1 && log_bytes_ - live_bytes_ > live_bytes_;
}

Result<StoreCost> TieredStore::tidy(Env& env) {
  SYSTEMSIM_ASSERT(wants_tidying());
  const uint32_t number = first_;
  auto file = env.read(tier_file_name(number));
  if (!file) return file.error();
  const std::string_view bytes = file.value().bytes;
  StoreCost cost = {.seeks = 1, .bytes_read = bytes.size()};
  for (size_t offset = 0; offset < bytes.size();) {
    const auto record = read_tier_record(bytes.substr(offset));
    if (!record) return damaged_segment(number, offset);
    const Place old = {number, static_cast<uint32_t>(offset), static_cast<uint32_t>(record->bytes)};
    const uint32_t at = table_.find(record->key);
    if (at != kNone && table_.value(at).place == old) {
      Place place;
      auto moved = append(env, bytes.substr(offset, record->bytes), false, place);
      if (!moved) return moved;
      cost += moved.value();
      place_at(at, place);
    }
    offset += record->bytes;
  }
  // Never the other way round: until the copies are safe, the old segment is what a crash leaves.
  auto synced = sync(env);
  if (!synced) return synced;
  cost += synced.value();
  Outcome removed = env.remove(tier_file_name(number));
  if (!removed) return removed.error();
  log_bytes_ -= segments_.front().bytes;
  segments_.erase(segments_.begin());
  ++first_;
  ++counts_.tidied;
  return cost;
}

}  // namespace systemsim::store
