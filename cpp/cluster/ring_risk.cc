#include "cluster/ring_risk.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/draw.h"
#include "base/mix.h"
#include "base/sort.h"

namespace systemsim {
namespace {

// How many subsets of `count` machines have `size`.
double subsets(uint32_t count, uint32_t size) {
  double result = 1.0;
  for (uint32_t i = 0; i < size; ++i) result = result * (count - i) / (i + 1);
  return result;
}

// The chance that `size` given machines are among `dead` of `count`.
double all_dead(uint32_t count, uint32_t dead, uint32_t size) {
  if (size > dead) return 0.0;
  double chance = 1.0;
  for (uint32_t i = 0; i < size; ++i) chance *= static_cast<double>(dead - i) / (count - i);
  return chance;
}

// 1 - (1 - chance)^times, without the loss of digits that writing it so would bring.
double at_least_once(double chance, uint32_t times) {
  double result = 0.0;
  for (int bit = 31; bit >= 0; --bit) {
    result += result * (1.0 - result);
    if ((times >> bit & 1) != 0) result += chance * (1.0 - result);
  }
  return result;
}

// A share of the ring as the sum of ranges' lengths, without rounding.
class Share {
 public:
  void add(uint64_t length) {
    sum_ += length;
    any_ = true;
  }
  bool any() const { return any_; }
  // The whole ring is 2^64, which wraps to 0.
  double value() const { return any_ && sum_ == 0 ? 1.0 : static_cast<double>(sum_) * 0x1p-64; }

 private:
  uint64_t sum_ = 0;
  bool any_ = false;
};

// Whether one place holds them all.
template <class PlaceOf>
bool all_in_one(const std::vector<Endpoint>& list, PlaceOf place_of) {
  return std::all_of(list.begin(), list.end(),
                     [&](Endpoint node) { return place_of(node) == place_of(list.front()); });
}

// The same for the same machines in any order. Two different sets agree with a chance of 2^-128.
SortKey digest_of(const std::vector<Endpoint>& list, uint32_t index) {
  SortKey digest{0, 0, index};
  for (const Endpoint node : list) {
    digest.first += mix64(node + 0x9e3779b97f4a7c15ULL);
    digest.second += mix64(node + 0xd1b54a32d192ed03ULL);
  }
  return digest;
}

// Replica sets, asked whether one of them is dead as a whole. Machines go by their place among the
// members.
class ReplicaSets {
 public:
  explicit ReplicaSets(uint32_t machines) : first_is_(machines), dead_(machines, 0) {}

  void add(const std::vector<uint32_t>& set) {
    first_is_[set.front()].emplace_back(static_cast<uint32_t>(others_.size()),
                                        static_cast<uint32_t>(others_.size() + set.size() - 1));
    others_.insert(others_.end(), set.begin() + 1, set.end());
  }

  bool loses(const std::vector<uint32_t>& dead) {
    for (const uint32_t machine : dead) dead_[machine] = 1;
    const bool lost = std::any_of(dead.begin(), dead.end(), [&](uint32_t machine) {
      const auto& sets = first_is_[machine];
      return std::any_of(sets.begin(), sets.end(), [&](const std::pair<uint32_t, uint32_t>& set) {
        return std::all_of(others_.begin() + set.first, others_.begin() + set.second,
                           [&](uint32_t other) { return dead_[other] != 0; });
      });
    });
    for (const uint32_t machine : dead) dead_[machine] = 0;
    return lost;
  }

