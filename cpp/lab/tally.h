// A run in numbers: operations by outcome, reads by freshness, latencies, messages. What
// `systemsim run` prints and the view "summary" shows; nothing here grows with the trace.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lab/counters.h"
#include "lab/json_writer.h"
#include "lab/judging_observer.h"
#include "sim/world.h"

namespace systemsim {

class Tally : public JudgingObserver {
 public:
  using JudgingObserver::JudgingObserver;

  void on_trace(const TraceRecord& record) override;
  void on_send(uint32_t message_id, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t position) override;
  void on_deliver(uint32_t message_id, const Message& message, uint64_t now_us,
                  uint64_t position) override;
  void on_drop(uint32_t message_id, const Message& message, DropReason reason, uint64_t now_us,
               uint64_t position) override;

  uint64_t fresh() const { return fresh_; }
  uint64_t stale() const { return stale_; }
  uint64_t answered() const { return ok_ + not_equal_; }
  uint64_t total() const { return puts_ + gets_ + deletes_ + cas_; }

  // The summary of `world`, which this has watched from the start: fields of the object that is
  // open.
  void write(JsonWriter& writer, const World& world) const;
  // The fields of an object that is open:
  //   "availability": answered operations over begun ones; null when there are none
  //   "latency_ms": {"put", "get", "delete"}, and "cas" where there was one: percentiles of
  //   answered
  //       ones
  //   "messages": by kind (MessageCounts::write)
  //   "nodes": the machines at this moment (write_machines)
  void write_counters(JsonWriter& writer, const World& world) const;

 protected:
  void began(const Operation& operation) override;
  void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) override;

 private:
  uint64_t puts_ = 0;
  uint64_t gets_ = 0;
  uint64_t deletes_ = 0;
  uint64_t cas_ = 0;
  uint64_t ok_ = 0;
  uint64_t timeout_ = 0;
  uint64_t refused_ = 0;
  uint64_t not_equal_ = 0;  // cas that found something else
  uint64_t fresh_ = 0;
  uint64_t stale_ = 0;
  uint64_t conflicting_ = 0;  // answered reads with siblings
  MessageCounts messages_;
  uint64_t moved_records_ = 0;  // handed from machine to machine while the ring changed
  uint64_t refused_changes_ = 0;
  std::array<std::vector<uint64_t>, 4> took_us_;  // of answered operations, by verb
};

// {"p50": ms, "p99": ms, "p999": ms, "max": ms} by nearest rank; nulls when there are none.
void write_percentiles(JsonWriter& writer, const std::vector<uint64_t>& latencies_us);

}  // namespace systemsim
