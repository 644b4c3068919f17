#include "lab/run_log.h"

#include <algorithm>

#include "base/assert.h"

namespace systemsim {

std::optional<Record> record_in(const Message& message) {
  const bool answer = message.found && message.kind < MessageKind::lease;
  const bool read = answer && message.request.verb != Verb::cas;
  if (message.kind == MessageKind::write || read) return message.record;
  if (message.kind != MessageKind::append) return std::nullopt;
  const auto& entries = message.log.entries;
  const auto about = std::find_if(entries.begin(), entries.end(), [&](const LogEntry& entry) {
    return entry.operation == message.request.operation;
  });
  if (about == entries.end()) return std::nullopt;
  return Record{{0, about->operation}, about->verb == Verb::erase, about->value};
}

void RunLog::on_trace(const TraceRecord& record) {
  Tally::on_trace(record);
  if (records_.size() < kMaxRecords) records_.push_back(record);
}

void RunLog::began(const Operation& operation) {
  Tally::began(operation);
  open_.emplace_back(operation.id, static_cast<uint32_t>(operations_.size()));
  operations_.push_back({operation, {}});
}

void RunLog::ended(const Operation& operation, const StalenessJudge::Verdict& verdict) {
  Tally::ended(operation, verdict);
  const auto open = std::find_if(open_.begin(), open_.end(),
                                 [&](const auto& entry) { return entry.first == operation.id; });
  SYSTEMSIM_ASSERT(open != open_.end());
  operations_[open->second] = {operation, verdict};
  open_.erase(open);
}

void RunLog::on_send(uint32_t message_id, const Message& message, uint64_t now_us,
                     uint64_t arrive_us, uint64_t position) {
  Tally::on_send(message_id, message, now_us, arrive_us, position);
  // A read may store again what it has read: that is no write of its own. A replica that has taken
  // a write tells its coordinator.
  const bool taken_first = message.kind == MessageKind::taken && !message.refused;
  if ((message.kind == MessageKind::write || taken_first) &&
      message.record.version.operation == message.request.operation) {
    LoggedWrite* write = nullptr;
    if (!writes_.empty() && writes_.back().operation == message.request.operation) {
      write = &writes_.back();
    } else if (message.attempt > 0 || keeps_siblings_) {
      write = find_write(message.request.operation);
    }
    if (write == nullptr) {
      writes_.push_back({message.request.operation, message.request.key, message.record.version,
                         message.record.deleted, position, 0, message_id, message_id});
      write = &writes_.back();
    }
    if (taken_first) keeps_siblings_ = true;
    if (taken_first && write->position_taken == 0) write->position_taken = position;
    write->last_message = message_id;
  }
  if (message_id >= kMaxMessages) return;
  SYSTEMSIM_ASSERT(message_id == messages_.size());
  messages_.push_back({message.kind, message.from, message.to, message.request.operation,
                       record_in(message), now_us, arrive_us, position, 0,
                       LoggedMessage::State::in_flight, LoggedMessage::kNoStay});
}

void RunLog::on_deliver(uint32_t message_id, const Message& message, uint64_t now_us,
                        uint64_t position) {
  Tally::on_deliver(message_id, message, now_us, position);
  if (message.kind == MessageKind::write) taken(message.record.version.operation, position);
  if (message_id >= messages_.size()) return;
  messages_[message_id].position_done = position;
  messages_[message_id].state = LoggedMessage::State::delivered;
}

void RunLog::on_hold(uint32_t message_id, const Message& message, uint64_t now_us,
                     uint64_t position) {
  Tally::on_hold(message_id, message, now_us, position);
  if (message_id >= messages_.size()) return;
  LoggedMessage& logged = messages_[message_id];
  stays_.push_back({position, 0, 0, logged.newest_stay});
  logged.newest_stay = static_cast<uint32_t>(stays_.size() - 1);
}

void RunLog::on_release(uint32_t message_id, const Message& message, uint64_t now_us,
                        uint64_t arrive_us, uint64_t position) {
  Tally::on_release(message_id, message, now_us, arrive_us, position);
  if (message_id >= messages_.size()) return;
  LoggedStay& stay = stays_[messages_[message_id].newest_stay];
  stay.position_released = position;
  stay.arrive_us = arrive_us;
}

RunLog::Standing RunLog::standing(size_t id, uint64_t position) const {
  const LoggedMessage& message = messages_[id];
  const bool done = message.position_done != 0 && message.position_done <= position;
  Standing standing = {done ? message.state : LoggedMessage::State::in_flight, message.arrive_us};
  for (uint32_t s = message.newest_stay; s != LoggedMessage::kNoStay; s = stays_[s].earlier) {
    const LoggedStay& stay = stays_[s];
    if (stay.position_released != 0 && stay.position_released <= position) {
      standing.arrive_us = stay.arrive_us;
      break;
    }
    if (stay.position_kept <= position) standing.state = LoggedMessage::State::held;
  }
  return standing;
}

LoggedWrite* RunLog::find_write(OperationId operation) {
  // Newest first: a write is rarely delivered after many later ones were sent.
  for (size_t i = writes_.size(); i > 0; --i) {
    if (writes_[i - 1].operation == operation) return &writes_[i - 1];
  }
  return nullptr;
}

void RunLog::taken(OperationId operation, uint64_t position) {
  LoggedWrite* write = find_write(operation);
  if (write != nullptr && write->position_taken == 0) write->position_taken = position;
}

void RunLog::on_drop(uint32_t message_id, const Message& message, DropReason reason,
                     uint64_t now_us, uint64_t position) {
  Tally::on_drop(message_id, message, reason, now_us, position);
  if (message_id >= messages_.size()) return;
  messages_[message_id].position_done = position;
  messages_[message_id].state = reason == DropReason::lost  ? LoggedMessage::State::lost
                                : reason == DropReason::cut ? LoggedMessage::State::cut
                                                            : LoggedMessage::State::down;
}

}  // namespace systemsim
