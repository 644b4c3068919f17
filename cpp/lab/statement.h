// A statement that can be run: an experiment, what is measured of it, and what that is expected to
// be. What claims, the options of questions and the goals of challenges are.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lab/experiment.h"
#include "lab/measure.h"

namespace systemsim {

// The most characters of a text for people in claims, questions and challenges.
constexpr size_t kMaxText = 2000;

class Statement {
 public:
  // The three parts and where they stand, for complaints. See Experiment::Source.
  struct Source {
    const Json* experiment = nullptr;
    const Json* measure = nullptr;
    const Json* expect = nullptr;
    std::string path;  // of what holds them
    uint64_t seed_offset = 0;
    const Json* scenario = nullptr;
  };
  // `read_experiment`: which kinds of experiments it may be about.
  static Result<Statement> read(const Source& source, Experiment::Read read_experiment);

  uint64_t total() const { return experiment_->total(); }
  uint64_t done() const { return experiment_->done(); }
  bool finished() const { return done() == total(); }
  void advance(uint64_t budget);

  // Once finished; nothing when what was to be measured is not there.
  std::optional<double> measured() const;
  // Whether the expectation holds; what could not be measured does not.
  bool holds() const;

 private:
  Statement(std::unique_ptr<Experiment> experiment, Measure measure, Expectation expectation)
      : experiment_(std::move(experiment)),
        measure_(std::move(measure)),
        expectation_(expectation) {}

  std::unique_ptr<Experiment> experiment_;
  Measure measure_;
  Expectation expectation_;
};

}  // namespace systemsim
