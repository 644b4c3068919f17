// Whom a read concerns besides the reader: the cache it may use, who watches, and what is counted.
// Handed down from a call of the database to the block that it reads. Section 09.
#pragma once

#include <cstdint>

#include "store/block_cache.h"
#include "store/cost.h"
#include "store/observer.h"

namespace systemsim::store {

struct ReadCounters {
  uint64_t filters_asked = 0;
  uint64_t filters_denied = 0;  // "not there", which is always right
  uint64_t filters_wrong = 0;   // "perhaps", and it was not there
  uint64_t blocks_cached = 0;   // data blocks that were in the cache
  uint64_t blocks_read = 0;     // data blocks that were not
  uint64_t bytes_read = 0;      // theirs, as they stand in the files

  ReadCounters& operator+=(const ReadCounters& other) {
    filters_asked += other.filters_asked;
    filters_denied += other.filters_denied;
    filters_wrong += other.filters_wrong;
    blocks_cached += other.blocks_cached;
    blocks_read += other.blocks_read;
    bytes_read += other.bytes_read;
    return *this;
  }
  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.filters_asked, self.filters_denied, self.filters_wrong, self.blocks_cached,
            self.blocks_read, self.bytes_read);
  }
};

// A table that was searched before the one that had the answer, or before there was none.
struct VainSearch {
  uint32_t level = 0;
  uint64_t file = 0;  // 0: none
  uint64_t size_bytes = 0;
};

struct Reading {
  BlockCache* cache = nullptr;        // nullptr: every block comes from the file
  StoreObserver* observer = nullptr;  // nullptr: nobody watches
  bool verify = true;                 // a data block's checksum, when it is first read
  StoreCost cost = {};
  ReadCounters counters = {};
  VainSearch in_vain = {};  // the first one of the last search in tables

  void tell(const StoreEvent& event) const {
    if (observer != nullptr) observer->happened(event);
  }
};

}  // namespace systemsim::store
