// What a machine has heard of the others: their heartbeats, by gossip or from each itself, and whom
// it takes for dead. Chapter section 07; R. van Renesse, Y. Minsky, M. Hayden, "A Gossip-Style
// Failure Detection Service", Middleware 1998; Cassandra's gms/Gossiper.java for whom to call.
//
// Each round a machine counts its own heartbeat up and calls on one live peer (or `fanout` of
// them):
//   push        says what it knows; the peer keeps what is newer
//   pull        asks; the peer says what it knows
//   push_pull   says what it knows; the peer keeps what is newer, and answers with what it knows
//               better: afterwards both know the same (the default, as Cassandra's three messages)
//   multicast   tells everybody its own heartbeat alone: no gossip, the square of the messages
// Now and then it also calls on one that it takes for dead, and on a seed, so that those who were
// apart find one another again; with the chances of Cassandra's Gossiper.
//
// A heartbeat is (generation, beats): a machine that restarts has another generation, so that its
// counter may begin anew. Newer is: a later generation, or more beats in the same.
// No clock, no luck: both are handed in. A value: a copy is a snapshot.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "cluster/failure_detector.h"
#include "cluster/tidings.h"

namespace systemsim {

enum class Spread : uint8_t { push, pull, push_pull, multicast };

struct GossipSettings {
  static constexpr uint32_t kMostFanout = 8;

  uint64_t every_us = 0;  // a round; 0: no gossip; at most DetectorOptions::kMostIntervalUs / 2
  Spread spread = Spread::push_pull;
  uint32_t fanout = 1;  // live peers that are called on in a round; 1 .. kMostFanout
  // Whom a machine knows when it is switched on, besides itself; empty: all members of the ring.
  std::vector<Endpoint> seeds;
};

class Gossip {
 public:
  struct Peer {
    bool known = false;       // it has been told of, or heard of
    bool down = false;        // it is taken for dead
    uint32_t generation = 0;  // 0: nothing was ever heard of it
    uint32_t beats = 0;
    FailureDetector detector;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.known, self.down, self.generation, self.beats, self.detector);
    }
  };

  // By number; machines beyond the end were never heard of.
  const std::vector<Peer>& peers() const { return peers_; }
  bool is_down(Endpoint machine) const { return machine < peers_.size() && peers_[machine].down; }
  // How long nothing new was heard of it; 0 when nothing ever was.
  uint64_t silence_us(Endpoint machine, uint64_t now_us) const {
    return machine < peers_.size() ? peers_[machine].detector.silence_us(now_us) : 0;
  }

  // Of whom it convicted last: how long it had been silent by then, in thousandths of its mean
  // interval. 0: it has convicted nobody since it was switched on, or by a fixed timeout.
  uint32_t convicted_after() const { return convicted_after_; }

  // Knows of these machines from now on, though nothing was heard of them.
  void meet(const std::vector<Endpoint>& machines);
  // The machine is none of those that it watches any more.
  void forget(Endpoint machine) {
    if (machine < peers_.size()) peers_[machine] = {};
  }
  // A round begins: the machine's own heart beats.
  void beat(Endpoint self, uint32_t generation);
  // Convicts whoever was silent for too long; nobody when the machine itself has just been paused.
  // `every_us`: of a round; a pause is five of them, as in Cassandra.
  void judge(Endpoint self, uint64_t now_us, uint64_t every_us, const DetectorOptions& options);
  // Whom to call on in this round, each once.
  std::vector<Endpoint> partners(Endpoint self, uint64_t seed, uint32_t round,
                                 const GossipSettings& settings) const;

  // All that it knows; what it knows better than `theirs`, or besides them.
  std::vector<Heartbeat> all() const;
  std::vector<Heartbeat> newer_than(const std::vector<Heartbeat>& theirs) const;
  // Keeps what is newer, and believes whoever is heard of to be alive. What is heard after a pause
  // of the machine itself, until it convicts again, says nothing of its peers' intervals.
  void merge(const std::vector<Heartbeat>& heard, Endpoint self, uint64_t now_us,
             const DetectorOptions& options);
  // Nobody was heard of because nobody spoke: silence counts from now on.
  void excuse_silence(uint64_t now_us);
  // The machine was switched off.
  void clear();

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.peers_, self.pause_, self.convicted_after_);
  }

 private:
  Peer& peer(Endpoint machine);

  std::vector<Peer> peers_;
  LocalPause pause_;
  uint32_t convicted_after_ = 0;
};

}  // namespace systemsim
