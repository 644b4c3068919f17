// The cluster's store: a hash table in memory before an append-only log on disk, of which it counts
// what it would cost. (The store whose values need not fit in memory, and whose log is there, is
// store/tiered_store.h.) Section 01.
//
// A put appends to the log and syncs it; a get is answered from memory. Without the log a put costs
// nothing, and a crash forgets everything. It grows without a pause (key_table.h). A value: a copy
// is a snapshot. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/cost.h"
#include "store/key_table.h"

namespace systemsim {

class HashTable {
 public:
  explicit HashTable(bool log = true) : log_(log) {}

  StoreCost put(std::string_view key, std::string_view value);
  // Sets `value` when the key is there and clears it when it is not.
  StoreCost get(std::string_view key, std::optional<std::string>& value) const;
  // Removing a key that is not there costs the log record all the same.
  StoreCost erase(std::string_view key);

  // As get(), for whoever looks on.
  void peek(std::string_view key, std::optional<std::string>& value) const {
    (void)get(key, value);
  }
  // The log that it stands for is synced at every write: nothing is lost, and nothing is done.
  void crash() {
    if (!log_) table_ = {};
  }
  StoreCost restart() { return {}; }

  bool log() const { return log_; }
  size_t size() const { return table_.size(); }
  // Calls visit(key, value) for each entry, in the order in which keys were first put (a removal
  // moves the last entry into the gap).
  template <class Visitor>
  void for_each(Visitor visit) const {
    for (uint32_t at = 0; at < table_.size(); ++at) visit(table_.key(at), table_.value(at));
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.table_);
  }

 private:
  bool log_;  // a setting, and so no part of the state
  KeyTable<std::string> table_;
};

}  // namespace systemsim
