// Which messages are meant: every field that is given must fit, so fewer fields match more.
#pragma once

#include <cstdint>
#include <optional>

#include "cluster/message.h"

namespace systemsim {

struct MessagePattern {
  std::optional<OperationId> operation;
  std::optional<MessageKind> kind;
  std::optional<Endpoint> from;
  std::optional<Endpoint> to;

  bool matches(const Message& message) const {
    return fits(operation, message.request.operation) && fits(kind, message.kind) &&
           fits(from, message.from) && fits(to, message.to);
  }
  // Whether every message that `other` matches is matched by this too.
  bool covers(const MessagePattern& other) const {
    return within(operation, other.operation) && within(kind, other.kind) &&
           within(from, other.from) && within(to, other.to);
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.operation, self.kind, self.from, self.to);
  }

 private:
  template <class T>
  static bool fits(const std::optional<T>& wanted, const T& found) {
    return !wanted || *wanted == found;
  }
  template <class T>
  static bool within(const std::optional<T>& wide, const std::optional<T>& narrow) {
    return !wide || (narrow && *wide == *narrow);
  }
};

}  // namespace systemsim
