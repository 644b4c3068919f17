#include "cluster/message.h"

namespace systemsim {

Message::Message() = default;
Message::~Message() = default;
Message::Message(const Message&) = default;
Message::Message(Message&&) noexcept = default;
Message& Message::operator=(const Message&) = default;
Message& Message::operator=(Message&&) noexcept = default;

uint64_t size_bytes(const LogEntry& entry) {
  return kLogEntryHeaderBytes + entry.key.size() + entry.value.size() +
         (entry.expected ? entry.expected->size() : 0);
}

uint64_t size_bytes(const Message& message) {
  // The record is one of the siblings.
  uint64_t bytes = kMessageHeaderBytes + message.request.key.size() + message.request.value.size() +
                   message.request.seen.size() +
                   (message.request.seen.empty() ? message.record.value.size() : 0);
  if (message.request.expected) bytes += message.request.expected->size();
  for (const Entry& entry : message.entries) {
    bytes += kEntryHeaderBytes + entry.key.size() + entry.copy.size();
  }
  if (message.kind >= MessageKind::learn && is_of_owners(message.kind)) {
    bytes += kLogPartHeaderBytes;
  }
  if (message.tidings != nullptr) {
    const Tidings& tidings = *message.tidings;
    bytes += kHeartbeatBytes * tidings.heartbeats.size();
    if (!tidings.request.runs.empty()) bytes += size_bytes(tidings.request);
    if (!tidings.answer.hashes.empty()) bytes += size_bytes(tidings.answer, tidings.hash);
  }
  for (const LogEntry& entry : message.log.entries) bytes += size_bytes(entry);
  return bytes;
}

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
    case MessageKind::announce:
      return "announce";
    case MessageKind::prepare:
      return "prepare";
    case MessageKind::stream:
      return "stream";
    case MessageKind::streamed:
      return "streamed";
    case MessageKind::settle:
      return "settle";
    case MessageKind::settled:
      return "settled";
    case MessageKind::take:
      return "take";
    case MessageKind::taken:
      return "taken";
    case MessageKind::lease:
      return "lease";
    case MessageKind::granted:
      return "granted";
    case MessageKind::learn:
      return "learn";
    case MessageKind::learned:
      return "learned";
    case MessageKind::append:
      return "append";
    case MessageKind::appended:
      return "appended";
    case MessageKind::commit:
      return "commit";
    case MessageKind::gossip:
      return "gossip";
    case MessageKind::gossiped:
      return "gossiped";
    case MessageKind::beat:
      return "beat";
    case MessageKind::hand_off:
      return "hand_off";
    case MessageKind::handed:
      return "handed";
    case MessageKind::compare:
      return "compare";
    case MessageKind::compared:
      return "compared";
    case MessageKind::sync:
      return "sync";
    case MessageKind::synced:
      return "synced";
    case MessageKind::restore:
      return "restore";
    case MessageKind::restored:
      return "restored";
  }
  return "read";
}

}  // namespace systemsim
