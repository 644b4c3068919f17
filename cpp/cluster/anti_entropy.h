// Anti-entropy: two replicas compare Merkle trees of what both of them hold, and hand each other
// what differs. Chapter section 07; Dynamo (SOSP 2007), section 4.7; Cassandra's repair.
//
// A machine keeps a tree for each other machine with which it shares keys, over the whole ring, of
// the keys that both hold by the ring; a change of a copy changes them at once. So equal roots say
// that the two hold the same versions of all that they share. They are built when first asked for,
// and again when the ring has changed.
//
//   asker -> other    compare: the hashes of these nodes?     other -> asker    compared
//   asker -> other    sync: my copies in the leaves that differ; the other keeps what is newer
//   other -> asker    synced: what it now holds there that the asker did not send
//
// Both ways by version: afterwards both hold every version that neither had replaced. One
// comparison at a time; what is lost is asked for again kMaxTries times, each time after twice as
// long, and then the next machine's turn has come. A value: a copy is a snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "cluster/membership.h"
#include "cluster/merkle_diff.h"
#include "cluster/message.h"
#include "store/store.h"

namespace systemsim {

struct AntiEntropySettings {
  uint64_t every_us = 0;  // with one machine after the other, one each time; 0: never by itself
  uint32_t fan_out = 16;  // of the trees
  uint32_t depth = 3;
  MerkleHashKind hash = MerkleHashKind::fast64;

  MerkleShape shape() const { return {{0, 0}, hash, fan_out, depth}; }
};

class AntiEntropy {
 public:
  // Of the machine whose trees these are.
  struct Context {
    Endpoint self = kNobody;
    uint32_t epoch = 0;  // of the ring
    const Membership& membership;
    const AntiEntropySettings& settings;
    const Store& store;
    uint64_t timeout_us = 0;
  };
  static constexpr uint8_t kMaxTries = 3;

  // The machine's copy of a key was `before`, and is `after` (nothing: no copy).
  void changed(std::string_view key, const std::optional<std::string>& before,
               const std::optional<std::string>& after, const Context& context);

  // Compares with this machine, unless it is at it with another. Whether it does.
  bool begin(Endpoint with, const Context& context, Output& out);
  // Compares with all the machines that hold what it should hold, one after the other, once what is
  // under way is done.
  void begin_with_all(const Context& context, Output& out);
  // The machines with which it shares keys of which it has a copy.
  std::vector<Endpoint> partners(const Context& context);
  void answer_compare(const Message& message, Message answer, const Context& context, Output& out);
  void take_compared(const Message& message, const Context& context, Output& out);
  // Whether this answer to what is under way says that the two do not hold the same.
  bool finds_a_difference(const Message& message) const;
  // Whether copies are on their way.
  bool is_syncing() const { return syncing_ && syncing_->sent; }
  // The other's part of a sync, once what it brought is kept: what the asker has not.
  Message answer_sync(const Message& message, Message answer, const Context& context);
  // Where this answers the sync under way, the next machine's turn has come.
  void take_synced(const Message& message, const Context& context, Output& out);
  // Precondition: wants(timer).
  void time_is_up(const Context& context, Output& out);
  bool wants(const Timer& timer) const {
    return syncing_ && timer.operation == id() && timer.turn == turn_;
  }

  // The root of the tree that it keeps for `peer`; zero where they share nothing.
  MerkleHash root(Endpoint peer, const Context& context);
  // The machine was switched off, or its disk is lost.
  void clear();

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.built_, self.epoch_, self.trees_, self.syncing_, self.waiting_, self.number_,
            self.attempt_, self.tries_, self.turn_);
  }

 private:
  struct Tree {
    Endpoint peer = kNobody;
    MerkleTree tree;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.peer, self.tree);
    }
  };
  struct Syncing {
    Endpoint peer = kNobody;
    MerkleDiff diff;
    bool sent = false;  // the copies in its leaves

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.peer, self.diff, self.sent);
    }
  };

  OperationId id() const { return operation_id(kSyncLane, number_); }
  void build(const Context& context);
  MerkleTree& tree_of(Endpoint peer, const Context& context);
  void add(std::string_view key, std::string_view copy, bool take_away, const Context& context);
  void next(const Context& context, Output& out);
  void ask(const Context& context, Output& out);
  // The copies of keys that the two share, in leaves of these runs.
  std::vector<Entry> entries_in(const MerkleRequest& leaves, Endpoint peer,
                                const Context& context) const;
  bool answers(const Message& message) const {
    return syncing_ && message.request.operation == id() && message.from == syncing_->peer;
  }

  bool built_ = false;
  uint32_t epoch_ = 0;       // of the ring by which the trees were built
  std::vector<Tree> trees_;  // in the order of peers
  std::optional<Syncing> syncing_;
  std::vector<Endpoint> waiting_;  // with whom it compares next, the last first
  uint32_t number_ = 0;            // of comparisons
  uint8_t attempt_ = 0;            // of its messages
  uint8_t tries_ = 0;              // of the step that is under way
  uint32_t turn_ = 0;              // of its timers
};

// Whether both machines hold the token's keys, by that ring.
bool share(const Ring& ring, Token token, uint32_t n, Endpoint one, Endpoint other);

}  // namespace systemsim
