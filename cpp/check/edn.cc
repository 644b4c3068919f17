#include "check/edn.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/sort.h"
#include "check/history_text.h"

namespace systemsim {
namespace {

constexpr bool is_blank(char c) {
  return c == ' ' || c == ',' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool ends_token(char c) {
  return is_blank(c) || c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}' ||
         c == '"' || c == ';' || c == '\\';
}
constexpr std::string_view kNameMarks = ".*+!-_?$%&=<>/:#'|";
constexpr std::array<std::pair<std::string_view, char>, 6> kNamedCharacters = {
    {{"newline", '\n'},
     {"space", ' '},
     {"tab", '\t'},
     {"return", '\r'},
     {"backspace", '\b'},
     {"formfeed", '\f'}}};

void append_utf8(std::string& out, uint32_t code) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

// Takes the digits at the front of `text`.
std::string_view take_digits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

// A number in canonical form; nothing when `token` is none.
bool canonical_number(std::string_view token, Edn& out) {
  const bool minus = token.starts_with('-');
  if (minus || token.starts_with('+')) token.remove_prefix(1);
  const std::string_view whole = take_digits(token);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return false;
  if (token.empty() || token == "N" || token == "M") {
    out.type = token == "M" ? Edn::Type::decimal : Edn::Type::integer;
    out.text = minus && whole != "0" ? "-" : "";
    out.text += whole;
    return true;
  }
  out.type = Edn::Type::decimal;
  out.text = minus ? "-" : "";
  out.text += whole;
  if (token.starts_with('.')) {
    token.remove_prefix(1);
    std::string_view fraction = take_digits(token);
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    out.text += '.';
    out.text += fraction.empty() ? "0" : fraction;
  }
  if (token.starts_with('e') || token.starts_with('E')) {
    token.remove_prefix(1);
    const bool down = token.starts_with('-');
    if (down || token.starts_with('+')) token.remove_prefix(1);
    std::string_view exponent = take_digits(token);
    if (exponent.empty()) return false;
    while (exponent.size() > 1 && exponent.front() == '0') exponent.remove_prefix(1);
    out.text += down ? "e-" : "e";
    out.text += exponent;
  }
  return token.empty() || token == "M";
}

void append_canonical(std::string& out, const Edn& form) {
  const auto open = [&](char bracket) { out.push_back(bracket); };
  switch (form.type) {
    case Edn::Type::string:
      append_edn_string(out, form.text);
      return;
    case Edn::Type::list:
    case Edn::Type::vector:
      open('[');
      for (size_t i = 0; i < form.items.size(); ++i) {
        if (i != 0) out.push_back(' ');
        append_canonical(out, form.items[i]);
      }
      open(']');
      return;
    case Edn::Type::set:
    case Edn::Type::map: {
      const size_t step = form.type == Edn::Type::map ? 2 : 1;
      std::vector<std::string> entries;
      for (size_t i = 0; i < form.items.size(); i += step) {
        std::string& entry = entries.emplace_back();
        append_canonical(entry, form.items[i]);
        if (step == 1) continue;
        entry.push_back(' ');
        append_canonical(entry, form.items[i + 1]);
      }
      std::vector<std::string_view> sorted(entries.begin(), entries.end());
      sort_texts(sorted);
      out += step == 2 ? "{" : "#{";
      for (size_t i = 0; i < sorted.size(); ++i) {
        if (i != 0) out.push_back(' ');
        out += sorted[i];
      }
      open('}');
      return;
    }
    case Edn::Type::tagged:
      out += '#';
      out += form.text;
      out += ' ';
      append_canonical(out, form.items.front());
      return;
    default:
      out += form.text;
  }
}

}  // namespace

const Edn* Edn::find(std::string_view keyword) const {
  if (type != Type::map) return nullptr;
  for (size_t i = 0; i < items.size(); i += 2) {
    if (items[i].type == Type::keyword && items[i].text == keyword) return &items[i + 1];
  }
  return nullptr;
}

std::string canonical_text(const Edn& form) {
  std::string text;
  append_canonical(text, form);
  return text;
}

std::string quoted(const Edn& form) {
  std::string text = canonical_text(form);
  // A string has quotes of its own, unless it is too long for them.
  if (form.type == Edn::Type::string && text.size() <= 40) return text;
  return quoted(std::string_view(form.type == Edn::Type::string ? form.text : text));
}

bool EdnReader::expected(uint32_t line, std::string_view what, std::string_view found) {
  if (error_) return false;
  std::string message = "line " + std::to_string(line) + ": expected ";
  message += what;
  message += ", found ";
  message += found;
  error_ = bad_input("", std::move(message));
  return false;
}

// The complaint about what stands here.
bool EdnReader::expected(std::string_view what) {
  if (at_ >= text_.size()) return expected(line_, what, "the end of the text");
  return expected(line_, what, quoted(token()));
}

bool EdnReader::expected_closer(char closer, uint32_t opened_line) {
  std::string what = "\"_\" for what line ";
  what[1] = closer;
  return expected(what + std::to_string(opened_line) + " opened");
}

// What stands here, up to where a name or a number would end; at least one byte.
std::string_view EdnReader::token() const {
  size_t end = at_;
  while (end < text_.size() && !ends_token(text_[end])) ++end;
  return text_.substr(at_, std::max<size_t>(end - at_, 1));
}

// Goes over blanks, comments and discarded forms.
bool EdnReader::skip(uint32_t depth) {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '\n') ++line_;
    if (is_blank(c)) {
      ++at_;
    } else if (c == ';') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (text_.substr(at_, 2) == "#_") {
      if (depth >= kMaxDepth) return expected("at most 64 levels");
      if (depth == 0) start_form();
      at_ += 2;
      Edn discarded;
      if (!skip(depth + 1) || !read(discarded, depth + 1)) return false;
    } else {
      return true;
    }
  }
  return true;
}

