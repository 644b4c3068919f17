#include "lab/json.h"

#include <algorithm>
#include <cmath>

#include "base/bytes.h"
#include "lab/json_writer.h"
#include "lab/nlohmann_json.h"

namespace systemsim {
namespace {

constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxFields = 1000;  // of one object; keeps the search for doubles short

// Builds the tree from the events of nlohmann's reader. The items of the root's member `list_name`
// go to `items`, when there is one to take them.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view list_name, JsonItems* items)
      : list_name_(list_name), items_(items) {}

  Json root;
  std::string error;
  size_t error_at = 0;
  std::optional<Error> refused;  // by who takes the items

  bool null() { return put({}); }
  bool boolean(bool value) {
    Json json;
    json.type = Json::Type::boolean;
    json.boolean = value;
    return put(std::move(json));
  }
  bool number_integer(int64_t value) {
    Json json;
    json.type = Json::Type::integer;
    json.integer = value;
    json.number = static_cast<double>(value);
    return put(std::move(json));
  }
  bool number_unsigned(uint64_t value) {
    if (value <= static_cast<uint64_t>(INT64_MAX))
      return number_integer(static_cast<int64_t>(value));
    return number_float(static_cast<double>(value), {});
  }
  bool number_float(double value, const std::string&) {
    Json json;
    json.type = Json::Type::number;
    json.number = value;
    return put(std::move(json));
  }
  bool string(std::string& value) {
    Json json;
    json.type = Json::Type::string;
    json.text = std::move(value);
    return put(std::move(json));
  }
  bool binary(std::vector<uint8_t>&) { return false; }
  bool start_object(size_t) { return open(Json::Type::object); }
  bool start_array(size_t) { return open(Json::Type::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    auto& members = path_.back()->members;
    if (members.size() == kMaxFields) {
      error = "an object with more than 1000 fields";
      return false;
    }
    for (const auto& member : members) {
      if (member.name == name) {
        error = "the field \"" + name + "\" is given twice";
        return false;
      }
    }
    members.push_back({std::move(name), {}});
    return true;
  }
  template <class Exception>
  bool parse_error(size_t position, const std::string& token, const Exception&) {
    error = token.empty() || token == "<U+0000>"
                ? "the text ends too early or holds a byte that is not JSON"
                : "did not expect \"" + token.substr(0, 40) + "\"";
    error_at = position;
    return false;
  }

 private:
  // Where the next value goes.
  Json* place() {
    if (path_.empty()) return &root;
    Json& parent = *path_.back();
    if (parent.type == Json::Type::object) return &parent.members.back().value;
    parent.items.emplace_back();
    return &parent.items.back();
  }
  bool has_room() {
    if (++held_ <= kMaxJsonValues) return true;
    error = "more than " + std::to_string(kMaxJsonValues) + " values";
    return false;
  }
  bool put(Json value) {
    if (!has_room()) return false;
    *place() = std::move(value);
    return hand_over();
  }
  // A value is whole. If it is an item of the long list, it goes to who takes them.
  bool hand_over() {
    if (items_ == nullptr || path_.size() != 2 || root.type != Json::Type::object ||
        path_.back()->type != Json::Type::array || root.members.back().name != list_name_) {
      return true;
    }
    std::vector<Json>& list = path_.back()->items;
    refused = items_->take(list.back(), taken_++);
    list.clear();
    held_ = 0;
    return !refused;
  }
  bool open(Json::Type type) {
    if (path_.size() >= kMaxDepth) {
      error = "more than 64 levels deep";
      return false;
    }
    if (!has_room()) return false;
    Json* value = place();
    value->type = type;
    // A parent's vector is not touched while one of its values is open, so the pointer stays good.
    path_.push_back(value);
    return true;
  }
  bool close() {
    path_.pop_back();
    return hand_over();
  }

  std::string_view list_name_;
  JsonItems* items_;
  size_t taken_ = 0;
  uint32_t held_ = 0;  // values since the last item was taken
  std::vector<Json*> path_;
};

std::string grouped(uint64_t value) { return std::to_string(value); }

Result<Json> parse(std::string_view text, TreeBuilder& builder) {
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::move(builder.root);
  if (builder.refused) return *builder.refused;
  size_t line = 1;
  size_t column = 1;
  const size_t end = builder.error_at == 0 ? 0 : std::min(builder.error_at - 1, text.size());
  for (size_t i = 0; i < end; ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  const std::string where = builder.error_at == 0 ? ""
                                                  : " (line " + std::to_string(line) + ", column " +
                                                        std::to_string(column) + ")";
  return bad_input("", "not valid JSON: " + builder.error + where);
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  TreeBuilder builder({}, nullptr);
  return parse(text, builder);
}

Result<Json> parse_json(std::string_view text, std::string_view name, JsonItems& items) {
  TreeBuilder builder(name, &items);
  return parse(text, builder);
}

bool same_json(const Json& a, const Json& b) {
  if (a.type != b.type || a.boolean != b.boolean || a.integer != b.integer ||
      a.number != b.number || a.text != b.text || a.items.size() != b.items.size() ||
      a.members.size() != b.members.size()) {
    return false;
  }
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (!same_json(a.items[i], b.items[i])) return false;
  }
  for (size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].name != b.members[i].name ||
        !same_json(a.members[i].value, b.members[i].value)) {
      return false;
    }
  }
  return true;
}

const char* describe(const Json& value) {
  switch (value.type) {
    case Json::Type::null:
      return "null";
    case Json::Type::boolean:
      return "true or false";
    case Json::Type::integer:
    case Json::Type::number:
      return "a number";
    case Json::Type::string:
      return "a string";
    case Json::Type::array:
      return "a list";
    case Json::Type::object:
      return "an object";
  }
  return "null";
}

