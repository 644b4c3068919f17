// Single owner: what a machine does where each range of the ring has one owner at a time, as the
// tablets of BigTable do (Chang et al., OSDI 2006). Chapter section 10. It stands in the place of
// coordinator and replica, which know no owner.
//
//   client -> machine            a call (`request`). Who is not the owner passes it on to the owner
//                                that the lock service names, or asks to become it.
//   machine -> lock service      lease / granted: the range is yours, in this term, for so long
//   new owner -> range's n       learn / learned: it takes the furthest log of a majority, and
//                                gives its own term to what is not known to be done
//   owner -> range's n           append / appended, and commit: done is what a majority has
//
// Writes go through the log and are done in its order; one that is in it already is not put there
// again, so that a call may arrive as often as it likes. The owner answers reads by itself, from
// what is done, while its lease lasts by its own clock. Nobody else can then have done a write that
// it does not know: it counts its lease from when it *asked*, the lock service from when that came,
// so with clocks that run at one speed the next owner begins after it has ended; and all that
// earlier owners did is in the log of the majority that it has learned from. A clock that is slow,
// or is set back, makes the lease longer than the lock service believes it to be, and what is then
// read may be old. Writes do not rest on clocks but on the fence: a machine that has heard of a
// term refuses whatever is older.
//
// Nobody acts unless a call comes: a lease is asked for when one needs it, and asked for again
// when one comes in the second half of it; what was not answered is sent again when a client
// asks again. Who has not said that it knows what is done is told again with a read. So a run ends
// when its calls do, and whatever is lost costs a try.
//
// Disk: a machine answers when its log is synced: entries, and a term of which it hears first. What
// is done needs no sync, for the next owner finds it out from the logs.
//
// A crash keeps the log, the highest term heard of, and the number of the last request to the lock
// service; it loses everything else.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/message.h"
#include "cluster/replicated_log.h"
#include "cluster/ring.h"

namespace systemsim {

class Owner {
 public:
  // Whether this program has owners.
  static bool available();

  // What its machine tells it with each call.
  struct Context {
    Endpoint self = kNobody;
    uint64_t clock_us = 0;  // the machine's, right or wrong
    const Ring& ring;
    uint32_t n = 0;           // machines of a range
    uint64_t timeout_us = 0;  // of a client's try: after it, nobody waits for an answer
    bool fence = true;        // refuse older terms
    Store& store;
  };

  void handle(const Message& message, const Context& context, Output& out);
  // Loses what is not on disk.
  void crash();

  // Whether this machine takes itself for the owner of the range, and is ready to answer.
  bool serves(uint32_t range, uint64_t clock_us) const;
  // Its log of the range; null when it has none.
  const ReplicatedLog* log(uint32_t range) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.asked_, self.ranges_);
  }

 private:
  enum class Phase : uint8_t {
    none,      // not the owner
    learning,  // what a majority has
    settling,  // until a majority has what is not known to be done
    serving,
  };
  // Another machine of the range, as its owner knows it.
  struct Peer {
    Endpoint machine = kNobody;
    bool heard = false;    // it has told what is in its log
    uint32_t matched = 0;  // up to here its log is the owner's
    uint32_t sent = 0;     // up to here everything was sent
    uint32_t knows = 0;    // up to here it has said that it knows all to be done
    uint32_t told = 0;     // up to here it was told so

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.machine, self.heard, self.matched, self.sent, self.knows, self.told);
    }
  };
  // A client that waits: for an owner, or for its entry in the log.
  struct Waiting {
    Request request;
    uint8_t tries = 0;
    uint64_t since_us = 0;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.request, self.tries, self.since_us);
    }
  };
  struct Range {
    uint32_t number = 0;
    ReplicatedLog log;  // all but this is lost in a crash
    Phase phase = Phase::none;
    uint32_t term = 0;                      // of its ownership; 0: none
    uint64_t until_us = 0;                  // the end of its lease
    uint64_t renew_us = 0;                  // from here on a call makes it ask for more
    OperationId granted_by = kNoOperation;  // the last request by which it is the owner
    uint32_t settle_at = 0;                 // the last entry that was there when it took over
    uint8_t turn = 0;        // of what is sent again since that, so that each has its own luck
    uint64_t pushed_us = 0;  // when it last sent again, or told what is done
    OperationId request = kNoOperation;  // to the lock service, unanswered
    uint64_t requested_us = 0;
    Endpoint other = kNobody;  // who owns it, as the lock service said
    uint64_t other_until_us = 0;
    std::vector<Peer> peers;
    std::vector<Waiting> for_owner;
    std::vector<Waiting> for_log;

    bool serves(uint64_t clock_us) const { return phase == Phase::serving && clock_us < until_us; }

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.number, self.log, self.phase, self.term, self.until_us, self.renew_us,
              self.granted_by, self.settle_at, self.turn, self.pushed_us, self.request,
              self.requested_us, self.other, self.other_until_us, self.peers, self.for_owner,
              self.for_log);
    }
  };

  Range& range_of(const std::string& key, const Context& context);

  void call(const Message& message, const Context& context, Output& out);
  void granted(const Message& message, const Context& context, Output& out);
  void learn(const Message& message, const Context& context, Output& out);
  void learned(const Message& message, const Context& context, Output& out);
  void append(const Message& message, const Context& context, Output& out);
  void appended(const Message& message, const Context& context, Output& out);
  void committed(const Message& message, const Context& context, Output& out);

  // Asks the lock service for the lease, unless a request is still on its way.
  void ask_for_lease(Range& range, const std::string& key, const Context& context, Output& out);
  // Whether nothing was sent again for half a timeout; if so, it is now.
  static bool may_send_again(Range& range, const Context& context);
  // Does again what has to be answered before this machine can serve.
  void push(Range& range, const std::string& key, const Context& context, Output& out);
  void take_over(Range& range, const Message& granted, const Context& context, Output& out);
  // Goes on when a majority has told what it has.
  void settle(Range& range, const Message& subject, const Context& context, Output& out);
  void serve_waiting(Range& range, const Context& context, Output& out);
  void serve(Range& range, const Waiting& waiting, const Context& context, Output& out);
  void pass_on(Range& range, Endpoint to, const Context& context, Output& out);
  static void step_down(Range& range);
  // Whether that was new.
  static bool hear_term(Range& range, uint32_t term);
  static void send_learn(const Range& range, const Peer& peer, const Message& subject,
                         const Context& context, Output& out);
  static void send_entries(const Range& range, Peer& peer, uint32_t after, const Message& subject,
                           const StoreCost& cost, const Context& context, Output& out);
  // Finds out what a majority has, does it, and tells who has it.
  void advance(Range& range, const Context& context, Output& out);
  void commit(Range& range, uint32_t index, const Context& context, Output& out);
  static Message reply_to(const Waiting& waiting, const Context& context);
  // Tells what became of the write at `index`, which is done.
  static void reply(const Range& range, const Waiting& waiting, uint32_t index, StoreCost cost,
                    const Context& context, Output& out);
  static size_t majority(const Range& range) { return (range.peers.size() + 1) / 2 + 1; }

  uint32_t asked_ = 0;         // requests to the lock service so far
  std::vector<Range> ranges_;  // sorted by number
};

}  // namespace systemsim
