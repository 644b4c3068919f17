#include "base/sort.h"

#include <algorithm>

namespace systemsim {

// The one std::sort of structs on a recorded path: its order is total up to keys that are equal in
// every part, so libraries cannot differ in the result.
void sort_keys(std::vector<SortKey>& keys) {
  std::sort(keys.begin(), keys.end(), [](const SortKey& a, const SortKey& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    return a.index < b.index;
  });
}

void sort_numbers(std::vector<uint32_t>& numbers) {
  std::vector<SortKey> keys;
  keys.reserve(numbers.size());
  for (const uint32_t number : numbers) keys.push_back({number, 0, 0});
  sort_keys(keys);
  for (size_t i = 0; i < keys.size(); ++i) numbers[i] = static_cast<uint32_t>(keys[i].first);
}

void sort_texts(std::vector<std::string_view>& texts) { std::sort(texts.begin(), texts.end()); }

}  // namespace systemsim
