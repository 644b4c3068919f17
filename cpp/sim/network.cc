#include "sim/network.h"

#include <algorithm>
#include <cmath>

#include "base/draw.h"

namespace systemsim {
namespace {

Leg leg_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::write:
    case MessageKind::take:
      return Leg::write;
    case MessageKind::ack:
    case MessageKind::taken:
      return Leg::ack;
    case MessageKind::read:
      return Leg::read;
    case MessageKind::response:
      return Leg::response;
    case MessageKind::request:
    case MessageKind::reply:
      return Leg::client;
    // Between machines: what asks or carries travels as a write does, what answers as its ack.
    case MessageKind::announce:
    case MessageKind::prepare:
    case MessageKind::stream:
    case MessageKind::settle:
    case MessageKind::lease:
    case MessageKind::learn:
    case MessageKind::append:
    case MessageKind::commit:
    case MessageKind::gossip:
    case MessageKind::beat:
    case MessageKind::hand_off:
    case MessageKind::sync:
      return Leg::write;
    case MessageKind::compare:
    case MessageKind::restore:
      return Leg::read;
    case MessageKind::compared:
    case MessageKind::restored:
      return Leg::response;
    case MessageKind::streamed:
    case MessageKind::settled:
    case MessageKind::granted:
    case MessageKind::learned:
    case MessageKind::appended:
    case MessageKind::gossiped:
    case MessageKind::handed:
    case MessageKind::synced:
      return Leg::ack;
  }
  return Leg::client;
}

Entity entity_of(const Message& message) {
  return {message.request.operation, static_cast<uint64_t>(message.kind) << 40 |
                                         static_cast<uint64_t>(message.from) << 24 |
                                         static_cast<uint64_t>(message.to) << 8 | message.attempt};
}

}  // namespace

Network::Network(const Setup& setup)
    : latency_(setup.latency),
      legs_(setup.latency.legs()),
      loss_(setup.loss),
      duplicates_(setup.duplicates),
      spikes_(setup.spikes),
      local_leg_(setup.cluster.local_leg),
      topology_(setup.cluster.ring.topology),
      node_group_(setup.cluster.nodes, 0),
      client_group_(setup.workload.clients, 0) {
  for (const double ms : setup.between_ms) {
    between_us_.push_back(static_cast<uint64_t>(std::floor(ms * 1000.0 + 0.5)));
  }
}

void Network::partition(const std::vector<std::vector<Endpoint>>& groups, bool one_way) {
  one_way_ = one_way;
  std::fill(node_group_.begin(), node_group_.end(), uint8_t{0});
  std::fill(client_group_.begin(), client_group_.end(), uint8_t{0});
  lock_group_ = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const Endpoint member : groups[i]) {
      if (member == kLockService) {
        lock_group_ = static_cast<uint8_t>(i + 1);
        continue;
      }
      if (!is_client(member) && member >= node_group_.size()) node_group_.resize(member + 1U, 0);
      (is_client(member) ? client_group_[client_index(member)] : node_group_[member]) =
          static_cast<uint8_t>(i + 1);
    }
  }
}

bool Network::partitioned() const {
  const auto listed = [](uint8_t group) { return group != 0; };
  return listed(lock_group_) || std::any_of(node_group_.begin(), node_group_.end(), listed) ||
         std::any_of(client_group_.begin(), client_group_.end(), listed);
}

void Network::slow_down(Endpoint one, Endpoint other, uint64_t extra_us) {
  std::erase_if(slow_links_, [&](const SlowLink& link) { return link.is_between(one, other); });
  if (extra_us > 0) slow_links_.push_back({one, other, extra_us});
}

uint64_t Network::extra_us(Endpoint from, Endpoint to) const {
  for (const SlowLink& link : slow_links_) {
    if (link.is_between(from, to)) return link.extra_us;
  }
  return 0;
}

void Network::slow_machine(Endpoint machine, uint64_t extra_us) {
  if (machine >= slow_machines_.size()) slow_machines_.resize(machine + 1U, 0);
  slow_machines_[machine] = extra_us;
}

bool Network::lost(const Message& message, uint64_t seed) const {
  return loss_ > 0.0 && message.from != message.to &&
         draw_unit(seed, Stream::loss, entity_of(message), 0) < loss_;
}

bool Network::doubled(const Message& message, uint64_t seed) const {
  return duplicates_ > 0.0 && message.from != message.to &&
         draw_unit(seed, Stream::duplicate, entity_of(message), 0) < duplicates_;
}

uint64_t Network::latency_us(const Message& message, uint64_t seed, bool copy) const {
  if (message.from == message.to && local_leg_ == LocalLeg::zero) return 1;
  Entity entity = entity_of(message);
  if (copy) entity.b |= 1ULL << 63;
  uint64_t us = sample_us(legs_[static_cast<size_t>(leg_of(message.kind))], seed, entity) +
                extra_us(message.from, message.to) + slowness_us(message.to);
  if (spikes_.share > 0.0 && draw_unit(seed, Stream::spike, entity, 0) < spikes_.share) {
    us += spikes_.us / 2 + draw(seed, Stream::spike, entity, 1) % (spikes_.us / 2 + 1);
  }
  if (between_us_.empty()) return us;
  return us + between_us_[topology_.data_centre_of(message.from) * topology_.data_centres +
                          topology_.data_centre_of(message.to)];
}

}  // namespace systemsim
