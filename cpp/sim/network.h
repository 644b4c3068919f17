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
  Network(uint32_t nodes, uint32_t clients, const Latency& latency, double loss, LocalLeg local_leg)
      : latency_(latency),
        legs_(latency.legs()),
        loss_(loss),
        local_leg_(local_leg),
        node_group_(nodes, 0),
        client_group_(clients, 0) {}

  // Groups are numbered from 1; group 0 hears everybody.
  void partition(const std::vector<std::vector<Endpoint>>& groups);
  void heal() { partition({}); }
  bool partitioned() const;
  uint8_t group_of(Endpoint endpoint) const {
    return is_client(endpoint) ? client_group_[client_index(endpoint)] : node_group_[endpoint];
  }
  bool cut(Endpoint a, Endpoint b) const {
    const uint8_t group_a = group_of(a);
    const uint8_t group_b = group_of(b);
    return group_a != group_b && group_a != 0 && group_b != 0;
  }

  void set_latency(const Latency& latency) {
    latency_ = latency;
    legs_ = latency.legs();
  }
  const Latency& latency() const { return latency_; }
  const std::array<Distribution, kLegs>& legs() const { return legs_; }
  void set_loss(double loss) { loss_ = loss; }
  double loss() const { return loss_; }

  bool lost(const Message& message, uint64_t seed) const;
  // At least 1.
  uint64_t latency_us(const Message& message, uint64_t seed) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.legs_, self.loss_, self.local_leg_, self.node_group_, self.client_group_);
  }

 private:
  Latency latency_;  // as written; legs_ is what it means
  std::array<Distribution, kLegs> legs_;
  double loss_ = 0.0;
  LocalLeg local_leg_ = LocalLeg::sampled;
  std::vector<uint8_t> node_group_;
  std::vector<uint8_t> client_group_;
};

}  // namespace systemsim
