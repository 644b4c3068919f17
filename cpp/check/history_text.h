// How the bytes of keys and values are written in a history file, where only text may stand: what
// the reader and the writers of histories share.
#pragma once

#include <string>
#include <string_view>

namespace systemsim {

// Text that stands for any bytes, and back: a bijection between byte strings and UTF-8 texts, so
// two values that differ never become equal, ours or others'. UTF-8 stands for itself; other bytes
// are "0x" and their hexadecimal; and so is a text that would be mistaken for such a form.
std::string text_of_bytes(std::string_view bytes);
// Precondition: `text` is UTF-8.
std::string bytes_of_text(std::string_view text);

// Whether this is how a whole number of at most 18 digits is written in canonical form: no plus
// sign, no leading zero, no "-0". Such a value is exported as a number.
bool is_plain_integer(std::string_view text);

// Appends `text` in double quotes with EDN's escapes.
void append_edn_string(std::string& out, std::string_view text);

// The beginning of `text` in double quotes, for messages: at most 40 bytes, whatever is not
// printable as \xHH.
std::string quoted(std::string_view text);

}  // namespace systemsim
