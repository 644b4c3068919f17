#include "base/sort.h"

#include <algorithm>

namespace systemsim {

void sort_keys(std::vector<SortKey>& keys) {
  std::sort(keys.begin(), keys.end(), [](const SortKey& a, const SortKey& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    return a.index < b.index;
  });
}

}  // namespace systemsim
