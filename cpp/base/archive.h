// Walking over state. Each stateful type has one
//     template <class Self, class Archive> static void visit(Self& self, Archive& archive)
// that hands its members to the archive in a fixed order. These archives read that walk into a
// digest (equal states, equal digests, on every machine), and into the size of a copy.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/bits.h"
#include "base/mix.h"

namespace systemsim {

class StateArchive {
 public:
  static constexpr bool kDigests = true;

  template <class... Members>
  void operator()(const Members&... members) {
    (one(members), ...);
  }

  // 32 hexadecimal digits.
  std::string digest() const {
    std::string raw(16, '\0');
    put_le(raw.data(), mix_.low(), 8);
    put_le(raw.data() + 8, mix_.high(), 8);
    return to_hex(raw);
  }

 private:
  template <class T>
  void one(const T& value) {
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      mix_.fold(static_cast<uint64_t>(value));
    } else if constexpr (std::is_same_v<T, double>) {
      mix_.fold(bits_of(value));
    } else {
      T::visit(value, *this);
    }
  }
  void one(const std::string& value) { mix_.fold_bytes(value); }
  template <class T>
  void one(const std::vector<T>& values) {
    mix_.fold(values.size());
    for (const auto& value : values) one(value);
  }
  template <class T, size_t kCount>
  void one(const std::array<T, kCount>& values) {
    for (const auto& value : values) one(value);
  }
  template <class T>
  void one(const std::optional<T>& value) {
    mix_.fold(value.has_value() ? 1 : 0);
    if (value) one(*value);
  }

  Mix128 mix_;
};

class SizeArchive {
 public:
  static constexpr bool kDigests = false;  // only sizes are looked at

  template <class... Members>
  void operator()(const Members&... members) {
    (one(members), ...);
  }
  // What is not handed over as a vector or string, in bytes.
  void holds(size_t bytes) { size_bytes_ += bytes; }
  // What the visited vectors and strings hold.
  size_t size_bytes() const { return size_bytes_; }

 private:
  template <class T>
  void one(const T& value) {
    if constexpr (!std::is_enum_v<T> && !std::is_arithmetic_v<T>) T::visit(value, *this);
  }
  void one(const std::string& value) { size_bytes_ += value.size(); }
  template <class T>
  void one(const std::vector<T>& values) {
    size_bytes_ += values.size() * sizeof(T);
    if constexpr (!std::is_enum_v<T> && !std::is_arithmetic_v<T>) {
      for (const auto& value : values) one(value);
    }
  }
  template <class T, size_t kCount>
  void one(const std::array<T, kCount>& values) {
    for (const auto& value : values) one(value);
  }
  template <class T>
  void one(const std::optional<T>& value) {
    if (value) one(*value);
  }

  size_t size_bytes_ = 0;
};

template <class Archive = StateArchive, class T>
Archive walk(const T& state) {
  Archive archive;
  T::visit(state, archive);
  return archive;
}

}  // namespace systemsim