const Json* member(const Json& json, const std::string& name) {
  for (const Json::Member& member : json.members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::string number_text(double value) { return JsonWriter().value(value).take(); }

std::string quote(const Json& value) {
  if (value.type == Json::Type::string) {
    size_t end = std::min<size_t>(value.text.size(), 40);
    while (end < value.text.size() && (static_cast<uint8_t>(value.text[end]) & 0xc0U) == 0x80)
      --end;
    return "\"" + value.text.substr(0, end) + (end < value.text.size() ? "…\"" : "\"");
  }
  if (value.type == Json::Type::integer) return std::to_string(value.integer);
  if (value.type == Json::Type::number) return number_text(value.number);
  if (value.type == Json::Type::boolean) return value.boolean ? "true" : "false";
  return describe(value);
}

std::string pointer_to(const std::string& path, std::string_view member) {
  std::string pointer = path + "/";
  for (char c : member) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string pointer_to(const std::string& path, size_t index) {
  return path + "/" + std::to_string(index);
}

Fields::Fields(const Json& value, std::string path, std::optional<Error>& error)
    : value_(&value), path_(std::move(path)), error_(error), taken_(value.members.size(), 0) {
  if (value.type != Json::Type::object) {
    fail(bad_input(path_, "expected an object, found " + std::string(describe(value))));
  }
}

void Fields::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void Fields::fail(const char* name, std::string message) {
  if (!error_) error_ = bad_input(pointer(name), std::move(message));
}

const Json* Fields::take(const char* name) {
  if (error_) return nullptr;
  for (size_t i = 0; i < value_->members.size(); ++i) {
    if (value_->members[i].name == name) {
      taken_[i] = 1;
      return &value_->members[i].value;
    }
  }
  return nullptr;
}

void Fields::integer(const char* name, uint64_t& out, uint64_t low, uint64_t high) {
  const Json* json = take(name);
  if (json == nullptr) return;
  // 3.0 is a whole number too.
  const bool whole = json->type == Json::Type::integer ||
                     (json->type == Json::Type::number &&
                      json->number == std::floor(json->number) && std::abs(json->number) < 9.0e15);
  if (!whole) {
    return fail(name, "expected a whole number, found " + quote(*json));
  }
  const int64_t value =
      json->type == Json::Type::integer ? json->integer : static_cast<int64_t>(json->number);
  if (value < 0 || static_cast<uint64_t>(value) < low) {
    return fail(name, quote(*json) + " is too small; the least is " + grouped(low));
  }
  if (static_cast<uint64_t>(value) > high) {
    return fail(name, quote(*json) + " is too large; the most is " + grouped(high));
  }
  out = static_cast<uint64_t>(value);
}

void Fields::integer(const char* name, uint32_t& out, uint32_t low, uint32_t high) {
  uint64_t wide = out;
  integer(name, wide, static_cast<uint64_t>(low), static_cast<uint64_t>(high));
  out = static_cast<uint32_t>(wide);
}

void Fields::number(const char* name, double& out, double low, double high) {
  const Json* json = take(name);
  if (json == nullptr) return;
  if (json->type != Json::Type::integer && json->type != Json::Type::number) {
    return fail(name, "expected a number, found " + std::string(describe(*json)));
  }
  if (!(json->number >= low && json->number <= high)) {
    return fail(name,
                quote(*json) + " is not between " + number_text(low) + " and " + number_text(high));
  }
  out = json->number;
}

void Fields::boolean(const char* name, bool& out) {
  const Json* json = take(name);
  if (json == nullptr) return;
  if (json->type != Json::Type::boolean) {
    return fail(name, "expected true or false, found " + quote(*json));
  }
  out = json->boolean;
}

void Fields::text(const char* name, std::string& out, size_t max_bytes) {
  const Json* json = take(name);
  if (json == nullptr) return;
  if (json->type != Json::Type::string) {
    return fail(name, "expected a string, found " + std::string(describe(*json)));
  }
  if (json->text.size() > max_bytes) {
    return fail(name, "longer than " + std::to_string(max_bytes) + " bytes");
  }
  out = json->text;
}

bool Fields::bytes(const char* name, std::string& out) {
  const Json* json = take(name);
  if (json == nullptr) return false;
  if (json->type == Json::Type::string) {
    out = json->text;
    return true;
  }
  if (json->type == Json::Type::object && json->members.size() == 1 &&
      json->members[0].name == "hex" && json->members[0].value.type == Json::Type::string) {
    if (auto decoded = from_hex(json->members[0].value.text)) {
      out = std::move(*decoded);
      return true;
    }
    fail(bad_input(pointer_to(pointer(name), "hex"),
                   "expected pairs of hexadecimal digits, found " + quote(json->members[0].value)));
    return false;
  }
  fail(name, "expected a string or {\"hex\": \"…\"}, found " + std::string(describe(*json)));
  return false;
}

void Fields::choice(const char* name, uint32_t& out, const std::vector<const char*>& names) {
  const Json* json = take(name);
  if (json == nullptr) return;
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) {
    if (json->type == Json::Type::string && json->text == names[i]) {
      out = static_cast<uint32_t>(i);
      return;
    }
    list += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + std::string(names[i]);
  }
  fail(name, "expected " + list + ", found " + quote(*json));
}

void Fields::finish() {
  if (error_) return;
  for (size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i] == 0) {
      return fail(bad_input(pointer_to(path_, value_->members[i].name), "unknown field"));
    }
  }
}

}  // namespace systemsim
