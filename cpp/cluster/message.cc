#include "cluster/message.h"

namespace systemsim {

Message::Message() = default;
Message::~Message() = default;
Message::Message(const Message&) = default;
Message::Message(Message&&) noexcept = default;
Message& Message::operator=(const Message&) = default;
Message& Message::operator=(Message&&) noexcept = default;

const char* name_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::request:
      return "request";
    case MessageKind::reply:
      return "reply";
    case MessageKind::write:
      return "write";
    case MessageKind::ack:
      return "ack";
    case MessageKind::read:
      return "read";
    case MessageKind::response:
      return "response";
  }
  return "read";
}

}  // namespace systemsim
