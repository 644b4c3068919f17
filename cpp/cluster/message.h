// What machines and clients say to one another. Plain values; no message knows the network.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/history.h"
#include "base/ids.h"
#include "cluster/record.h"
#include "cluster/tidings.h"
#include "store/cost.h"

namespace systemsim {

// Values are part of every golden hash: append, never renumber.
enum class MessageKind : uint8_t {
  request,   // client -> machine: coordinate this for me
  reply,     // machine -> client: what became of it
  write,     // coordinator -> replica (W)
  ack,       // replica -> coordinator (A)
  read,      // coordinator -> replica (R)
  response,  // replica -> coordinator (S)
  // While the ring changes (cluster/mover.h); all of them bear the epoch that they are about.
  announce,  // mover -> everybody: there is this epoch
  prepare,   // mover -> who loses ranges: hand them over
  stream,    // who loses ranges -> who gains them: the records
  streamed,  // who gained ranges -> mover: they are here
  settle,    // mover -> who loses ranges: serve nobody of an older epoch
  settled,   // back to the mover
  // Where versions say what they had seen (cluster/siblings.h).
  take,   // coordinator -> a replica: give this write its version
  taken,  // back: the version, among its siblings
  // Single owner (cluster/owner.h); those between machines bear the term as their epoch.
  lease = 14,  // machine -> lock service: let me be the owner of this key's range, or stay it
  granted,     // lock service -> machine: so be it; or `refused`, and who is (about)
  learn,       // new owner -> its range's machines: what is in your log?
  learned,     // machine -> new owner
  append,      // owner -> its range's machines: put this into your log
  appended,    // machine -> owner: it is there, up to log.index; not `found`: something is missing
  commit,      // owner -> its range's machines: what is in the log up to log.index, is done
  // Healing (cluster/healing.h).
  gossip,    // machine -> machine: the heartbeats that I know of, or what do you know?
  gossiped,  // back: those that you did not know
  beat,      // machine -> all others: my heart beats
  hand_off,  // who keeps hints -> whom they are for: what you have missed
  handed,    // back: it is here
  // Anti-entropy: an asker and another replica.
  compare,   // asker -> other: what are the hashes of these nodes of your Merkle tree?
  compared,  // back: these
  sync,      // asker -> the other: my copies in the leaves that differ
  synced,    // back: those that you did not have so
  restore,   // who has lost its disk -> all others: what do you have of mine?
  restored,  // back: these copies
};
constexpr int kMessageKinds = 32;
constexpr bool is_of_owners(MessageKind kind) {
  return kind >= MessageKind::lease && kind <= MessageKind::commit;
}
// What keeps the cluster whole while nothing is amiss: it may be skipped (Setup::skip_idle).
constexpr bool is_routine(MessageKind kind) {
  return kind == MessageKind::gossip || kind == MessageKind::gossiped ||
         kind == MessageKind::beat || kind == MessageKind::compare || kind == MessageKind::compared;
}

// "request", "reply", "write", "ack", "read", "response", "announce", ...
const char* name_of(MessageKind kind);

// One client call as it travels to whoever coordinates it.
struct Request {
  OperationId operation = kNoOperation;
  Endpoint client = kNobody;
  Verb verb = Verb::get;
  uint8_t n = 0;
  uint8_t w = 0;
  uint8_t r = 0;
  std::string key;
  std::string value;                    // put, cas
  std::optional<std::string> expected;  // cas
  std::vector<Endpoint> asked;          // ask these replicas alone; empty: all
  // A write that its client may send again: its version's stamp, by the client's clock; else 0.
  uint64_t stamp_us = 0;
  // Where versions say what they had seen: of a request and a take what the client had
  // (Siblings::context); of a message with a record the siblings of which it is one, the written
  // one or the latest (Siblings::encode).
  std::string seen;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.operation, self.client, self.verb, self.n, self.w, self.r, self.key, self.value,
            self.expected, self.asked, self.stamp_us, self.seen);
  }
};

// A copy of a key as it is handed from machine to machine, in the bytes in which a store keeps it.
struct Entry {
  std::string key;
  std::string copy;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.key, self.copy);
  }
};

// A write as it stands in a range's log (cluster/replicated_log.h). Its index is its place, from 1.
struct LogEntry {
  uint32_t term = 0;  // of the owner that put it there, or took it over
  OperationId operation = kNoOperation;
  Verb verb = Verb::put;
  bool refused = false;  // a cas that was done and found something else
  std::string key;
  std::string value;
  std::optional<std::string> expected;  // cas

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.term, self.operation, self.verb, self.refused, self.key, self.value,
            self.expected);
  }
};

