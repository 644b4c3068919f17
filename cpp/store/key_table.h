// Values by key, in a hash table that grows without a pause. Section 01.
//
// By linear hashing (Litwin, VLDB 1980; Larson, CACM 31(4), 1988), the rehash in smallest steps:
// each new key adds one bucket, and only the one bucket that gives it keys is split. A put never
// touches more than two buckets' chains, which hold one key each on average, however many keys
// there are. Entries lie in one list, in the order in which keys were first put, so that walking
// them is the same on every machine; chunks are shared by copies (base/chunked.h).
//
// Invariant: never more entries than buckets. A value: a copy is a snapshot. Not thread-safe.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/chunked.h"
#include "base/murmur3.h"

namespace systemsim {

// `Value` is default constructible and has what an archive (base/archive.h) visits.
template <class Value>
class KeyTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;  // no entry

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }

  // The entry's place, 0..size()-1, or kNone.
  uint32_t find(std::string_view key) const { return find(murmur3_hash<>(key), key); }
  // The entry's place; makes it, with an empty value, when there is none.
  uint32_t find_or_add(std::string_view key) {
    const uint64_t hash = murmur3_hash<>(key);
    uint32_t at = find(hash, key);
    if (at != kNone) return at;
    at = size();
    SYSTEMSIM_ASSERT(at < kNone - 1);
    if (entries_.size() == buckets_.size()) add_bucket();
    uint32_t& first = buckets_.own(bucket_of(hash));
    entries_.push_back({hash, first, std::string(key), Value()});
    first = at;
    return at;
  }

  // Precondition of what follows: at < size().
  const std::string& key(uint32_t at) const { return entries_[at].key; }
  const Value& value(uint32_t at) const { return entries_[at].value; }
  Value& own_value(uint32_t at) { return entries_.own(at).value; }
  // The last entry moves to `at`, unless it was the last one itself.
  void erase(uint32_t at) {
    link_to(at) = entries_[at].next;
    const uint32_t last = size() - 1;
    if (at != last) {
      link_to(last) = at;
      entries_.own(at) = std::move(entries_.own(last));
    }
    entries_.pop_back();
  }

  // Keys in the fullest bucket: what a find looks at in the worst case.
  uint32_t longest_chain() const {
    uint32_t longest = 0;
    for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
      uint32_t length = 0;
      for (uint32_t at = buckets_[bucket]; at != kNone; at = entries_[at].next) ++length;
      longest = length > longest ? length : longest;
    }
    return longest;
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.entries_, self.buckets_);
  }

 private:
  struct Entry {
    uint64_t hash = 0;
    uint32_t next = kNone;  // in the same bucket
    std::string key;
    Value value;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.hash, self.next, self.key, self.value);
    }
  };
  static constexpr size_t kChunkEntries = 64;
  static constexpr size_t kChunkBuckets = 1024;

  // With 2^k buckets the hash's low k bits name one. With more, those that are there already have
  // one bit more.
  size_t bucket_of(uint64_t hash) const {
    const size_t low = std::bit_floor(buckets_.size());
    const size_t bucket = hash & (2 * low - 1);
    return bucket < buckets_.size() ? bucket : hash & (low - 1);
  }

  uint32_t find(uint64_t hash, std::string_view key) const {
    if (entries_.size() == 0) return kNone;
    for (uint32_t at = buckets_[bucket_of(hash)]; at != kNone; at = entries_[at].next) {
      const Entry& entry = entries_[at];
      if (entry.hash == hash && entry.key == key) return at;
    }
    return kNone;
  }

  // The number that leads to an entry: in its bucket, or in the entry before it.
  uint32_t& link_to(uint32_t entry) {
    const size_t bucket = bucket_of(entries_[entry].hash);
    uint32_t at = buckets_[bucket];
    if (at == entry) return buckets_.own(bucket);
    while (entries_[at].next != entry) at = entries_[at].next;
    return entries_.own(at).next;
  }

  // One bucket more, which gets what is its own from the one bucket that had it.
  void add_bucket() {
    const size_t added = buckets_.size();
    buckets_.push_back(kNone);
    if (added == 0) return;
    const size_t split = added - std::bit_floor(added);
    uint32_t at = std::exchange(buckets_.own(split), kNone);
    while (at != kNone) {
      Entry& entry = entries_.own(at);
      uint32_t& first = buckets_.own(bucket_of(entry.hash));
      const uint32_t next = std::exchange(entry.next, first);
      first = std::exchange(at, next);
    }
  }

  Chunked<Entry, kChunkEntries> entries_;
  Chunked<uint32_t, kChunkBuckets> buckets_;  // the first entry of each
};

}  // namespace systemsim
