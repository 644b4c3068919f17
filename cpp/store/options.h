// How a database is kept. Section 09.
#pragma once

#include <cstdint>

#include "store/table_builder.h"

namespace systemsim::store {

enum class CompactionPolicy : uint8_t {
  leveled,     // LevelDB's: a level is at most ten times as large as the one above it
  size_tiered  // runs of like size merge; a level below 0 is one sorted run, so LevelDB reads it
};

struct Options {
  uint32_t write_buffer_bytes = 4U << 20;  // 4 KiB .. 1 GiB; a memtable that has them is flushed
  uint32_t table_bytes = 2U << 20;         // 4 KiB .. 1 GiB; a compaction begins the next table
  uint64_t level1_bytes = 10U << 20;  // leveled: what level 1 may hold; each below 10 times more
  uint32_t level0_tables = 4;         // 1 .. 64; so many on level 0 are compacted
  TableOptions table = {};            // bloom_bits 0 .. 100, block_bytes 256 .. 1 MiB
  CompactionPolicy policy = CompactionPolicy::leveled;
  uint64_t max_pair_bytes = 0;  // key and value together; 0: 2 GiB less 64, the format's own limit
  bool sync = false;            // every write is safe before it is acknowledged
  // A log with a whole record behind a damaged one is an error; if not, what can be read is taken,
  // as LevelDB does. A disk that writes in order leaves no such log, only an end that was cut off,
  // which is no error; a disk that wrote a later page and not an earlier one does, and whether what
  // is missing then had been synced nobody can tell.
  bool paranoid = true;
  bool create = true;          // the database when there is none
  bool read_only = false;      // nothing is written, not even what recovery found
  bool compact_inline = true;  // by the call that makes it necessary; if not, by run() of the owner
};

}  // namespace systemsim::store
