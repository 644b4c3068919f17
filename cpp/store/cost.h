// What a store call would cost on a disk. A call is instantaneous in the simulator; whoever runs
// the world turns the cost into time (sim/disk.h) and delays the answer by it.
#pragma once

#include <cstdint>

namespace systemsim {

struct StoreCost {
  uint32_t syncs = 0;          // waits until written bytes are safe
  uint32_t seeks = 0;          // reads that start at a new place
  uint64_t bytes_read = 0;     // from disk
  uint64_t bytes_written = 0;  // to disk

  StoreCost& operator+=(const StoreCost& other) {
    syncs += other.syncs;
    seeks += other.seeks;
    bytes_read += other.bytes_read;
    bytes_written += other.bytes_written;
    return *this;
  }
};

}  // namespace systemsim
