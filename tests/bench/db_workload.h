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
constexpr uint64_t kWalks = 5;  // of readseq, where one is too short to be timed

// Of the calls of a row, `entries` many, those from `first` up to `end` (readseq: each is a whole
// walk). Returns what came of them, which is the same for every engine: bytes, or keys that were
// there.
uint64_t run_slice(Engine& engine, Row row, uint64_t entries, uint64_t first, uint64_t end);
inline uint64_t run_row(Engine& engine, Row row, uint64_t entries) {
  return run_slice(engine, row, entries, 0, row == Row::readseq ? 1 : entries);
}
// Synced writes with random keys.
void run_fillsync(Engine& engine, uint64_t writes);

}  // namespace systemsim::bench
