// Random small runs with everything in them: traffic, calls that wait, faults, held messages.
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

}  // namespace systemsim::test