bool EdnReader::read(Edn& out, uint32_t depth) {
  out.line = line_;
  if (depth >= kMaxDepth) return expected("at most 64 levels");
  if (++elements_ > kMaxElements) return expected("at most 262144 elements in one form");
  if (at_ - form_start_ > kMaxFormBytes) return expected("at most 4 MB in one form");
  if (at_ >= text_.size()) return expected("a form");
  const char c = text_[at_];
  const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
  switch (c) {
    case '(':
      out.type = Edn::Type::list;
      return read_items(out, ')', depth);
    case '[':
      out.type = Edn::Type::vector;
      return read_items(out, ']', depth);
    case '{':
      out.type = Edn::Type::map;
      return read_items(out, '}', depth);
    case '"':
      return read_string(out);
    case '\\':
      return read_character(out);
    case '#':
      return read_hash(out, depth);
    default:
      break;
  }
  const bool number = is_digit(c) || ((c == '-' || c == '+') && is_digit(following));
  return number ? read_number(out) : read_name(out);
}

bool EdnReader::read_items(Edn& out, char closer, uint32_t depth) {
  ++at_;
  for (;;) {
    if (!skip(depth + 1)) return false;
    if (at_ < text_.size() && text_[at_] == closer) break;
    const bool stray =
        at_ < text_.size() && (text_[at_] == ')' || text_[at_] == ']' || text_[at_] == '}');
    if (at_ >= text_.size() || stray) {
      return expected_closer(closer, out.line);
    }
    if (!read(out.items.emplace_back(), depth + 1)) return false;
  }
  ++at_;
  if (out.type == Edn::Type::set) return all_differ(out, 1, "set");
  if (out.type != Edn::Type::map) return true;
  if (out.items.size() % 2 != 0) {
    return expected(line_, "a value for every key of the map",
                    "none for " + quoted(out.items.back()));
  }
  return all_differ(out, 2, "map");
}

// A set's elements or a map's keys.
bool EdnReader::all_differ(const Edn& out, size_t step, const char* what) {
  if (out.items.size() <= step) return true;
  std::vector<std::string> texts;
  texts.reserve(out.items.size() / step);
  for (size_t i = 0; i < out.items.size(); i += step) texts.push_back(canonical_text(out.items[i]));
  std::vector<std::string_view> sorted(texts.begin(), texts.end());
  sort_texts(sorted);
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return true;
  return expected(out.line, std::string("a ") + what + " that names nothing twice",
                  "a second " + quoted(*twice));
}

bool EdnReader::read_string(Edn& out) {
  out.type = Edn::Type::string;
  ++at_;
  for (;;) {
    size_t end = at_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\\') {
      if (text_[end] == '\n') ++line_;
      ++end;
    }
    out.text += text_.substr(at_, end - at_);
    at_ = end;
    if (at_ >= text_.size()) {
      return expected("the closing quote of the string that line " + std::to_string(out.line) +
                      " opened");
    }
    ++at_;
    if (text_[at_ - 1] == '"') break;
    if (!read_escape(out.text)) return false;
  }
  if (!is_utf8(out.text)) return expected(out.line, "UTF-8 text", quoted(out.text));
  return true;
}

bool EdnReader::read_hex4(uint32_t& out) {
  out = 0;
  const std::string_view digits = text_.substr(std::min(at_, text_.size()), 4);
  const auto bytes = from_hex(digits);
  if (!bytes || digits.size() != 4) return expected("four hexadecimal digits");
  out = static_cast<uint32_t>(static_cast<uint8_t>((*bytes)[0]) << 8) |
        static_cast<uint8_t>((*bytes)[1]);
  at_ += 4;
  return true;
}

// What follows a backslash in a string.
bool EdnReader::read_escape(std::string& out) {
  constexpr std::string_view kLetters = "trnbf\\\"";
  constexpr std::string_view kMeanings = "\t\r\n\b\f\\\"";
  const char c = at_ < text_.size() ? text_[at_] : ' ';
  const size_t known = kLetters.find(c);
  if (known != std::string_view::npos) {
    ++at_;
    out.push_back(kMeanings[known]);
    return true;
  }
  if (c != 'u') return expected("t, r, n, b, f, u, \\ or \" after a backslash");
  ++at_;
  uint32_t code = 0;
  if (!read_hex4(code)) return false;
  if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_, 2) == "\\u") {
    at_ += 2;
    uint32_t low = 0;
    if (!read_hex4(low)) return false;
    if (low < 0xdc00 || low > 0xdfff) return expected("the second half of a surrogate pair");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  if (code >= 0xd800 && code <= 0xdfff) return expected("the other half of a surrogate pair");
  append_utf8(out, code);
  return true;
}

