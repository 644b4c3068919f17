// The network between machines and clients: who can hear whom, what is lost, how long the rest
// takes. Each decision is a counter-based draw about the message itself, so it does not depend on
// what else is sent.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/latency.h"
#include "cluster/message.h"
#include "sim/setup.h"

namespace systemsim {

class Network {
 public:
  explicit Network(const Setup& setup);

  // Groups are numbered from 1; group 0 hears everybody.
  // one_way: a group hears those before it, and is not heard by them.
  void partition(const std::vector<std::vector<Endpoint>>& groups, bool one_way);
  void heal() { partition({}, false); }
  bool partitioned() const;
  uint8_t group_of(Endpoint endpoint) const {
    if (is_client(endpoint)) return client_group_[client_index(endpoint)];
    if (endpoint == kLockService) return lock_group_;
    return endpoint < node_group_.size() ? node_group_[endpoint] : 0;
  }
  // Whether `to` cannot hear `from`.
  bool cut(Endpoint from, Endpoint to) const {
    const uint8_t sender = group_of(from);
    const uint8_t receiver = group_of(to);
    if (sender == receiver || sender == 0 || receiver == 0) return false;
    return !one_way_ || sender > receiver;
  }
  bool one_way() const { return one_way_; }
  // Messages between the two take so much longer, both ways, from now on; 0: no longer.
  void slow_down(Endpoint one, Endpoint other, uint64_t extra_us);
  // What their link adds.
  uint64_t extra_us(Endpoint from, Endpoint to) const;

  void set_latency(const Latency& latency) {
    latency_ = latency;
    legs_ = latency.legs();
  }
  const Latency& latency() const { return latency_; }
  const std::array<Distribution, kLegs>& legs() const { return legs_; }
  // A machine is slow: what is sent to it, it takes so much later, from now on; 0: no longer.
  void slow_machine(Endpoint machine, uint64_t extra_us);
  uint64_t slowness_us(Endpoint machine) const {
    return machine < slow_machines_.size() ? slow_machines_[machine] : 0;
  }
  void set_duplicates(double share) { duplicates_ = share; }
  double duplicates() const { return duplicates_; }
  void set_spikes(const Spikes& spikes) { spikes_ = spikes; }
  const Spikes& spikes() const { return spikes_; }
  void set_loss(double loss) { loss_ = loss; }
  double loss() const { return loss_; }

  bool lost(const Message& message, uint64_t seed) const;
  // Whether it arrives twice.
  bool doubled(const Message& message, uint64_t seed) const;
  // At least 1. `copy`: of the second of two.
  uint64_t latency_us(const Message& message, uint64_t seed, bool copy = false) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.legs_, self.loss_, self.local_leg_, self.node_group_, self.client_group_,
            self.one_way_, self.slow_links_, self.lock_group_);
    archive(self.duplicates_, self.spikes_.share, self.spikes_.us, self.slow_machines_);
    // topology_ and between_us_ are the setup's, and never change.
  }

 private:
  Latency latency_;  // as written; legs_ is what it means
  std::array<Distribution, kLegs> legs_;
  double loss_ = 0.0;
  double duplicates_ = 0.0;
  Spikes spikes_;
  std::vector<uint64_t> slow_machines_;  // by number; beyond its end: not slow
  LocalLeg local_leg_ = LocalLeg::sampled;
  Topology topology_;
  std::vector<uint64_t> between_us_;  // by (data centre, data centre); empty: nothing
  std::vector<uint8_t> node_group_;   // of machines beyond its end: 0
  std::vector<uint8_t> client_group_;
  bool one_way_ = false;
  struct SlowLink {
    Endpoint one = kNobody;
    Endpoint other = kNobody;
    uint64_t extra_us = 0;

    bool is_between(Endpoint from, Endpoint to) const {
      return (from == one && to == other) || (from == other && to == one);
    }
    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.one, self.other, self.extra_us);
    }
  };
  std::vector<SlowLink> slow_links_;
  uint8_t lock_group_ = 0;
};

}  // namespace systemsim
