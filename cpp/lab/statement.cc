#include "lab/statement.h"

#include "base/assert.h"

namespace systemsim {

namespace {

// What is missing of the three parts, if anything.
std::optional<Error> missing_part(const Statement::Source& source) {
  const auto missing = [&](const char* name) {
    return bad_input(pointer_to(source.path, name), "missing; an object is expected here");
  };
  if (source.experiment == nullptr) return missing("experiment");
  if (source.measure == nullptr) return missing("measure");
  if (source.expect == nullptr) return missing("expect");
  return std::nullopt;
}

}  // namespace

Result<Statement> Statement::read(const Source& source, Experiment::Read read_experiment) {
  if (auto error = missing_part(source)) return *error;
  auto experiment = read_experiment({*source.experiment, pointer_to(source.path, "experiment"),
                                     source.seed_offset, source.scenario});
  if (!experiment) return experiment.error();
  auto measure = Measure::read(*source.measure, pointer_to(source.path, "measure"));
  if (!measure) return measure.error();
  auto expectation = Expectation::read(*source.expect, pointer_to(source.path, "expect"));
  if (!expectation) return expectation.error();
  if (!measure.value().uses("/counters/divergence")) experiment.value()->without_divergence();
  return Statement(std::move(experiment).value(), std::move(measure).value(), expectation.value());
}

void Statement::advance(uint64_t budget) {
  std::vector<std::string> results;
  experiment_->advance(budget, results);
  for (const std::string& text : results) {
    const auto json = parse_json(text);
    SYSTEMSIM_ASSERT(json.ok());  // our own words
    measure_.add(json.value());
  }
}

std::optional<double> Statement::measured() const {
  return finished() ? measure_.value() : std::nullopt;
}

bool Statement::holds() const {
  const auto value = measured();
  return value && expectation_.holds(*value);
}

}  // namespace systemsim
