// How long a store call's disk work takes. `none` is the default, since profiles such as LNKD-DISK
// were fitted to whole machines and contain the disk already.
#pragma once

#include <cstdint>

#include "sim/setup.h"
#include "store/cost.h"

namespace systemsim {

// Microseconds, rounded down, for so many places (a sync, or a read that starts elsewhere) and
// bytes.
constexpr uint64_t disk_time_us(DiskModel model, uint64_t places, uint64_t bytes) {
  switch (model) {
    case DiskModel::none:
      return 0;
    case DiskModel::ssd:
      return places * 100 + bytes / 500;  // 0.1 ms a place, 500 MB/s
    case DiskModel::hdd:
      return places * 8000 + bytes / 150;  // 8 ms a place, 150 MB/s
  }
  return 0;
}

constexpr uint64_t disk_time_us(DiskModel model, const StoreCost& cost) {
  return disk_time_us(model, uint64_t{cost.syncs} + cost.seeks,
                      cost.bytes_read + cost.bytes_written);
}

// One machine's disk. Calls do not wait for each other, as if there were a head for each: how many
// a disk can serve at once is not modelled. Flushes and compactions queue, for themselves, and
// delay nobody but who fills the memory before the last of them is over.
class DiskQueue {
 public:
  // How long the answer to a call has to wait that came at `now_us`.
  uint64_t delay_us(DiskModel model, const StoreCost& cost, uint64_t now_us) {
    uint64_t delay = disk_time_us(model, cost);
    if (ready_us_ > now_us) delay += ready_us_ - now_us;
    if (!cost.has_background()) return delay;
    if (background_until_us_ > now_us) {
      delay += background_until_us_ - now_us;
    } else {
      background_until_us_ = now_us;
    }
    background_until_us_ += disk_time_us(model, cost.background_places, cost.background_bytes);
    return delay;
  }
  // The machine was switched on at `now_us`: its store is there after work of `cost`.
  void start(DiskModel model, const StoreCost& cost, uint64_t now_us) {
    ready_us_ = now_us + disk_time_us(model, cost);
    background_until_us_ = 0;
  }
  // From when on it answers.
  uint64_t ready_us() const { return ready_us_; }
  uint64_t background_until_us() const { return background_until_us_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.ready_us_, self.background_until_us_);
  }

 private:
  uint64_t ready_us_ = 0;
  uint64_t background_until_us_ = 0;
};

}  // namespace systemsim
