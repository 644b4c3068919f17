// What a run is made of, before anything happens: cluster, network, traffic, initial records, and
// the actions that are done to it. Plain data; the text form is lab/scenario's business.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/history.h"
#include "base/ids.h"
#include "base/latency.h"
#include "base/sort.h"
#include "cluster/coordinator.h"
#include "cluster/healing.h"
#include "cluster/membership.h"
#include "sim/clock.h"
#include "sim/message_pattern.h"
#include "sim/nemesis.h"
#include "store/store.h"

namespace systemsim {

// Who coordinates a client's call.
enum class CoordinatorPlace : uint8_t {
  outside,  // the client itself: every leg crosses the network
  any,      // a machine drawn from all
  replica,  // a machine drawn from the key's replicas
};
// How long a coordinator that is a replica takes to reach itself.
enum class LocalLeg : uint8_t { sampled, zero };
enum class DiskModel : uint8_t { none, ssd, hdd };
// What a client makes of several versions that it reads: sim/resolve.h.
enum class Resolve : uint8_t {
  none,     // leaves them as they are
  latest,   // the latest by their stamps
  all,      // the union of lists; of anything else the latest
  sibling,  // the one that an action names
};

// One profile for all legs, and others for single legs. Kept as written, so that it can be written
// back; legs() says what it means.
struct Latency {
  using Choice = ProfileChoice;
  Choice base;
  std::array<std::optional<Choice>, kLegs> per_leg;

  bool operator==(const Latency&) const = default;
  std::array<Distribution, kLegs> legs() const;
};

// The clock of a machine or a client that is wrong from the start.
struct WrongClock {
  Endpoint owner = kNobody;
  int64_t skew_us = 0;
  int32_t drift_ppm = 0;
};

struct ClusterSettings {
  uint32_t nodes = 5;  // at the start
  RingSettings ring;
  uint32_t n = 3;
  uint32_t w = 2;
  uint32_t r = 2;
  // While the ring changes: writes go to both rings, and replicas refuse who is at an older one.
  bool pending_writes = true;
  bool epoch_fence = true;
  CoordinatorPlace coordinator = CoordinatorPlace::outside;
  LocalLeg local_leg = LocalLeg::sampled;
  CoordinatorSettings calls;
  StoreSettings store;  // of each machine
  HealingSettings healing;
  Resolve resolve = Resolve::none;  // never `sibling`
  std::vector<WrongClock> clocks;   // of distinct owners; all others are right
};

// Some messages are held up on their way, and others overtake them.
struct Spikes {
  double share = 0.0;  // of the messages
  uint64_t us = 0;     // at most; from half of it on

  bool operator==(const Spikes&) const = default;
};

// What the calls are about.
enum class Traffic : uint8_t {
  keys,          // k1, k2, ..., each call on its own
  five_records,  // the chapter's five records: sim/five_records.h
};
// When a client starts its next call.
enum class Loop : uint8_t {
  closed,  // a pause after the answer to the last one, so slow answers thin the traffic out
  open,    // a pause after the start of the last one, whatever became of it
};
// How the key of a call is drawn from k1, k2, ...
enum class KeysDrawn : uint8_t {
  uniform,  // all equally likely
  zipf,     // kj with a chance proportional to j^-zipf_exponent
  hot,      // k1 for hot_share of the calls, the others equally likely
};

struct Workload {
  uint32_t clients = 2;
  uint64_t duration_us = 0;  // clients start operations until then; 0: only actions
  Loop loop = Loop::closed;
  double think_ms = 100.0;  // mean of the pause, which is exponential
  Traffic traffic = Traffic::keys;
  bool conditional = false;  // five records, single owner: what was read is changed by a cas
  // Five records, closed loop: mean of the pause within a turn of two calls; nothing: think_ms.
  std::optional<double> turn_ms;
  // The rest is of the traffic over keys.
  double read_share = 0.5;
  uint32_t keys = 10;
  KeysDrawn keys_drawn = KeysDrawn::uniform;
  double zipf_exponent = 0.99;  // zipf only; Zipf::kLeastExponent .. kMostExponent
  double hot_share = 0.2;       // hot only; 0 .. 1
  uint32_t value_bytes = 8;     // at least; a value names its writer, so it is unique
};

struct InitialRecord {
  std::string key;
  std::string value;
};

struct Action {
  enum class Kind : uint8_t {
    put,
    get,
    erase,
    crash,
    restart,
    partition,
    heal,
    set,
    hold,
    release,
    join,
    leave,
    skew,
    link,
    cas,
    pause,
    resume,
    lose_disk,
    slow,
    repair
  };
  Kind kind = Kind::get;
  // put, get, erase, cas: whose call, and who coordinates it (a machine, or the client itself;
  // kNobody: as the cluster says)
  Endpoint client = kNobody;
  Endpoint coordinator = kNobody;
  // crash, restart, join, leave, pause, resume, lose_disk, slow, repair; skew: a machine or a
  // client
  Endpoint node = kNobody;
  uint64_t at_us = 0;
  std::optional<uint32_t> after;  // index of an earlier action; at_us then counts from its answer

