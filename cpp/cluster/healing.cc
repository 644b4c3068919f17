#include "cluster/healing.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/draw.h"
#include "base/sort.h"
#include "cluster/siblings.h"
#include "store/key_table.h"

namespace systemsim {
namespace {

constexpr OperationId kGossipRounds = operation_id(kGossipLane, kMaxOperationNumber);
constexpr OperationId kSyncRounds = operation_id(kSyncLane, kMaxOperationNumber);

}  // namespace

struct Healing::Parts {
  // A deletion's marker whose time will come.
  struct Marker {
    uint64_t stamp_us = 0;
    std::string key;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.stamp_us, self.key);
    }
  };

  Gossip gossip;
  uint32_t round = 0;  // of gossip, and
  uint32_t syncs = 0;  // of anti-entropy: how many there have been
  bool rounds_set = false;
  uint32_t turn = 0;  // of the rounds' timers
  Hints hints;
  AntiEntropy anti_entropy;
  Rebuild rebuild;
  std::vector<Marker> markers;  // by stamp
  bool markers_known = false;   // after a crash the store is searched for them
  std::array<uint64_t, kCarriers> brought = {};
  KeyTable<Carrier> by_key;

  void mark(uint64_t stamp_us, std::string_view key) {
    const auto place =
        std::upper_bound(markers.begin(), markers.end(), stamp_us,
                         [](uint64_t stamp, const Marker& one) { return stamp < one.stamp_us; });
    markers.insert(place, {stamp_us, std::string(key)});
  }

  template <class Archive>
  void walk(Archive& archive) const {
    archive(gossip, round, syncs, rounds_set, turn, hints, anti_entropy, rebuild, markers,
            markers_known, brought, by_key);
  }
};

