// What a store call would cost on a disk. A call is instantaneous in the simulator; whoever runs
// the world turns the cost into time (sim/disk.h) and delays the answer by it.
#pragma once

#include <cstdint>

namespace systemsim {

struct StoreCost {
  // What the caller waits for.
  uint32_t syncs = 0;          // waits until written bytes are safe
  uint32_t seeks = 0;          // reads that start at a new place
  uint64_t bytes_read = 0;     // from disk
  uint64_t bytes_written = 0;  // to disk
  // What the store does besides, because of the call: flushes and compactions. They have a queue
  // of their own, for which a caller waits only when the one before is not over.
  uint32_t background_places = 0;  // syncs and seeks
  uint64_t background_bytes = 0;   // read and written

  StoreCost& operator+=(const StoreCost& other) {
    syncs += other.syncs;
    seeks += other.seeks;
    bytes_read += other.bytes_read;
    bytes_written += other.bytes_written;
    background_places += other.background_places;
    background_bytes += other.background_bytes;
    return *this;
  }
  // The same work when nobody waits for any of it.
  StoreCost as_background() const {
    StoreCost cost;
    cost.background_places = background_places + syncs + seeks;
    cost.background_bytes = background_bytes + bytes_read + bytes_written;
    return cost;
  }
  // What is waited for of it.
  StoreCost waited() const {
    StoreCost cost = *this;
    cost.background_places = 0;
    cost.background_bytes = 0;
    return cost;
  }
  bool has_background() const { return background_places > 0 || background_bytes > 0; }
};

}  // namespace systemsim
