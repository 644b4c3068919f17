// Walking over state. Each stateful type has one
//     template <class Self, class Archive> static void visit(Self& self, Archive& archive)
// that hands its members to the archive in a fixed order. The archives below read that one walk in
// two ways: a digest of the state (equal states, equal digests, on every machine) and its size.
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

// Breaks any state down to 64-bit words and byte strings for `Sink`, which has
// word(uint64_t), bytes(const std::string&) and grow(size_t count, size_t element_bytes).
template <class Sink>
class Archive {
 public:
  explicit Archive(Sink& sink) : sink_(sink) {}

  template <class... Members>
  void operator()(const Members&... members) {
    (one(members), ...);
  }

 private:
  template <class T>
  void one(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      sink_.word(static_cast<uint64_t>(value));
    } else if constexpr (std::is_integral_v<T>) {
      sink_.word(static_cast<uint64_t>(value));
    } else if constexpr (std::is_same_v<T, double>) {
      sink_.word(bits_of(value));
    } else {
      T::visit(value, *this);
    }
  }
  void one(const std::string& value) { sink_.bytes(value); }
  template <class T>
  void one(const std::vector<T>& values) {
    sink_.grow(values.size(), sizeof(T));
    for (const auto& value : values) one(value);
  }
  template <class T, size_t kCount>
  void one(const std::array<T, kCount>& values) {
    for (const auto& value : values) one(value);
  }
  template <class T>
  void one(const std::optional<T>& value) {
    sink_.word(value.has_value() ? 1 : 0);
    if (value) one(*value);
  }

  Sink& sink_;
};

// A 128-bit digest of everything visited, as 32 hexadecimal digits.
template <class T>
std::string state_digest(const T& state) {
  struct Sink {
    Mix128 mix;
    void word(uint64_t value) { mix.fold(value); }
    void bytes(const std::string& value) { mix.fold_bytes(value); }
    void grow(size_t count, size_t) { mix.fold(count); }
  } sink;
  Archive<Sink> archive(sink);
  T::visit(state, archive);
  std::string raw(16, '\0');
  put_le(raw.data(), sink.mix.low(), 8);
  put_le(raw.data() + 8, sink.mix.high(), 8);
  return to_hex(raw);
}

// About how many bytes a copy of the state takes beyond sizeof(T).
template <class T>
size_t state_size_bytes(const T& state) {
  struct Sink {
    size_t total = 0;
    void word(uint64_t) {}
    void bytes(const std::string& value) { total += value.size(); }
    void grow(size_t count, size_t element_bytes) { total += count * element_bytes; }
  } sink;
  Archive<Sink> archive(sink);
  T::visit(state, archive);
  return sizeof(T) + sink.total;
}

}  // namespace systemsim
