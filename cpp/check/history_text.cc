#include "check/history_text.h"

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace systemsim {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

// The bytes that `text` stands for when it is "0x" and lower-case hexadecimal.
std::optional<std::string> unhexed(std::string_view text) {
  if (text.size() < 4 || !text.starts_with("0x")) return std::nullopt;
  for (const char c : text.substr(2)) {
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return std::nullopt;
  }
  return from_hex(text.substr(2));
}

// Whether some bytes are written as this text and not as themselves. Each turn halves the text.
bool is_hex_form(std::string_view text) {
  std::optional<std::string> inner = unhexed(text);
  while (inner) {
    if (!is_utf8(*inner)) return true;
    inner = unhexed(*inner);
  }
  return false;
}

}  // namespace

std::string text_of_bytes(std::string_view bytes) {
  if (is_utf8(bytes) && !is_hex_form(bytes)) return std::string(bytes);
  return "0x" + to_hex(bytes);
}

std::string bytes_of_text(std::string_view text) {
  return is_hex_form(text) ? *unhexed(text) : std::string(text);
}

bool is_plain_integer(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text.size() > 18 || text.front() == '0') return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

void append_edn_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    switch (c) {
      case '"':
      case '\\':
        out.push_back('\\');
        out.push_back(c);
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20 || byte == 0x7f) {
          out += "\\u00";
          out.push_back(kDigits[byte >> 4]);
          out.push_back(kDigits[byte & 15]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

std::string quoted(std::string_view text) {
  constexpr size_t kMost = 40;
  size_t end = text.size();
  if (end > kMost) {
    end = kMost;
    while (end > kMost - 4 && (static_cast<uint8_t>(text[end]) & 0xc0U) == 0x80) --end;
  }
  const std::string_view shown = text.substr(0, end);
  const bool readable = is_utf8(shown);
  std::string out = "\"";
  for (const char c : shown) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !readable)) {
      out += "\\x";
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out + (end < text.size() ? "…\"" : "\"");
}

}  // namespace systemsim
