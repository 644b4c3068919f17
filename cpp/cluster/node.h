// One machine: a replica of the keys that live on it, and a coordinator for whoever asks it.
// Sections 03, 04, 05 and 08 of the chapter.
//
// handle(message, now) -> messages, timers. It owns no clock, thread, socket or random device; the
// world gives it all of these. A crash here keeps what is on disk (the store's log is synced before
// an ack, unless the store is told otherwise, or has none), the epoch of the ring and how far a
// change of it is; it loses everything else.
//
// The epoch fence: a replica refuses a coordinator that is at an older epoch of the ring than
// itself, which then begins again with the newer ring.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cluster/coordinator.h"
#include "cluster/healing.h"
#include "cluster/lock_service.h"
#include "cluster/membership.h"
#include "cluster/message.h"
#include "cluster/mover.h"
#include "cluster/owner.h"
#include "store/store.h"

namespace systemsim {

// What a machine is told with each call.
struct NodeContext {
  uint64_t clock_us = 0;  // its clock, right or wrong
  const Membership& membership;
  // Its timeout is that of the steps by which the ring changes, too.
  const CoordinatorSettings& settings;
  bool fence = true;  // the epoch fence; single owner: of terms
  // The rest is healing's: Healing::Context.
  const HealingSettings& healing;
  uint64_t now_us = 0;
  uint32_t generation = 0;
  uint64_t seed = 0;
  uint32_t w = 0;
  bool goes_on = true;
};

class Node {
 public:
  explicit Node(Endpoint self, const StoreSettings& store = {}) : self_(self), store_(store) {}

  void handle(const Message& message, const NodeContext& context, Output& out);
  // The time for an operation, or for a step of a change, is up. Precondition: wants(timer).
  void handle_timer(const Timer& timer, const NodeContext& context, Output& out);
  bool wants(const Timer& timer) const {
    return coordinator_.wants(timer) || mover_.wants(timer) || healing_.wants(timer);
  }

  // Joins or leaves, by the change whose first epoch is `epoch`. Precondition: no change is under
  // way here.
  void start_change(uint32_t epoch, const NodeContext& context, Output& out);
  // Of the ring: the latest that this machine has heard of.
  uint32_t epoch() const { return epoch_; }

  // Loses what was not on disk.
  void crash() {
    coordinator_.clear();
    clients_.clear();
    owner_.crash();
    store_.crash();
    if (!store_.outlives_crash()) taken_.clear();
    healing_.crash();
  }
  // Loses its disk besides: all that a crash would have kept, but for the ring's epoch and how far
  // a change of it is, which the others would tell it.
  void lose_disk(const StoreSettings& store, const HealingSettings& settings);
  // What is on disk is found again. The answers of this machine wait for the work that this takes.
  [[nodiscard]] StoreCost restart() { return store_.restart(); }
  // Goes on with a change or a rebuild that is under way: it is back, or what was missing may be.
  void go_on(const NodeContext& context, Output& out);
  // Its rounds of gossip and anti-entropy come from now on, if they do not already.
  void start_rounds(const NodeContext& context, Output& out);
  // Compares what it holds with all the others that hold it.
  void repair(const NodeContext& context, Output& out);

  // Puts a copy in place before time starts.
  void load(std::string_view key, std::string_view copy) { (void)store_.put(key, copy); }
  const Store& store() const { return store_; }
  // What it holds of a key, latest first: one version at most, unless siblings are kept.
  std::vector<Record> versions_of(std::string_view key, Versions versions) const;
  const Owner& owner() const { return owner_; }
  const LockService& lock_service() const { return lock_service_; }
  const Healing& healing() const { return healing_; }
  // The root of what it shares with `peer`; zero where that is nothing.
  MerkleHash root(Endpoint peer, const NodeContext& context) {
    return healing_.root(peer, healing_context(context));
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.self_, self.store_, self.coordinator_, self.clients_, self.epoch_, self.mover_,
            self.taken_, self.owner_, self.lock_service_, self.healing_);
  }

 private:
  struct Waiting {  // who asked for an operation that is pending here
    OperationId operation = kNoOperation;
    Endpoint client = kNobody;
    uint8_t tries = 0;  // its newest; the reply's luck is of that try

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.operation, self.client, self.tries);
    }
  };

  void take_write(const Message& message, const NodeContext& context, Output& out);
  // Where ranges have owners: this machine's part of it, or the lock service's.
  void handle_owned(const Message& message, const NodeContext& context, Output& out);
  // Gives a write its version among the siblings that are here.
  void take(const Message& message, const NodeContext& context, Output& out);
  void answer_read(const Message& message, const NodeContext& context, Output& out);
  void heal(const Message& message, const NodeContext& context, Output& out);
  // Says that the sender's ring is too old, with the answer that it waits for.
  void refuse(const Message& message, MessageKind kind, Output& out) const;
  void coordinate(const Request& request, uint32_t tries, const NodeContext& context, Output& out);
  // Hands over the ranges that this machine loses by the change of `message`'s epoch.
  void hand_over(const Message& message, const Membership& membership, Output& out);
  void take_over(const Message& message, const NodeContext& context, Output& out);
  // Keeps the newest of a key's records, or joins its siblings. `by`: who brings it, if that is not
  // the write.
  StoreCost keep(std::string_view key, std::string_view copy, std::optional<Carrier> by,
                 const NodeContext& context);
  StoreCost keep_all(const Message& message, std::optional<Carrier> by, const NodeContext& context);
  Coordinator::Context coordinator_context(const NodeContext& context) const {
    return {self_,     epoch_,          context.clock_us, context.membership, context.settings,
            &healing_, &context.healing};
  }
  Healing::Context healing_context(const NodeContext& context) {
    return {self_,
            epoch_,
            context.now_us,
            context.clock_us,
            context.generation,
            context.seed,
            context.w,
            context.goes_on,
            context.membership,
            context.healing,
            context.settings.versions,
            context.settings.timeout_us,
            store_};
  }
  // The answer to `message`, addressed back to its sender.
  Message answer_to(const Message& message, MessageKind kind) const;
  // Turns the coordinator's answers into replies to the clients that wait for them, and keeps hints
  // of what was missed.
  void reply(const NodeContext& context, Output& out);

  Endpoint self_;
  Store store_;
  Coordinator coordinator_;
  std::vector<Waiting> clients_;
  uint32_t epoch_ = 0;
  Mover mover_;
  // The writes to which it gave a version, sorted: one that comes again, when it may long have been
  // overwritten, is not a new one. On disk, as what it gave.
  std::vector<OperationId> taken_;
  Owner owner_;
  LockService lock_service_;
  Healing healing_;
};

}  // namespace systemsim
