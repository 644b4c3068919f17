#include "sim/trace.h"

#include <cstdio>

#include "base/bytes.h"
#include "base/history.h"
#include "base/ids.h"
#include "cluster/message.h"

namespace systemsim {
namespace {

constexpr uint64_t kChunkRecords = 4096;

void seal(const Mix128& chunk, Sha256& into) {
  char bytes[16];
  put_le(bytes, chunk.low(), 8);
  put_le(bytes + 8, chunk.high(), 8);
  into.update(std::string_view(bytes, sizeof bytes));
}

void update_number(Sha256& hash, uint64_t value, int width) {
  char bytes[8];
  put_le(bytes, value, width);
  hash.update(std::string_view(bytes, static_cast<size_t>(width)));
}

const char* name_of(TraceKind kind) {
  switch (kind) {
    case TraceKind::invoke:
      return "invoke";
    case TraceKind::complete:
      return "complete";
    case TraceKind::send:
      return "send";
    case TraceKind::deliver:
      return "deliver";
    case TraceKind::drop:
      return "drop";
    case TraceKind::crash:
      return "crash";
    case TraceKind::restart:
      return "restart";
    case TraceKind::partition:
      return "partition";
    case TraceKind::heal:
      return "heal";
    case TraceKind::set:
      return "set";
    case TraceKind::hold:
      return "hold";
    case TraceKind::release:
      return "release";
    case TraceKind::join:
      return "join";
    case TraceKind::leave:
      return "leave";
    case TraceKind::skew:
      return "skew";
    case TraceKind::link:
      return "link";
    case TraceKind::pause:
      return "pause";
    case TraceKind::resume:
      return "resume";
    case TraceKind::lose_disk:
      return "lose_disk";
    case TraceKind::slow:
      return "slow";
    case TraceKind::repair:
      return "repair";
  }
  return "?";
}

const char* drop_text(uint8_t flags) {
  switch (static_cast<DropReason>(flags)) {
    case DropReason::lost:
      return "lost";
    case DropReason::cut:
      return "cut";
    case DropReason::down:
      return "down";
  }
  return "?";
}

const char* change_text(uint8_t flags) {
  switch (static_cast<ChangeState>(flags)) {
    case ChangeState::begun:
      return "";
    case ChangeState::waits:
      return " waits";
    case ChangeState::refused:
      return " refused";
  }
  return "?";
}

// " write B <- c1": one message; " any write B <- any": the action, for all that will fit.
std::string pattern_text(const TraceRecord& record, const std::string& node,
                         const std::string& peer) {
  const auto or_any = [](const std::string& name) { return name.empty() ? "any" : name; };
  const std::string kind = record.detail == kAnyKind
                               ? "message"
                               : std::string(name_of(static_cast<MessageKind>(record.detail)));
  return (record.flags == 1 ? " any " : " ") + kind + " " + or_any(node) + " <- " + or_any(peer);
}

}  // namespace

void TraceRecord::write(char* out) const {
  put_le(out, time_us, 8);
  put_le(out + 8, static_cast<uint64_t>(kind), 1);
  put_le(out + 9, flags, 1);
  put_le(out + 10, node, 2);
  put_le(out + 12, peer, 2);
  put_le(out + 14, detail, 2);
  put_le(out + 16, message, 4);
  put_le(out + 20, operation, 4);
  put_le(out + 24, payload, 8);
}

std::string to_text(const TraceRecord& record) {
  char time[40];
  std::snprintf(time, sizeof time, "%10llu.%03llu ms  ",
                static_cast<unsigned long long>(record.time_us / 1000),
                static_cast<unsigned long long>(record.time_us % 1000));
  std::string line = std::string(time) + name_of(record.kind);
  const std::string node = record.node == kNobody ? "" : endpoint_name(record.node);
  const std::string peer = record.peer == kNobody ? "" : endpoint_name(record.peer);
  switch (record.kind) {
    case TraceKind::invoke:
      line += " " + node + " " + name_of(static_cast<Verb>(record.detail));
      break;
    case TraceKind::complete:
      line += " " + node + " " + name_of(static_cast<OperationOutcome>(record.flags));
      break;
    case TraceKind::send:
      line += std::string(record.flags == 0 ? " " : " a copy of ") +
              name_of(static_cast<MessageKind>(record.detail)) + " " + node + " -> " + peer;
      break;
    case TraceKind::deliver:
      line += std::string(" ") + name_of(static_cast<MessageKind>(record.detail)) + " " + node +
              " <- " + peer;
      break;
    case TraceKind::drop:
      line += std::string(" ") + name_of(static_cast<MessageKind>(record.detail)) + " " + node +
              " <- " + peer + " " + drop_text(record.flags);
      break;
    case TraceKind::crash:
    case TraceKind::restart:
    case TraceKind::skew:
    case TraceKind::pause:
    case TraceKind::resume:
    case TraceKind::lose_disk:
    case TraceKind::repair:
      line += " " + node;
      break;
    case TraceKind::slow:
      line += " " + node + " " + std::to_string(record.payload) + " us later";
      break;
    case TraceKind::link:
      line += " " + node + " - " + peer + " " + std::to_string(record.payload) + " us longer";
      break;
    case TraceKind::join:
    case TraceKind::leave:
      line += " " + node + change_text(record.flags);
      break;
    case TraceKind::hold:
    case TraceKind::release:
      line += pattern_text(record, node, peer);
      break;
    case TraceKind::partition:
    case TraceKind::heal:
    case TraceKind::set:
      break;
  }
  if (record.operation != kNoOperation) {
    line += "  op " + std::to_string(operation_lane(record.operation)) + "." +
            std::to_string(operation_number(record.operation));
  }
  return line;
}

void TraceHash::add(const TraceRecord& record) {
  char bytes[kTraceRecordBytes];
  record.write(bytes);
  for (size_t i = 0; i < kTraceRecordBytes; i += 8) chunk_.fold(get_le(bytes + i, 8));
  ++count_;
  if (count_ % kChunkRecords == 0) {
    seal(chunk_, sealed_);
    chunk_ = Mix128();
  }
}

TraceHash::TraceHash() { update_number(sealed_, kTraceVersion, 4); }

std::string TraceHash::sha256() const {
  Sha256 whole = sealed_;
  if (count_ % kChunkRecords != 0) seal(chunk_, whole);
  update_number(whole, count_, 8);
  return whole.hex_digest();
}

}  // namespace systemsim
