// The job behind `systemsim tiers` and the page's lid over the busiest keys: one machine with a
// tiered store (store/tiered_store.h), asked by one client that waits for each answer. Section 01.
//
// {"job": "tiers",
//  "keys": 100000, "value_bytes": 100,
//  "traffic": "zipf" | "even",  which keys are asked for; "exponent": 0.99 belongs to zipf
//  "reads": 0.95,               share of the operations; the rest are writes
//  "memory": 0.1,               for this share of the values
//  "eviction": "lru" | "clock",
//  "log": true,                 false: none at all, and everything in memory
//  "sync_every": 1,             writes that a crash can take, at most: one less
//  "compress": false,
//  "disk": "ssd" | "hdd" | "none",
//  "warm_up": 200000,           operations that are not counted
//  "operations": 200000,        that are
//  "crash_at": k,               after so many of these the machine loses its power; absent: never
//  "seed": 1}
//
// First all keys are written once. A call takes 1 microsecond and its disk work (sim/disk.h). What
// tidying the log costs is the background's: it delays nobody, and is told apart. After a crash the
// log is replayed, and every key is compared with what was acknowledged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/zipf.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "sim/setup.h"
#include "store/memory_env.h"
#include "store/tiered_store.h"

namespace systemsim {

class TiersJob : public AnswerJob {
 public:
  static constexpr uint32_t kMaxKeys = 200'000;
  static constexpr uint32_t kMaxValueBytes = 1000;
  static constexpr uint64_t kMaxBytes = 50'000'000;  // keys * value_bytes
  static constexpr uint32_t kMaxOperations = 5'000'000;
  static constexpr size_t kBins = 100;    // of the keys, the most asked for first
  static constexpr size_t kWindows = 40;  // of the counted operations, in their order

  static Result<TiersJob> read(const Json& job);

  // In operations, and in keys that are looked at after a crash.
  uint64_t done() const override { return done_; }
  uint64_t total() const override;
  bool finished() const override { return done_ == total() || error_.has_value(); }
  // The store refused something, which no setting should make it do; the answer then says what.
  bool failed() const { return error_.has_value(); }
  // Runs at most `budget` operations more.
  void advance(uint64_t budget) override;

 private:
  struct Settings {
    uint32_t keys = 100'000;
    uint32_t value_bytes = 100;
    bool even = false;
    double exponent = 0.99;
    double reads = 0.95;
    double memory = 0.1;
    store::TierOptions store;
    DiskModel disk = DiskModel::ssd;
    uint32_t warm_up = 200'000;
    uint32_t operations = 200'000;
    std::optional<uint32_t> crash_at;
    uint64_t seed = 1;
  };
  using Bins = std::array<uint32_t, kBins>;
  struct Crash {
    uint64_t restart_us = 0;
    uint64_t log_bytes = 0;
    uint32_t in_memory = 0;
    uint32_t in_memory_after = 0;
    uint32_t keys_gone = 0;
    uint32_t keys_behind = 0;
    uint32_t newest = 0;  // the number of the newest write that is still there
    uint32_t acknowledged = 0;
    Bins logged{};
    Bins lost{};
  };

  TiersJob(const Settings& settings, store::TieredStore store);
  static Settings read_settings(const Json& job, std::optional<Error>& error);

  void step();
  void call(uint64_t operation, bool is_counted);
  uint64_t write(uint32_t key);
  void tidy();
  void crash();
  void look_at(uint32_t key);
  std::string value_of(uint32_t key, uint32_t number) const;
  uint64_t took_us(const StoreCost& cost) const;
  size_t bin_of(uint32_t key) const { return static_cast<size_t>(key) * kBins / settings_.keys; }
  template <class T>
  bool take(const Result<T>& result) {
    if (!result && !error_) error_ = result.error();
    return result.ok();
  }
  void write_settings(JsonWriter& writer) const;
  // The answer:
  //   {settings, of which "reads" is "reads_share" here,
  //    "reads", "writes": counts, "hits", "misses", "absent", "hit_rate",
  //    "read_ms", "write_ms": {"p50", "p99", "p999", "max"}, "read_mean_ms", "write_mean_ms",
  //    "in_memory": values, "memory_bytes", "log_bytes", "live_bytes",
  //    "background": {"segments", "bytes_read", "bytes_written", "ms"},
  //    "asked", "held", "logged": of each bin of the keys, reads, and at the end values in memory
  //       and in the log,
  //    "window_reads", "window_hits",
  //    "crash": null or {"at", "restart_ms", "log_bytes",
  //       "in_memory", "in_memory_after": values just before and just after the restart,
  //       "keys_gone", "keys_behind", "writes_lost",
  //       "logged", "lost": of each bin, values that the log still has, and keys gone or behind}}
  void write(JsonWriter& writer) const override;

  Settings settings_;
  Zipf zipf_;
  store::MemoryEnv env_;
  store::TieredStore store_;
  std::optional<Error> error_;
  uint64_t done_ = 0;
  std::vector<uint32_t> load_order_;
  std::vector<uint32_t> newest_;  // each key's last write that was acknowledged, by its number
  uint32_t writes_ = 0;           // all there were, which numbers them
  uint64_t hits_ = 0;             // from here on of counted operations
  uint64_t misses_ = 0;
  uint64_t absent_ = 0;
  std::vector<uint64_t> read_us_;
  std::vector<uint64_t> write_us_;
  Bins asked_{};
  std::array<uint32_t, kWindows> window_reads_{};
  std::array<uint32_t, kWindows> window_hits_{};
  StoreCost background_;
  uint64_t background_us_ = 0;
  uint64_t tidied_ = 0;
  std::optional<Crash> crash_;
};

}  // namespace systemsim