namespace {

AntiEntropy::Context trees_of(const Healing::Context& context) {
  return {context.self,  context.epoch,     context.membership, context.settings.anti_entropy,
          context.store, context.timeout_us};
}

Rebuild::Context rebuild_of(const Healing::Context& context) {
  return {context.self,
          context.epoch,
          context.membership.ring(context.epoch),
          context.membership.copies(),
          context.w,
          context.timeout_us};
}

// The machine's clock when a marker has just had its time; 0: no marker has.
uint64_t oldest_us(const Healing::Context& context) {
  const uint64_t grace_us = context.settings.gc_grace_us;
  return grace_us == 0 || context.clock_us <= grace_us ? 0 : context.clock_us - grace_us;
}

std::shared_ptr<const Tidings> heartbeats_in(std::vector<Heartbeat> heartbeats) {
  Tidings tidings;
  tidings.heartbeats = std::move(heartbeats);
  return std::make_shared<const Tidings>(std::move(tidings));
}

// Those of machines that have not left the ring.
std::vector<Heartbeat> heard_in(std::vector<Heartbeat> heartbeats,
                                const Healing::Context& context) {
  if (context.epoch == 0) return heartbeats;
  std::erase_if(heartbeats, [&](const Heartbeat& heartbeat) {
    return !context.membership.belongs(context.epoch, heartbeat.machine);
  });
  return heartbeats;
}

// The marker in a copy, if it is one.
std::optional<Record> marker_in(std::string_view copy, Versions versions) {
  if (keeps_siblings(versions)) return std::nullopt;
  Record record = decode_record(copy);
  return record.deleted ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace

const char* name_of(Carrier carrier) {
  constexpr std::array<const char*, kCarriers> kNames = {"read_repair", "hint", "merkle",
                                                         "rebuild"};
  return kNames[static_cast<size_t>(carrier)];
}

bool Healing::available() { return true; }
Healing::Healing() = default;
Healing::~Healing() = default;
Healing::Healing(const Healing& other)
    : parts_(other.parts_ == nullptr ? nullptr : std::make_unique<Parts>(*other.parts_)) {}
Healing::Healing(Healing&&) noexcept = default;
Healing& Healing::operator=(const Healing& other) {
  if (this != &other) *this = Healing(other);
  return *this;
}
Healing& Healing::operator=(Healing&&) noexcept = default;

Healing::Parts& Healing::parts() {
  if (parts_ == nullptr) parts_ = std::make_unique<Parts>();
  return *parts_;
}

void Healing::walk_into(StateArchive& archive) const { parts_->walk(archive); }
void Healing::walk_into(SizeArchive& archive) const {
  archive.holds(sizeof(Parts));
  parts_->walk(archive);
}

bool Healing::has_rounds() const { return parts_ != nullptr && parts_->rounds_set; }

void Healing::start(const Context& context, Output& out) {
  const HealingSettings& settings = context.settings;
  if (!settings.has_rounds() || has_rounds()) return;
  Parts& mine = parts();
  mine.rounds_set = true;
  ++mine.turn;
  mine.gossip.excuse_silence(context.now_us);
  // Machines are not in step.
  const auto set = [&](OperationId rounds, uint64_t every_us) {
    if (every_us == 0) return;
    const uint64_t phase_us =
        draw(context.seed, Stream::upkeep_phase, {context.self, rounds}, context.generation) %
        every_us;
    out.timers.push_back({{context.self, rounds, mine.turn}, 1 + phase_us});
  };
  set(kGossipRounds, settings.gossip.every_us);
  set(kSyncRounds, settings.anti_entropy.every_us);
}

void Healing::crash() {
  if (parts_ == nullptr) return;
  parts_->gossip.clear();
  parts_->rounds_set = false;
  parts_->hints.crash();
  parts_->anti_entropy.clear();
  parts_->markers.clear();
  parts_->markers_known = false;
  parts_->by_key = {};
}

void Healing::lose_disk(const HealingSettings& settings) {
  crash();
  Parts& mine = parts();
  mine.hints.clear();
  if (settings.rebuild) mine.rebuild.need();
}

void Healing::go_on(const Context& context, Output& out) {
  if (parts_ != nullptr) parts_->rebuild.go_on(rebuild_of(context), out);
}

void Healing::repair(const Context& context, Output& out) {
  parts().anti_entropy.begin_with_all(trees_of(context), out);
}

bool Healing::wants(const Timer& timer) const {
  if (parts_ == nullptr) return false;
  if (timer.operation == kGossipRounds || timer.operation == kSyncRounds) {
    return parts_->rounds_set && timer.turn == parts_->turn;
  }
  return parts_->anti_entropy.wants(timer) || parts_->rebuild.wants(timer);
}

void Healing::handle_timer(const Timer& timer, const Context& context, Output& out) {
  Parts& mine = parts();
  if (mine.anti_entropy.wants(timer)) {
    return mine.anti_entropy.time_is_up(trees_of(context), out);
  }
  if (mine.rebuild.wants(timer)) return mine.rebuild.time_is_up(rebuild_of(context), out);
  const bool gossips = timer.operation == kGossipRounds;
  gossips ? round_of_gossip(context, out) : round_of_anti_entropy(context, out);
  if (!context.goes_on) {
    mine.rounds_set = false;
    return;
  }
  const HealingSettings& settings = context.settings;
  out.timers.push_back(
      {timer, gossips ? settings.gossip.every_us : settings.anti_entropy.every_us});
}

void Healing::round_of_gossip(const Context& context, Output& out) {
  forget_markers(context);
  if (context.membership.belongs(context.epoch, context.self)) {
    call_on_others(context, out);
  } else {
    parts().gossip.clear();  // nobody tells it of the others: it takes all of them to be there
  }
  readdress_hints(context);
  std::vector<Endpoint> owed;
  owed.reserve(parts().hints.targets().size());
  for (const Hints::Target& target : parts().hints.targets()) owed.push_back(target.machine);
  for (const Endpoint target : owed) hand_off(target, context, out);
}

void Healing::call_on_others(const Context& context, Output& out) {
  Parts& mine = parts();
  GossipSettings settings = context.settings.gossip;
  const auto is_gone = [&](Endpoint machine) {
    return !context.membership.belongs(context.epoch, machine);
  };
  std::erase_if(settings.seeds, is_gone);
  for (size_t i = 0; context.epoch > 0 && i < mine.gossip.peers().size(); ++i) {
    const auto machine = static_cast<Endpoint>(i);
    if (is_gone(machine)) mine.gossip.forget(machine);
  }
  mine.gossip.meet(settings.seeds.empty() ? context.membership.ring(context.epoch).members()
                                          : settings.seeds);
  mine.gossip.beat(context.self, context.generation);
  mine.gossip.judge(context.self, context.now_us, settings.every_us, context.settings.detector);
  mine.round = (mine.round + 1) % kMaxOperationNumber;
  const bool multicast = settings.spread == Spread::multicast;
  std::shared_ptr<const Tidings> tidings;
  if (multicast) {
    const Gossip::Peer& own = mine.gossip.peers()[context.self];
    tidings = heartbeats_in({{context.self, own.generation, own.beats}});
  } else if (settings.spread != Spread::pull) {
    tidings = heartbeats_in(mine.gossip.all());
  }
  for (const Endpoint peer :
       mine.gossip.partners(context.self, context.seed, mine.round, settings)) {
    Message message;
    message.kind = multicast ? MessageKind::beat : MessageKind::gossip;
    message.from = context.self;
    message.to = peer;
    message.epoch = context.epoch;
    message.request.operation = operation_id(kGossipLane, mine.round);
    message.tidings = tidings;
    out.messages.push_back({std::move(message), {}});
  }
}

void Healing::readdress_hints(const Context& context) {
  Hints& hints = parts().hints;
  std::vector<Endpoint> gone;
  for (const Hints::Target& target : hints.targets()) {
    if (!context.membership.belongs(context.epoch, target.machine)) gone.push_back(target.machine);
  }
  const Ring& ring = context.membership.ring(context.epoch);
  for (const Endpoint machine : gone) {
    for (const Entry& entry : hints.take_back(machine)) {
      for (const Endpoint home :
           ring.preference_list(token_of(entry.key), context.membership.copies())) {
        hints.keep(home, entry.key, entry.copy, context.versions);
      }
    }
  }
}

void Healing::hand_off(Endpoint target, const Context& context, Output& out) {
  Parts& mine = parts();
  if (mine.gossip.is_down(target)) return;
  const uint64_t patience_us = context.timeout_us;
  const Hints::Target* batch = mine.hints.next_batch(
      target, context.settings.hints.batch, context.now_us,
      context.now_us > patience_us ? context.now_us - patience_us : 0, oldest_us(context));
  if (batch == nullptr) return;
  Message message;
  message.kind = MessageKind::hand_off;
  message.from = context.self;
  message.to = target;
  message.epoch = context.epoch;
  message.request.operation = operation_id(kHintLane, batch->batch);
  message.entries = batch->on_its_way;
  out.messages.push_back({std::move(message), {}});
}

void Healing::round_of_anti_entropy(const Context& context, Output& out) {
  Parts& mine = parts();
  forget_markers(context);
  std::vector<Endpoint> peers = mine.anti_entropy.partners(trees_of(context));
  std::erase_if(peers, [&](Endpoint peer) { return mine.gossip.is_down(peer); });
  if (peers.empty()) return;
  // Whose turn it is keeps it while another comparison is under way.
  const Endpoint peer = peers[mine.syncs % peers.size()];
  if (mine.anti_entropy.begin(peer, trees_of(context), out)) ++mine.syncs;
}

void Healing::handle(const Message& message, Message answer, const StoreCost& cost,
                     const Context& context, Output& out) {
  Parts& mine = parts();
  const DetectorOptions& options = context.settings.detector;
  switch (message.kind) {
    case MessageKind::gossip: {
      const std::vector<Heartbeat> none;
      const auto& theirs = message.tidings != nullptr ? message.tidings->heartbeats : none;
      if (context.settings.gossip.spread != Spread::push) {
        answer.kind = MessageKind::gossiped;
        answer.tidings = heartbeats_in(mine.gossip.newer_than(theirs));
        out.messages.push_back({std::move(answer), {}});
      }
      return mine.gossip.merge(heard_in(theirs, context), context.self, context.now_us, options);
    }
    case MessageKind::gossiped:
    case MessageKind::beat:
      if (message.tidings == nullptr) return;
      return mine.gossip.merge(heard_in(message.tidings->heartbeats, context), context.self,
                               context.now_us, options);
    case MessageKind::hand_off:
      answer.kind = MessageKind::handed;
      out.messages.push_back({std::move(answer), cost});
      return;
    case MessageKind::handed:
      if (mine.hints.acknowledged(message.from, operation_number(message.request.operation))) {
        hand_off(message.from, context, out);
      }
      return;
    case MessageKind::compare:
      answer.kind = MessageKind::compared;
      return mine.anti_entropy.answer_compare(message, std::move(answer), trees_of(context), out);
    case MessageKind::compared:
      return mine.anti_entropy.take_compared(message, trees_of(context), out);
    case MessageKind::sync:
      if (message.epoch != context.epoch || message.tidings == nullptr) return;
      answer.kind = MessageKind::synced;
      answer = mine.anti_entropy.answer_sync(message, std::move(answer), trees_of(context));
      out.messages.push_back({std::move(answer), cost});
      return;
    case MessageKind::synced:
      out.unawaited += cost;
      return mine.anti_entropy.take_synced(message, trees_of(context), out);
    case MessageKind::restore: {
      if (mine.rebuild.under_way()) return;
      answer.kind = MessageKind::restored;
      const Ring& ring = context.membership.ring(context.epoch);
      uint64_t read = 0;
      context.store.for_each([&](std::string_view key, std::string_view copy) {
        if (!contains(ring.preference_list(token_of(key), context.membership.copies()),
                      message.from)) {
          return;
        }
        answer.entries.push_back({std::string(key), std::string(copy)});
        read += key.size() + copy.size();
      });
      const StoreCost walk = answer.entries.empty() ? StoreCost() : context.store.walk_cost(read);
      out.messages.push_back({std::move(answer), walk});
      return;
    }
    case MessageKind::restored:
      out.unawaited += cost;
      (void)mine.rebuild.answered(message, rebuild_of(context));
      return;
    default:
      SYSTEMSIM_ASSERT(false);
  }
}

bool Healing::is_forgotten(std::string_view copy, const Context& context) const {
  if (context.settings.gc_grace_us == 0) return false;
  const auto marker = marker_in(copy, context.versions);
  return marker && marker->version.stamp_us < oldest_us(context);
}

void Healing::kept(std::string_view key, const std::optional<std::string>& before,
                   const std::string& after, std::optional<Carrier> by, const Context& context) {
  if (by) {
    Parts& mine = parts();
    ++mine.brought[static_cast<size_t>(*by)];
    mine.by_key.own_value(mine.by_key.find_or_add(key)) = *by;
  }
  if (parts_ == nullptr) return;
  parts_->anti_entropy.changed(key, before, after, trees_of(context));
  if (context.settings.gc_grace_us == 0 || !parts_->markers_known) return;
  if (const auto marker = marker_in(after, context.versions)) {
    parts_->mark(marker->version.stamp_us, key);
  }
}

void Healing::forget_markers(const Context& context) {
  if (context.settings.gc_grace_us == 0) return;
  Parts& mine = parts();
  if (!mine.markers_known) {
    mine.markers_known = true;
    context.store.for_each([&](std::string_view key, std::string_view copy) {
      if (const auto marker = marker_in(copy, context.versions)) {
        mine.mark(marker->version.stamp_us, key);
      }
    });
  }
  auto due = mine.markers.begin();
  for (; due != mine.markers.end() && due->stamp_us < oldest_us(context); ++due) {
    std::optional<std::string> held;
    context.store.peek(due->key, held);
    const auto marker = held ? marker_in(*held, context.versions) : std::nullopt;
    if (!marker || marker->version.stamp_us != due->stamp_us) continue;
    (void)context.store.erase(due->key);
    mine.anti_entropy.changed(due->key, held, std::nullopt, trees_of(context));
  }
  mine.markers.erase(mine.markers.begin(), due);
}

void Healing::keep_missed(const Context& context, Output& out) {
  for (const Output::Missed& missed : out.missed) {
    Parts& mine = parts();
    const uint64_t silence_us = mine.gossip.silence_us(missed.target, context.now_us);
    if (silence_us > context.settings.hints.window_us) continue;
    mine.hints.keep(missed.target, missed.entry.key, missed.entry.copy, context.versions);
    out.unawaited.syncs += 1;
    out.unawaited.bytes_written += missed.entry.key.size() + missed.entry.copy.size();
  }
  out.missed.clear();
}

std::optional<std::string> Healing::hint_for(Endpoint target, std::string_view key) const {
  return parts_ == nullptr ? std::nullopt : parts_->hints.find(target, key);
}

void Healing::keep_hint(Endpoint target, std::string_view key, std::string_view copy,
                        Versions versions) {
  parts().hints.keep(target, key, copy, versions);
}

bool Healing::leads_on(const Timer& timer, const Membership& membership, uint32_t epoch) const {
  if (parts_ == nullptr) return false;
  if (parts_->anti_entropy.wants(timer)) return parts_->anti_entropy.is_syncing();
  if (timer.operation != kGossipRounds) return false;
  // Who has left takes nobody for dead, and hints for one who has left go to others.
  const bool is_gone = !membership.belongs(epoch, timer.owner);
  const auto& targets = parts_->hints.targets();
  return std::any_of(targets.begin(), targets.end(), [&](const Hints::Target& target) {
    return is_gone || !parts_->gossip.is_down(target.machine) ||
           !membership.belongs(epoch, target.machine);
  });
}

bool Healing::leads_on(const Message& message) const {
  return parts_ != nullptr && message.kind == MessageKind::compared &&
         parts_->anti_entropy.finds_a_difference(message);
}

bool Healing::is_down(Endpoint machine) const {
  return parts_ != nullptr && parts_->gossip.is_down(machine);
}

bool Healing::rebuilding() const { return parts_ != nullptr && parts_->rebuild.under_way(); }

const Gossip* Healing::gossip() const { return parts_ == nullptr ? nullptr : &parts_->gossip; }
const Hints* Healing::hints() const { return parts_ == nullptr ? nullptr : &parts_->hints; }

std::array<uint64_t, kCarriers> Healing::brought() const {
  return parts_ == nullptr ? std::array<uint64_t, kCarriers>() : parts_->brought;
}

std::vector<Healing::Brought> Healing::brought_by_key() const {
  std::vector<Brought> list;
  if (parts_ == nullptr) return list;
  const KeyTable<Carrier>& by_key = parts_->by_key;
  std::vector<std::string_view> keys;
  for (uint32_t at = 0; at < by_key.size(); ++at) keys.push_back(by_key.key(at));
  sort_texts(keys);
  list.reserve(keys.size());
  for (const std::string_view key : keys) {
    list.push_back({std::string(key), by_key.value(by_key.find(key))});
  }
  return list;
}

size_t Healing::markers() const { return parts_ == nullptr ? 0 : parts_->markers.size(); }

MerkleHash Healing::root(Endpoint peer, const Context& context) {
  return parts().anti_entropy.root(peer, trees_of(context));
}

}  // namespace systemsim