  // put, get, erase
  std::optional<OperationId> id;  // else its index: operation_id(0, index)
  std::optional<uint32_t> n;
  std::optional<uint32_t> w;  // also `set`
  std::optional<uint32_t> r;  // also `set`
  std::string key;
  std::string value;
  std::optional<std::string> expected;  // cas: what the key has to hold; nothing: no value
  std::vector<Endpoint> asked;          // these replicas alone; empty: all
  // get: instead of the cluster's. put: in place of a value, what its client last read of the key
  std::optional<Resolve> resolve;
  OperationId sibling = kNoOperation;  // the write that made it; only Resolve::sibling
  bool blind = false;                  // put, erase: as if its client had seen nothing
  // skew
  int64_t skew_us = 0;
  int32_t drift_ppm = 0;
  // link: between `node` and this one messages take so much longer; slow: those to `node`
  Endpoint other = kNobody;
  uint64_t extra_us = 0;
  // partition: endpoints of different groups cannot hear each other; who is in none hears all
  std::vector<std::vector<Endpoint>> groups;
  bool one_way = false;  // partition: a group hears those before it, and is not heard by them
  // set
  std::optional<double> loss;
  std::optional<Latency> latency;
  std::optional<double> duplicates;
  std::optional<Spikes> spikes;
  // hold, release: which messages
  MessagePattern messages;

  bool is_call() const {
    return kind == Kind::put || kind == Kind::get || kind == Kind::erase || kind == Kind::cas;
  }
};

// The limits of a run; past one the scenario is refused.
struct Limits {
  static constexpr uint32_t kNodes = 1000;
  static constexpr uint32_t kVnodes = 1024;
  static constexpr uint32_t kRingPoints = 1U << 18;
  // Of all rings that the joins and leaves of a run make: each change keeps its own.
  static constexpr uint32_t kChangedPoints = 1U << 22;
  static constexpr uint32_t kDataCentres = 16;
  static constexpr uint32_t kCopies = 255;  // n
  static constexpr uint32_t kClients = 1000;
  static constexpr uint32_t kKeys = 1'000'000;
  // Calls that may wait for an answer at once in an open loop, on average, while nobody answers.
  static constexpr uint32_t kOpenCalls = 10'000;
  static constexpr uint32_t kActions = 10'000;
  static constexpr uint32_t kRecords = 10'000;
  static constexpr uint32_t kRecordBytes = 10'239;  // key + value: under 10 KB, the first goal
  static constexpr uint64_t kHeldBytes = 1ULL
                                         << 28;  // keys * value_bytes * n of the clients' traffic
  static constexpr uint64_t kTimeUs = 86'400'000'000ULL * 365;
  static constexpr uint64_t kSessionEvents = 1'000'000;
  // Setup::routine_calls: a year of five machines that gossip once a second fits.
  static constexpr uint64_t kRoutineCalls = 200'000'000;
  static constexpr uint64_t kMaxInteger = (1ULL << 53) - 1;  // integers that cross JSON
};

struct Setup {
  uint64_t seed = 42;
  ClusterSettings cluster;
  Latency latency;
  // How much longer a message takes one way from one data centre to another, in ms: row by row, one
  // row for each; empty: no longer.
  std::vector<double> between_ms;
  double loss = 0.0;
  double duplicates = 0.0;  // share of the messages that arrive twice
  Spikes spikes;
  DiskModel disk = DiskModel::none;
  std::vector<InitialRecord> records;
  Workload workload;
  Nemesis nemesis;
  // Rounds of gossip and anti-entropy come at least until then, as long as clients make traffic or
  // the nemesis does its work, and for `settle_us` after whatever is done to the run.
  uint64_t upkeep_us = 0;
  uint64_t settle_us = 0;  // 0: kSettlePeriods of the longer of the two periods
  static constexpr uint64_t kSettlePeriods = 60;
  // Rounds in which nothing is amiss are neither positions nor in the trace.
  bool skip_idle = false;

  uint64_t settles_us() const {
    const HealingSettings& healing = cluster.healing;
    return settle_us != 0
               ? settle_us
               : kSettlePeriods * std::max(healing.gossip.every_us, healing.anti_entropy.every_us);
  }
  // Until then rounds come whatever happens.
  uint64_t rounds_until_us() const {
    return std::max({upkeep_us, workload.duration_us, nemesis.mix == 0 ? 0 : nemesis.until_us});
  }
  // How often, about, machines call on one another in those rounds and the last ones before a rest.
  uint64_t routine_calls() const;

  // Whether two machines may coordinate one call: its client asks again, or its request arrives
  // twice.
  bool may_be_done_twice() const { return cluster.calls.retries > 0 || duplicates > 0.0; }
};

// The actions of a run with the order in which they happen: by time, then by place in the list;
// those that wait for another are found by whom they wait for.
// Precondition: the operation ids of its calls are distinct (the reader refuses others).
class Script {
 public:
  explicit Script(std::vector<Action> actions);

  const std::vector<Action>& actions() const { return actions_; }
  // Indices of the actions with a time of their own, in order.
  const std::vector<uint32_t>& timed() const { return timed_; }
  // Indices of the actions that wait for the answer of `operation`, in list order.
  std::vector<uint32_t> waiting_for(OperationId operation) const;

  // The operation that the call `index` (a put, get or erase) makes.
  OperationId operation_of(uint32_t index) const {
    return actions_[index].id.value_or(operation_id(0, index));
  }
  // The index of the call that makes `operation`; nothing when it is not this script's.
  std::optional<uint32_t> action_of(OperationId operation) const;
  // The id for a call that is added at the end: its index, or the next number that is not taken.
  OperationId free_id() const;

 private:
  std::vector<Action> actions_;
  std::vector<uint32_t> timed_;
  std::vector<uint32_t> waiting_;
  std::vector<SortKey> by_operation_;  // (operation, 0, index) of the calls
};

}  // namespace systemsim
