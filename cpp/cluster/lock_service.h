// The lock service: says which machine owns a range, and until when. Chapter section 10; Burrows,
// OSDI 2006 (Chubby), of which this is the smallest part that a single owner needs: one node, which
// can crash and be cut off, and is not replicated itself.
//
// A lease lasts `lease_us` by this node's clock, from when the request came. Whoever asks while it
// lasts is told whose it is. Each new ownership has a term above all before it (a sequencer). The
// owner keeps its term by asking with it, even after the end, as long as nobody else has asked.
// The list of leases lies on disk: a crash loses no lease, and no term.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/message.h"
#include "cluster/ring.h"

namespace systemsim {

class LockService {
 public:
  struct Lease {
    uint32_t range = 0;  // the place of its point on the ring
    Endpoint owner = kNobody;
    uint32_t term = 0;
    uint64_t until_us = 0;               // by this node's clock
    OperationId request = kNoOperation;  // to which it was granted

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.range, self.owner, self.term, self.until_us, self.request);
    }
  };

  // Takes a `lease`: its epoch is the term that its sender has, or 0.
  void handle(const Message& message, const Ring& ring, uint64_t clock_us, uint64_t lease_us,
              Output& out);
  // The lease of a range, over or not; null when nobody ever asked.
  const Lease* find(uint32_t range) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.leases_);
  }

 private:
  std::vector<Lease> leases_;  // sorted by range
};

}  // namespace systemsim
