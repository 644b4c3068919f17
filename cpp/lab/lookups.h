// The job "lookups": reads of keys that are in a filled tree and of keys that are not, what each
// did and what it would cost on a disk. Chapter section 09.
//
// {"job": "lookups", "keys": 5000, "value_bytes": 100, "seed": 1,
//  "reads": 2000,          of each kind, 1 to 100 000
//  "bloom_bits": 10,       a key, 0 to 20; 0: no filters
//  "show": 0,              which read of each kind is told step by step
//  "each_bits": false}     the same for every number of bits from 0 to 20
//
// No block cache: each block that a read needs comes from the disk, as the first read of it does. A
// table's filters and its index are in memory, as LevelDB has them once a table is open. A block
// takes what an SSD of sim/disk.h takes: 0.1 ms, and its bytes at 500 MB/s.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "lab/sample_tree.h"
#include "store/memory_env.h"

namespace systemsim {

class Lookups : public AnswerJob {
 public:
  static constexpr uint32_t kMaxBits = 20;
  static constexpr uint32_t kMaxReads = 100'000;

  static Result<Lookups> read(const Json& job);

  // In trees that are filled and read.
  uint64_t total() const override { return 1 + (each_bits_ ? kMaxBits + 1 : 0); }
  uint64_t done() const override { return done_; }
  void advance(uint64_t budget) override;

 private:
  struct Kind {
    uint64_t found = 0;
    uint64_t in_memory = 0;
    store::ReadCounters counters;
    StoreCost cost;
    uint64_t us = 0;
    std::vector<uint64_t> reads_by_blocks;
    std::string shown;  // JSON
  };
  struct Tree {
    uint32_t bloom_bits = 0;
    std::string levels;  // JSON
    uint64_t table_bytes = 0;
    Kind hit;
    Kind miss;
  };

  Lookups() = default;
  Tree measure(uint32_t bloom_bits) const;
  void look(store::MemoryEnv& disk, const store::Db& db, bool hits, Kind& kind) const;
  uint32_t record_of(bool hits, uint32_t read) const;
  void write_kind(JsonWriter& writer, const Kind& kind) const;
  void write_tree(JsonWriter& writer, const Tree& tree) const;
  // The answer:
  // {"keys", "value_bytes", "seed", "reads", and for the bits that were asked for: "bloom_bits",
  //  "levels": as write_levels(), "table_bytes": of all tables, their filters included,
  //  "hit", "miss": {"reads", "found", "in_memory": found in the memtable,
  //     "filters": {"asked", "denied", "wrong"}, "blocks", "bytes",
  //     "reads_by_blocks": [how many read no block, one, ...], "blocks_a_read", "us_a_read"},
  //  "false_positives": {"asked", "wrong", "measured", "theory"}: of the misses; the rates null
  //     where there are no filters,
  //  "miss_over_hit": us_a_read of a miss over that of a hit,
  //  "shown": {"hit", "miss": {"key", "found", "blocks", "us", "steps": [
  //     {"step": "memtable", "found"}, {"step": "filter", "level", "file", "maybe"},
  //     {"step": "block", "level", "file", "offset", "bytes"},
  //     {"step": "table", "level", "file", "found"}]}},
  //  "each_bits": [{the above without "shown", for 0, 1, ...}]}
  void write(JsonWriter& writer) const override;

  SampleTree tree_;
  uint32_t reads_ = 2000;
  uint32_t bloom_bits_ = 10;
  uint32_t show_ = 0;
  bool each_bits_ = false;

  uint64_t done_ = 0;
  std::optional<Tree> asked_;
  std::vector<Tree> each_;
};

}  // namespace systemsim