// What a message says of a range's log.
struct LogPart {
  // append: of the entry before the first of `entries`; learned: of the last entry; commit: of the
  // last that is done; appended: the last that is the owner's (the index alone).
  uint32_t index = 0;
  uint32_t term = 0;
  // learn, learned, append, appended: up to which its sender knows all to be done.
  uint32_t committed = 0;
  std::vector<LogEntry> entries;  // learned, append

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.index, self.term, self.committed, self.entries);
  }
};

struct Message {
  // Out of line: a message is copied and moved in many places, and its parts are many.
  Message();
  ~Message();
  Message(const Message&);
  Message(Message&&) noexcept;
  Message& operator=(const Message&);
  Message& operator=(Message&&) noexcept;

  MessageKind kind = MessageKind::read;
  Endpoint from = kNobody;
  Endpoint to = kNobody;
  uint8_t attempt = 0;  // 0 for the first try of this message; request: of the call
  // response, reply to a get: `record` is meaningful; reply to a cas: it was equal, and is done
  bool found = false;
  // ack, response, taken: the replica knows a later epoch and did nothing; reply: too few replicas;
  // learned, appended: a later term; granted: somebody else is the owner
  bool refused = false;
  uint32_t epoch = 0;  // the sender's (cluster/membership.h); single owner: a term
  Request request;     // its operation, key and `seen` in every kind; the rest in request and take
  Record record;       // write, taken, response, reply; of an ack the version alone
  std::vector<Endpoint> answered;  // reply: whose answers counted
  std::vector<Entry> entries;      // stream, hand_off, sync, synced, restored
  // streamed: who handed the ranges over; granted: the owner; write, read, take: for whom its
  // receiver stands in
  Endpoint about = kNobody;
  uint64_t lease_us = 0;  // granted: how long the lease lasts
  LogPart log;
  // gossip, gossiped, beat, compare, compared, sync; or null
  std::shared_ptr<const Tidings> tidings;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.kind, self.from, self.to, self.attempt, self.found, self.refused, self.epoch,
            self.request, self.record, self.answered, self.entries, self.about, self.lease_us,
            self.log);
    if (self.tidings != nullptr) archive(*self.tidings);
  }
};

// How large a message counts as: a fixed header (kind, from, to, attempt, flags, epoch, operation,
// version), the key, the value it carries (or all siblings with their clocks) and what its client
// had seen; of streamed copies each has its key and two lengths. Who speaks of a log says its
// index, term, committed and how many entries there are, and each of those has its term, operation,
// verb with flag, and three lengths. A heartbeat is a machine and two numbers; for requests and
// answers about Merkle trees see cluster/merkle_diff.h. No framing of any network is in it, so it
// is the same on all of them.
constexpr uint64_t kMessageHeaderBytes = 32;
constexpr uint64_t kEntryHeaderBytes = 8;
constexpr uint64_t kLogPartHeaderBytes = 16;
constexpr uint64_t kLogEntryHeaderBytes = 24;
constexpr uint64_t kHeartbeatBytes = 10;
uint64_t size_bytes(const LogEntry& entry);
uint64_t size_bytes(const Message& message);

// The attempt with which a client's or an owner's n-th try begins: draws are by attempts, so what
// is sent again has luck of its own, and so has what a try itself sends again.
constexpr uint8_t attempt_of(uint32_t tries) { return static_cast<uint8_t>(tries * 32); }

// A wake-up that a state machine asks for. Whether it still matters when its time comes, the asker
// says (wants); one that does not is dropped without being an event.
struct Timer {
  Endpoint owner = kNobody;
  OperationId operation = kNoOperation;
  uint32_t turn = 0;  // of those that the asker set for this operation; an older one is void

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.owner, self.operation, self.turn);
  }
};

// The end of an operation, as its coordinator knows it.
struct Answer {
  OperationId operation = kNoOperation;
  OperationOutcome outcome = OperationOutcome::ok;
  bool found = false;
  Record record;  // get: the newest record among the answers
  std::vector<Endpoint> answered;
  // Where versions say what they had seen: the siblings, and whose they are.
  std::string siblings;
  std::string key;
  Verb verb = Verb::get;
};

// What handling one message or timer leads to. The world delays a message by its cost's disk time.
struct Output {
  // A write that a replica did not take: a hint of it is to be kept.
  struct Missed {
    Endpoint target = kNobody;
    Entry entry;
  };
  struct Sending {
    Message message;
    StoreCost cost;
  };
  struct Waking {
    Timer timer;
    uint64_t delay_us = 0;
  };
  std::vector<Sending> messages;
  std::vector<Waking> timers;
  std::vector<Answer> answers;  // from a coordinator to whoever hosts it
  std::vector<Missed> missed;   // likewise
  StoreCost unawaited;          // disk work that no message waits for

  void clear() {
    messages.clear();
    timers.clear();
    answers.clear();
    missed.clear();
    unawaited = {};
  }
};

}  // namespace systemsim
