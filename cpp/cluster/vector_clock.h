// Vector clocks, as Dynamo and Riak keep them: what a version had seen, as a counter for each
// writer. Chapter section 06; Dynamo (SOSP 2007), sections 4.4 and 6.3; Riak's vclock.erl.
//
// A clock descends from another when it has seen all that the other has; two clocks of which
// neither descends from the other belong to concurrent versions. Times decide nothing but which
// entry is forgotten first.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"

namespace systemsim {

// When entries of a clock are forgotten (Riak's rule and its defaults). The oldest entry goes,
// again and again, while the clock is longer than `small`, the entry is at least `young_us` old,
// and either the clock is longer than `big` or the entry is older than `old_us`. A version that
// has forgotten an entry may look concurrent with its own descendants; both are then kept as
// siblings. If what is forgotten is the entry of its own event, because its writer's clock is
// behind, it may even look like an ancestor of a concurrent version, and be lost.
struct PruneRule {
  uint32_t small = 50;
  uint32_t big = 50;
  uint64_t young_us = 20'000'000;
  uint64_t old_us = 86'400'000'000;

  bool operator==(const PruneRule&) const = default;
  // Dynamo's: no more than ten.
  static PruneRule dynamo() { return {.small = 10, .big = 10, .young_us = 0}; }
};

class VectorClock {
 public:
  struct Entry {
    Endpoint writer = kNobody;
    uint32_t counter = 0;
    uint64_t time_us = 0;  // of the writer's clock when it counted

    bool operator==(const Entry&) const = default;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.writer, self.counter, self.time_us);
    }
  };

  VectorClock() = default;
  // `entries` may stand in any order; each writer at most once.
  explicit VectorClock(const std::vector<Entry>& entries);

  // One more event of `writer`.
  void increment(Endpoint writer, uint64_t now_us);
  // Takes over all that `other` has seen. Of one writer the higher counter stays with its time; of
  // equal ones the later time.
  void merge(const VectorClock& other);
  // Forgets entries by `rule`; of equally old ones that of the lower writer first.
  void prune(const PruneRule& rule, uint64_t now_us);

  // How many events of `writer` it has seen.
  uint32_t counter(Endpoint writer) const;
  bool descends(const VectorClock& other) const;
  // Descends, and has seen more; differing times alone are nothing more.
  bool dominates(const VectorClock& other) const {
    return descends(other) && !other.descends(*this);
  }
  bool concurrent(const VectorClock& other) const {
    return !descends(other) && !other.descends(*this);
  }

  const std::vector<Entry>& entries() const { return entries_; }  // by writer
  bool empty() const { return entries_.empty(); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.entries_);
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace systemsim
