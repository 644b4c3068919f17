#include "base/sort.h"

#include <algorithm>

namespace systemsim {

// The one std::sort of structs on a recorded path: its order is total up to keys that are equal in
// every part, so libraries cannot differ in the result. (Elsewhere, and on the recorded path in
// cluster/owner.cc, numbers or texts are sorted by themselves: equal ones cannot be told apart.)
void sort_keys(std::vector<SortKey>& keys) {
  std::sort(keys.begin(), keys.end(), [](const SortKey& a, const SortKey& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    return a.index < b.index;
  });
}

void sort_texts(std::vector<std::string_view>& texts) { std::sort(texts.begin(), texts.end()); }

}  // namespace systemsim
