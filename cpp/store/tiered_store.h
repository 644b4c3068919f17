// The chapter's baseline: a hash table with tiers. All keys are in memory, with the place of each
// value; the values that are hot are there too, as many as a budget of bytes allows; all values lie
// in a log on disk, where the cold ones are read. (So do Bitcask's, Sheehy and Smith 2010, whose
// memory tier is the system's page cache.) Section 01.
//
// A put appends to the log (tier_log.h) and keeps the value in memory; what then does not fit is
// forgotten there, by LRU or CLOCK. Every `sync_every` writes the log is synced: until then a crash
// loses them. open() replays the log. A value that was replaced is garbage; once more than half of
// the log is, tidy() moves what lives in its oldest segment to its end, syncs, and only then
// removes the segment. Without a log there is none: no call reaches the Env, and all values are in
// memory until the machine stops.
//
// Like Db, it holds no disk: it is handed its Env with each call, and can be copied beside a copy
// of it. After an error nothing has changed for the reader; reads go on, and later writes succeed
// once the disk does: what a failed call left in the log is cut off first. A call returns what it
// would cost on a disk.
//
// Invariants: memory_bytes() <= the budget; a value that is not in memory has its place in the log;
// all segments but the newest are synced. A value: a copy is a snapshot. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/cost.h"
#include "store/env.h"
#include "store/key_table.h"
#include "store/tier_log.h"

namespace systemsim::store {

enum class Eviction : uint32_t {
  lru,    // what was not used for longest goes first
  clock,  // what came first goes first, unless it was used since the hand last passed it
};

struct TierOptions {
  uint64_t memory_bytes = UINT64_MAX;  // for values; keys are always in memory
  Eviction eviction = Eviction::lru;
  bool log = true;          // without one, memory_bytes is no limit
  uint32_t sync_every = 1;  // writes, at least 1
  bool compress = false;    // values in the log, where it makes them shorter
  uint32_t segment_bytes = 1U << 16;
  uint32_t max_pair_bytes = 10'239;  // key and value together, less than 2^30
};

struct TierCounts {
  uint64_t hits = 0;    // reads answered from memory
  uint64_t misses = 0;  // reads that needed the disk
  uint64_t absent = 0;  // reads of keys that are not there: the memory knows
  uint64_t evictions = 0;
  uint64_t tidied = 0;  // segments

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.hits, self.misses, self.absent, self.evictions, self.tidied);
  }
};

class TieredStore {
 public:
  // What is on the disk, replayed; nothing there is an empty store. No value is in memory yet. What
  // replaying costs is added to `cost`. A torn end of the newest segment, which a crash leaves, is
  // cut off. Errors: damaged, with file and place, when another segment does not hold what was
  // written to it; those of `env`.
  static Result<TieredStore> open(Env& env, const TierOptions& options, StoreCost& cost);

  // Errors: bad_input when the pair is larger than max_pair_bytes; those of `env`.
  Result<StoreCost> put(Env& env, std::string_view key, std::string_view value);
  // Removing a key that is not there costs the record all the same.
  Result<StoreCost> erase(Env& env, std::string_view key);
  // Sets `value` when the key is there and clears it when it is not. Errors: damaged, when the log
  // does not hold the value any more; those of `env`.
  Result<StoreCost> get(Env& env, std::string_view key, std::optional<std::string>& value);
  // What get() would find, for whoever looks on: nothing moves and nothing is counted.
  Result<std::optional<std::string>> peek(Env& env, std::string_view key) const;
  // On return nothing that was written can be lost by a crash.
  Result<StoreCost> sync(Env& env);

  // More than half of the log is garbage.
  bool wants_tidying() const;
  // Work for the background: rewrites the oldest segment. Precondition: wants_tidying().
  Result<StoreCost> tidy(Env& env);

  uint32_t size() const { return table_.size(); }
  // In the order in which keys were first put; a removal moves the last into the gap.
  // Precondition: at < size().
  const std::string& key(uint32_t at) const { return table_.key(at); }
  bool in_memory(std::string_view key) const;
  bool in_log(std::string_view key) const;
  uint64_t memory_bytes() const { return memory_bytes_; }  // of the values there
  uint32_t in_memory_count() const { return hot_count_; }
  uint64_t log_bytes() const { return log_bytes_; }
  uint64_t live_bytes() const { return live_bytes_; }  // of the log's: the values that count
  uint32_t segments() const { return static_cast<uint32_t>(segments_.size()); }
  uint32_t unsynced_writes() const { return unsynced_; }
  const TierCounts& counts() const { return counts_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.options_.memory_bytes, self.table_, self.segments_, self.first_, self.newest_,
            self.oldest_, self.hot_count_, self.memory_bytes_, self.log_bytes_, self.live_bytes_,
            self.unsynced_, self.synced_bytes_, self.torn_, self.counts_);
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Place {
    uint32_t segment = 0;  // its number, from 1; 0: nowhere
    uint32_t offset = 0;   // of the record
    uint32_t bytes = 0;    // of the record

    bool operator==(const Place&) const = default;
    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.segment, self.offset, self.bytes);
    }
  };
  struct Slot {
    Place place;
    bool hot = false;
    bool used = false;       // since the hand last passed it
    uint32_t newer = kNone;  // hot slots are a list, newest first
    uint32_t older = kNone;
    std::string value;  // when hot

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.place, self.hot, self.used, self.newer, self.older, self.value);
    }
  };
  struct Segment {
    uint32_t bytes = 0;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.bytes);
    }
  };

  explicit TieredStore(const TierOptions& options) : options_(options) {}

  // The log (tier_segments.cc).
  Result<StoreCost> replay(Env& env, const std::vector<uint32_t>& numbers);
  Outcome replay_segment(std::string_view bytes, uint32_t number, bool is_newest);
  uint32_t newest_segment() const { return first_ + segments() - 1; }
  // Appends a record and, when it is time, syncs: then its place is set.
  Result<StoreCost> append(Env& env, std::string_view record, bool is_write, Place& place);
  Outcome mend(Env& env, StoreCost& cost);
  // Makes a segment of these bytes, in place of what bears its name, synced.
  static Outcome make_segment(Env& env, uint32_t number, std::string bytes, StoreCost& cost);
  // The value of the record at `place`.
  static Result<std::string> value_at(Env& env, const Place& place);

  // Memory (tiered_store.cc).
  Outcome fits(std::string_view key, std::string_view value) const;
  void place_at(uint32_t at, const Place& place);
  void remove(uint32_t at);
  void keep(uint32_t at, std::string value);
  void touch(uint32_t at);
  void link_newest(uint32_t at);
  void unlink(uint32_t at);
  void drop(uint32_t at);
  void make_room(uint64_t bytes);

  TierOptions options_;
  KeyTable<Slot> table_;
  std::vector<Segment> segments_;  // ascending by number
  uint32_t first_ = 1;             // the oldest segment's number
  uint32_t newest_ = kNone;        // of the hot slots
  uint32_t oldest_ = kNone;
  uint32_t hot_count_ = 0;
  uint64_t memory_bytes_ = 0;
  uint64_t log_bytes_ = 0;
  uint64_t live_bytes_ = 0;
  uint32_t unsynced_ = 0;      // writes
  uint32_t synced_bytes_ = 0;  // of the newest segment
  bool torn_ = false;          // the newest segment's file may hold more than it should
  TierCounts counts_;
};

}  // namespace systemsim::store
