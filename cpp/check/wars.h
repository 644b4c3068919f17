// The WARS model of how stale reads are (Bailis et al., VLDB 2012, section 4): no protocol, only
// the delays of four messages. Chapter section 05.
//
// A trial: for each of N replicas draw W (the write travels), A (its acknowledgement), R (the read
// travels) and S (its response). The write is done at the W-th smallest W + A; the read returns the
// R replies with the smallest R + S (of equal ones, those of the first replicas). A read that
// begins t after the write was done is fresh iff a replica that it returned had the write in time:
// done + t + R_i >= W_i. So the least t, over the returned replicas, of W_i - done - R_i is the age
// from which the read is fresh, and one trial gives the whole curve.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/fast_math.h"
#include "base/latency.h"
#include "base/sampler.h"

namespace systemsim {

struct WarsModel {
  std::array<Distribution, 4> legs;  // by Leg: write, ack, read, response
  // Above 0, each replica is a data centre of its own: reader and writer are each in one of them,
  // uniformly and independently in each trial, and every message to or from another one takes this
  // much longer.
  double remote_ms = 0.0;
  uint32_t n = 3;  // replicas, 1..Wars::kMaxReplicas
  uint32_t r = 1;  // replies that a read waits for, 1..n
  uint32_t w = 1;  // acknowledgements that a write waits for, 1..n
};

class Wars {
 public:
  static constexpr uint32_t kMaxReplicas = 255;
  static constexpr size_t kBlock = Sampler::kBlock;
  using Column = std::array<double, kBlock>;  // a number for each trial of a block

  explicit Wars(const WarsModel& model);

  // One trial for each key (base/draw.h: its draws are its children); 1 <= count <= kBlock. The
  // columns below hold the results until the next call.
  void run(const uint64_t* keys, size_t count);

  const Column& write_ms() const { return writes_.back(); }
  const Column& read_ms() const { return reads_.back(); }
  const Column& fresh_from_ms() const { return fresh_from_; }  // below 0: fresh even earlier

  // Whether a trial may be stale at some age, by the draws of its writes alone: a look that is much
  // cheaper than the trial. Stale ones always pass.
  class Screen {
   public:
    bool passes(uint64_t key) const {
      uint32_t late = 0;
      for (uint32_t i = 0; i < n_; ++i) late += tail_.may_hold(unit_of(child_key(key, i))) ? 1 : 0;
      return late >= r_;
    }

   private:
    friend class Wars;
    Sampler::Tail tail_;
    uint32_t n_ = 0;
    uint32_t r_ = 0;
  };
  Screen screen(double age_ms) const;

 private:
  void draw_replica(const uint64_t* keys, size_t count, uint32_t replica);

  WarsModel model_;
  FastMath math_;
  std::array<Sampler, 4> samplers_;
  std::array<Column, 4> legs_;         // of the replica at hand
  std::array<Column, 2> home_;         // the writer's and the reader's data centre
  std::vector<Column> writes_;         // the w smallest W + A so far, ascending
  std::vector<Column> reads_;          // the r smallest R + S so far, ascending
  std::vector<Column> arrives_after_;  // W - R of those replicas
  Column fresh_from_;
};

}  // namespace systemsim
