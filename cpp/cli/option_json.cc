#include "cli/option_json.h"

#include <algorithm>
#include <utility>

namespace systemsim::cli {
namespace {

// A list of what `item` makes of each part between commas.
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

}  // namespace

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

Json texts_json(const std::string& text) { return list_json(text, text_json); }
Json numbers_json(const std::string& text) { return list_json(text, number_json); }

Result<Json> take_options(Arguments& arguments, const std::vector<FieldOption>& options) {
  Json job;
  job.type = Json::Type::object;
  for (const FieldOption& option : options) {
    auto text = arguments.option(option.option);
    if (!text) return text.error();
    if (text.value()) job.members.push_back({option.field, option.to_json(*text.value())});
  }
  return job;
}

Outcome take_no_more(Arguments& arguments, const std::string& command) {
  auto rest = arguments.rest();
  if (!rest) return rest.error();
  if (rest.value().empty()) return Done{};
  return bad_input("", command + ": did not expect \"" + rest.value().front() + "\"");
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
