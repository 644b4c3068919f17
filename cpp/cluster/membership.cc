#include "cluster/membership.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/assert.h"

namespace systemsim {

bool Transfer::holds(Token token) const {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const TokenRange& range) { return range.holds(token); });
}

Membership::Membership(Ring first, uint32_t n, bool pending_writes)
    : n_(n), pending_writes_(pending_writes) {
  epochs_.push_back({std::make_shared<const Ring>(std::move(first)), nullptr});
}

bool Membership::allows(const Change& change) const {
  const auto& members = epochs_.back().reads->members();
  const bool member = contains(members, change.node);
  return change.kind == Change::Kind::join ? !member : member && members.size() > n_;
}

Membership Membership::with(const Change& change) const {
  SYSTEMSIM_ASSERT(allows(change));
  const std::shared_ptr<const Ring> before = epochs_.back().reads;
  std::vector<Endpoint> members = before->members();
  if (change.kind == Change::Kind::join) {
    members.insert(std::lower_bound(members.begin(), members.end(), change.node), change.node);
  } else {
    std::erase(members, change.node);
  }
  const auto after = std::make_shared<const Ring>(before->settings(), std::move(members));
  Membership next = *this;
  next.epochs_.push_back({before, pending_writes_ ? after : nullptr});
  next.epochs_.push_back({after, pending_writes_ ? before : nullptr});
  next.epochs_.push_back({after, nullptr});
  next.changes_.push_back({change, std::make_shared<const std::vector<Transfer>>(
                                       transfers_between(*before, *after, n_))});
  return next;
}

bool Membership::belongs(uint32_t epoch, Endpoint machine) const {
  const std::vector<Endpoint>& members = ring(epoch).members();
  if (std::binary_search(members.begin(), members.end(), machine)) return true;
  const uint32_t now = phase(epoch);
  return now != 0 && now != kPhases && change(epoch).node == machine;
}

Replicas Membership::for_read(uint32_t epoch, Token token, uint32_t n) const {
  return {epochs_[epoch].reads->preference_list(token, n), 0};
}

Replicas Membership::for_write(uint32_t epoch, Token token, uint32_t n) const {
  Replicas replicas = for_read(epoch, token, n);
  if (epochs_[epoch].writes_too == nullptr) return replicas;
  for (const Endpoint node : epochs_[epoch].writes_too->preference_list(token, n)) {
    if (contains(replicas.machines, node)) continue;
    replicas.machines.push_back(node);
    ++replicas.pending;
  }
  return replicas;
}

std::vector<Transfer> transfers_between(const Ring& before, const Ring& after, uint32_t n) {
  // All points of both: between two of them neither ring's lists change.
  std::vector<Token> tokens;
  const auto& a = before.points();
  const auto& b = after.points();
  for (size_t i = 0, k = 0; i < a.size() || k < b.size();) {
    const bool first = k == b.size() || (i < a.size() && a[i].token <= b[k].token);
    const Token token = first ? a[i++].token : b[k++].token;
    if (tokens.empty() || tokens.back() != token) tokens.push_back(token);
  }
  std::map<std::pair<Endpoint, Endpoint>, std::vector<TokenRange>> ranges;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const TokenRange range = {tokens[i == 0 ? tokens.size() - 1 : i - 1], tokens[i]};
    const auto old_list = before.preference_list(range.last, n);
    const auto new_list = after.preference_list(range.last, n);
    std::vector<Endpoint> lose;
    for (const Endpoint node : old_list) {
      if (!contains(new_list, node)) lose.push_back(node);
    }
    const auto hand = [&](Endpoint from, Endpoint to) {
      auto& between = ranges[{from, to}];
      if (!between.empty() && between.back().last == range.after) {
        between.back().last = range.last;
      } else {
        between.push_back(range);
      }
    };
    size_t next = 0;
    for (const Endpoint node : new_list) {
      if (contains(old_list, node)) continue;
      if (next < lose.size()) {
        hand(lose[next++], node);
      } else {
        for (const Endpoint from : old_list) hand(from, node);
      }
    }
    for (; next < lose.size(); ++next) hand(lose[next], new_list.front());
  }
  std::vector<Transfer> transfers;
  transfers.reserve(ranges.size());
  for (auto& [pair, list] : ranges) {
    transfers.push_back({pair.first, pair.second, std::move(list)});
  }
  return transfers;
}

}  // namespace systemsim
