#include "lab/search.h"

#include <algorithm>
#include <utility>

namespace systemsim {

Result<Promise> promise_named(const std::optional<std::string>& name) {
  const auto promise = name ? promise_from_name(*name) : std::nullopt;
  if (promise) return *promise;
  std::string list;
  for (int i = 0; i < kPromises; ++i) {
    list += (i == 0               ? ""
             : i + 1 == kPromises ? " or "
                                  : ", ") +
            std::string(name_of(static_cast<Promise>(i)));
  }
  return name ? bad_input("", "expected " + list + ", found \"" + *name + "\"")
              : bad_input("", "missing; expected " + list);
}

std::optional<Promise> take_promise(Fields& fields) {
  std::optional<std::string> name;
  if (fields.take("promise") != nullptr) fields.text("promise", name.emplace(), 40);
  auto promise = promise_named(name);
  if (promise) return promise.value();
  fields.fail("promise", promise.error().message);
  return std::nullopt;
}

Result<Search> Search::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  Scenario scenario;
  if (const Json* json = fields.take("scenario")) {
    auto read = read_scenario(*json, "/scenario");
    if (!read) return read.error();
    scenario = std::move(read).value();
  }
  const auto promise = take_promise(fields);
  uint64_t from = 1;
  uint64_t to = kDefaultSeeds;
  if (const Json* seeds = fields.take("seeds")) {
    Fields range(*seeds, "/seeds", error);
    range.integer("from", from, uint64_t{0}, Limits::kMaxInteger);
    to = std::min(Limits::kMaxInteger, from + kDefaultSeeds - 1);
    range.integer("to", to, from, std::min(Limits::kMaxInteger, from + kMaxSeeds - 1));
    range.finish();
  }
  fields.finish();
  if (error) return *error;
  return Search(std::move(scenario), *promise, from, to);
}

Search::Search(Scenario scenario, Promise promise, uint64_t first_seed, uint64_t last_seed)
    : scenario_(std::move(scenario)),
      plan_(std::make_shared<const RunPlan>(scenario_)),
      promise_(promise),
      first_seed_(first_seed),
      last_seed_(last_seed) {}

void Search::advance(uint64_t budget) {
  uint64_t left = std::min(budget, Limits::kMaxInteger / kEventsPerUnit) * kEventsPerUnit;
  while (!finished() && left > 0) {
    const uint64_t seed = first_seed_ + tried_;
    if (!run_) run_ = std::make_unique<RunJudge>(plan_, seed);
    const uint64_t did = run_->advance(left);
    left -= std::min(left, did);
    if (!run_->finished()) continue;
    // Judging an operation takes about as long as a few of its events.
    left -= std::min<uint64_t>(left, 1 + 4 * run_->operations().size());
    const Finding finding = run_->finding(promise_, kMaxStates);
    run_.reset();
    ++tried_;
    if (finding.state == Finding::State::broken) found_ = seed;
    if (finding.state == Finding::State::undecided) ++undecided_;
  }
}

void Search::write_found(JsonWriter& writer) const {
  Scenario scenario = scenario_;
  scenario.setup.seed = *found_;
  writer.field("seed", *found_).key("scenario");
  write_scenario(writer, scenario);
}

std::string Search::json(uint32_t job) const {
  JsonWriter writer;
  begin_job(writer, job, done(), total(), finished()).field("promise", name_of(promise_));
  writer.field("undecided", undecided_).key("found");
  if (found_) {
    writer.begin_object();
    write_found(writer);
    writer.end_object();
  } else {
    writer.null();
  }
  return writer.end_object().take();
}

std::string Search::report() const {
  JsonWriter writer;
  writer.begin_object().field("found", found_.has_value()).field("promise", name_of(promise_));
  writer.field("tried", tried_).field("undecided", undecided_);
  if (found_) {
    write_found(writer);
  } else {
    writer.key("seed").null().key("scenario").null();
  }
  return writer.end_object().take();
}

}  // namespace systemsim
