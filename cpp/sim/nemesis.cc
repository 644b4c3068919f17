#include "sim/nemesis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/draw.h"
#include "base/sort.h"
#include "sim/setup.h"

namespace systemsim {
namespace {

class Plan {
 public:
  Plan(const Setup& setup, uint64_t seed) : setup_(setup), seed_(seed) {
    constexpr std::array kAll = {Nemesis::crash, Nemesis::partition, Nemesis::network,
                                 Nemesis::pause, Nemesis::slow,      Nemesis::clock,
                                 Nemesis::disk,  Nemesis::disks};
    for (const Nemesis::Fault fault : kAll) {
      if ((setup.nemesis.mix & fault) != 0) kinds_.push_back(fault);
    }
    free_from_us_.assign(setup.cluster.nodes, 0);
    clock_free_from_us_.assign(setup.cluster.nodes + setup.workload.clients, 0);
  }

  std::vector<Action> made() && {
    const Nemesis& nemesis = setup_.nemesis;
    for (uint64_t at_us = nemesis.from_us; !kinds_.empty(); ++number_) {
      draws_ = 0;
      at_us += nemesis.every_us / 2 + below(nemesis.every_us) + 1;
      if (at_us >= nemesis.until_us) break;
      const uint64_t lasts_us = 1 + nemesis.every_us / 4 + below(4 * nemesis.every_us);
      fault(kinds_[below(kinds_.size())], at_us, std::min(at_us + lasts_us, nemesis.until_us));
    }
    std::vector<SortKey> order;
    order.reserve(actions_.size());
    for (const Action& action : actions_) {
      order.push_back({action.at_us, 0, static_cast<uint32_t>(order.size())});
    }
    sort_keys(order);
    std::vector<Action> sorted;
    sorted.reserve(actions_.size());
    for (const SortKey& key : order) sorted.push_back(std::move(actions_[key.index]));
    return sorted;
  }

 private:
  uint64_t below(uint64_t count) {
    return draw(seed_, Stream::nemesis, {number_, 0}, draws_++) % count;
  }
  double unit() { return draw_unit(seed_, Stream::nemesis, {number_, 0}, draws_++); }

  Action& add(Action::Kind kind, uint64_t at_us, Endpoint node = kNobody) {
    Action action;
    action.kind = kind;
    action.at_us = at_us;
    action.node = node;
    actions_.push_back(std::move(action));
    return actions_.back();
  }

  // To a machine one thing is done at a time, and so to the network: what would overlap is not
  // done.
  static bool take(uint64_t& free_from_us, uint64_t from_us, uint64_t until_us) {
    if (free_from_us > from_us) return false;
    free_from_us = until_us + 1;
    return true;
  }

  void fault(Nemesis::Fault kind, uint64_t from_us, uint64_t until_us) {
    if (kind == Nemesis::partition) return cut(from_us, until_us);
    if (kind == Nemesis::network) return disturb(from_us, until_us);
    if (kind == Nemesis::clock) return put_wrong(from_us, until_us);
    const auto node = static_cast<Endpoint>(below(setup_.cluster.nodes));
    if (kind == Nemesis::disk && disk_lost_) return;
    if (!take(free_from_us_[node], from_us, until_us)) return;
    switch (kind) {
      case Nemesis::crash:
        add(Action::Kind::crash, from_us, node);
        add(Action::Kind::restart, until_us, node);
        return;
      case Nemesis::disk:
        disk_lost_ = true;
        [[fallthrough]];
      case Nemesis::disks:
        add(Action::Kind::lose_disk, from_us, node);
        add(Action::Kind::restart, until_us, node);
        return;
      case Nemesis::pause:
        add(Action::Kind::pause, from_us, node);
        add(Action::Kind::resume, until_us, node);
        return;
      case Nemesis::slow: {
        const uint64_t extra_us = 1 + below(setup_.cluster.calls.timeout_us);
        add(Action::Kind::slow, from_us, node).extra_us = extra_us;
        add(Action::Kind::slow, until_us, node).extra_us = 0;
        return;
      }
      default:
        return;
    }
  }

  void put_wrong(uint64_t from_us, uint64_t until_us) {
    const auto which = static_cast<uint32_t>(below(clock_free_from_us_.size()));
    if (!take(clock_free_from_us_[which], from_us, until_us)) return;
    const uint32_t nodes = setup_.cluster.nodes;
    const Endpoint owner =
        which < nodes ? static_cast<Endpoint>(which) : client_endpoint(which - nodes);
    Action& wrong = add(Action::Kind::skew, from_us, owner);
    wrong.skew_us = static_cast<int64_t>(below(20'000'001)) - 10'000'000;
    wrong.drift_ppm = static_cast<int32_t>(below(2001)) - 1000;
    Action& right = add(Action::Kind::skew, until_us, owner);
    for (const WrongClock& clock : setup_.cluster.clocks) {
      if (clock.owner != owner) continue;
      right.skew_us = clock.skew_us;
      right.drift_ppm = clock.drift_ppm;
    }
  }

  void cut(uint64_t from_us, uint64_t until_us) {
    if (!take(cut_free_from_us_, from_us, until_us)) return;
    std::vector<std::vector<Endpoint>> groups(2);
    for (uint32_t i = 0; i < setup_.cluster.nodes; ++i) {
      groups[below(2)].push_back(static_cast<Endpoint>(i));
    }
    for (uint32_t i = 0; i < setup_.workload.clients; ++i) {
      groups[below(2)].push_back(client_endpoint(i));
    }
    Action& action = add(Action::Kind::partition, from_us);
    action.one_way = below(4) == 0;
    std::erase_if(groups, [](const auto& group) { return group.empty(); });
    action.groups = std::move(groups);
    add(Action::Kind::heal, until_us);
  }

  void disturb(uint64_t from_us, uint64_t until_us) {
    if (!take(network_free_from_us_, from_us, until_us)) return;
    Action& worse = add(Action::Kind::set, from_us);
    worse.loss = std::floor(unit() * 300.0) / 1000.0;
    worse.spikes =
        Spikes{std::floor(unit() * 300.0) / 1000.0, 1 + below(setup_.cluster.calls.timeout_us)};
    if (setup_.may_be_done_twice()) worse.duplicates = std::floor(unit() * 300.0) / 1000.0;
    Action& better = add(Action::Kind::set, until_us);
    better.loss = setup_.loss;
    better.spikes = setup_.spikes;
    if (setup_.may_be_done_twice()) better.duplicates = setup_.duplicates;
  }

  const Setup& setup_;
  uint64_t seed_;
  std::vector<Nemesis::Fault> kinds_;
  uint64_t number_ = 0;                       // of the fault
  uint64_t draws_ = 0;                        // for it
  std::vector<uint64_t> free_from_us_;        // of machines
  std::vector<uint64_t> clock_free_from_us_;  // of machines, then of clients
  uint64_t cut_free_from_us_ = 0;
  uint64_t network_free_from_us_ = 0;
  bool disk_lost_ = false;
  std::vector<Action> actions_;
};

}  // namespace

std::vector<Action> actions_of(const Setup& setup, uint64_t seed) {
  return Plan(setup, seed).made();
}

}  // namespace systemsim
