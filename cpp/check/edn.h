// EDN, the notation in which Jepsen, Knossos and Porcupine keep histories: a small reader of it,
// one form at a time, so that a long history is never held as a tree.
//
// Follows github.com/edn-format/edn, with Clojure's ##NaN and ##Inf beside it. No form is deeper
// than kMaxDepth, longer than kMaxFormBytes or made of more than kMaxElements: whatever the text, a
// reader's memory is bounded and its time is proportional to the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace systemsim {

struct Edn {
  enum class Type : uint8_t {
    nil,
    boolean,
    integer,
    decimal,
    character,
    string,
    symbol,
    keyword,
    list,
    vector,
    set,
    map,
    tagged,  // one item; `text` is the tag
  };
  Type type = Type::nil;
  uint32_t line = 1;  // where it begins
  // Scalars: what it says, in canonical form: "nil", "-5" (of -5N), "1.5" (of +1.50M), "\\a",
  // "true", "name", ":name"; of a string its content.
  std::string text;
  std::vector<Edn> items;  // collections; of a map: key, value, key, value, ...

  // A map's value for this keyword (":type"); null when there is none.
  const Edn* find(std::string_view keyword) const;
};

// The form as text: equal text, equal form. A list is as good as a vector, the order of a set's or
// a map's entries does not count.
std::string canonical_text(const Edn& form);

// The same, quoted and shortened, for messages.
std::string quoted(const Edn& form);

class EdnReader {
 public:
  static constexpr uint32_t kMaxDepth = 64;
  static constexpr size_t kMaxFormBytes = size_t{4} << 20;
  static constexpr uint32_t kMaxElements = 1U << 18;

  // `text` must outlive this. `line`: the number of its first line.
  explicit EdnReader(std::string_view text, uint32_t line = 1) : text_(text), line_(line) {}

  // When the next form is a list or a vector, steps into it: from here on next() gives its items,
  // and complains if more than blanks follow it. Whether it was one.
  Result<bool> enter();
  // The next form; nothing at the end. Errors: bad_input, "line N: expected ..., found ...".
  Result<std::optional<Edn>> next();
  // The line that has been reached.
  uint32_t line() const { return line_; }

 private:
  void start_form();
  bool skip(uint32_t depth);
  bool read(Edn& out, uint32_t depth);
  bool read_items(Edn& out, char closer, uint32_t depth);
  bool read_string(Edn& out);
  bool read_escape(std::string& out);
  bool read_hex4(uint32_t& out);
  bool read_character(Edn& out);
  bool read_number(Edn& out);
  bool read_name(Edn& out);
  bool read_hash(Edn& out, uint32_t depth);
  bool all_differ(const Edn& out, size_t step, const char* what);
  std::string_view token() const;
  bool expected(std::string_view what);
  bool expected(uint32_t line, std::string_view what, std::string_view found);
  bool expected_closer(char closer, uint32_t opened_line);

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  char closer_ = 0;  // of the collection that was entered
  uint32_t opened_line_ = 0;
  bool ended_ = false;  // that collection is over
  size_t form_start_ = 0;
  uint32_t elements_ = 0;  // of the form that is being read
  std::optional<Error> error_;
};

}  // namespace systemsim
