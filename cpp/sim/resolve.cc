#include "sim/resolve.h"

#include <algorithm>
#include <string_view>

namespace systemsim {

std::optional<std::string> union_of_lists(const std::vector<std::string>& values) {
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string_view> items;
  for (const std::string& value : values) {
    if (value.size() < 2 || value.front() != '[' || value.back() != ']') return std::nullopt;
    std::string_view rest = std::string_view(value).substr(1, value.size() - 2);
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(kBetween), rest.size());
      const std::string_view item = rest.substr(0, end);
      if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
      rest.remove_prefix(std::min(end + kBetween.size(), rest.size()));
    }
  }
  std::string all = "[";
  for (const std::string_view item : items) {
    if (all.size() > 1) all += kBetween;
    all += item;
  }
  return all + "]";
}

Record resolved(const std::vector<Record>& siblings, Resolve how, OperationId named) {
  if (how == Resolve::sibling) {
    for (const Record& record : siblings) {
      if (record.version.operation == named) return record;
    }
  }
  Record one = siblings.front();
  if (how != Resolve::all) return one;
  std::vector<std::string> values;  // oldest first
  for (size_t i = siblings.size(); i > 0; --i) {
    if (!siblings[i - 1].deleted) values.push_back(siblings[i - 1].value);
  }
  if (values.empty()) return one;
  one.deleted = false;
  auto all = union_of_lists(values);
  if (all) {
    one.value = std::move(*all);
    return one;
  }
  return *std::find_if(siblings.begin(), siblings.end(),
                       [](const Record& record) { return !record.deleted; });
}

}  // namespace systemsim
