#include "cli/option_json.h"

#include <algorithm>
#include <utility>

namespace systemsim::cli {

Json text_json(const std::string& text) {
  Json json;
  json.type = Json::Type::string;
  json.text = text;
  return json;
}

Json number_json(const std::string& text) {
  auto parsed = parse_json(text);
  return parsed ? std::move(parsed).value() : text_json(text);
}

Json bool_json(bool flag) {
  Json json;
  json.type = Json::Type::boolean;
  json.boolean = flag;
  return json;
}

Json list_json(const std::string& text, Json (*item)(const std::string&)) {
  Json list;
  list.type = Json::Type::array;
  size_t from = 0;
  while (true) {
    const size_t comma = text.find(',', from);
    list.items.push_back(item(text.substr(from, comma - from)));
    if (comma == std::string::npos) return list;
    from = comma + 1;
  }
}

Error about_option(Error error) {
  if (error.path.size() <= 1) return error;
  std::string option = error.path.substr(1, error.path.find('/', 1) - 1);
  std::replace(option.begin(), option.end(), '_', '-');
  error.message = "--" + option + ": " + error.message;
  error.path.clear();
  return error;
}

}  // namespace systemsim::cli
