// Who knows of which answered write: vector clocks over a history. Knowing runs along sessions, and
// from a write to who read it (Fidge 1988, Mattern 1989).
//
// A clock counts, for each thread, how many of its answered writes are known. A thread is a
// sequence of writes of one process that do not overlap, for a process may have several calls under
// way.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "check/reads_from.h"

namespace systemsim {

class CausalClocks {
 public:
  explicit CausalClocks(const ReadsFrom& reads);

  // Numbers that are kept: writes and sessions times threads.
  uint64_t cells() const;

  // To be told of every event, in order.
  void begin(uint32_t index);
  void end_of_write(uint32_t index);
  // `returned`: the one write that the read may have returned; nothing when that is not known.
  void end_of_read(uint32_t index, std::optional<uint32_t> returned);

  struct Answer {
    bool tested = false;             // the client knew of a write to that key
    std::optional<uint32_t> missed;  // one that replaced all that the read may have returned
  };
  // What a read that ends now owed to what its client knew when it began.
  Answer ask(uint32_t read, const Candidates& candidates) const;

 private:
  using Clock = std::vector<uint32_t>;
  static constexpr uint32_t kNoThread = 0xffffffff;

  bool replaced_by(uint32_t candidate, uint32_t write) const;

  const ReadsFrom& reads_;
  std::vector<uint32_t> session_of_;  // by call, counted from 0
  std::vector<uint32_t> thread_of_;   // by call; answered writes only
  std::vector<uint32_t> number_;      // by call: which of its thread's writes it is, from 1
  size_t threads_ = 0;
  uint64_t writes_ = 0;
  std::vector<Clock> known_;     // by session, now
  std::vector<Clock> at_begin_;  // by call: of its session, when it began
  // The answered writes of a thread to a key.
  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> by_key_;
};

}  // namespace systemsim
