// What one machine does so that the cluster survives, beside serving calls. Chapter section 07:
// gossip and suspicion (cluster/gossip.h, failure_detector.h), hints for who missed a write
// (hints.h), anti-entropy with Merkle trees (anti_entropy.h), markers of deletions that are
// forgotten after a grace, and the rebuild after a lost disk (rebuild.h). Each can be switched off.
//
// On disk, so that a crash keeps it: hints, that a rebuild is needed, and how far its rounds were
// numbered. A value: a copy is a snapshot. A program may do without all of it (no_healing.cc).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "cluster/anti_entropy.h"
#include "cluster/failure_detector.h"
#include "cluster/gossip.h"
#include "cluster/hints.h"
#include "cluster/membership.h"
#include "cluster/message.h"
#include "cluster/rebuild.h"
#include "store/store.h"

namespace systemsim {

struct HealingSettings {
  GossipSettings gossip;
  DetectorOptions detector;
  // A call goes to the first n machines that its coordinator does not take for dead: others stand
  // in for those that it does, and keep what they are sent to write as hints (Dynamo, 4.6).
  bool sloppy = false;
  HintSettings hints;
  AntiEntropySettings anti_entropy;
  // How long the marker of a deletion is kept, by the machine's own clock; 0: for ever.
  uint64_t gc_grace_us = 0;
  bool rebuild = true;  // a machine that lost its disk streams from a quorum before it serves

  // Whether it has rounds, which come by themselves.
  bool has_rounds() const { return gossip.every_us > 0 || anti_entropy.every_us > 0; }
};

// Who brought a machine what it did not have, other than the write itself.
enum class Carrier : uint8_t { read_repair, hint, merkle, rebuild };
constexpr size_t kCarriers = 4;
const char* name_of(Carrier carrier);  // "read_repair", "hint", "merkle", "rebuild"

class Healing {
 public:
  // Whether this program has it.
  static bool available();

  // What it is told with each call.
  struct Context {
    Endpoint self = kNobody;
    uint32_t epoch = 0;       // of the ring, here
    uint64_t now_us = 0;      // since the machine was made: no clock can be wrong about that
    uint64_t clock_us = 0;    // its clock, right or wrong
    uint32_t generation = 0;  // how often it was switched on, from 1
    uint64_t seed = 0;        // of the luck with which it calls on others
    uint32_t w = 0;           // that writes wait for
    bool goes_on = true;      // whether there will be another round
    const Membership& membership;
    const HealingSettings& settings;
    Versions versions = Versions::lww;
    uint64_t timeout_us = 0;
    Store& store;
  };
  struct Brought {
    std::string key;
    Carrier by = Carrier::hint;
  };
  struct Parts;

  Healing();
  ~Healing();
  Healing(const Healing& other);
  Healing(Healing&&) noexcept;
  Healing& operator=(const Healing& other);
  Healing& operator=(Healing&&) noexcept;

  // The machine is switched on, or rounds come again: sets the timers of its rounds, unless they
  // are set.
  void start(const Context& context, Output& out);
  bool has_rounds() const;  // they are set
  void crash();
  // Loses the disk, too: it needs a rebuild, if the settings say so.
  void lose_disk(const HealingSettings& settings);
  // Goes on with a rebuild, if one is under way.
  void go_on(const Context& context, Output& out);
  // Compares with all that share keys with it, one after the other.
  void repair(const Context& context, Output& out);
  // Takes a message of healing's, the copies in which the node has kept already, at that cost.
  // `answer`: addressed to its sender.
  void handle(const Message& message, Message answer, const StoreCost& cost, const Context& context,
              Output& out);
  bool wants(const Timer& timer) const;
  void handle_timer(const Timer& timer, const Context& context, Output& out);

  // Whether a copy is the marker of a deletion that has had its time: who has forgotten it is not
  // told again.
  bool is_forgotten(std::string_view copy, const Context& context) const;
  // The store's copy of a key was `before`, and is `after`. `by`: who brought it, if that was not
  // the write.
  void kept(std::string_view key, const std::optional<std::string>& before,
            const std::string& after, std::optional<Carrier> by, const Context& context);
  // Keeps a hint of each, for those who have not been silent for longer than the window.
  void keep_missed(const Context& context, Output& out);
  // As a stand-in: what it keeps for that machine, and a copy to be kept so.
  std::optional<std::string> hint_for(Endpoint target, std::string_view key) const;
  void keep_hint(Endpoint target, std::string_view key, std::string_view copy, Versions versions);

  // Whether a timer or message of its rounds finds work to be done: a hint for somebody who is
  // there or has left the ring of `epoch`, or a difference.
  bool leads_on(const Timer& timer, const Membership& membership, uint32_t epoch) const;
  bool leads_on(const Message& message) const;

  bool is_down(Endpoint machine) const;
  // Answers no read: it is rebuilding.
  bool rebuilding() const;

  // For whoever looks on; null or empty where there is nothing.
  const Gossip* gossip() const;
  const Hints* hints() const;
  // How often a copy here became newer, by who brought it; and by key, since it was last switched
  // on, who was the last, in the order of keys.
  std::array<uint64_t, kCarriers> brought() const;
  std::vector<Brought> brought_by_key() const;
  // Markers that are waiting for their time.
  size_t markers() const;
  MerkleHash root(Endpoint peer, const Context& context);

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    if (self.parts_ != nullptr) self.walk_into(archive);
  }

 private:
  Parts& parts();
  void walk_into(StateArchive& archive) const;
  void walk_into(SizeArchive& archive) const;

  void round_of_gossip(const Context& context, Output& out);
  void call_on_others(const Context& context, Output& out);
  // Hints for machines that have left the ring are for those that hold the keys now.
  void readdress_hints(const Context& context);
  void round_of_anti_entropy(const Context& context, Output& out);
  void hand_off(Endpoint target, const Context& context, Output& out);
  void forget_markers(const Context& context);

  std::unique_ptr<Parts> parts_;  // made when there is something to do
};

}  // namespace systemsim
