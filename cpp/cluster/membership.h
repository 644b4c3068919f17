// Who is a member of the ring, as it changes while the store runs. Chapter section 03.
//
// A change (one machine joins, or leaves) goes through three epochs, each known by its number:
//     P1  reads: old ring        writes: old ring, and whoever gains the range
//     P2  reads: new ring        writes: new ring, and whoever loses the range
//     P3  the new ring alone
// Who asks more machines than W counts on needs as many more acknowledgements (Cassandra's pending
// ranges), so that a write is known to W machines of either ring. Any two neighbouring epochs may
// be used at once; who is further behind must not be served by a machine that loses a range, which
// is what the epoch fence is for (cluster/node.h). Machines learn of an epoch from any message that
// bears a later one.
// What an epoch means is the same for everybody, so machines hold its number alone.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "cluster/message.h"
#include "cluster/ring.h"
#include "cluster/token_range.h"

namespace systemsim {

struct Change {
  enum class Kind : uint8_t { join, leave };
  Kind kind = Kind::join;
  Endpoint node = kNobody;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.kind, self.node);
  }
};

// Whom a call goes to.
struct Replicas {
  std::vector<Endpoint> machines;  // distinct
  uint32_t pending = 0;  // how many of them come on top of n: so many answers more are needed
};

// What one machine has to hand to another before a change can be completed.
struct Transfer {
  Endpoint from = kNobody;
  Endpoint to = kNobody;
  std::vector<TokenRange> ranges;  // clockwise, none touching the next

  bool holds(Token token) const;
};

class Membership {
 public:
  // n: copies of a record, by which ranges are moved. pending_writes: whether writes go to both
  // rings during a change; without it P1 writes to the old ring alone, and P2 to the new one.
  Membership(Ring first, uint32_t n, bool pending_writes);

  // Copies of a record.
  uint32_t copies() const { return n_; }
  // The number of the last epoch that exists; 0 as long as nothing has changed.
  uint32_t last_epoch() const { return static_cast<uint32_t>(epochs_.size()) - 1; }
  // Whether a change can be made of the last epoch: a joining machine is no member, a leaving one
  // is, and at least n members stay.
  bool allows(const Change& change) const;
  // The same with the change's three epochs. Precondition: allows(change).
  Membership with(const Change& change) const;

  // epoch: 0 .. last_epoch().
  const Ring& ring(uint32_t epoch) const { return *epochs_[epoch].reads; }
  Replicas for_read(uint32_t epoch, Token token, uint32_t n) const;
  Replicas for_write(uint32_t epoch, Token token, uint32_t n) const;

  // Of the change that `epoch` belongs to. Precondition: epoch >= 1.
  const Change& change(uint32_t epoch) const { return changes_[(epoch - 1) / kPhases].change; }
  const std::vector<Transfer>& transfers(uint32_t epoch) const {
    return *changes_[(epoch - 1) / kPhases].transfers;
  }
  // Whether the machine is a member of the ring, or is joining or leaving it.
  bool belongs(uint32_t epoch, Endpoint machine) const;
  // 1, 2 or 3; 0 for epoch 0.
  static uint32_t phase(uint32_t epoch) { return epoch == 0 ? 0 : (epoch - 1) % kPhases + 1; }
  static constexpr uint32_t kPhases = 3;

 private:
  struct Epoch {
    std::shared_ptr<const Ring> reads;
    std::shared_ptr<const Ring> writes_too;  // null: nobody else
  };
  struct Made {
    Change change;
    std::shared_ptr<const std::vector<Transfer>> transfers;
  };

  uint32_t n_;
  bool pending_writes_;
  std::vector<Epoch> epochs_;
  std::vector<Made> changes_;
};

// What moves when `before` becomes `after`, for n copies: each machine that gains a range takes it
// from one that loses it. Where machines may stand twice in a list (skip_same_machine off), the
// number of a range's holders may change. If it grows, the new one takes what any of the old ones
// has: a copy of one alone may be behind, and would count like a good one. If it falls, who loses
// the range hands it to one who stays: nobody else may have it. By (from, to).
std::vector<Transfer> transfers_between(const Ring& before, const Ring& after, uint32_t n);

}  // namespace systemsim
