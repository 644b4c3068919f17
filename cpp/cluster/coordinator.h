// The coordinator of client calls: asks the replicas and finishes at the first w or r answers.
// Chapter section 05; Dynamo (SOSP 2007), section 4.5.
//
// A state machine without clock, network or randomness: messages and a time in, messages, timers
// and answers out. It lives in a machine, or in the client itself ("outside": Dynamo's
// client-driven coordination, and the model of the PBS paper, in which every leg crosses the
// network).
//
// A call has up to two rounds. Learning: replicas are read. Storing: a version is written to them.
//   read                    learn
//   read, blocking repair   learn, then store the newest where an answer was behind (Cassandra)
//   read, write-back        learn, then store the newest on w replicas (ABD: Attiya, Bar-Noy and
//                           Dolev, JACM 42(1), 1995)
//   write, last write wins  store, stamped by this coordinator's clock
//   write, logical stamps   learn, then store one above the highest stamp learned (ABD with many
//                           writers: Lynch and Shvartsman, 1997)
//   write, versions that    take: one replica (this machine, if it is one) gives it its version;
//     know what they saw    then store (Riak's coordinating vnode)
//
// Without a strict quorum. When `patience_us` have passed and too few have answered, the call is
// refused, or it is answered with what there is (one replica is enough). Whoever has patience also
// sends a write that it has answered again to those that have not acknowledged it, kMostResends
// times, each time after twice as long. That is section 02's choice, taken call by call.
//
// With healing (a machine alone has it). Those that it takes for dead are not sent a write where
// hints are kept, and miss it at once; who has not acknowledged one when its time is up misses it
// too. With sloppy quorums the next healthy machines of the ring stand in for them, in reads and
// writes: the first n healthy machines have to answer, not the first n.
//
// Invariants: an operation answers once; only delivered answers of distinct replicas count; what
// arrives later is ignored. After a timeout a write's fate is unknown: replicas may have taken it,
// or may take it yet. A write's stamp is taken once: whatever is sent again bears the same. A
// replica that knows a later epoch of the ring refuses; the operation then begins again under that
// epoch. A client that coordinates for itself asks again, those who have not answered, as often as
// `retries` says; one that asks a machine asks another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cluster/healing.h"
#include "cluster/membership.h"
#include "cluster/message.h"
#include "cluster/owner.h"
#include "cluster/vector_clock.h"

namespace systemsim {

// Whom a round is sent to: all n replicas, or as many of them as have to answer (the first that the
// ring names, or that the call does).
enum class Fanout : uint8_t { all, quorum };
// What a read does for replicas that answered with an older version, or with none.
enum class ReadRepair : uint8_t {
  off,
  background,  // after it has answered, and for those too whose answers come late
  blocking,    // before it answers
};
// What a call is told when too few replicas have answered in time.
enum class WithoutQuorum : uint8_t { refuse, answer };

struct CoordinatorSettings {
  static constexpr uint32_t kMostRetries = 7;
  static constexpr uint32_t kMostResends = 10;

  uint64_t timeout_us = 1'000'000;  // of each try
  uint32_t retries = 0;             // how often a client asks again; 0 .. kMostRetries
  Fanout fanout = Fanout::all;
  ReadRepair read_repair = ReadRepair::off;
  bool write_back = false;  // reads put what they return on w replicas before they answer
  Versions versions = Versions::lww;
  PruneRule prune;           // vector clocks only
  uint64_t patience_us = 0;  // 0: as long as the timeout, which says nothing to anybody
  WithoutQuorum without_quorum = WithoutQuorum::refuse;
  // One owner a range (cluster/owner.h) instead of coordinators; what stands above from fanout on
  // means nothing then.
  bool single_owner = false;
  bool has_owners() const { return Owner::available() && single_owner; }
  uint64_t lease_us = 2'000'000;  // how long an owner stays it without asking the lock service
};

class Coordinator {
 public:
  // What its host tells it with each call.
  struct Context {
    Endpoint self = kNobody;
    uint32_t epoch = 0;     // of the ring: the latest that the host has heard of
    uint64_t clock_us = 0;  // the host's clock, right or wrong; at least 1
    const Membership& membership;
    const CoordinatorSettings& settings;
    const Healing* healing = nullptr;  // the host's, with its settings; of a client null
    const HealingSettings* heals = nullptr;

    bool keeps_hints() const {
      return Healing::available() && healing != nullptr && heals->hints.on;
    }
  };

  // Sends the request to its replicas (request.n of them, fewer when the ring is smaller, and those
  // that are pending). `tries`: how often its client has asked before. One that is pending here is
  // asked again when this is a later try; when it is not, this is a copy, and nothing happens
  // (one that has answered, and still repairs, is begun anew).
  void start(const Request& request, uint32_t tries, const Context& context, Output& out);
  // Takes an ack, a response or a taken.
  void receive(const Message& message, const Context& context, Output& out);
  // The time is up: asks again if `may_retry` and it has tries left, else it ends.
  // Precondition: wants(timer).
  void time_is_up(const Timer& timer, bool may_retry, const Context& context, Output& out);
  // Whether the operation is still pending here, or has answered and still repairs.
  bool wants(OperationId operation) const;
  // Whether the timer is one of its last try, and what it is for is still open.
  bool wants(const Timer& timer) const;
  // Forgets everything that is pending (a crash).
  void clear() { pending_.clear(); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.pending_);
  }

