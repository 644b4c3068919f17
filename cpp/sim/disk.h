// How long a store call's disk work takes. `none` is the default, since profiles such as LNKD-DISK
// were fitted to whole machines and contain the disk already.
#pragma once

#include <cstdint>

#include "sim/setup.h"
#include "store/cost.h"

namespace systemsim {

// Microseconds, rounded down.
constexpr uint64_t disk_time_us(DiskModel model, const StoreCost& cost) {
  const uint64_t places = cost.syncs + cost.seeks;
  const uint64_t bytes = cost.bytes_read + cost.bytes_written;
  switch (model) {
    case DiskModel::none:
      return 0;
    case DiskModel::ssd:
      return places * 100 + bytes / 500;  // 0.1 ms a place, 500 MB/s
    case DiskModel::hdd:
      return places * 8000 + bytes / 150;  // 8 ms a seek, 150 MB/s
  }
  return 0;
}

}  // namespace systemsim
