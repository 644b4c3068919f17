// The trace: what happened, as 32-byte records, and its hash. Two runs are the same iff their
// hashes are. The record's layout and the kinds' values are fixed by kTraceVersion; a link carries
// it.
//
// Hash: each record is folded into a 128-bit mix; `trace_sha256` is SHA-256 over the trace version,
// the mixes of chunks of 4 096 records, and the count (SHA-256 over every record would cost two
// thirds of the speed).
#pragma once

#include <cstdint>
#include <string>

#include "base/mix.h"
#include "base/sha256.h"

namespace systemsim {

constexpr uint32_t kTraceVersion = 1;
constexpr size_t kTraceRecordBytes = 32;

enum class TraceKind : uint8_t {
  invoke = 1,     // node = client, detail = verb
  complete = 2,   // node = client, flags = outcome
  send = 3,       // node = from, peer = to, detail = message kind; flags 1: a copy that the network
                  // makes of the message before
  deliver = 4,    // node = to, peer = from, detail = message kind
  drop = 5,       // node = to, peer = from, detail = message kind, flags = DropReason
  crash = 6,      // node
  restart = 7,    // node
  partition = 8,  // payload = the groups
  heal = 9,
  set = 10,        // payload = the new conditions
  hold = 11,       // a message is kept at the door: node = to, peer = from, detail = message kind
                   // flags 1: the action itself, which says from now on; kNobody, kAnyKind and
                   // kNoOperation where it does not say; flags 2: its receiver is paused
  release = 12,    // flags 1: the action, as for hold
  join = 13,       // node; flags = ChangeState
  leave = 14,      // node; flags = ChangeState
  skew = 15,       // node = a machine or a client; payload = how wrong its clock is from now on
  link = 16,       // node, peer: between whom; payload = the microseconds that it adds
  pause = 17,      // node
  resume = 18,     // node
  lose_disk = 19,  // node, which crashes, too
  slow = 20,       // node; payload = the microseconds that it adds to what is sent there
  repair = 21,     // node
};

// detail of a hold or release that means every kind of message.
constexpr uint16_t kAnyKind = 0xffff;

// What becomes of a join or leave.
enum class ChangeState : uint8_t {
  begun = 0,
  waits = 1,    // for the change that is under way
  refused = 2,  // a member joins, a machine that is none leaves, or too few would stay
};

// down: the machine is switched off, or is paused and has no room for more (World::kMostStalled).
enum class DropReason : uint8_t { lost = 1, cut = 2, down = 3 };

struct TraceRecord {
  uint64_t time_us = 0;
  TraceKind kind = TraceKind::invoke;
  uint8_t flags = 0;
  uint16_t node = 0xffff;
  uint16_t peer = 0xffff;
  uint16_t detail = 0;
  uint32_t message = 0;
  uint32_t operation = 0xffffffff;
  uint64_t payload = 0;  // a digest of key, value and version

  // Little-endian, fields in the order above. `out` holds kTraceRecordBytes.
  void write(char* out) const;
};

// One line, for people: "      9.123 ms  deliver  write A <- c1  op 0.1".
std::string to_text(const TraceRecord& record);

class TraceHash {
 public:
  TraceHash();
  void add(const TraceRecord& record);
  uint64_t count() const { return count_; }
  std::string sha256() const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.chunk_, self.sealed_, self.count_);
  }

 private:
  Mix128 chunk_;   // of the records since the last seal
  Sha256 sealed_;  // of the version and all full chunks
  uint64_t count_ = 0;
};

}  // namespace systemsim
