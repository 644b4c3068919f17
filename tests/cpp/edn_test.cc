// EDN, form by form: what is read, what is refused and where, and that no text is too much.
#include "check/edn.h"

#include "support.h"

namespace edn_test {

using namespace systemsim;
using test::Dice;

namespace {

// Everything that a text holds, each form as canonical text, or the complaint.
std::string forms(std::string_view text) {
  EdnReader reader(text);
  std::string out;
  for (;;) {
    auto next = reader.next();
    if (!next) return next.error().message;
    if (!next.value()) return out;
    out += (out.empty() ? "" : " | ") + canonical_text(*next.value());
  }
}

// The same inside one list or vector.
std::string items(std::string_view text) {
  EdnReader reader(text);
  auto entered = reader.enter();
  if (!entered) return entered.error().message;
  if (!entered.value()) return "not a list";
  std::string out;
  for (;;) {
    auto next = reader.next();
    if (!next) return next.error().message;
    if (!next.value()) return out;
    out += (out.empty() ? "" : " | ") + canonical_text(*next.value());
  }
}

std::string repeated(const char* piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += piece;
  return text;
}

// A form that may hold anything, as text.
std::string random_form(Dice& dice, int depth) {
  static const std::vector<std::string> kScalars = {
      "nil", "true",  "false",   "0",    "-7",   "12N",         "1.50",   "-2e+05", ":a",
      "a/b", ":x/y",  "\"s\"",   "\"\"", "\\a",  "\\newline",   "##Inf",  "+3",     "1.0M",
      "->>", "\"é\"", "\"\\t\"", "…",    "\\\\", "\"\\u0041\"", "\\u00e9"};
  if (depth == 0 || dice.chance(0.5)) return kScalars[dice.below(kScalars.size())];
  const uint32_t kind = dice.below(6);
  static const char* const kOpen[] = {"[", "(", "#{", "{", "#tag ", "#_ "};
  static const char* const kClose[] = {"]", ")", "}", "}", "", ""};
  std::string text = kOpen[kind];
  const uint32_t count = kind < 4 ? dice.below(4) : 1;
  for (uint32_t i = 0; i < count; ++i) {
    if (kind == 3) text += "[" + std::to_string(i) + "] ";
    if (kind == 2) text += "[" + std::to_string(i) + " ";
    text += random_form(dice, depth - 1) + (kind == 2 ? "] " : dice.chance(0.2) ? " ; c\n" : ", ");
  }
  text += kClose[kind];
  if (kind == 5) text += " " + random_form(dice, depth - 1);
  return text;
}

}  // namespace

TEST_CASE("EDN's scalars come in one form each") {
  CHECK(forms("nil true false") == "nil | true | false");
  CHECK(forms("0 -0 +7 -12 42N") == "0 | 0 | 7 | -12 | 42");
  CHECK(forms("1.5 +1.50M 1. 2e05 2E+5 1.25e-3") == "1.5 | 1.5 | 1.0 | 2e5 | 2e5 | 1.25e-3");
  CHECK(forms("123456789012345678901234567890") == "123456789012345678901234567890");
  CHECK(forms(":a :a/b a a/b ->x *ns* + -") == ":a | :a/b | a | a/b | ->x | *ns* | + | -");
  CHECK(forms("\\a \\newline \\u0041 \\( \\é \\space") ==
        "\\a | \\newline | \\A | \\( | \\é | \\space");
  CHECK(forms("##NaN ##-Inf") == "##NaN | ##-Inf");
}

TEST_CASE("EDN's strings know their escapes") {
  EdnReader reader("\"a\\\"b\\\\\\n\\t\\r\\u00e9\\ud83d\\ude00 \n;\"");
  auto form = reader.next();
  REQUIRE(form.ok());
  CHECK(form.value()->text == "a\"b\\\n\t\ré😀 \n;");
  CHECK(reader.line() == 2);
  CHECK(forms("\"\\x\"") ==
        "line 1: expected t, r, n, b, f, u, \\ or \" after a backslash, found \"x\"");
  CHECK(forms("\"\\ud83d\"") ==
        "line 1: expected the other half of a surrogate pair, found \"\"\"");
  CHECK(forms("\"\\u12\"") == "line 1: expected four hexadecimal digits, found \"12\"");
  CHECK(forms("\n\"ab") ==
        "line 2: expected the closing quote of the string that line 2 opened, found the end of the "
        "text");
  CHECK(forms("\"\xff\"") == "line 1: expected UTF-8 text, found \"\\xff\"");
}

TEST_CASE("EDN's collections compare as Clojure's do") {
  CHECK(forms("[1, 2 3]") == "[1 2 3]");
  CHECK(forms("(1 2 3)") == "[1 2 3]");
  CHECK(forms("#{2 1}") == forms("#{1 2}"));
  CHECK(forms("{:b 1 :a 2}") == forms("{:a 2, :b 1}"));
  CHECK(forms("[\"1\"]") != forms("[1]"));
  CHECK(forms("{:a 1 :a 2}") ==
        "line 1: expected a map that names nothing twice, found a second \":a\"");
  CHECK(forms("#{[1] (1)}") ==
        "line 1: expected a set that names nothing twice, found a second \"[1]\"");
  CHECK(forms("{:a 1 :b}") ==
        "line 1: expected a value for every key of the map, found none for \":b\"");
}

TEST_CASE("comments, discarded forms and tags are where EDN allows them") {
  CHECK(forms("; one\n1 ;two\n;three") == "1");
  CHECK(forms("#_1 2 #_[3 4] 5 #_") == "line 1: expected a form, found the end of the text");
  CHECK(forms("#_#_1 2 3") == "3");
  CHECK(forms("[1 #_2]") == "[1]");
  CHECK(forms("#inst \"2020\" #my/tag [1]") == "#inst \"2020\" | #my/tag [1]");
  CHECK(forms("#!") == "line 1: expected a tag, a set or #_ after #, found \"#!\"");
}

TEST_CASE("a text is a stream of forms, or one list of them") {
  CHECK(forms("{:a 1}\n{:a 2}\n") == "{:a 1} | {:a 2}");
  CHECK(items("; c\n({:a 1}\n{:a 2}) ; end\n") == "{:a 1} | {:a 2}");
  CHECK(items("[]") == "");
  CHECK(items("{:a 1}") == "not a list");
  CHECK(items("[1\n2") ==
        "line 2: expected \"]\" for what line 1 opened, found the end of the text");
  CHECK(items("[1 2)") == "line 1: expected a form, found \")\"");
  CHECK(items("[1]\n[2]") ==
        "line 2: expected nothing more after the list that line 1 opened, found \"[\"");
}

TEST_CASE("what is no EDN is refused with its line and what was found") {
  CHECK(forms("1\n\n}") == "line 3: expected a form, found \"}\"");
  CHECK(forms("[1 }") == "line 1: expected \"]\" for what line 1 opened, found \"}\"");
  CHECK(forms("007") == "line 1: expected a number such as -5 or 1.5e3, found \"007\"");
  CHECK(forms("1/2") == "line 1: expected a number such as -5 or 1.5e3, found \"1/2\"");
  CHECK(forms("@x") == "line 1: expected a form, found \"@x\"");
  CHECK(forms("::a") == "line 1: expected a form, found \"::a\"");
  CHECK(forms("\\foo") == "line 1: expected a character's name, found \"foo\"");
  CHECK(forms("a\xff") == "line 1: expected a form, found \"a\\xff\"");
  CHECK(forms(std::string_view("\0", 1)) == "line 1: expected a form, found \"\\x00\"");
}

TEST_CASE("no text is too deep, too long or too wide for the EDN reader") {
  const std::string too_deep = "line 1: expected at most 64 levels, found ";
  CHECK(forms(repeated("[", 64) + repeated("]", 64)) == repeated("[", 64) + repeated("]", 64));
  CHECK(forms(repeated("[", 10'000'000)).starts_with(too_deep));
  CHECK(forms(repeated("#_", 10'000'000)).starts_with(too_deep));
  CHECK(forms(repeated("#a ", 10'000'000)).starts_with(too_deep));
  CHECK(forms(repeated("{[", 1000)).starts_with(too_deep));
  CHECK(forms("[" + repeated("0 ", 1'000'000) + "]") ==
        "line 1: expected at most 262144 elements in one form, found \"0\"");
  CHECK(forms("[\"" + repeated("0123456789", 1'000'000) + "\" 1]") ==
        "line 1: expected at most 4 MB in one form, found \"1\"");
  // Between forms there may be as much as there likes.
  CHECK(forms(repeated(";          \n", 1'000'000) + "1") == "1");
  CHECK(forms(repeated("#_[1 2] \n", 1'000'000) + "1") == "1");
}

TEST_CASE("canonical text reads back as itself") {
  Dice dice(11);
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_form(dice, 4);
    EdnReader reader(text);
    auto form = reader.next();
    REQUIRE_MESSAGE(form.ok(), text << " " << (form.ok() ? "" : form.error().message));
    if (!form.value()) continue;
    const std::string canonical = canonical_text(*form.value());
    CHECK(forms(canonical) == canonical);
    ++read;
  }
  CHECK(read > 19'000);
}

TEST_CASE("whatever the bytes, the EDN reader ends, and complains with a line") {
  Dice dice(12);
  const std::string_view alphabet = "{}[]()#_\"\\:;, \n0123eN.+-ntaué^~@";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (uint32_t k = dice.below(30); k > 0; --k) {
      text += alphabet[dice.below(static_cast<uint32_t>(alphabet.size()))];
    }
    EdnReader reader(text);
    for (int form = 0;; ++form) {
      REQUIRE(form < 40);
      auto next = reader.next();
      if (!next) CHECK(next.error().message.starts_with("line "));
      if (!next || !next.value()) break;
    }
  }
}

TEST_CASE("a zero without a sign is the zero with one, however it is written") {
  for (const char* zero : {"0", "-0", "+0", "-0N", "0M", "-0M"}) {
    CAPTURE(zero);
    EdnReader reader(zero);
    auto read = reader.next();
    REQUIRE(read.ok());
    REQUIRE(read.value().has_value());
    CHECK(canonical_text(*read.value()) == "0");
  }
}

}  // namespace edn_test
