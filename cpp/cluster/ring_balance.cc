#include "cluster/ring_balance.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace systemsim {

double arc(Token from, Token to) {
  const uint64_t length = static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  return length == 0 ? 1.0 : static_cast<double>(length) * 0x1p-64;
}

RingBalance balance_of(const RingSettings& settings, const std::vector<Endpoint>& members,
                       uint32_t n) {
  const auto nodes = static_cast<uint32_t>(members.size());
  const auto joining = static_cast<Endpoint>(members.back() + 1);
  std::vector<Endpoint> more = members;
  more.push_back(joining);
  const Ring before(settings, members);
  const Ring after(settings, std::move(more));
  std::vector<size_t> place(joining, 0);
  for (size_t i = 0; i < members.size(); ++i) place[members[i]] = i;
  RingBalance balance;
  balance.share.assign(nodes, 0.0);
  std::vector<double> given(nodes, 0.0);

  // The larger ring's points cut the key space finely enough for both: within one of its ranges
  // neither ring's preference list changes.
  const auto& points = after.points();
  for (size_t i = 0; i < points.size(); ++i) {
    const Token previous = points[i == 0 ? points.size() - 1 : i - 1].token;
    if (points.size() > 1 && previous == points[i].token) continue;  // an empty range
    const double length = arc(previous, points[i].token);
    const auto old_list = before.preference_list(points[i].token, n);
    const auto new_list = after.preference_list(points[i].token, n);
    balance.share[place[old_list.front()]] += length;
    if (old_list.front() != new_list.front()) {
      balance.moved_on_join += length;
      given[place[old_list.front()]] += length;
      balance.moved_only_to_new = balance.moved_only_to_new && new_list.front() == joining;
    }
    for (const Endpoint node : new_list) {
      if (std::find(old_list.begin(), old_list.end(), node) == old_list.end()) {
        balance.copies_moved_on_join += length / static_cast<double>(new_list.size());
      }
    }
  }

  const double mean = 1.0 / nodes;
  double squares = 0.0;
  balance.min_over_mean = balance.share.front() / mean;
  for (const double share : balance.share) {
    squares += (share - mean) * (share - mean);
    balance.max_over_mean = std::max(balance.max_over_mean, share / mean);
    balance.min_over_mean = std::min(balance.min_over_mean, share / mean);
  }
  balance.share_stddev_over_mean = std::sqrt(squares / nodes) / mean;
  for (const double part : given) {
    balance.givers_on_join += part > 0 ? 1 : 0;
    if (balance.moved_on_join > 0) {
      balance.largest_giver_share =
          std::max(balance.largest_giver_share, part / balance.moved_on_join);
    }
  }
  return balance;
}

double moved_by_modulo(uint32_t nodes, uint32_t keys) {
  uint32_t moved = 0;
  for (uint32_t i = 1; i <= keys; ++i) {
    const auto hash = static_cast<uint64_t>(token_of("k" + std::to_string(i)));
    moved += hash % nodes != hash % (nodes + 1) ? 1 : 0;
  }
  return static_cast<double>(moved) / keys;
}

}  // namespace systemsim
