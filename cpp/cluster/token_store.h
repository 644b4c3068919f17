// What a replica keeps, in the order of tokens, as Cassandra's tables have it: an LSM tree
// (store/db.h) on a disk in memory, whose keys begin with their token. So a part of the ring is
// one walk, and the copies in a few leaves of a Merkle tree are a few short ones. Chapter section
// 07.
//
// A value: a copy is a snapshot, and shares tables and memtables with what it was copied from until
// they change. So two replicas that were loaded as one cost one, and what differs. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/token_range.h"
#include "store/db.h"
#include "store/memory_env.h"

namespace systemsim {

class TokenStore {
 public:
  // Of keys and copies together.
  static constexpr uint64_t kMostPairBytes = 1U << 20;

  // Empty.
  TokenStore();

  uint64_t size() const { return size_; }  // keys

  // Precondition: key and copy are within kMostPairBytes.
  void put(std::string_view key, std::string_view copy);
  void erase(std::string_view key);
  std::optional<std::string> get(std::string_view key) const;
  // Calls visit(token, key, copy) for each key of the range, clockwise.
  template <class Visit>
  void for_each(const TokenRange& range, Visit visit) const {
    store::Call call(disk_);
    store::DbCursor cursor = db_.cursor(call);
    // A range that passes the end of the order (token 0) is two walks.
    const uint64_t first = TokenRange().offset(range.after) + 1;
    const uint64_t last = TokenRange().offset(range.last);
    if (first > last) {
      walk(cursor, first, UINT64_MAX, visit);
      walk(cursor, 0, last, visit);
    } else {
      walk(cursor, first, last, visit);
    }
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for_each(TokenRange(), visit);
  }

  uint64_t disk_bytes() const { return disk_.size_bytes(); }

 private:
  friend class TokenLoader;

  static std::string place_of(std::string_view key);

  template <class Visit>
  static void walk(store::DbCursor& cursor, uint64_t first, uint64_t last, Visit& visit) {
    for (cursor.seek(prefix(first)); cursor.valid(); cursor.next()) {
      const std::string_view place = cursor.key();
      const uint64_t offset = offset_in(place);
      if (offset > last) return;
      const auto token = static_cast<Token>(offset + 1);
      visit(token, place.substr(kPrefixBytes), cursor.value());
    }
    SYSTEMSIM_ASSERT(cursor.error() == nullptr);
  }
  // Before a key stands its token, as its offset in the ring after token 0, highest byte first.
  static constexpr size_t kPrefixBytes = 8;
  static std::string prefix(uint64_t offset);
  static uint64_t offset_in(std::string_view place);

  mutable store::MemoryEnv disk_;
  store::Db db_;
  uint64_t size_ = 0;
};

// Fills an empty store with many keys at once, without a log.
class TokenLoader {
 public:
  TokenLoader();

  // Precondition: clockwise after what was added before, in the order of TokenRange(): by token
  // from 1 on, then by key.
  void add(Token token, std::string_view key, std::string_view copy);
  TokenStore finish();

 private:
  void end_table();

  TokenStore store_;
  std::optional<store::TableBuilder> table_;
  std::string smallest_;
  std::string largest_;
};

}  // namespace systemsim
