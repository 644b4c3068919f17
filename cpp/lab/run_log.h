// What happened on one branch of a session, up to the furthest position reached: trace records,
// messages and operations, each with its positions. Going back does not shorten it, for the future
// of a branch is fixed; a view at position p shows what p allows. A new branch cuts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/history.h"
#include "lab/tally.h"
#include "sim/trace.h"

namespace systemsim {

// The record that a message hands over: a write, what was read, or in an `append` the entry that it
// is about. Nothing for all others.
std::optional<Record> record_in(const Message& message);

struct LoggedMessage {
  enum class State : uint8_t { in_flight, delivered, lost, cut, down, held };
  MessageKind kind = MessageKind::read;
  Endpoint from = kNobody;
  Endpoint to = kNobody;
  OperationId operation = kNoOperation;
  std::optional<Record> record;  // record_in()
  uint64_t sent_us = 0;
  uint64_t arrive_us = 0;  // as it was sent; 0: it never will
  uint64_t position_sent = 0;
  uint64_t position_done = 0;      // 0: not yet
  State state = State::in_flight;  // in the end; never `held`, which is told by LoggedStay
  uint32_t newest_stay = kNoStay;  // into RunLog::stays()

  static constexpr uint32_t kNoStay = 0xffffffff;
};

// The time that a message was kept at its receiver's door.
struct LoggedStay {
  uint64_t position_kept = 0;
  uint64_t position_released = 0;             // 0: not yet
  uint64_t arrive_us = 0;                     // once released
  uint32_t earlier = LoggedMessage::kNoStay;  // the stay of the same message before this one
};

// A write as its coordinator sent it: its version, and its messages (among those of others, where
// it was sent again).
struct LoggedWrite {
  OperationId operation = kNoOperation;
  std::string key;
  Version version;
  bool deleted = false;
  uint64_t position = 0;        // when it was sent
  uint64_t position_taken = 0;  // when the first replica took it; 0: none has
  uint32_t first_message = 0;
  uint32_t last_message = 0;
};

struct LoggedOperation {
  Operation operation;
  StalenessJudge::Verdict verdict;  // of an answered read
};

class RunLog : public Tally {
 public:
  using Tally::Tally;

  // The log keeps the first this many of each; a longer run is told by counts and hash alone.
  static constexpr size_t kMaxRecords = 1U << 19;
  static constexpr size_t kMaxMessages = 1U << 18;

  const std::vector<LoggedMessage>& messages() const { return messages_; }  // index = message id
  // In the order in which they began.
  const std::vector<LoggedOperation>& operations() const { return operations_; }
  const std::vector<LoggedWrite>& writes() const { return writes_; }
  const std::vector<TraceRecord>& records() const { return records_; }

  // How message `id` stands at `position`, at or after the one at which it was sent. `arrive_us`:
  // when it comes to the door, or came (0: never).
  struct Standing {
    LoggedMessage::State state = LoggedMessage::State::in_flight;
    uint64_t arrive_us = 0;
  };
  Standing standing(size_t id, uint64_t position) const;

  void on_trace(const TraceRecord& record) override;
  void on_send(uint32_t message_id, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t position) override;
  void on_deliver(uint32_t message_id, const Message& message, uint64_t now_us,
                  uint64_t position) override;
  void on_hold(uint32_t message_id, const Message& message, uint64_t now_us,
               uint64_t position) override;
  void on_release(uint32_t message_id, const Message& message, uint64_t now_us, uint64_t arrive_us,
                  uint64_t position) override;
  void on_drop(uint32_t message_id, const Message& message, DropReason reason, uint64_t now_us,
               uint64_t position) override;

 protected:
  void began(const Operation& operation) override;
  void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) override;

 private:
  std::vector<TraceRecord> records_;
  std::vector<LoggedMessage> messages_;
  std::vector<LoggedOperation> operations_;
  // Null when there is none.
  LoggedWrite* find_write(OperationId operation);
  void taken(OperationId operation, uint64_t position);

  std::vector<LoggedWrite> writes_;
  bool keeps_siblings_ = false;  // a replica has taken a write
  std::vector<LoggedStay> stays_;
  std::vector<std::pair<OperationId, uint32_t>> open_;  // operation -> its index in operations_
};

}  // namespace systemsim
