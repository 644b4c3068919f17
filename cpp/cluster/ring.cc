#include "cluster/ring.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.h"
#include "base/draw.h"
#include "base/sort.h"

namespace systemsim {
namespace {

// First point at or after the token, clockwise, wrapping round.
size_t first_point(const std::vector<Ring::Point>& points, Token token) {
  const auto at = std::lower_bound(points.begin(), points.end(), token,
                                   [](const Ring::Point& p, Token t) { return p.token < t; });
  return at == points.end() ? 0 : static_cast<size_t>(at - points.begin());
}

// Length of the range (from, to], clockwise; the whole ring when they are equal.
double arc(Token from, Token to) {
  const uint64_t length = static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  return length == 0 ? 1.0 : static_cast<double>(length) * 0x1p-64;
}

}  // namespace

Ring::Ring(uint32_t nodes, uint32_t vnodes, uint64_t ring_seed) : nodes_(nodes) {
  SYSTEMSIM_ASSERT(nodes >= 1 && vnodes >= 1);
  points_.reserve(static_cast<size_t>(nodes) * vnodes);
  for (uint32_t node = 0; node < nodes; ++node) {
    for (uint32_t v = 0; v < vnodes; ++v) {
      const auto token = static_cast<Token>(draw(ring_seed, Stream::ring_token, {node, v}, 0));
      points_.push_back({token, static_cast<Endpoint>(node)});
    }
  }
  // By token as an unsigned word with the sign turned over; equal tokens by machine.
  std::vector<SortKey> keys;
  keys.reserve(points_.size());
  for (const Point& point : points_) {
    keys.push_back({static_cast<uint64_t>(point.token) ^ (1ULL << 63), point.node,
                    static_cast<uint32_t>(keys.size())});
  }
  sort_keys(keys);
  const std::vector<Point> drawn = std::move(points_);
  points_.clear();
  points_.reserve(drawn.size());
  for (const SortKey& key : keys) points_.push_back(drawn[key.index]);
}

std::vector<Endpoint> Ring::preference_list(Token token, uint32_t n) const {
  std::vector<Endpoint> list;
  const uint32_t wanted = std::min(n, nodes_);
  list.reserve(wanted);
  std::vector<uint8_t> listed(nodes_, 0);
  size_t at = first_point(points_, token);
  for (size_t steps = 0; steps < points_.size() && list.size() < wanted; ++steps) {
    const Endpoint node = points_[at].node;
    if (listed[node] == 0) list.push_back(node);
    listed[node] = 1;
    at = at + 1 == points_.size() ? 0 : at + 1;
  }
  return list;
}

RingBalance balance_of(uint32_t nodes, uint32_t vnodes, uint32_t n, uint64_t ring_seed) {
  const Ring before(nodes, vnodes, ring_seed);
  const Ring after(nodes + 1, vnodes, ring_seed);
  RingBalance balance;
  balance.share.assign(nodes, 0.0);

  // The larger ring's points cut the key space finely enough for both: within one of its ranges
  // neither ring's preference list changes.
  const auto& points = after.points();
  for (size_t i = 0; i < points.size(); ++i) {
    const Token previous = points[i == 0 ? points.size() - 1 : i - 1].token;
    if (points.size() > 1 && previous == points[i].token) continue;  // an empty range
    const double length = arc(previous, points[i].token);
    const auto old_list = before.preference_list(points[i].token, n);
    const auto new_list = after.preference_list(points[i].token, n);
    balance.share[old_list.front()] += length;
    if (old_list.front() != new_list.front()) {
      balance.moved_on_join += length;
      balance.moved_only_to_new = balance.moved_only_to_new && new_list.front() == nodes;
    }
    for (const Endpoint node : new_list) {
      if (std::find(old_list.begin(), old_list.end(), node) == old_list.end()) {
        balance.copies_moved_on_join += length / static_cast<double>(new_list.size());
      }
    }
  }

  const double mean = 1.0 / nodes;
  double squares = 0.0;
  for (const double share : balance.share) {
    squares += (share - mean) * (share - mean);
    balance.max_over_mean = std::max(balance.max_over_mean, share / mean);
  }
  balance.share_stddev_over_mean = std::sqrt(squares / nodes) / mean;
  return balance;
}

}  // namespace systemsim
