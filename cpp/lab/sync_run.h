// One reconciliation of two replicas over a link, with a bill: every byte goes through a channel
// that counts. Chapter section 07.
//
// The link delivers in order, each way by itself: a message is on the wire for its bytes by the
// bandwidth, behind what was sent before it, and arrives half a round trip later. Working takes no
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/reconcile.h"
#include "lab/json_writer.h"
#include "lab/sync_pair.h"

namespace systemsim {

struct SyncLink {
  static constexpr double kMostRttMs = 10'000.0;
  static constexpr double kLeastMbps = 0.001;
  static constexpr double kMostMbps = 100'000.0;

  double rtt_ms = 50.0;
  double mbps = 100.0;  // megabits a second, each way

  // "rtt_ms", "mbps".
  static SyncLink read(Fields& fields);
  uint64_t rtt_us() const;
  uint64_t wire_us(uint64_t bytes) const;
};

// "method", "fan_out", "depth" or "leaf_keys", "hash" ("64", "128", "sha256"), "levels_per_round",
// "batch". `keys`: of the replicas, for which leaf_keys (1, unless depth is given) makes a depth.
// Whether the method may be "hand" is the asker's to say: what is asked is not among these fields.
SyncSettings read_sync_settings(Fields& fields, uint32_t keys, bool may_be_by_hand = false);
// The same as members of an open object, leaf_keys as the depth that it made.
void write_sync_settings(JsonWriter& writer, const SyncSettings& settings);

class SyncRun : private SyncObserver {
 public:
  // Side 0 asks, side 1 answers.
  struct Sent {
    uint64_t sent_us = 0;
    uint64_t arrives_us = 0;
    uint32_t hop = 0;  // messages that had to arrive one after the other before this, and itself
    uint8_t from = 0;
    SyncMessage message;  // without its bytes
    uint64_t bytes = 0;
  };
  struct Bill {
    uint64_t bytes = 0;  // without records
    uint64_t record_bytes = 0;
    uint64_t messages = 0;
    uint64_t hashes = 0;
    uint64_t keys = 0;
    uint64_t copies = 0;
  };

  // The pair must outlive it.
  SyncRun(SyncPair& pair, const SyncSettings& settings, const SyncLink& link);
  SyncRun(const SyncRun&) = delete;
  SyncRun& operator=(const SyncRun&) = delete;

  bool finished() const { return next_ == queue_.size(); }
  // Delivers the next message. Precondition: !finished().
  void step();

  const std::vector<Sent>& sent() const { return sent_; }
  uint64_t now_us() const { return now_us_; }
  // By side: what that one has sent.
  const Bill& bill(uint32_t side) const { return bills_[side]; }
  // Trips there and back, one after the other.
  uint32_t rounds() const { return (hops_ + 1) / 2; }
  // Different keys of which a copy was sent, and those of them that differ.
  uint64_t keys_sent() const { return tokens(sent_keys_); }
  // The keys that changed on either side, by token, ascending.
  std::vector<Token> changed() const;

 private:
  struct Delivery {
    size_t sent = 0;  // in sent_
    std::string bytes;
  };

  void send(uint32_t from, uint32_t hop, std::vector<SyncMessage> messages);
  static uint64_t tokens(std::vector<Token> list);

  void on_compared(const MerkleRequest& nodes, const std::vector<uint32_t>& differing) override;
  void on_changed(std::string_view key, bool on_asker) override;
  void on_sent(std::string_view key, bool by_asker) override;

  SyncLink link_;
  std::array<std::unique_ptr<SyncEnd>, 2> ends_;
  std::vector<Sent> sent_;
  std::vector<Delivery> queue_;  // those before next_ have arrived; the others by arrival
  size_t next_ = 0;
  size_t taking_ = 0;  // the message that is being taken, in sent_
  uint64_t now_us_ = 0;
  std::array<uint64_t, 2> free_us_ = {};  // when the wire from that side is free
  std::array<Bill, 2> bills_;
  uint32_t hops_ = 0;
  std::vector<Token> sent_keys_;
  std::vector<Token> changed_keys_;
};

// What a finished run cost and whether it is right.
struct SyncReport {
  uint32_t rounds = 0;
  uint64_t messages = 0;
  uint64_t hashes = 0;
  uint64_t finish_us = 0;
  uint64_t tree_bytes = 0;                // of one side's tree; 0: it has none
  std::array<uint64_t, 2> bytes_to = {};  // without records; by side
  uint64_t bytes_records = 0;
  uint64_t keys_sent = 0;
  uint64_t keys_differing = 0;
  uint64_t keys_changed = 0;   // by the run, on either side
  bool found_exactly = false;  // they are those that differ
  bool equal_after = false;
  // Writes that no other had seen, and that some side holds neither nor anything after them.
  uint64_t lost_updates = 0;

  uint64_t bytes() const { return bytes_to[0] + bytes_to[1]; }
};

// What a finished run came to; `pair`: what it was run on.
SyncReport report_of(const SyncRun& run, const SyncPair& pair, const SyncSettings& settings);
// Makes a pair equal. Nothing of it is changed but the replicas.
SyncReport reconcile(SyncPair& pair, const SyncSettings& settings, const SyncLink& link);

// Of a pair before anything was sent.
struct SyncBounds {
  std::array<uint64_t, 2> bytes_to = {};  // the lower bound, by side that learns; rounded up
  uint64_t bytes_full = 0;                // one side's keys and copies
  uint64_t bytes_hash_list = 0;           // its list of hashes
};
SyncBounds bounds_of(const SyncPair& pair, MerkleHashKind hash);

// The fields that `systemsim merkle` prints.
void write_report(JsonWriter& writer, const SyncReport& report, const SyncBounds& bounds);

// A run during which clients write, and a second one when they have ended.
struct SyncOutcome {
  struct Billed {
    SyncReport report;
    SyncBounds bounds;
  };
  std::vector<SyncRun::Sent> sent;  // of the first
  Billed first;
  std::optional<Billed> again;  // nothing without writes
};
// `writes`: how many, one after each message that arrives, of any key on either side; what is left
// of them when the run has ended is not written. `operation`: of the first of them, that no other
// write has. The pair is left as it is.
SyncOutcome run_with_writes(const SyncPair& pair, const SyncSettings& settings,
                            const SyncLink& link, uint32_t writes, OperationId operation,
                            uint64_t stamp_us);

}  // namespace systemsim
