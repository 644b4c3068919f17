// The job behind `systemsim pbs` and the pages' curves of staleness: reads what is asked for, runs
// check/pbs.h in slices, writes the answer. Chapter section 05.
//
// {"job": "pbs",
//  "profile": "lnkd-ssd" | "lnkd-disk" | "ymmr" | "wan",   or else
//  "custom": {"w": D, "a": D, "r": D, "s": D},             a distribution for each leg, where D is
//      {"kind": "constant", "ms": x}
//      {"kind": "exponential", "mean_ms": x}               or "rate": events a millisecond, 1 /
//      mean
//      {"kind": "pareto-exponential", "pareto_share": 0..1, "xm_ms": x, "alpha": a, "mean_ms": x}
//                                                          or "rate"; not needed when the share is
//                                                          1
//  "n": 3, "r": 1, "w": 1,
//  "times_ms": [0, 1, "10.0"],  ages of the write; a text is the number and its name in the answer
//  "method": "wars" | "first-passage",
//  "alpha": a,                  tail exponent of the profile's W leg, instead of its own
//  "trials": 1000000, "seed": 1}
//
// Method "wars" gives t_visibility as the quantile of the trials. "first-passage" gives it as the
// paper's authors did, on their grid for a profile, and for a custom model on the grid that
// grid_within() chooses; all else is the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "check/pbs.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/json_writer.h"

namespace systemsim {

class PbsJob : public AnswerJob {
 public:
  static Result<PbsJob> read(const Json& job);

  // In trials. How many a first passage takes is only known at its end: until then an estimate.
  uint64_t done() const override;
  uint64_t total() const override;
  bool finished() const override;
  // Runs at most `budget` trials more.
  void advance(uint64_t budget) override;

 private:
  enum class Method : uint32_t { wars, first_passage };
  struct Age {
    std::string name;
    double ms = 0.0;
  };
  struct Settings {
    std::string profile = "custom";
    WarsModel model;
    std::optional<AgeGrid> grid;  // of a first passage; nothing: chosen by what the trials give
    Method method = Method::wars;
    std::vector<Age> ages;
    uint64_t trials = 1'000'000;
    uint64_t seed = 1;
  };

  explicit PbsJob(Settings settings);
  static void read_ages(Fields& fields, std::vector<Age>& ages);
  void write(JsonWriter& writer) const override;

  Settings settings_;
  PbsTrials trials_;
  std::optional<FirstPassage> passage_;  // once the trials are done
  double expected_steps_ = 0.0;          // of it: it ends about where the trials' own quantile is
};

}  // namespace systemsim
