// A stretch of the ring. Chapter section 03.
#pragma once

#include "base/murmur3.h"

namespace systemsim {

// Tokens in (after, last], clockwise; all of them when the two are equal.
struct TokenRange {
  Token after = 0;
  Token last = 0;

  bool operator==(const TokenRange&) const = default;
  bool holds(Token token) const { return offset(token) <= offset(last); }
  // How many tokens of the ring stand between `after` and this one: 0 for the range's first, and
  // 2^64 - 1 for `after` itself, which is the last of a range that is the whole ring.
  uint64_t offset(Token token) const {
    return static_cast<uint64_t>(token) - static_cast<uint64_t>(after) - 1;
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.after, self.last);
  }
};

}  // namespace systemsim
