#include "lab/statement.h"

#include <algorithm>

#include "base/assert.h"

namespace systemsim {

namespace {

Error missing_part(const std::string& path, const char* name) {
  return bad_input(pointer_to(path, name), "missing; an object is expected here");
}

}  // namespace

Result<Statement> Statement::read(const Source& source, Experiment::Read read_experiment) {
  if (source.experiment == nullptr) return missing_part(source.path, "experiment");
  auto experiment = read_experiment({*source.experiment, pointer_to(source.path, "experiment"),
                                     source.seed_offset, source.scenario});
  if (!experiment) return experiment.error();
  Statement statement(std::move(experiment).value());
  auto part = statement.also(source.measure, source.expect, source.path);
  if (!part) return part.error();
  return statement;
}

Result<size_t> Statement::also(const Json* measure, const Json* expect, const std::string& path) {
  SYSTEMSIM_ASSERT(done() == 0);
  if (measure == nullptr) return missing_part(path, "measure");
  if (expect == nullptr) return missing_part(path, "expect");
  auto measured = Measure::read(*measure, pointer_to(path, "measure"));
  if (!measured) return measured.error();
  auto expected = Expectation::read(*expect, pointer_to(path, "expect"));
  if (!expected) return expected.error();
  parts_.push_back({std::move(measured).value(), expected.value()});
  return parts_.size() - 1;
}

void Statement::advance(uint64_t budget) {
  const bool divergence = std::any_of(parts_.begin(), parts_.end(), [](const Part& part) {
    return part.measure.uses("/counters/divergence");
  });
  if (!divergence) experiment_->without_divergence();
  std::vector<std::string> results;
  experiment_->advance(budget, results);
  for (const std::string& text : results) {
    const auto json = parse_json(text);
    SYSTEMSIM_ASSERT(json.ok());  // our own words
    for (Part& part : parts_) part.measure.add(json.value());
  }
}

std::optional<double> Statement::measured(size_t part) const {
  return finished() ? parts_[part].measure.value() : std::nullopt;
}

bool Statement::holds(size_t part) const {
  const auto value = measured(part);
  return value && parts_[part].expectation.holds(*value);
}

}  // namespace systemsim
