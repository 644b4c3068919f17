// The workload of db_bench.cc, the rows of LevelDB's own db_bench: the same calls with the same
// keys and values for every engine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db_engine.h"

namespace systemsim::bench {

// In the order in which they are run: fillseq fills one database, fillrandom a second, which the
// rest asks.
enum class Row : uint8_t {
  fillseq,
  fillrandom,
  overwrite,
  readrandom,
  readmissing,
  readseq,
  seekrandom
};
constexpr const char* kRowNames[] = {"fillseq",     "fillrandom", "overwrite", "readrandom",
                                     "readmissing", "readseq",    "seekrandom"};
constexpr size_t kRows = 7;

// The calls of a row, `entries` many (readseq: one walk). Returns what came of them, which is the
// same for every engine: bytes, or keys that were there.
uint64_t run_row(Engine& engine, Row row, uint64_t entries);
// Synced writes with random keys.
void run_fillsync(Engine& engine, uint64_t writes);

// Until this process has done nothing for a while: until no thread of it compacts.
void wait_until_quiet();

}  // namespace systemsim::bench
