// Random small runs with everything in them: traffic, calls that wait, faults, held messages; and
// such runs of single owner.
#pragma once

#include "support.h"

namespace systemsim::test {

inline Scenario random_run(uint64_t seed) {
  Dice dice(seed);
  Scenario scenario;
  Setup& setup = scenario.setup;
  setup.seed = seed;
  ClusterSettings& cluster = setup.cluster;
  cluster.nodes = 3 + dice.below(4);
  cluster.ring.vnodes = 4;
  cluster.n = 2 + dice.below(2);
  cluster.w = 1 + dice.below(cluster.n);
  cluster.r = 1 + dice.below(cluster.n);
  cluster.coordinator = static_cast<CoordinatorPlace>(dice.below(3));
  cluster.calls.timeout_us = 50'000;
  cluster.calls.fanout = static_cast<Fanout>(dice.below(2));
  cluster.calls.read_repair = static_cast<ReadRepair>(dice.below(3));
  cluster.calls.write_back = cluster.calls.read_repair == ReadRepair::off && dice.chance(0.5);
  cluster.calls.versions = static_cast<Versions>(dice.below(2));
  // What fewer runs have: enough are left in which a plain quorum breaks each promise.
  Dice rare(~seed);
  if (rare.chance(0.3)) {
    cluster.calls.versions = rare.chance(0.5) ? Versions::dotted : Versions::vector_clocks;
    cluster.resolve = static_cast<Resolve>(rare.below(3));
  }
  const bool siblings = keeps_siblings(cluster.calls.versions);
  if (cluster.calls.versions == Versions::vector_clocks && rare.chance(0.3)) {
    cluster.calls.prune = {1, 1, 0, 0};
  }
  if (rare.chance(0.3)) {
    cluster.calls.patience_us = 5'000 + rare.below(30'000);
    const bool answers = !cluster.calls.write_back && cluster.calls.versions != Versions::logical;
    if (answers) cluster.calls.without_quorum = static_cast<WithoutQuorum>(rare.below(2));
  }
  // Logical stamps are taken anew by each coordinator: nothing may be done twice.
  if (cluster.calls.versions != Versions::logical && rare.chance(0.3)) {
    cluster.calls.retries = rare.below(3);
    setup.duplicates = rare.unit() * 0.2;
  }
  setup.latency.base = {dice.chance(0.5) ? Profile::lnkd_disk : Profile::exponential,
                        1.0 + dice.unit() * 5};
  if (dice.chance(0.3)) setup.loss = dice.unit() * 0.1;
  if (dice.chance(0.2)) setup.disk = DiskModel::ssd;
  if (dice.chance(0.5)) setup.records.push_back({"k1", "first"});
  if (dice.chance(0.5)) setup.records.push_back({"other", "first"});
  Workload& workload = setup.workload;
  workload.clients = 2 + dice.below(3);
  if (dice.chance(0.8)) workload.duration_us = 40'000 + dice.below(60'000);
  workload.think_ms = 3.0;
  workload.keys = 1 + dice.below(2);
  const auto node = [&] { return static_cast<Endpoint>(dice.below(cluster.nodes)); };
  const auto client = [&] { return client_endpoint(dice.below(workload.clients)); };
  const uint32_t count = 4 + dice.below(10);
  uint32_t joined = cluster.nodes;
  for (uint32_t i = 0; i < count; ++i) {
    Action action;
    action.at_us = dice.below(100'000);
    const uint32_t kind = dice.below(17);
    // From erase on, the kinds are in the order of their enumeration; of deletes there are more.
    action.kind = kind < 3   ? Action::Kind::put
                  : kind < 5 ? Action::Kind::get
                  : kind < 7 ? Action::Kind::erase
                             : static_cast<Action::Kind>(kind - 4);
    if (action.kind == Action::Kind::set && rare.chance(0.5)) action.kind = Action::Kind::link;
    switch (action.kind) {
      case Action::Kind::put:
        action.value = "v" + std::to_string(i);
        [[fallthrough]];
      case Action::Kind::get:
      case Action::Kind::erase:
        action.client = client();
        action.key = "k1";
        if (dice.chance(0.3)) action.w = 1;
        if (siblings && action.kind != Action::Kind::get) action.blind = rare.chance(0.3);
        if (siblings && action.kind == Action::Kind::put && rare.chance(0.3)) {
          action.resolve = rare.chance(0.5) ? Resolve::all : Resolve::latest;
          action.value.clear();
        }
        if (dice.chance(0.1)) action.coordinator = dice.chance(0.5) ? node() : action.client;
        if (rare.chance(0.1)) {
          action.asked = {static_cast<Endpoint>(rare.below(cluster.nodes))};
          action.w = action.r = 1;
        }
        break;
      case Action::Kind::crash:
      case Action::Kind::restart:
      case Action::Kind::leave:
        action.node = node();
        break;
      case Action::Kind::join:
        action.node = static_cast<Endpoint>(joined);
        ++joined;
        break;
      case Action::Kind::partition: {
        action.groups.resize(2);
        for (uint32_t k = 0; k < cluster.nodes; ++k) {
          action.groups[dice.below(2)].push_back(static_cast<Endpoint>(k));
        }
        action.groups[dice.below(2)].push_back(client());
        break;
      }
      case Action::Kind::set:
        action.w = 1;
        action.r = 1;
        break;
      case Action::Kind::skew:
        action.node = dice.chance(0.5) ? node() : client();
        action.skew_us = static_cast<int64_t>(dice.below(20'000)) - 10'000;
        action.drift_ppm = static_cast<int32_t>(dice.below(1000));
        break;
      case Action::Kind::link:
        action.node = node();
        action.other = static_cast<Endpoint>((action.node + 1U) % cluster.nodes);
        action.extra_us = rare.below(60'000);
        break;
      case Action::Kind::hold:
      case Action::Kind::release:
        if (dice.chance(0.7)) action.messages.kind = MessageKind::write;
        if (dice.chance(0.7)) action.messages.to = node();
        break;
      default:
        break;
    }
    // Some wait for an earlier call.
    const uint32_t target = dice.below(count);
    if (target < i && scenario.actions[target].is_call() && dice.chance(0.6)) {
      action.after = target;
      action.at_us = dice.below(5000);
    }
    scenario.actions.push_back(std::move(action));
  }
  return scenario;
}

// The same where ranges have owners. Clocks may be apart, and run at one speed from the start to
// the end: what leases need.
inline Scenario owned_run(uint64_t seed) {
  Dice dice(seed);
  Scenario scenario;
  Setup& setup = scenario.setup;
  setup.seed = seed;
  ClusterSettings& cluster = setup.cluster;
  cluster.calls.single_owner = true;
  cluster.nodes = 3 + dice.below(3);
  cluster.ring.vnodes = dice.chance(0.5) ? 1 : 2 + dice.below(3);
  cluster.ring.ring_seed = dice.next() >> 12;
  cluster.n = dice.chance(0.1) ? 1 + dice.below(2) : 3 + dice.below(cluster.nodes - 2);
  cluster.w = cluster.n / 2 + 1;
  cluster.r = 1;
  cluster.coordinator = dice.chance(0.3) ? CoordinatorPlace::any : CoordinatorPlace::replica;
  cluster.calls.timeout_us = 15'000 + dice.below(40'000);
  cluster.calls.retries = dice.chance(0.5) ? dice.below(4) : 0;
  cluster.calls.lease_us = 10'000 + dice.below(40'000);
  setup.latency.base = {dice.chance(0.5) ? Profile::exponential : Profile::lnkd_disk,
                        0.5 + dice.unit() * 3};
  if (dice.chance(0.4)) setup.loss = dice.unit() * 0.2;
  if (dice.chance(0.4)) setup.duplicates = dice.unit() * 0.4;
  if (dice.chance(0.2)) setup.disk = DiskModel::ssd;
  if (dice.chance(0.5)) setup.records.push_back({"k1", "v0"});
  Workload& workload = setup.workload;
  workload.clients = 2 + dice.below(3);
  workload.duration_us = 60'000 + dice.below(120'000);
  workload.think_ms = 4.0;
  workload.keys = 1 + dice.below(2);
  const auto node = [&] { return static_cast<Endpoint>(dice.below(cluster.nodes)); };
  while (dice.chance(0.4)) {
    Action skew;
    skew.kind = Action::Kind::skew;
    skew.node = dice.chance(0.2) ? kLockService : node();
    skew.skew_us = dice.below(50'000);
    scenario.actions.push_back(std::move(skew));
  }
  const uint32_t count = 6 + dice.below(14);
  for (uint32_t i = 0; i < count; ++i) {
    Action action;
    action.at_us = dice.below(static_cast<uint32_t>(workload.duration_us));
    switch (dice.below(12)) {
      case 0:
      case 1:
        action.kind = Action::Kind::crash;
        action.node = dice.chance(0.2) ? kLockService : node();
        break;
      case 2:
      case 3:
      case 8:
        action.kind = Action::Kind::restart;
        action.node = dice.chance(0.3) ? kLockService : node();
        break;
      case 4: {
        action.kind = Action::Kind::partition;
        action.groups.resize(2);
        for (uint32_t k = 0; k < cluster.nodes; ++k) {
          action.groups[dice.below(2)].push_back(static_cast<Endpoint>(k));
        }
        if (dice.chance(0.7)) action.groups[dice.below(2)].push_back(kLockService);
        action.groups[dice.below(2)].push_back(client_endpoint(dice.below(workload.clients)));
        action.one_way = dice.chance(0.2);
        break;
      }
      case 5:
      case 6:
        action.kind = Action::Kind::heal;
        break;
      case 7: {
        action.kind = dice.chance(0.4) ? Action::Kind::hold : Action::Kind::release;
        const auto kind = static_cast<int>(MessageKind::lease) + static_cast<int>(dice.below(7));
        if (dice.chance(0.8)) action.messages.kind = static_cast<MessageKind>(kind);
        if (dice.chance(0.7)) action.messages.to = dice.chance(0.2) ? kLockService : node();
        break;
      }
      default:
        action.kind = dice.chance(0.6)   ? Action::Kind::cas
                      : dice.chance(0.6) ? Action::Kind::put
                                         : Action::Kind::erase;
        action.client = client_endpoint(dice.below(workload.clients));
        action.key = "k" + std::to_string(1 + dice.below(workload.keys));
        if (action.kind != Action::Kind::erase) action.value = "v" + std::to_string(dice.below(3));
        if (action.kind == Action::Kind::cas && dice.chance(0.8)) {
          action.expected = "v" + std::to_string(dice.below(3));
        }
        if (dice.chance(0.3)) action.coordinator = node();
    }
    scenario.actions.push_back(std::move(action));
  }
  return scenario;
}

}  // namespace systemsim::test
