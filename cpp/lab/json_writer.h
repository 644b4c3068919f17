// A small JSON writer: text is appended as it is produced, commas are its business.
// Most names are C strings and most values one of four kinds, so a field is one call of few words.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace systemsim {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& key(const char* name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text);
  JsonWriter& value(bool flag);
  // Finite numbers in the shortest form that reads back the same; others as null.
  JsonWriter& value(double number);
  template <std::integral T>
  JsonWriter& value(T number) {
    if constexpr (std::is_signed_v<T>) return integer(number);
    return natural(number);
  }
  JsonWriter& null();
  // A value that is JSON already.
  JsonWriter& json(std::string_view text) { return raw(text); }
  // Keys and values: a string when they are UTF-8, else {"hex": "..."}.
  JsonWriter& bytes(std::string_view bytes);

  JsonWriter& field(const char* name, std::string_view text);
  JsonWriter& field(const char* name, const char* text);
  JsonWriter& field(const char* name, bool flag);
  JsonWriter& field(const char* name, double number);
  template <std::integral T>
  JsonWriter& field(const char* name, T number) {
    if constexpr (std::is_signed_v<T>) return integer_field(name, number);
    return natural_field(name, number);
  }
  // Of a name that is a std::string or a view.
  template <class Name, class T>
  requires(!std::is_convertible_v<const Name&, const char*>) JsonWriter& field(const Name& name,
                                                                               const T& content) {
    key(name);
    return value(content);
  }

  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& raw(std::string_view text);
  JsonWriter& integer(int64_t number);
  JsonWriter& natural(uint64_t number);
  JsonWriter& integer_field(const char* name, int64_t number);
  JsonWriter& natural_field(const char* name, uint64_t number);
  void separate();

  std::string text_;
  bool first_ = true;  // nothing yet since the last opening bracket
  bool after_key_ = false;
};

}  // namespace systemsim
