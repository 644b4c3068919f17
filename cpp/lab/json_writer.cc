#include "lab/json_writer.h"

#include <cmath>

#include "base/bytes.h"
#include "lab/nlohmann_json.h"

namespace systemsim {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  static const char kDigits[] = "0123456789abcdef";
  out.push_back('"');
  for (char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

void JsonWriter::separate() {
  if (!after_key_ && !first_) text_.push_back(',');
  first_ = false;
  after_key_ = false;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  separate();
  text_ += text;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_.push_back(bracket);
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_.push_back(bracket);
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_quoted(text_, name);
  text_.push_back(':');
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(const char* name) { return key(std::string_view(name)); }

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_quoted(text_, text);
  return *this;
}

JsonWriter& JsonWriter::value(const char* text) { return value(std::string_view(text)); }
JsonWriter& JsonWriter::value(bool flag) { return raw(flag ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }
JsonWriter& JsonWriter::integer(int64_t number) { return raw(std::to_string(number)); }
JsonWriter& JsonWriter::natural(uint64_t number) { return raw(std::to_string(number)); }

JsonWriter& JsonWriter::field(const char* name, std::string_view text) {
  return key(name).value(text);
}
JsonWriter& JsonWriter::field(const char* name, const char* text) { return key(name).value(text); }
JsonWriter& JsonWriter::field(const char* name, bool flag) { return key(name).value(flag); }
JsonWriter& JsonWriter::field(const char* name, double number) { return key(name).value(number); }
JsonWriter& JsonWriter::integer_field(const char* name, int64_t number) {
  return key(name).integer(number);
}
JsonWriter& JsonWriter::natural_field(const char* name, uint64_t number) {
  return key(name).natural(number);
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  // Grisu2 as nlohmann's own writer uses it: printf would bring 128-bit arithmetic to the browser.
  char text[32];
  const char* end = nlohmann::detail::to_chars(text, text + sizeof text, number);
  std::string_view digits(text, static_cast<size_t>(end - text));
  if (digits.ends_with(".0")) digits.remove_suffix(2);
  return raw(digits);
}

JsonWriter& JsonWriter::bytes(std::string_view bytes) {
  if (is_utf8(bytes)) return value(bytes);
  return begin_object().field("hex", std::string_view(to_hex(bytes))).end_object();
}

}  // namespace systemsim
