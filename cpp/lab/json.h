// JSON as a small tree, built from nlohmann's SAX reader (its DOM would cost the browser 20 KB),
// and a reader of fields that knows where it is: every complaint carries a JSON pointer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace systemsim {

struct Json {
  enum class Type : uint8_t { null, boolean, integer, number, string, array, object };
  struct Member;  // a name and its value

  Type type = Type::null;
  bool boolean = false;
  int64_t integer = 0;          // integer; beyond 2^63 - 1 a number is a `number`
  double number = 0.0;          // integer and number
  std::string text;             // string
  std::vector<Json> items;      // array
  std::vector<Member> members;  // object, in the order of the text
};

struct Json::Member {
  std::string name;
  Json value;
};

// Reads one JSON text (at most 64 levels deep, at most kMaxJsonValues values at once). The error
// names line and column, and what was wrong.
Result<Json> parse_json(std::string_view text);
constexpr uint32_t kMaxJsonValues = 1U << 20;

// Takes the items of a list that is too long to be held.
class JsonItems {
 public:
  virtual ~JsonItems() = default;
  // Item `index`; an error ends the reading.
  virtual std::optional<Error> take(const Json& item, size_t index) = 0;
};
// The same for one object whose member `name` is such a list: it is empty in what comes back.
Result<Json> parse_json(std::string_view text, std::string_view name, JsonItems& items);

// Whether two values are the same in all parts, the order of members included.
bool same_json(const Json& a, const Json& b);

// "a number", "an object", ...: for messages.
const char* describe(const Json& value);

// The pointer of a member or an item below `path` (RFC 6901).
std::string pointer_to(const std::string& path, std::string_view member);
std::string pointer_to(const std::string& path, size_t index);

// Reads one object's fields. Take what is expected, then finish(): what is left over is unknown and
// refused. The first error stays; later calls do nothing, so a reader is a straight list of fields.
// Names are plain C strings: a few hundred calls name one, and each is a word shorter for it.
class Fields {
 public:
  // `value` must outlive this. Not an object: an error.
  Fields(const Json& value, std::string path, std::optional<Error>& error);

  // Each looks up one member; absent leaves `out` as it is (its default).
  void integer(const char* name, uint64_t& out, uint64_t low, uint64_t high);
  void integer(const char* name, uint32_t& out, uint32_t low, uint32_t high);
  void number(const char* name, double& out, double low, double high);
  void boolean(const char* name, bool& out);
  void text(const char* name, std::string& out, size_t max_bytes);
  // A string, or {"hex": "..."}: bytes. Returns whether it was there.
  bool bytes(const char* name, std::string& out);
  // One of `names`; sets `out` to its index.
  void choice(const char* name, uint32_t& out, const std::vector<const char*>& names);

  // The member itself, or null when absent (or after an error). Marks it as known.
  const Json* take(const char* name);
  std::string pointer(const char* name) const { return pointer_to(path_, name); }
  // The first error stays. With a name: bad_input, at that member.
  void fail(Error error);
  void fail(const char* name, std::string message);
  bool ok() const { return !error_; }

  // Complains about members that nobody took.
  void finish();

 private:
  const Json* value_ = nullptr;
  std::string path_;
  std::optional<Error>& error_;
  std::vector<uint8_t> taken_;  // one flag a member
};

// What is called `name` in an object; null when nothing is, or when this is no object.
const Json* member(const Json& json, const std::string& name);

std::string number_text(double value);
// "42", "\"x\"" ...: a short quotation of a value for messages.
std::string quote(const Json& value);

}  // namespace systemsim