 private:
  // By a set's first machine: where the others of the set are.
  std::vector<std::vector<std::pair<uint32_t, uint32_t>>> first_is_;
  std::vector<uint32_t> others_;
  std::vector<uint8_t> dead_;
};

// The next subset of 0 .. count-1 of the same size; false after the last.
bool advance(std::vector<uint32_t>& subset, uint32_t count) {
  const auto size = static_cast<uint32_t>(subset.size());
  for (uint32_t i = size; i > 0; --i) {
    if (subset[i - 1] == count - size + i - 1) continue;
    ++subset[i - 1];
    for (uint32_t k = i; k < size; ++k) subset[k] = subset[k - 1] + 1;
    return true;
  }
  return false;
}

// Any `size` of 0 .. count-1 with equal chance (R. Floyd, in J. Bentley, "A Sample of Brilliance",
// CACM 30(9), 1987).
void draw_subset(uint64_t seed, uint64_t trial, uint32_t count, uint32_t size,
                 std::vector<uint8_t>& taken, std::vector<uint32_t>& subset) {
  subset.clear();
  for (uint32_t last = count - size; last < count; ++last) {
    auto chosen = static_cast<uint32_t>(
        draw_below(seed, Stream::dead_machines, {trial, 0}, subset.size(), last + 1));
    if (taken[chosen] != 0) chosen = last;
    taken[chosen] = 1;
    subset.push_back(chosen);
  }
  for (const uint32_t machine : subset) taken[machine] = 0;
}

// Over all subsets when they are few, else over drawn ones.
void count_losses(ReplicaSets& sets, uint32_t machines, uint32_t dead, uint64_t seed,
                  RingRisk& risk) {
  const bool all = subsets(machines, dead) <= kRiskDraws;
  std::vector<uint32_t> subset;
  for (uint32_t i = 0; i < dead; ++i) subset.push_back(i);
  std::vector<uint8_t> taken(machines, 0);
  uint32_t tried = 0;
  uint32_t lost = 0;
  bool more = true;
  while (more) {
    if (!all) draw_subset(seed, tried, machines, dead, taken, subset);
    lost += sets.loses(subset) ? 1 : 0;
    ++tried;
    more = all ? advance(subset, machines) : tried < kRiskDraws;
  }
  risk.loss_chance = static_cast<double>(lost) / tried;
  risk.loss_draws = all ? 0 : kRiskDraws;
}

}  // namespace

RingRisk risk_of(const Ring& ring, uint32_t n, uint32_t dead) {
  const auto machines = static_cast<uint32_t>(ring.members().size());
  SYSTEMSIM_ASSERT(n >= 1 && n <= machines && dead >= 1 && dead <= machines);
  const Topology& topology = ring.settings().topology;
  const auto& points = ring.points();
  std::vector<Share> of_size(n + size_t{1});  // by how many machines a list has
  Share one_rack;
  Share one_data_centre;
  std::vector<SortKey> digests;
  for (size_t i = 0; i < points.size(); ++i) {
    const Token previous = points[i == 0 ? points.size() - 1 : i - 1].token;
    if (points.size() > 1 && previous == points[i].token) continue;  // an empty range
    const auto length = static_cast<uint64_t>(points[i].token) - static_cast<uint64_t>(previous);
    const auto list = ring.preference_list(points[i].token, n);
    of_size[list.size()].add(length);
    if (all_in_one(list, [&](Endpoint node) { return topology.rack_of(node); })) {
      one_rack.add(length);
    }
    if (all_in_one(list, [&](Endpoint node) { return topology.data_centre_of(node); })) {
      one_data_centre.add(length);
    }
    digests.push_back(digest_of(list, static_cast<uint32_t>(i)));
  }
  RingRisk risk;
  bool whole = true;
  for (uint32_t size = 1; size <= n; ++size) {
    const double share = of_size[size].value();
    risk.loss_expected += share * all_dead(machines, dead, size);
    if (size == n) break;
    risk.fewer_machines += share;
    whole = whole && !of_size[size].any();
  }
  risk.one_rack = one_rack.value();
  risk.one_data_centre = one_data_centre.value();
  sort_keys(digests);
  const auto end =
      std::unique(digests.begin(), digests.end(), [](const SortKey& a, const SortKey& b) {
        return a.first == b.first && a.second == b.second;
      });
  digests.erase(end, digests.end());
  risk.replica_sets = static_cast<uint32_t>(digests.size());

  risk.loss_chance_formula =
      at_least_once(all_dead(machines, dead, n), static_cast<uint32_t>(points.size()));
  if (whole && dead == n) {
    risk.loss_chance = risk.replica_sets / subsets(machines, n);
    return risk;
  }
  std::vector<uint32_t> place(ring.members().back() + size_t{1}, 0);
  for (uint32_t i = 0; i < machines; ++i) place[ring.members()[i]] = i;
  ReplicaSets sets(machines);
  for (const SortKey& digest : digests) {
    std::vector<uint32_t> set;
    for (const Endpoint node : ring.preference_list(points[digest.index].token, n)) {
      set.push_back(place[node]);
    }
    sets.add(set);
  }
  count_losses(sets, machines, dead, ring.settings().ring_seed, risk);
  return risk;
}

}  // namespace systemsim
