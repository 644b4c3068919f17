// Keys as tables and memtables hold them (LevelDB db/dbformat.h): the user's key, then a u64 tag:
// sequence number << 8 | kind. Each write has a sequence number of its own; of one user key the
// newest comes first. Section 09.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/bytes_order.h"
#include "store/coding.h"

namespace systemsim::store {

using Sequence = uint64_t;  // 0 .. kMaxSequence

constexpr Sequence kMaxSequence = (1ULL << 56) - 1;
constexpr size_t kTagBytes = 8;

enum KeyKind : uint8_t { kDeletion = 0, kValue = 1 };  // stand in files: never changed

constexpr uint64_t tag_of(Sequence sequence, KeyKind kind) { return sequence << 8 | kind; }
constexpr Sequence sequence_of(uint64_t tag) { return tag >> 8; }
constexpr uint8_t kind_of(uint64_t tag) { return static_cast<uint8_t>(tag); }
// Comes before every version of a user key that a reader at `sequence` may see.
constexpr uint64_t seek_tag(Sequence sequence) { return tag_of(sequence, kValue); }

// Precondition of these: at least kTagBytes.
inline std::string_view user_key(std::string_view internal) {
  return internal.substr(0, internal.size() - kTagBytes);
}
inline uint64_t tag(std::string_view internal) {
  return load64(internal.data() + internal.size() - kTagBytes);
}

inline std::string internal_key(std::string_view user, uint64_t tag) {
  std::string key(user);
  put_fixed64(key, tag);
  return key;
}

// The user key ascending, then the tag descending.
inline int compare_internal(std::string_view a, std::string_view b) {
  const int order = compare_bytes(user_key(a), user_key(b));
  if (order != 0) return order;
  const uint64_t x = tag(a);
  const uint64_t y = tag(b);
  return x > y ? -1 : x < y ? 1 : 0;
}

// Keys of a table: internal ones, or plain ones as in a table that no database made.
enum class KeyForm : uint8_t { internal, plain };

inline int compare_keys(KeyForm form, std::string_view a, std::string_view b) {
  return form == KeyForm::internal ? compare_internal(a, b) : compare_bytes(a, b);
}

// Makes `key` a short key k with key <= k < limit; leaves it when there is none that is shorter.
void shorten_to_separator(KeyForm form, std::string& key, std::string_view limit);
// Makes `key` a short key that is not before it.
void shorten_to_successor(KeyForm form, std::string& key);

}  // namespace systemsim::store