 private:
  enum class Phase : uint8_t {
    learn,
    store,
    repair,  // it has answered; late answers may still show who is behind
    take,
    resend,  // it has answered; what it wrote is sent again to who has not acknowledged it
    hint,    // it has answered; who has not acknowledged it when its time is up misses it
  };
  // A timer's turn: the try whose time is up, or whose patience is; or which resend is due.
  static constexpr uint32_t kPatience = 0x100;
  static constexpr uint32_t kResend = 0x200;

  // A replica's answer in the round of learning.
  struct Heard {
    Endpoint replica = kNobody;
    bool found = false;
    Version version;
    std::string siblings;  // where there may be several versions

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.replica, self.found, self.version, self.siblings);
    }
  };
  // A replica that was taken for dead when the round began, and who stands in for it, if anybody.
  struct Away {
    Endpoint replica = kNobody;
    Endpoint stand_in = kNobody;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.replica, self.stand_in);
    }
  };
  struct Pending {
    OperationId operation = kNoOperation;
    Request request;
    Phase phase = Phase::learn;
    uint8_t tries = 0;       // before this one
    uint8_t attempt = 0;     // of messages; each try begins with another
    uint32_t epoch = 0;      // by whose ring the replicas were asked
    uint8_t since = 0;       // the first attempt of this epoch: answers to older ones do not count
    uint32_t asked = 0;      // how many replicas were, in this round
    uint32_t needed = 0;     // how many have to answer it
    uint8_t resends = 0;     // how many there have been
    uint8_t moves = 0;       // how often a take went on to another replica
    bool impatient = false;  // what comes next is answered with
    bool stamped = false;    // newest is the version that this write makes
    bool found = false;      // newest is a version
    Record newest;           // of those learned, or what a stamped write writes
    std::string siblings;    // of which newest is one
    std::vector<Heard> heard;
    std::vector<Endpoint> holders;  // who is known to have stored newest
    std::vector<Away> away;
    std::vector<Endpoint> missing;  // who misses it, and is known to

    bool write() const { return request.verb != Verb::get; }
    bool answered() const {
      return phase == Phase::repair || phase == Phase::resend || phase == Phase::hint;
    }
    bool heard_of(Endpoint replica) const {
      return std::any_of(heard.begin(), heard.end(),
                         [&](const Heard& entry) { return entry.replica == replica; });
    }
    // Whether the replica has something older than what this read knows, or nothing.
    bool behind(const Heard& replica) const {
      if (!found) return false;
      return !replica.found || replica.version != newest.version || replica.siblings != siblings;
    }

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.operation, self.request, self.phase, self.tries, self.attempt, self.epoch,
              self.since, self.asked, self.needed, self.resends, self.moves, self.impatient,
              self.stamped, self.found, self.newest, self.siblings, self.heard, self.holders);
      if (!self.away.empty() || !self.missing.empty()) archive(self.away, self.missing);
    }
  };
  using Place = std::vector<Pending>::iterator;

  Place find(OperationId operation);
  // Begins, or goes on with those who have not answered; all over again; without old answers.
  static void begin(Pending& pending, const Context& context, Output& out);
  static void ask_again(Pending& pending, uint32_t tries, const Context& context, Output& out);
  static void begin_again(Pending& pending, const Context& context, Output& out);
  static void forget_answers(Pending& pending);
  static void next_attempt(Pending& pending, uint8_t least);
  // Who asks again asks everybody.
  static Fanout fanout_of(const Pending& pending, const Context& context);
  // Whom the host takes for dead of those that the call is for, and who stands in for them.
  static void find_away(Pending& pending, const Context& context);
  // For whom `machine` stands in; kNobody: it is there itself.
  static Endpoint represented_by(const Pending& pending, Endpoint machine);
  static Endpoint stand_in_for(const Pending& pending, Endpoint replica);
  // Who is known not to have taken the write.
  static void miss(Pending& pending, Endpoint replica, Output& out);
  static void miss_the_rest(Pending& pending, const Context& context, Output& out);
  static void stamp(Pending& pending, uint64_t stamp_us);
  static void set_timers(const Pending& pending, const Context& context, Output& out);
  // Asks one replica to give the write its version.
  static void take(Pending& pending, const Context& context, Output& out);
  static void learn(Pending& pending, const Context& context, Output& out);
  // Sends newest to the replicas that are not known to have it, unless w have.
  static void store(Pending& pending, const Context& context, Output& out);
  // Sends newest to the replicas that were heard and do not have it, and to those that are pending.
  static void store_where_behind(Pending& pending, const Context& context, Output& out);
  // Sends newest to who was heard and is behind, and goes on so with answers that come late.
  static void repair_later(Pending& pending, const Context& context, Output& out);
  // What a read does before it answers.
  static void store_what_was_read(Pending& pending, const Context& context, Output& out);
  static void send(const Pending& pending, MessageKind kind, Endpoint replica,
                   const Context& context, Output& out);
  void hear(Place pending, const Message& response, const Context& context, Output& out);
  void taken(Place pending, const Message& message, const Context& context, Output& out);
  // Too few have answered for too long.
  void decide(Place pending, const Context& context, Output& out);
  void resend(Place pending, const Context& context, Output& out);
  // Of those that a write is for, who is not known to have stored it.
  static std::vector<Endpoint> unacknowledged(const Pending& pending, const Context& context);
  void learned(Place pending, const Context& context, Output& out);
  void answer(Place pending, OperationOutcome outcome, const Context& context, Output& out);

  std::vector<Pending> pending_;  // sorted by operation
};

}  // namespace systemsim
