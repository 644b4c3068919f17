// Lists that are sorted by one of their members, no two of which are equal.
#pragma once

#include <algorithm>

namespace systemsim {

// Where the entry stands whose `member` is `wanted`, or would stand.
template <class List, class Wanted, class Member>
auto sorted_place(List& list, const Wanted& wanted, Member member) {
  return std::lower_bound(
      list.begin(), list.end(), wanted,
      [member](const auto& entry, const Wanted& key) { return entry.*member < key; });
}

// The entry itself; null when there is none.
template <class List, class Wanted, class Member>
auto* find_sorted(List& list, const Wanted& wanted, Member member) {
  const auto place = sorted_place(list, wanted, member);
  return place != list.end() && (*place).*member == wanted ? &*place : nullptr;
}

}  // namespace systemsim
