// Who watches a run. The world tells; what is told changes nothing in the world.
#pragma once

#include <cstdint>

#include "base/history.h"
#include "cluster/message.h"
#include "sim/trace.h"

namespace systemsim {

class Observer {
 public:
  virtual ~Observer() = default;

  virtual void on_trace(const TraceRecord&) {}
  virtual void on_begin(const Operation&) {}
  // `operation` has id, client, and everything that its end decides.
  virtual void on_end(const Operation& operation) { (void)operation; }
  // A message is sent; `arrive_us` is 0 when it never will arrive.
  virtual void on_send(uint32_t /*message_id*/, const Message&, uint64_t /*now_us*/,
                       uint64_t /*arrive_us*/, uint64_t /*position*/) {}
  virtual void on_deliver(uint32_t /*message_id*/, const Message&, uint64_t /*now_us*/,
                          uint64_t /*position*/) {}
  // A message is kept at its receiver's door instead of being delivered.
  virtual void on_hold(uint32_t /*message_id*/, const Message&, uint64_t /*now_us*/,
                       uint64_t /*position*/) {}
  // A kept message is let go; it arrives at `arrive_us`.
  virtual void on_release(uint32_t /*message_id*/, const Message&, uint64_t /*now_us*/,
                          uint64_t /*arrive_us*/, uint64_t /*position*/) {}
  virtual void on_drop(uint32_t /*message_id*/, const Message&, DropReason, uint64_t /*now_us*/,
                       uint64_t /*position*/) {}
};

}  // namespace systemsim
