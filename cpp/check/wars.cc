#include "check/wars.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "base/bits.h"
#include "base/draw.h"

namespace systemsim {
namespace {

constexpr size_t kWrite = 0;
constexpr size_t kAck = 1;
constexpr size_t kRead = 2;
constexpr size_t kResponse = 3;
static_assert(static_cast<size_t>(Leg::response) == kResponse);

// By a mask: luck decides, and a branch on luck would be guessed wrong half of the time.
void swap_if(bool condition, double& a, double& b) {
  const uint64_t difference =
      (bits_of(a) ^ bits_of(b)) & (uint64_t{0} - static_cast<uint64_t>(condition));
  a = double_of(bits_of(a) ^ difference);
  b = double_of(bits_of(b) ^ difference);
}

}  // namespace

Wars::Wars(const WarsModel& model)
    : model_(model),
      samplers_({Sampler(model.legs[kWrite]), Sampler(model.legs[kAck]), Sampler(model.legs[kRead]),
                 Sampler(model.legs[kResponse])}),
      legs_(),
      home_(),
      writes_(model.w),
      reads_(model.r),
      arrives_after_(model.r),
      fresh_from_() {
  SYSTEMSIM_ASSERT(model.n >= 1 && model.n <= kMaxReplicas);
  SYSTEMSIM_ASSERT(model.r >= 1 && model.r <= model.n && model.w >= 1 && model.w <= model.n);
}

// Draws are numbered leg by leg, so that a trial's writes are its first n (Screen relies on that);
// then the two data centres.
void Wars::draw_replica(const uint64_t* keys, size_t count, uint32_t replica) {
  for (size_t leg = 0; leg < 4; ++leg) {
    samplers_[leg].fill(math_, keys, count, leg * model_.n + replica, legs_[leg].data());
  }
  if (model_.remote_ms <= 0.0) return;
  for (size_t t = 0; t < count; ++t) {
    const double to_write = home_[0][t] == replica ? 0.0 : model_.remote_ms;
    const double to_read = home_[1][t] == replica ? 0.0 : model_.remote_ms;
    legs_[kWrite][t] += to_write;
    legs_[kAck][t] += to_write;
    legs_[kRead][t] += to_read;
    legs_[kResponse][t] += to_read;
  }
}

void Wars::run(const uint64_t* keys, size_t count) {
  SYSTEMSIM_ASSERT(count <= kBlock);
  constexpr double kNever = std::numeric_limits<double>::infinity();
  for (Column& column : writes_) column.fill(kNever);
  for (Column& column : reads_) column.fill(kNever);
  if (model_.remote_ms > 0.0) {
    for (size_t t = 0; t < count; ++t) {
      for (size_t side = 0; side < 2; ++side) {
        const uint64_t word = child_key(keys[t], 4ULL * model_.n + side);
        home_[side][t] = static_cast<double>((word >> 32) * model_.n >> 32);
      }
    }
  }
  for (uint32_t replica = 0; replica < model_.n; ++replica) {
    draw_replica(keys, count, replica);
    // Each replica is put in its place among the smallest so far. Trial by trial in the inner loop,
    // without a branch on luck.
    Column& sum = legs_[kAck];
    Column& after = legs_[kWrite];
    for (size_t t = 0; t < count; ++t) sum[t] += legs_[kWrite][t];
    for (uint32_t place = 0; place < std::min(model_.w, replica + 1); ++place) {
      Column& best = writes_[place];
      for (size_t t = 0; t < count; ++t) {
        swap_if(sum[t] < best[t], sum[t], best[t]);
      }
    }
    Column& reply = legs_[kResponse];
    for (size_t t = 0; t < count; ++t) {
      after[t] -= legs_[kRead][t];
      reply[t] += legs_[kRead][t];
    }
    for (uint32_t place = 0; place < std::min(model_.r, replica + 1); ++place) {
      Column& best = reads_[place];
      Column& best_after = arrives_after_[place];
      for (size_t t = 0; t < count; ++t) {
        const bool sooner = reply[t] < best[t];
        swap_if(sooner, reply[t], best[t]);
        swap_if(sooner, after[t], best_after[t]);
      }
    }
  }
  fresh_from_ = arrives_after_[0];
  for (uint32_t place = 1; place < model_.r; ++place) {
    for (size_t t = 0; t < count; ++t) {
      fresh_from_[t] = std::min(fresh_from_[t], arrives_after_[place][t]);
    }
  }
  for (size_t t = 0; t < count; ++t) fresh_from_[t] -= writes_.back()[t];
}

Wars::Screen Wars::screen(double age_ms) const {
  // Stale at that age: each returned replica had W > done + age + R >= age.
  Screen screen;
  screen.tail_ = samplers_[kWrite].tail(age_ms - model_.remote_ms);
  screen.n_ = model_.n;
  screen.r_ = model_.r;
  return screen;
}

}  // namespace systemsim
