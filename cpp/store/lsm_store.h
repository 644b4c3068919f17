// The LSM tree of a simulated machine, on a disk in memory of its own. Section 09.
//
// A value: a copy is a snapshot of tree and disk, and costs a few pointers. Not thread-safe.
// Sizes are small, so that a thousand machines fit into a browser: memtable and block cache 64 KiB
// each, tables 32 KiB.
// Its parts are known to lsm_store.cc alone, so that a program can do without the tree
// (no_lsm_store.cc).
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

namespace store {
class MemoryEnv;
}

// How a tree stands.
struct LsmReport {
  struct Level {
    uint32_t tables = 0;
    uint64_t bytes = 0;
  };
  uint64_t memtable_entries = 0;
  uint64_t memtable_bytes = 0;
  std::vector<Level> levels;
  uint64_t disk_bytes = 0;  // of all files
  // Since the run began, through crashes:
  uint64_t user_bytes = 0;  // keys and values, as they were given
  uint64_t log_bytes = 0;
  uint64_t flushes = 0;
  uint64_t compactions = 0;
  uint64_t table_bytes_written = 0;  // by flushes and compactions
  uint64_t blocks_read = 0;          // from disk
  uint64_t blocks_cached = 0;        // found in memory
  uint64_t filters_asked = 0;
  uint64_t filters_denied = 0;
};

class LsmStore {
 public:
  // Whether this program has the tree; what follows must not be called if it has not.
  static bool available();

  // sync_every: 1 makes every write safe before it is acknowledged; k > 1 only every kth, so that a
  // crash loses up to k - 1 acknowledged writes.
  explicit LsmStore(uint32_t sync_every);
  LsmStore(const LsmStore& other);
  LsmStore& operator=(const LsmStore& other);
  LsmStore(LsmStore&&) noexcept;
  LsmStore& operator=(LsmStore&&) noexcept;
  ~LsmStore();

  // Precondition of these four: it is running.
  StoreCost put(std::string_view key, std::string_view value);
  StoreCost get(std::string_view key, std::optional<std::string>& value);
  StoreCost erase(std::string_view key);
  // Memory is gone, and of the disk what was not synced. What is left can be peeked at.
  void crash();
  // Replays the log.
  [[nodiscard]] StoreCost restart();

  // As get(), for whoever looks on: costs nothing and leaves no trace.
  void peek(std::string_view key, std::optional<std::string>& value) const;
  // Every key with its value, in the order of keys.
  std::vector<std::pair<std::string, std::string>> everything() const;
  LsmReport report() const;
  uint32_t tables() const;
  // To be read from.
  store::MemoryEnv& disk() const;

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
