#include "lab/smaller.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/sort.h"

namespace systemsim {
namespace {

bool is_client_of(const std::optional<Endpoint>& endpoint) {
  return endpoint && *endpoint != kNobody && is_client(*endpoint);
}

// Calls use(endpoint) for each machine and client that an action cannot do without.
template <class Use>
void for_each_named(const Action& action, Use use) {
  if (action.client != kNobody) use(action.client);
  if (action.node != kNobody) use(action.node);
  if (action.other != kNobody) use(action.other);
  if (action.coordinator != kNobody) use(action.coordinator);
  for (const Endpoint replica : action.asked) use(replica);
  if (action.messages.from) use(*action.messages.from);
  if (action.messages.to) use(*action.messages.to);
}

// Which clients an action names, those of a partition too, for they have a side.
std::vector<uint8_t> clients_that_act(const Scenario& scenario) {
  std::vector<uint8_t> acts(scenario.setup.workload.clients, 0);
  if (scenario.setup.workload.duration_us > 0) acts.assign(acts.size(), 1);
  for (const Action& action : scenario.actions) {
    for_each_named(action, [&](Endpoint endpoint) {
      if (is_client(endpoint)) acts[client_index(endpoint)] = 1;
    });
  }
  return acts;
}

// Takes those out of partitions' groups, and their clocks away, for whom `gone` holds.
template <class Gone>
void take_out(Scenario& scenario, Gone gone) {
  std::erase_if(scenario.setup.cluster.clocks,
                [&](const WrongClock& clock) { return gone(clock.owner); });
  for (Action& action : scenario.actions) {
    for (auto& group : action.groups) std::erase_if(group, gone);
    std::erase_if(action.groups, [](const auto& group) { return group.empty(); });
  }
}

}  // namespace

uint32_t parts_of(const Scenario& scenario) {
  const bool records_stay = scenario.setup.workload.traffic == Traffic::five_records;
  return static_cast<uint32_t>(scenario.actions.size() +
                               (records_stay ? 0 : scenario.setup.records.size()));
}

Scenario without(const Scenario& scenario, const std::vector<uint32_t>& parts,
                 const std::vector<Operation>& operations) {
  const size_t count = scenario.actions.size();
  std::vector<uint8_t> gone(count + scenario.setup.records.size(), 0);
  for (const uint32_t part : parts) gone[part] = 1;

  std::map<OperationId, uint64_t> ends;
  for (const Operation& operation : operations) {
    if (operation.outcome != OperationOutcome::open) ends[operation.id] = operation.end_us;
  }
  const Script script(scenario.actions);
  uint32_t machines = scenario.setup.cluster.nodes;  // that are there, or have joined
  Scenario smaller;
  smaller.title = scenario.title;
  smaller.setup = scenario.setup;
  std::vector<uint32_t> place(count, 0);  // where an action now stands
  for (uint32_t i = 0; i < count; ++i) {
    if (gone[i] != 0) continue;
    Action action = scenario.actions[i];
    // Whom it names must be there, or be the next to join.
    const bool joins = action.kind == Action::Kind::join;
    bool unheard_of = false;
    for_each_named(action, [&](Endpoint endpoint) {
      if (is_machine(endpoint)) unheard_of = unheard_of || endpoint >= machines + (joins ? 1 : 0);
    });
    if (unheard_of) {
      gone[i] = 1;
      continue;
    }
    if (joins) machines = std::max(machines, action.node + 1U);
    if (action.after && gone[*action.after] != 0) {
      const auto end = ends.find(script.operation_of(*action.after));
      if (end == ends.end()) {
        gone[i] = 1;
        continue;
      }
      action.at_us += end->second;
      action.after.reset();
    } else if (action.after) {
      action.after = place[*action.after];
    }
    if (action.is_call()) action.id = script.operation_of(i);
    for (auto& group : action.groups) {
      std::erase_if(group,
                    [&](Endpoint member) { return is_machine(member) && member >= machines; });
    }
    std::erase_if(action.groups, [](const auto& group) { return group.empty(); });
    place[i] = static_cast<uint32_t>(smaller.actions.size());
    smaller.actions.push_back(std::move(action));
  }
  smaller.setup.records.clear();
  for (size_t i = 0; i < scenario.setup.records.size(); ++i) {
    if (gone[count + i] == 0) smaller.setup.records.push_back(scenario.setup.records[i]);
  }
  return smaller;
}

Scenario with_explicit_traffic(const Scenario& scenario, const std::vector<Operation>& operations,
                               uint64_t delay_us) {
  Scenario explicit_one = scenario;
  explicit_one.setup.upkeep_us = scenario.setup.rounds_until_us();
  Workload quiet;
  quiet.clients = scenario.setup.workload.clients;
  explicit_one.setup.workload = quiet;
  const Script script(scenario.actions);
  for (const Operation& operation : operations) {
    if (script.action_of(operation.id)) continue;
    Action action;
    action.kind = operation.verb == Verb::get   ? Action::Kind::get
                  : operation.verb == Verb::put ? Action::Kind::put
                  : operation.verb == Verb::cas ? Action::Kind::cas
                                                : Action::Kind::erase;
    action.at_us = operation.begin_us + delay_us;
    action.id = operation.id;
    action.client = operation.client;
    action.key = operation.key;
    if (operation.verb == Verb::put || operation.verb == Verb::cas) action.value = operation.value;
    action.expected = operation.expected;
    explicit_one.actions.push_back(std::move(action));
  }
  return explicit_one;
}

Scenario with_explicit_faults(const Scenario& scenario) {
  Scenario explicit_one = scenario;
  explicit_one.setup.upkeep_us = scenario.setup.rounds_until_us();
  explicit_one.setup.nemesis = {};
  for (Action& fault : actions_of(scenario.setup, scenario.setup.seed)) {
    explicit_one.actions.push_back(std::move(fault));
  }
  return explicit_one;
}

uint32_t fewest_nodes(const Scenario& scenario) {
  uint32_t fewest = scenario.setup.cluster.n;
  for (const Action& action : scenario.actions) {
    fewest = std::max(fewest, action.n.value_or(1));
    // Who joins comes after the last machine that is there.
    const uint32_t least = action.kind == Action::Kind::join ? 0 : 1;
    for_each_named(action, [&](Endpoint endpoint) {
      if (is_machine(endpoint)) fewest = std::max(fewest, endpoint + least);
    });
  }
  return std::min(fewest, scenario.setup.cluster.nodes);
}

Scenario with_nodes(const Scenario& scenario, uint32_t nodes) {
  Scenario smaller = scenario;
  smaller.setup.cluster.nodes = nodes;
  HealingSettings& healing = smaller.setup.cluster.healing;
  std::erase_if(healing.gossip.seeds, [&](Endpoint seed) { return seed >= nodes; });
  if (healing.gossip.every_us > 0) healing.detector.window = detector_window(nodes);
  take_out(smaller, [&](Endpoint member) { return is_machine(member) && member >= nodes; });
  return smaller;
}

uint32_t fewest_clients(const Scenario& scenario) {
  const std::vector<uint8_t> acts = clients_that_act(scenario);
  const auto last = std::find(acts.rbegin(), acts.rend(), 1);
  return std::max<uint32_t>(1, static_cast<uint32_t>(acts.rend() - last));
}

Scenario with_clients(const Scenario& scenario, uint32_t clients) {
  Scenario smaller = scenario;
  smaller.setup.workload.clients = clients;
  take_out(smaller,
           [&](Endpoint member) { return is_client(member) && client_index(member) >= clients; });
  return smaller;
}

Scenario with_first_clients(const Scenario& scenario) {
  const std::vector<uint8_t> acts = clients_that_act(scenario);
  std::vector<Endpoint> renamed(acts.size(), kNobody);
  uint32_t next = 0;
  for (size_t i = 0; i < acts.size(); ++i) {
    if (acts[i] != 0) renamed[i] = client_endpoint(next++);
  }
  Scenario smaller = scenario;
  take_out(smaller, [&](Endpoint member) {
    return is_client(member) && renamed[client_index(member)] == kNobody;
  });
  const auto rename = [&](Endpoint& endpoint) { endpoint = renamed[client_index(endpoint)]; };
  for (WrongClock& clock : smaller.setup.cluster.clocks) {
    if (is_client(clock.owner)) rename(clock.owner);
  }
  for (Action& action : smaller.actions) {
    if (action.client != kNobody) rename(action.client);
    if (is_client_of(action.node)) rename(action.node);
    if (is_client_of(action.other)) rename(action.other);
    if (is_client_of(action.coordinator)) rename(action.coordinator);
    if (is_client_of(action.messages.from)) rename(*action.messages.from);
    if (is_client_of(action.messages.to)) rename(*action.messages.to);
    for (auto& group : action.groups) {
      for (Endpoint& member : group) {
        if (is_client(member)) rename(member);
      }
    }
  }
  smaller.setup.workload.clients = std::max<uint32_t>(1, next);
  return smaller;
}

std::vector<uint64_t> moments_of(const Scenario& scenario) {
  std::vector<SortKey> keys;
  for (const Action& action : scenario.actions) {
    if (!action.after) keys.push_back({action.at_us, 0, 0});
  }
  sort_keys(keys);
  std::vector<uint64_t> moments;
  for (const SortKey& key : keys) {
    if (moments.empty() || moments.back() != key.first) moments.push_back(key.first);
  }
  return moments;
}

Scenario earlier(const Scenario& scenario, uint64_t from_us, uint64_t us) {
  Scenario moved = scenario;
  for (Action& action : moved.actions) {
    if (!action.after && action.at_us >= from_us) action.at_us -= us;
  }
  return moved;
}

}  // namespace systemsim
