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

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_quoted(text_, text);
  return *this;
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
