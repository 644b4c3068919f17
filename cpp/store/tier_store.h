// The hash table with tiers of a simulated machine, on a disk in memory of its own. Section 01.
//
// A value: a copy is a snapshot of table and disk. Not thread-safe. Segments of the log are small,
// so that what is garbage is soon reclaimed; that is work in the background.
// Its parts are known to tier_store.cc alone, so that a program can do without it
// (no_tier_store.cc).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/archive.h"
#include "store/cost.h"

namespace systemsim {

// How a table stands.
struct TierReport {
  uint32_t keys = 0;
  uint32_t in_memory = 0;  // of their values
  uint64_t memory_bytes = 0;
  uint64_t log_bytes = 0;
  uint64_t live_bytes = 0;  // of the log's
  // Since the machine was last switched on:
  uint64_t hits = 0;    // reads answered from memory
  uint64_t misses = 0;  // reads that needed the disk
  uint64_t evictions = 0;
};

class TierStore {
 public:
  // Whether this program has it; what follows must not be called if it has not.
  static bool available();

  // memory_bytes: for values. sync_every: as LsmStore's.
  TierStore(uint64_t memory_bytes, uint32_t sync_every);
  TierStore(const TierStore& other);
  TierStore& operator=(const TierStore& other);
  TierStore(TierStore&&) noexcept;
  TierStore& operator=(TierStore&&) noexcept;
  ~TierStore();

  // Precondition of these three: it is running.
  StoreCost put(std::string_view key, std::string_view value);
  StoreCost get(std::string_view key, std::optional<std::string>& value);
  StoreCost erase(std::string_view key);
  // Memory is gone, and of the log what was not synced. What is left can be peeked at.
  void crash();
  // Replays the log.
  [[nodiscard]] StoreCost restart();

  // As get(), for whoever looks on: costs nothing and leaves no trace.
  void peek(std::string_view key, std::optional<std::string>& value) const;
  // Every key with its value, in the order in which keys were first put.
  std::vector<std::pair<std::string, std::string>> everything() const;
  TierReport report() const;
  uint32_t segments() const;  // of the log

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    self.walk_into(archive);
  }

 private:
  struct Parts;
  void walk_into(StateArchive& archive) const;
  void walk_into(SizeArchive& archive) const;

  std::unique_ptr<Parts> parts_;
};

}  // namespace systemsim
