// The clock of a machine or a client: right, or wrong by a constant and by a drift.
#pragma once

#include <algorithm>
#include <cstdint>

namespace systemsim {

struct Clock {
  static constexpr int64_t kMostSkewUs = 86'400'000'000LL * 365;  // a year, either way
  static constexpr int32_t kMostDriftPpm = 100'000;               // a tenth, either way

  int64_t skew_us = 0;    // how far it was ahead at since_us
  int32_t drift_ppm = 0;  // microseconds that it gains in each second since
  uint64_t since_us = 0;

  // What it shows at `now_us`, in microseconds; at least 1, so that records which were there before
  // the run (stamp 0) are older than every write.
  uint64_t read_us(uint64_t now_us) const {
    const auto past_us = static_cast<int64_t>(now_us - since_us);
    const int64_t gained =
        past_us / 1'000'000 * drift_ppm + past_us % 1'000'000 * drift_ppm / 1'000'000;
    return static_cast<uint64_t>(
        std::max<int64_t>(1, static_cast<int64_t>(now_us) + 1 + skew_us + gained));
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.skew_us, self.drift_ppm, self.since_us);
  }
};

}  // namespace systemsim
