#include "check/pbs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "base/draw.h"

namespace systemsim {

WarsModel model_of(PbsProfile profile) {
  constexpr std::array<Profile, 4> kLegs = {Profile::lnkd_ssd, Profile::lnkd_disk, Profile::ymmr,
                                            Profile::lnkd_disk};
  const Profile legs = kLegs[static_cast<size_t>(profile)];
  WarsModel model;
  for (const Leg leg : {Leg::write, Leg::ack, Leg::read, Leg::response}) {
    model.legs[static_cast<size_t>(leg)] = leg_of(legs, leg, 1.0);
  }
  if (profile == PbsProfile::wan) model.remote_ms = 75.0;
  return model;
}

AgeGrid grid_of(PbsProfile profile) {
  constexpr std::array<AgeGrid, 4> kGrids = {AgeGrid{1, 100}, {1, 10}, {1, 1}, {1, 10}};
  return kGrids[static_cast<size_t>(profile)];
}

AgeGrid grid_within(double p999_ms) {
  constexpr uint64_t kSteps = 1500;
  AgeGrid grid = {1, 1000};
  while (grid.at(kSteps) < p999_ms && grid.multiple < 1'000'000) {
    if (grid.fraction > 1) {
      grid.fraction /= 10;
    } else {
      grid.multiple *= 10;
    }
  }
  return grid;
}

double k_staleness(uint32_t n, uint32_t r, uint32_t w, uint32_t k) {
  SYSTEMSIM_ASSERT(r >= 1 && r <= n && w >= 1 && w <= n);
  // C(n-w, r) / C(n, r), factor by factor: the binomials themselves would leave a double's range.
  double misses_one = 1.0;
  for (uint32_t i = 0; i < r; ++i) {
    const uint32_t without = n - w;
    if (i >= without) return 0.0;
    misses_one *= static_cast<double>(without - i) / static_cast<double>(n - i);
  }
  double misses_all = 1.0;
  for (uint32_t i = 0; i < k; ++i) misses_all *= misses_one;
  return misses_all;
}

PbsTrials::PbsTrials(const WarsModel& model, uint64_t seed, uint64_t trials,
                     std::vector<double> ages_ms)
    : wars_(model),
      root_(root_key(seed, Stream::wars_trial)),
      total_(trials),
      ages_ms_(std::move(ages_ms)),
      fresh_(ages_ms_.size(), 0),
      read_ms_(trials),
      write_ms_(trials),
      fresh_from_ms_(trials) {
  SYSTEMSIM_ASSERT(trials >= 1 && trials <= kMaxTrials && ages_ms_.size() <= kMaxAges);
}

void PbsTrials::advance(uint64_t budget) {
  const uint64_t end = done_ + std::min(budget, total_ - done_);
  while (done_ < end) {
    const auto count = static_cast<size_t>(std::min<uint64_t>(Wars::kBlock, end - done_));
    std::array<uint64_t, Wars::kBlock> keys;
    for (size_t i = 0; i < count; ++i) keys[i] = child_key(root_, done_ + i);
    wars_.run(keys.data(), count);
    const double* fresh_from = wars_.fresh_from_ms().data();
    for (size_t age = 0; age < ages_ms_.size(); ++age) {
      const double age_ms = ages_ms_[age];
      uint64_t fresh = 0;
      for (size_t i = 0; i < count; ++i) fresh += fresh_from[i] <= age_ms ? 1 : 0;
      fresh_[age] += fresh;
    }
    read_ms_.add(wars_.read_ms().data(), count);
    write_ms_.add(wars_.write_ms().data(), count);
    fresh_from_ms_.add(fresh_from, count);
    done_ += count;
  }
}

double PbsTrials::p_fresh(size_t i) const {
  return done_ == 0 ? 0.0 : static_cast<double>(fresh_[i]) / static_cast<double>(done_);
}

FirstPassage::FirstPassage(const WarsModel& model, uint64_t seed, AgeGrid grid)
    : wars_(model), root_(root_key(seed, Stream::wars_step)), grid_(grid) {
  SYSTEMSIM_ASSERT(grid.multiple >= 1 && grid.fraction >= 1);
  keys_.reserve(kChunk);
}

void FirstPassage::advance(uint64_t budget) {
  while (budget > 0 && !finished()) {
    const double age_ms = grid_.at(step_);
    const Wars::Screen screen = wars_.screen(age_ms);
    const uint64_t step_root = child_key(root_, step_);
    const auto chunk =
        static_cast<uint32_t>(std::min<uint64_t>({kChunk, kTrialsPerStep - trial_, budget}));
    keys_.clear();
    for (uint32_t i = 0; i < chunk; ++i) {
      const uint64_t key = child_key(step_root, trial_ + i);
      if (screen.passes(key)) keys_.push_back(key);
    }
    for (size_t from = 0; from < keys_.size(); from += Wars::kBlock) {
      const size_t count = std::min(Wars::kBlock, keys_.size() - from);
      wars_.run(keys_.data() + from, count);
      for (size_t i = 0; i < count; ++i) stale_ += wars_.fresh_from_ms()[i] > age_ms ? 1 : 0;
    }
    trial_ += chunk;
    looked_at_ += chunk;
    budget -= chunk;
    const uint32_t most = p99_ ? kStale999 : kStale99;
    if (trial_ == kTrialsPerStep || stale_ > most) end_step();
  }
}

void FirstPassage::end_step() {
  const double age_ms = grid_.at(step_);
  if (stale_ <= kStale99 && !p99_) p99_ = age_ms;
  if (stale_ <= kStale999) p999_ = age_ms;
  ++step_;
  trial_ = 0;
  stale_ = 0;
}

}  // namespace systemsim
