#include "sim/event_queue.h"

#include <utility>

#include "base/assert.h"

namespace systemsim {

void EventQueue::push(uint64_t time_us, Event&& event) {
  Key key;
  key.time_us = time_us;
  if (!event.planned() && !event.routine()) ++busy_;
  key.order = event.kind == Event::Kind::action ? event.index : next_sequence_++ | 1ULL << 63;
  if (free_.empty()) {
    key.slot = static_cast<uint32_t>(slots_.size());
    slots_.push_back(std::move(event));
  } else {
    key.slot = free_.back();
    free_.pop_back();
    slots_[key.slot] = std::move(event);
  }
  size_t hole = heap_.size();
  heap_.push_back(key);
  while (hole > 0) {
    const size_t parent = (hole - 1) / 2;
    if (!key.before(heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = key;
}

Event EventQueue::pop() {
  SYSTEMSIM_ASSERT(!heap_.empty());
  const uint32_t slot = heap_.front().slot;
  const Key last = heap_.back();
  heap_.pop_back();
  const size_t count = heap_.size();
  if (count > 0) {
    size_t hole = 0;
    for (size_t child = 1; child < count; child = 2 * hole + 1) {
      if (child + 1 < count && heap_[child + 1].before(heap_[child])) ++child;
      if (!heap_[child].before(last)) break;
      heap_[hole] = heap_[child];
      hole = child;
    }
    heap_[hole] = last;
  }
  Event event = std::move(slots_[slot]);
  if (!event.planned() && !event.routine()) --busy_;
  slots_[slot].kind = Event::Kind::none;
  free_.push_back(slot);
  return event;
}

}  // namespace systemsim
