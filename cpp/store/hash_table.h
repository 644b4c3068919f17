// The chapter's baseline: a hash table in memory before an append-only log on disk. Section 01.
//
// Open addressing over an array of indices; entries lie in one vector, so that walking them is the
// same on every machine. A put appends to the log and syncs it; a get is answered from memory.
// A value: a copy is a snapshot. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/cost.h"

namespace systemsim {

class HashTable {
 public:
  StoreCost put(std::string_view key, std::string_view value);
  // Sets `value` when the key is there and clears it when it is not.
  StoreCost get(std::string_view key, std::optional<std::string>& value) const;
  // Removing a key that is not there costs the log record all the same.
  StoreCost erase(std::string_view key);

  size_t size() const { return entries_.size(); }
  // Calls visit(key, value) for each entry, in the order in which keys were first put (a removal
  // moves the last entry into the gap).
  template <class Visitor>
  void for_each(Visitor visit) const {
    for (const Entry& entry : entries_) visit(entry.key, entry.value);
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.entries_, self.slots_);
  }

 private:
  struct Entry {
    uint64_t hash = 0;
    std::string key;
    std::string value;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.hash, self.key, self.value);
    }
  };

  // The slot that holds the key, or the free slot where it would go. Needs a free slot.
  size_t find(uint64_t hash, std::string_view key) const;
  void grow();

  std::vector<Entry> entries_;
  std::vector<uint32_t>
      slots_;  // entry index + 1, or 0 when free; a power of two, at most 3/4 full
};

}  // namespace systemsim
