// A statement that can be run: an experiment, what is measured of it, and what that is expected to
// be. What claims, the options of questions and the goals of challenges are. Several about one
// experiment are one statement with several parts, so that it runs once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

  // One more part about the same experiment: its measure and expectation, and where they stand.
  // Returns its number; that of the first is 0. Precondition: done() is 0.
  Result<size_t> also(const Json* measure, const Json* expect, const std::string& path);

  uint64_t total() const { return experiment_->total(); }
  uint64_t done() const { return experiment_->done(); }
  bool finished() const { return done() == total(); }
  void advance(uint64_t budget);

  // Once finished; nothing when what was to be measured is not there.
  std::optional<double> measured(size_t part = 0) const;
  // Whether the expectation holds; what could not be measured does not.
  bool holds(size_t part = 0) const;

 private:
  struct Part {
    Measure measure;
    Expectation expectation;
  };

  explicit Statement(std::unique_ptr<Experiment> experiment) : experiment_(std::move(experiment)) {}

  std::unique_ptr<Experiment> experiment_;
  std::vector<Part> parts_;
};

}  // namespace systemsim