bool EdnReader::read_character(Edn& out) {
  out.type = Edn::Type::character;
  ++at_;
  size_t end = at_;
  while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
  const std::string_view name = text_.substr(std::min(at_, text_.size()), end - at_);
  if (name.size() == 5 && name.front() == 'u') {
    ++at_;
    uint32_t code = 0;
    if (!read_hex4(code)) return false;
    if (code >= 0xd800 && code <= 0xdfff) return expected("a character, not half of one");
    append_utf8(out.text, code);
  } else if (name.size() > 1) {
    const auto known = std::find_if(kNamedCharacters.begin(), kNamedCharacters.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (known == kNamedCharacters.end()) return expected("a character's name");
    out.text = known->second;
    at_ = end;
  } else {
    // One character, of any width in UTF-8.
    end = std::min(at_ + 1, text_.size());
    while (end < text_.size() && (static_cast<uint8_t>(text_[end]) & 0xc0U) == 0x80) ++end;
    out.text = text_.substr(std::min(at_, text_.size()), end - at_);
    if (out.text.empty() || out.text == "\n" || !is_utf8(out.text)) {
      return expected("a character after the backslash");
    }
    at_ = end;
  }
  // One form for each, that reads back.
  for (const auto& [known, value] : kNamedCharacters) {
    if (out.text.size() == 1 && out.text.front() == value) out.text = known;
  }
  out.text.insert(0, "\\");
  return true;
}

bool EdnReader::read_number(Edn& out) {
  const std::string_view digits = token();
  if (!canonical_number(digits, out)) return expected("a number such as -5 or 1.5e3");
  at_ += digits.size();
  return true;
}

bool EdnReader::read_name(Edn& out) {
  const std::string_view name = token();
  const bool keyword = name.starts_with(':');
  const bool good = name != ":" && !name.starts_with("::") && is_utf8(name) &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return is_letter(c) || is_digit(c) || static_cast<uint8_t>(c) >= 0x80 ||
                             kNameMarks.find(c) != std::string_view::npos;
                    });
  if (!good) return expected("a form");
  out.text = name;
  out.type = keyword                             ? Edn::Type::keyword
             : name == "nil"                     ? Edn::Type::nil
             : name == "true" || name == "false" ? Edn::Type::boolean
                                                 : Edn::Type::symbol;
  at_ += name.size();
  return true;
}

// #{a set}, ##NaN, #tag form. A discarded form is not met here: skip() takes it.
bool EdnReader::read_hash(Edn& out, uint32_t depth) {
  const char following = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
  if (following == '{') {
    out.type = Edn::Type::set;
    ++at_;
    return read_items(out, '}', depth);
  }
  if (following == '#') {
    const std::string_view name = token();
    if (name != "##NaN" && name != "##Inf" && name != "##-Inf") {
      return expected("##NaN, ##Inf or ##-Inf");
    }
    out.type = Edn::Type::symbol;
    out.text = name;
    at_ += name.size();
    return true;
  }
  if (!is_letter(following)) return expected("a tag, a set or #_ after #");
  ++at_;
  Edn tag;
  if (!read_name(tag)) return false;
  out.type = Edn::Type::tagged;
  out.text = std::move(tag.text);
  return skip(depth + 1) && read(out.items.emplace_back(), depth + 1);
}

void EdnReader::start_form() {
  form_start_ = at_;
  elements_ = 0;
}

Result<bool> EdnReader::enter() {
  if (!skip(0)) return *error_;
  if (at_ >= text_.size() || (text_[at_] != '(' && text_[at_] != '[')) return false;
  closer_ = text_[at_] == '(' ? ')' : ']';
  opened_line_ = line_;
  ++at_;
  return true;
}

Result<std::optional<Edn>> EdnReader::next() {
  if (error_) return *error_;
  if (!skip(0)) return *error_;
  const bool at_end = at_ >= text_.size();
  if (closer_ != 0 && !ended_ && !at_end && text_[at_] == closer_) {
    ++at_;
    ended_ = true;
    return next();
  }
  if (ended_ && !at_end) {
    (void)expected("nothing more after the list that line " + std::to_string(opened_line_) +
                   " opened");
    return *error_;
  }
  if (at_end && closer_ != 0 && !ended_) {
    (void)expected_closer(closer_, opened_line_);
    return *error_;
  }
  if (at_end) return std::optional<Edn>();
  start_form();
  Edn form;
  if (!read(form, 0)) return *error_;
  return std::optional<Edn>(std::move(form));
}

}  // namespace systemsim
