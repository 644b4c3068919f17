#include "cluster/ring.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.h"
#include "base/draw.h"
#include "base/sort.h"

namespace systemsim {
namespace {

// Order of tokens as order of unsigned words.
uint64_t ordered(Token token) { return static_cast<uint64_t>(token) ^ (1ULL << 63); }

}  // namespace

uint32_t RingSettings::points_of(Endpoint machine) const {
  const double weight = machine < weights.size() ? weights[machine] : 1.0;
  return std::max(1U, static_cast<uint32_t>(std::floor(vnodes * weight + 0.5)));
}

std::vector<Endpoint> first_machines(uint32_t count) {
  std::vector<Endpoint> machines;
  for (uint32_t i = 0; i < count; ++i) machines.push_back(static_cast<Endpoint>(i));
  return machines;
}

Ring::Ring(uint32_t nodes, uint32_t vnodes, uint64_t ring_seed)
    : Ring(RingSettings{.vnodes = vnodes, .ring_seed = ring_seed, .weights = {}, .topology = {}},
           first_machines(nodes)) {}

Ring::Ring(RingSettings settings, std::vector<Endpoint> members)
    : settings_(std::move(settings)), members_(std::move(members)) {
  SYSTEMSIM_ASSERT(!members_.empty() && settings_.vnodes >= 1);
  std::vector<Point> drawn;
  std::vector<SortKey> keys;
  for (const Endpoint node : members_) {
    const uint32_t count = settings_.points_of(node);
    for (uint32_t v = 0; v < count; ++v) {
      const auto token =
          static_cast<Token>(draw(settings_.ring_seed, Stream::ring_token, {node, v}, 0));
      // Equal tokens by machine.
      keys.push_back({ordered(token), node, static_cast<uint32_t>(drawn.size())});
      drawn.push_back({token, node});
    }
  }
  sort_keys(keys);
  points_.reserve(drawn.size());
  for (const SortKey& key : keys) points_.push_back(drawn[key.index]);

  while (shift_ > 40 && (1ULL << (64 - shift_)) < points_.size()) --shift_;
  first_.resize((size_t{1} << (64 - shift_)) + 1);
  uint32_t point = 0;
  for (size_t bits = 0; bits + 1 < first_.size(); ++bits) {
    while (point < points_.size() && ordered(points_[point].token) >> shift_ < bits) ++point;
    first_[bits] = point;
  }
  first_.back() = static_cast<uint32_t>(points_.size());

  const Topology& topology = settings_.topology;
  machines_in_.assign(topology.data_centres, 0);
  racks_in_.assign(topology.data_centres, 0);
  std::vector<uint8_t> has_members(size_t{topology.data_centres} * topology.racks, 0);
  for (const Endpoint node : members_) {
    ++machines_in_[topology.data_centre_of(node)];
    if (has_members[topology.rack_of(node)] != 0) continue;
    has_members[topology.rack_of(node)] = 1;
    ++racks_in_[topology.data_centre_of(node)];
  }
}

size_t Ring::first_point(Token token) const {
  size_t at = first_[ordered(token) >> shift_];
  while (at < points_.size() && points_[at].token < token) ++at;
  return at == points_.size() ? 0 : at;
}

std::vector<Endpoint> Ring::preference_list(Token token, uint32_t n) const {
  const size_t start = first_point(token);
  std::vector<Endpoint> list;
  // Who skips racks skips machines: a machine is in one rack.
  if (!settings_.skip_same_machine && !settings_.skip_same_rack) {
    for (size_t i = 0; i < std::min<size_t>(n, points_.size()); ++i) {
      const Endpoint node = points_[(start + i) % points_.size()].node;
      if (!contains(list, node)) list.push_back(node);
    }
    return list;
  }
  const auto wanted = std::min<size_t>(n, members_.size());
  list.reserve(wanted);
  const Topology& topology = settings_.topology;
  const uint32_t share = (n + topology.data_centres - 1) / topology.data_centres;
  // What is asked of a machine is given up step by step: another rack, then its data centre's
  // share.
  enum class Ask : uint8_t { rack, data_centre, nothing };
  for (Ask ask = settings_.skip_same_rack    ? Ask::rack
                 : topology.data_centres > 1 ? Ask::data_centre
                                             : Ask::nothing;
       list.size() < wanted; ask = ask == Ask::rack ? Ask::data_centre : Ask::nothing) {
    const auto fits = [&](Endpoint node) {
      if (contains(list, node)) return false;
      if (ask == Ask::nothing) return true;
      const auto in_same = [&](auto place_of) {
        return std::count_if(list.begin(), list.end(),
                             [&](Endpoint other) { return place_of(other) == place_of(node); });
      };
      const auto centre = [&](Endpoint machine) { return topology.data_centre_of(machine); };
      if (in_same(centre) >= static_cast<std::ptrdiff_t>(share)) return false;
      return ask == Ask::data_centre ||
             in_same([&](Endpoint machine) { return topology.rack_of(machine); }) == 0;
    };
    // Nobody fits once every data centre has its share, or all that it can have.
    size_t most = ask == Ask::nothing ? wanted : 0;
    for (uint32_t centre = 0; ask != Ask::nothing && centre < topology.data_centres; ++centre) {
      most += std::min(share, (ask == Ask::rack ? racks_in_ : machines_in_)[centre]);
    }
    most = std::min<size_t>(most, wanted);
    for (size_t i = 0, at = start; i < points_.size() && list.size() < most; ++i) {
      if (fits(points_[at].node)) list.push_back(points_[at].node);
      at = at + 1 == points_.size() ? 0 : at + 1;
    }
    if (ask == Ask::nothing) break;
  }
  return list;
}

}  // namespace systemsim
