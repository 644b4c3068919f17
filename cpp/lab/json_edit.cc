#include "lab/json_edit.h"

#include <algorithm>

#include "lab/measure.h"

namespace systemsim {
namespace {

// The member of an object, made when it is missing. Null when `json` is no object.
Json* member_of(Json& json, const std::string& name) {
  if (json.type != Json::Type::object) return nullptr;
  for (Json::Member& member : json.members) {
    if (member.name == name) return &member.value;
  }
  // No list is made for an item of it.
  const bool is_index = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
  if (is_index) return nullptr;
  json.members.push_back({name, {}});
  Json& made = json.members.back().value;
  made.type = Json::Type::object;
  return &made;
}

}  // namespace

void write_json(JsonWriter& writer, const Json& json) {
  switch (json.type) {
    case Json::Type::null:
      writer.null();
      return;
    case Json::Type::boolean:
      writer.value(json.boolean);
      return;
    case Json::Type::integer:
      writer.value(json.integer);
      return;
    case Json::Type::number:
      writer.value(json.number);
      return;
    case Json::Type::string:
      writer.value(json.text);
      return;
    case Json::Type::array:
      writer.begin_array();
      for (const Json& item : json.items) write_json(writer, item);
      writer.end_array();
      return;
    case Json::Type::object:
      writer.begin_object();
      for (const Json::Member& member : json.members) {
        writer.key(member.name);
        write_json(writer, member.value);
      }
      writer.end_object();
      return;
  }
}

std::string unescaped(const std::string& step) {
  std::string plain;
  for (size_t i = 0; i < step.size(); ++i) {
    const bool escape = step[i] == '~' && i + 1 < step.size();
    plain += escape ? (step[++i] == '1' ? '/' : '~') : step[i];
  }
  return plain;
}

Json* reach(Json& json, const std::string& pointer) {
  Json* at = &json;
  for (size_t from = 0; from < pointer.size() && at != nullptr;) {
    const size_t to = std::min(pointer.find('/', from + 1), pointer.size());
    // An item of a list is one that is there.
    at = at->type == Json::Type::array
             ? const_cast<Json*>(resolve(*at, pointer.substr(from, to - from)))
             : member_of(*at, unescaped(pointer.substr(from + 1, to - from - 1)));
    from = to;
  }
  return at;
}

}  // namespace systemsim
