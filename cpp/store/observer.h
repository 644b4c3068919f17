// What may be seen of a store at work: each step of a put, a get and a compaction, with what it
// cost. Without an observer a step costs a comparison with nullptr. Section 09.
#pragma once

#include <cstdint>

namespace systemsim::store {

struct StoreEvent {
  enum Kind : uint8_t {
    log_append,         // file, bytes
    log_sync,           // file
    memtable_insert,    // bytes: what the memtable holds now
    memtable_search,    // yes: found there, be it a deletion
    filter,             // file, level; yes: the key may be there
    filter_wrong,       // file: it said yes, and the key was not there
    block_read,         // file, offset, bytes; yes: from the cache
    table_search,       // file, level; yes: found there, be it a deletion
    flush_begin,        // bytes: what the memtable holds
    flush_end,          // file, level, bytes
    compaction_begin,   // level: where the result goes; bytes: of the inputs
    compaction_output,  // file, level, bytes
    compaction_end,     // level, bytes: of the outputs
    move,               // file, level: a table moves down without being written again
    manifest_append,    // file, bytes
    remove,             // file: a table that nobody needs any more
  };

  Kind kind = log_append;
  uint8_t level = 0;
  bool yes = false;
  uint64_t file = 0;    // its number
  uint64_t offset = 0;  // in the file
  uint64_t bytes = 0;
};

class StoreObserver {
 public:
  StoreObserver() = default;
  StoreObserver(const StoreObserver&) = delete;
  StoreObserver& operator=(const StoreObserver&) = delete;
  virtual ~StoreObserver() = default;
  virtual void happened(const StoreEvent& event) = 0;
};

}  // namespace systemsim::store
