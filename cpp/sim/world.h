// The simulated world: machines, clients, network, and what is yet to happen to them.
//
// The world is a value. A copy is a snapshot, and stepping a copy with the same script gives the
// same bits on every machine. What is constant during a run (setup, ring) is shared between copies.
// Position = events processed. One step processes one event or one action.
// It knows the script only as an argument: actions that lie in the future may still change.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cluster/membership.h"
#include "cluster/node.h"
#include "sim/client.h"
#include "sim/disk.h"
#include "sim/doors.h"
#include "sim/event_queue.h"
#include "sim/network.h"
#include "sim/observer.h"
#include "sim/setup.h"
#include "sim/trace.h"

namespace systemsim {

// What all worlds of one setup share.
struct Stage {
  explicit Stage(Setup setup_in)
      : setup(std::move(setup_in)),
        membership(std::make_shared<const Membership>(
            Ring(setup.cluster.ring, first_machines(setup.cluster.nodes)), setup.cluster.n,
            setup.cluster.pending_writes)) {}
  Setup setup;
  std::shared_ptr<const Membership> membership;  // before any change
};

class World {
 public:
  struct Machine {
    Node node;
    bool up = true;
    uint32_t incarnation = 0;  // counts crashes
    Clock clock;
    DiskQueue disk;
    bool paused = false;         // it does nothing, and does not know
    std::vector<Event> stalled;  // what came meanwhile: messages, timers, and work of its disk

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.node, self.up, self.incarnation, self.clock, self.disk);
      if (self.paused) archive(self.stalled);
    }
  };

  // `seed` decides all luck but the ring's (Setup::cluster.ring_seed).
  World(std::shared_ptr<const Stage> stage, uint64_t seed);

  // Processes the next event or action; false when nothing is left to happen by `until_us`. Where
  // idle time is skipped (Setup::skip_idle), routine events before it are processed first, which
  // nobody is told of: a call may do nothing but many of those.
  bool step(const Script& script, Observer& observer, uint64_t until_us = kForever);
  static constexpr uint64_t kForever = UINT64_MAX;
  // Messages beyond so many that wait for a paused machine are dropped, as by a full socket.
  static constexpr size_t kMostStalled = 10'000;
  // When the next one is due; nothing when none is.
  std::optional<uint64_t> next_us(const Script& script) const;

  uint64_t now_us() const { return now_us_; }
  uint64_t position() const { return position_; }
  uint64_t seed() const { return seed_; }
  const TraceHash& trace() const { return trace_; }
  const Stage& stage() const { return *stage_; }
  const Membership& membership() const { return *membership_; }
  // The latest epoch that a machine is at.
  uint32_t epoch() const;
  // The ring that reads go by there.
  const Ring& ring() const { return membership_->ring(epoch()); }
  // Changes of the ring that wait for the one under way.
  const std::vector<Change>& waiting_changes() const { return waiting_changes_; }
  // Those that have begun; all but the last are complete.
  const std::vector<Change>& changes() const { return changes_; }
  bool ring_is_changing() const;
  const std::vector<Machine>& machines() const { return machines_; }
  // What the nemesis does, if there is one; those before next_fault() are done.
  const std::vector<Action>& faults() const { return *faults_; }
  // Routine events that were processed and not told.
  uint64_t skipped() const { return skipped_; }
  // Of them, since the last position.
  uint64_t skipped_here() const { return skipped_here_; }
  // Whether something waits for a machine that is paused.
  bool stalled() const;
  // The roots of the Merkle trees that two machines keep of what they share: {one's, other's}.
  std::pair<MerkleHash, MerkleHash> roots(Endpoint one, Endpoint other);
  // There in every run, spoken to only where ranges have owners.
  const Machine& lock_service() const { return lock_; }
  const Network& network() const { return network_; }
  const EventQueue& queue() const { return queue_; }
  const Doors& doors() const { return doors_; }
  uint32_t default_w() const { return w_; }
  uint32_t default_r() const { return r_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.seed_, self.now_us_, self.position_, self.w_, self.r_, self.next_timed_,
            self.next_message_, self.machines_, self.clients_, self.network_, self.queue_,
            self.doors_, self.trace_, self.changes_, self.waiting_changes_, self.lock_);
    archive(self.last_activity_us_, self.resting_);
    // What was skipped is no part of the state, and faults_ follow from the seed.
  }

 private:
  struct Context {  // of one step
    const Script& script;
    Observer& observer;
  };

  bool timed_action_is_next(const Script& script) const;
  // Whether the next event is routine, nothing else is under way, and nobody has to be told.
  bool may_skip(const Script& script, uint64_t until_us) const;
  void process(Event&& event, Context& context);
  // The machine that an event is about; nullptr: a client, or the world.
  Machine* host_of(const Event& event);
  void stall(Machine& machine, Event&& event, Context& context);
  // A paused machine goes on (`now_us() + 1`): what has come meanwhile comes in its order.
  void go_on(Machine& machine, Context& context);
  // `index`: of a scenario's action.
  void run_action(const Action& action, uint32_t index, Context& context);
  void crash(Machine& machine, Context& context);
  // Something is done to the run: rounds come again, or go on.
  void keep_awake();
  void start_rounds();
  void set_timers();
  void hold_or_release(const Action& action, Context& context);
  // A machine that was never heard of is there from now on, switched on and no member of the ring.
  Machine& machine(Endpoint node);
  const Machine& known_machine(Endpoint node) const {
    return node == kLockService ? lock_ : machines_[node];
  }
  void change_ring(const Change& change, Context& context);
  void begin_change(const Change& change, Context& context);
  // Who is or was missing may be back: the change that is under way is asked for again.
  void go_on_with_change(Context& context);
  NodeContext node_context(Endpoint node) const {
    const ClusterSettings& cluster = stage_->setup.cluster;
    const Machine& machine = known_machine(node);
    const Setup& setup = stage_->setup;
    return {machine.clock.read_us(now_us_),
            *membership_,
            cluster.calls,
            cluster.epoch_fence,
            cluster.healing,
            now_us_,
            machine.incarnation + 1,
            seed_,
            w_,
            now_us_ < setup.rounds_until_us() || now_us_ <= last_activity_us_ + setup.settles_us()};
  }
  // For a client that coordinates for itself.
  Coordinator::Context client_context(Endpoint client) const {
    const Client& state = clients_[client_index(client)];
    return {client, state.epoch, state.clock.read_us(now_us_), *membership_,
            stage_->setup.cluster.calls};
  }
  void set_clock(Endpoint owner, int64_t skew_us, int32_t drift_ppm);
  // Begins a call. `coordinator`: a machine, the client itself, or nobody in particular.
  void call(Request request, Endpoint coordinator, Context& context);
  // The machine that the client draws for a call, by the ring of `epoch`.
  Endpoint drawn_coordinator(const Request& request, uint32_t epoch, uint32_t tries) const;
  // Sends the call to a machine that coordinates, and sets its timer.
  void ask_machine(const Client& client, const Client::Call& call, Request request);
  // A write of an action after what its client has seen, or of what that makes of it (a delete, if
  // that is one); false: it is to make something of what it has not read, and is not sent.
  bool write_after_reading(const Action& action, Request& request);
  // What an answer with siblings tells its client.
  void see(Client& client, Answer& answer, Operation& operation, const Context& context);
  void end(Endpoint client, Answer answer, Context& context);
  void deliver(Event&& event, Context& context);
  // Of a message that has arrived: what the trace says.
  static TraceRecord arrival(const Event& delivery, TraceKind kind, uint8_t flags);
  void drop(const Event& delivery, DropReason reason, Context& context);
  // `flags`: 0: at a closed door; 2: by a paused machine.
  void tell_held(const Event& delivery, uint8_t flags, Context& context);
  void fire(const Timer& timer, Context& context);
  void wake(Endpoint client, Context& context);
  // Sends, sets timers and ends operations as `out_` says, on behalf of `host`.
  void carry_out(Endpoint host, Context& context);
  void send(Message&& message, Context& context);
  // `copy`: it is the second of two.
  void deliver_later(uint32_t id, Message&& message, uint64_t digest, bool copy, Context& context);
  bool wants(const Timer& timer) const;
  // Removes timers at the head of the queue that nobody wants any more.
  void drop_dead_timers();
  void plan_next_operation(Endpoint client);
  void record(TraceRecord trace_record, Context& context);

  std::shared_ptr<const Stage> stage_;
  uint64_t seed_ = 0;
  uint64_t now_us_ = 0;
  uint64_t position_ = 0;
  uint32_t w_ = 0;
  uint32_t r_ = 0;
  uint32_t next_timed_ = 0;  // into Script::timed()
  uint32_t next_message_ = 0;
  std::shared_ptr<const Membership> membership_;  // what changes_ make of the stage's
  std::vector<Change> changes_;                   // the last of them may be under way
  std::vector<Change> waiting_changes_;
  std::vector<Machine> machines_;
  Machine lock_ = {Node(kLockService), true, 0, {}, {}, false, {}};
  std::vector<Client> clients_;
  Network network_;
  EventQueue queue_;
  Doors doors_;
  TraceHash trace_;
  std::shared_ptr<const std::vector<Action>> faults_;
  uint64_t last_activity_us_ = 0;
  bool resting_ = false;   // some machine's rounds have ended
  bool skipping_ = false;  // within a step
  uint64_t skipped_ = 0;
  uint64_t skipped_here_ = 0;
  Output out_;  // scratch of one step; empty between steps
};

// Runs to the end, or until the next event lies after `until_us`. Returns the events processed.
uint64_t run(World& world, const Script& script, Observer& observer, uint64_t until_us);

}  // namespace systemsim
