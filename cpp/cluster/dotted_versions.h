// Dotted version vector sets: the siblings of a key with one clock for all of them. Chapter section
// 06; N. Preguica, C. Baquero, P. Almeida, V. Fonte and R. Goncalves, "Dotted Version Vectors:
// Logical Clocks for Optimistic Replication", 2010, in the compact form of their dvvset.
//
// An event is a dot (server, number). A server's entry says that its events 1..counter are known,
// and holds the values of the newest of them that nobody has replaced, newest first: the first has
// the number `counter`, the next one less. So a write replaces exactly what its context had seen,
// and two writes through one server with the same context both stay, which a plain vector clock of
// servers cannot say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "cluster/record.h"

namespace systemsim {

class DottedVersions {
 public:
  struct Entry {
    Endpoint server = kNobody;
    uint32_t counter = 0;
    std::vector<Record> values;  // newest first; at most `counter`

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.server, self.counter, self.values);
    }
  };

  DottedVersions() = default;
  // A client's first write of a key: it has seen nothing.
  explicit DottedVersions(Record value) : fresh_{std::move(value)} {}
  // `entries` may stand in any order; each server at most once.
  DottedVersions(std::vector<Entry> entries, std::vector<Record> fresh);

  // What a client that reads this now has seen: its entries without their values.
  DottedVersions context() const;
  // A client's write after what it had seen. Precondition: this is a context.
  DottedVersions with(Record value) const;
  // `server`, whose copy this is, takes a client's write: what that had seen is replaced, all else
  // stays beside the new value. Precondition: `write` has one fresh value.
  void take(const DottedVersions& write, Endpoint server);
  // What both copies together know: no value that either of them knows to be replaced.
  void sync(const DottedVersions& other);

  // Whether `other` knows all that this does, and more.
  bool less(const DottedVersions& other) const;
  // Its siblings: by server, the newest of each first; then the fresh ones.
  std::vector<Record> siblings() const;
  size_t count() const;
  // Keeps of all siblings the latest version (Version's order), under the newest dot of its server:
  // for whoever shows one value. A copy must not sync after it, or copies may differ for good.
  void keep_latest();
  // A client's own value in place of all siblings.
  void reconcile(Record value);

  const std::vector<Entry>& entries() const { return entries_; }  // by server
  const std::vector<Record>& fresh() const { return fresh_; }
  bool empty() const { return entries_.empty() && fresh_.empty(); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.entries_, self.fresh_);
  }

 private:
  // The entry of `server`, which is made where there is none.
  Entry& entry_of(Endpoint server);

  std::vector<Entry> entries_;
  std::vector<Record> fresh_;  // values that no server has given a dot yet
};

}  // namespace systemsim
