// One sort for everything that is sorted on a recorded path. Keys are pairs of words in a total
// order, so no two libraries can disagree about ties; one instantiation keeps the browser's
// download small.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace systemsim {

struct SortKey {
  uint64_t first = 0;
  uint64_t second = 0;
  uint32_t index = 0;  // what the key stands for; breaks ties
};

// Ascending by (first, second, index).
void sort_keys(std::vector<SortKey>& keys);

// Ascending.
void sort_numbers(std::vector<uint32_t>& numbers);

// Ascending by bytes. Texts that are sorted are sorted here: one instantiation more is enough.
void sort_texts(std::vector<std::string_view>& texts);

}  // namespace systemsim
