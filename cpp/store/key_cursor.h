// Walking over internal keys in their order, both ways: what memtables, runs of tables and their
// merger have in common. Section 09.
#pragma once

#include <string_view>

#include "base/result.h"

namespace systemsim::store {

class KeyCursor {
 public:
  KeyCursor() = default;
  KeyCursor(const KeyCursor&) = delete;
  KeyCursor& operator=(const KeyCursor&) = delete;
  virtual ~KeyCursor() = default;

  bool valid() const { return valid_; }
  // Precondition of these four: valid(). Views are valid until the cursor moves.
  std::string_view key() const { return key_; }
  virtual std::string_view value() const = 0;
  virtual void next() = 0;
  virtual void prev() = 0;

  virtual void seek_first() = 0;
  virtual void seek_last() = 0;
  // To the first internal key that is not before the target.
  virtual void seek(std::string_view target) = 0;
  // Why the walk stopped; nullptr when it simply ended.
  virtual const Error* error() const { return nullptr; }

 protected:  // kept by those that walk, so that comparing needs no call
  bool valid_ = false;
  std::string_view key_;
};

}  // namespace systemsim::store
