#include "lab/shrink.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lab/search.h"
#include "lab/smaller.h"

namespace systemsim {
namespace {

// Which calls are kept when the traffic becomes actions, from the fewest.
enum class Keep : uint32_t { guilty, their_keys, until_their_end, all };
constexpr uint32_t kKeeps = 4;

constexpr uint64_t kLeastTrimUs = 1000;

// How short a pause between two actions is tried to be, and in how long a list of them.
constexpr std::array<uint64_t, 4> kPausesUs = {1000, 10'000, 100'000, 1'000'000};
constexpr size_t kMostMoments = 200;

void write_size(JsonWriter& writer, const Scenario& scenario) {
  const auto calls = std::count_if(scenario.actions.begin(), scenario.actions.end(),
                                   [](const Action& action) { return action.is_call(); });
  writer.field("ops", static_cast<uint64_t>(calls));
  writer.field("faults", scenario.actions.size() - static_cast<size_t>(calls));
  writer.field("nodes", scenario.setup.cluster.nodes);
}

}  // namespace

Result<Shrink> Shrink::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  Scenario scenario;
  if (const Json* json = fields.take("scenario")) {
    auto read = read_scenario(*json, "/scenario");
    if (!read) return read.error();
    scenario = std::move(read).value();
  }
  std::optional<Promise> promise;
  if (fields.take("promise") != nullptr) promise = take_promise(fields);
  fields.finish();
  if (error) return *error;
  return Shrink(std::move(scenario), promise);
}

Shrink::Shrink(Scenario scenario, std::optional<Promise> promise)
    : scenario_(std::move(scenario)), promise_(promise) {
  start_run(scenario_);
}

void Shrink::start_run(Scenario scenario) {
  // Where only actions went, the ring and all else that was set up is the same.
  const bool same_setup =
      phase_ == Phase::parts && scenario.setup.records.size() == scenario_.setup.records.size();
  candidate_ = std::move(scenario);
  candidate_plan_ = same_setup ? std::make_shared<const RunPlan>(*plan_, candidate_.actions)
                               : std::make_shared<const RunPlan>(candidate_);
  run_ = std::make_unique<RunJudge>(candidate_plan_, candidate_.setup.seed);
}

void Shrink::advance(uint64_t budget) {
  uint64_t left = std::min(budget, Limits::kMaxInteger / kEventsPerUnit) * kEventsPerUnit;
  while (!finished() && left > 0) {
    const uint64_t did = run_->advance(left);
    left -= std::min(left, did);
    if (!run_->finished()) continue;
    left -= std::min<uint64_t>(left, 1 + 4 * run_->operations().size());
    ++tried_;
    if (phase_ == Phase::judge) {
      judge_first();
    } else {
      learn(run_->finding(*promise_, Search::kMaxStates).state == Finding::State::broken);
    }
    if (auto next = propose()) {
      start_run(std::move(*next));
    } else {
      run_.reset();
    }
  }
}

void Shrink::judge_first() {
  const JudgedRun judged = run_->verdict(kDefaultStates);
  plan_ = candidate_plan_;
  operations_ = run_->operations();
  if (!promise_) promise_ = judged.verdict.weakest_broken();
  broken_ = promise_ && judged.verdict.of(*promise_).state == Finding::State::broken;
  if (!broken_) {
    phase_ = Phase::over;
    return;
  }
  accuse(judged);
  start_next_phase();
}

void Shrink::accuse(const JudgedRun& judged) {
  guilty_.clear();
  guilty_until_us_ = 0;
  for (const uint32_t index : judged.verdict.of(*promise_).guilty) {
    guilty_.push_back(judged.history.calls[index].source);
  }
  for (const Operation& operation : run_->operations()) {
    if (std::find(guilty_.begin(), guilty_.end(), operation.id) == guilty_.end()) continue;
    guilty_until_us_ = std::max(guilty_until_us_, operation.end_us);
  }
}

void Shrink::learn(bool still_broken) {
  if (still_broken) {
    scenario_ = std::move(candidate_);
    operations_ = run_->operations();
    plan_ = candidate_plan_;
    found_in_round_ = true;
  }
  switch (phase_) {
    case Phase::faults:
    case Phase::calm:
      if (still_broken) accuse(run_->verdict(kDefaultStates));
      ++step_;
      return;
    case Phase::guilty:
      step_ = still_broken ? 2 * kKeeps : step_ + 1;
      return;
    case Phase::parts:
      // After a find the next parts have moved up to here.
      found_in_pass_ = found_in_pass_ || still_broken;
      if (!still_broken) at_ += chunk_;
      return;
    case Phase::nodes:
      gap_ = still_broken ? scenario_.setup.cluster.nodes - fewest_nodes(scenario_) : gap_ / 2;
      return;
    case Phase::time:
      gap_ = still_broken ? scenario_.setup.workload.duration_us : gap_ / 2;
      ++step_;
      return;
    default:
      ++step_;
  }
}

void Shrink::start_next_phase() {
  const bool last = phase_ == Phase::time;
  if (last && !found_in_round_) {
    phase_ = Phase::over;
    return;
  }
  // Another round need not begin with long stretches.
  if (phase_ == Phase::guilty) chunk_ = std::max(1U, parts_of(scenario_) / 2);
  if (last) chunk_ = 1;
  // When every single part has been tried, only what comes after can make more of them needless.
  if (phase_ == Phase::parts) found_in_round_ = false;
  phase_ = last ? Phase::parts : static_cast<Phase>(static_cast<uint8_t>(phase_) + 1);
  step_ = 0;
  at_ = 0;
  found_in_pass_ = false;
  gap_ = phase_ == Phase::nodes  ? scenario_.setup.cluster.nodes - fewest_nodes(scenario_)
         : phase_ == Phase::time ? scenario_.setup.workload.duration_us
                                 : 0;
}

std::optional<Scenario> Shrink::propose() {
  while (phase_ != Phase::over) {
    std::optional<Scenario> next;
    switch (phase_) {
      case Phase::faults:
        if (step_ == 0 && scenario_.setup.nemesis.mix != 0) next = with_explicit_faults(scenario_);
        if (next && next->actions.size() > Limits::kActions) next.reset();
        break;
      case Phase::calm:
        next = propose_calm();
        break;
      case Phase::guilty:
        next = propose_guilty();
        break;
      case Phase::parts:
        next = propose_parts();
        break;
      case Phase::settings:
        next = propose_setting();
        break;
      case Phase::nodes:
        if (gap_ > 0) {
          next = with_nodes(scenario_, scenario_.setup.cluster.nodes - static_cast<uint32_t>(gap_));
        }
        break;
      case Phase::clients:
        next = propose_clients();
        break;
      case Phase::time:
        next = propose_time();
        break;
      case Phase::judge:
      case Phase::over:
        break;
    }
    if (next) return next;
    start_next_phase();
  }
  return std::nullopt;
}

std::optional<Scenario> Shrink::propose_calm() {
  if (step_ > 0) return std::nullopt;
  std::vector<uint32_t> faults;
  for (uint32_t i = 0; i < scenario_.actions.size(); ++i) {
    if (!scenario_.actions[i].is_call()) faults.push_back(i);
  }
  Scenario calm = without(scenario_, faults, operations_);
  calm.setup.nemesis = {};
  calm.setup.loss = 0.0;
  calm.setup.spikes = {};
  const bool stormy = scenario_.setup.nemesis.mix != 0 || scenario_.setup.loss != 0.0 ||
                      scenario_.setup.spikes != Spikes();
  return faults.empty() && !stormy ? std::nullopt : std::optional(std::move(calm));
}

std::optional<Scenario> Shrink::propose_guilty() {
  const bool traffic = scenario_.setup.workload.duration_us > 0;
  for (; step_ < 2 * kKeeps; ++step_) {
    const auto keep = static_cast<Keep>(step_ % kKeeps);
    // An action happens before all else in its microsecond. Should a call's place in it have
    // mattered, the next microsecond may do.
    const uint64_t delay_us = step_ / kKeeps;
    if (!traffic && (delay_us > 0 || keep == Keep::all)) continue;
    if (guilty_.empty() && keep != Keep::all) continue;
    const auto guilty = [&](OperationId id) {
      return std::find(guilty_.begin(), guilty_.end(), id) != guilty_.end();
    };
    std::vector<std::string> keys;
    for (const Operation& operation : operations_) {
      if (guilty(operation.id)) keys.push_back(operation.key);
    }
    const Scenario whole = with_explicit_traffic(scenario_, operations_, delay_us);
    const Script script(whole.actions);
    std::vector<uint32_t> needless;
    for (uint32_t i = 0; i < whole.actions.size(); ++i) {
      const Action& action = whole.actions[i];
      if (!action.is_call()) continue;
      const bool kept =
          keep == Keep::all || (keep == Keep::guilty && guilty(script.operation_of(i))) ||
          (keep == Keep::their_keys &&
           std::find(keys.begin(), keys.end(), action.key) != keys.end()) ||
          (keep == Keep::until_their_end && (action.after || action.at_us <= guilty_until_us_));
      if (!kept) needless.push_back(i);
    }
    if (!traffic && needless.empty()) continue;
    Scenario smaller = without(whole, needless, operations_);
    if (smaller.actions.size() <= Limits::kActions) return smaller;
  }
  return std::nullopt;
}

std::optional<Scenario> Shrink::propose_parts() {
  const uint32_t count = parts_of(scenario_);
  if (at_ >= count) {
    if (chunk_ == 1 && !found_in_pass_) return std::nullopt;
    chunk_ = std::max(1U, chunk_ / 2);
    at_ = 0;
    found_in_pass_ = false;
    if (count == 0) return std::nullopt;
  }
  std::vector<uint32_t> parts;
  for (uint32_t i = at_; i < std::min(count, at_ + chunk_); ++i) parts.push_back(i);
  return without(scenario_, parts, operations_);
}

std::optional<Scenario> Shrink::propose_setting() {
  Scenario plain = scenario_;
  if (step_ == 0) {
    if (plain.setup.loss != 0.0) {
      plain.setup.loss = 0.0;
      return plain;
    }
    ++step_;
  }
  if (step_ == 1) {
    if (plain.setup.disk != DiskModel::none) {
      plain.setup.disk = DiskModel::none;
      return plain;
    }
    ++step_;
  }
  if (step_ == 2) {
    if (plain.setup.spikes != Spikes()) {
      plain.setup.spikes = {};
      return plain;
    }
    ++step_;
  }
  if (step_ == 3 && plain.setup.upkeep_us != 0) {
    plain.setup.upkeep_us = 0;
    return plain;
  }
  return std::nullopt;
}

std::optional<Scenario> Shrink::propose_clients() {
  if (step_ == 0) {
    Scenario renamed = with_first_clients(scenario_);
    if (renamed.setup.workload.clients < fewest_clients(scenario_)) return renamed;
    ++step_;
  }
  const uint32_t fewest = fewest_clients(scenario_);
  if (step_ == 1 && fewest < scenario_.setup.workload.clients) {
    return with_clients(scenario_, fewest);
  }
  return std::nullopt;
}

std::optional<Scenario> Shrink::propose_time() {
  if (scenario_.setup.workload.duration_us > 0) {  // the traffic could not be made explicit
    if (gap_ < kLeastTrimUs) return std::nullopt;
    Scenario shorter = scenario_;
    shorter.setup.workload.duration_us -= gap_;
    return shorter;
  }
  // The first action at the start; then less of each pause in which nothing is done.
  const std::vector<uint64_t> moments = moments_of(scenario_);
  if (moments.empty() || moments.size() > kMostMoments) return std::nullopt;
  if (step_ == 0 && moments.front() > 0) return earlier(scenario_, 0, moments.front());
  step_ = std::max(step_, 1U);
  for (; step_ <= (moments.size() - 1) * kPausesUs.size(); ++step_) {
    const size_t next = 1 + (step_ - 1) / kPausesUs.size();
    const uint64_t pause_us = kPausesUs[(step_ - 1) % kPausesUs.size()];
    const uint64_t now_us = moments[next] - moments[next - 1];
    if (pause_us < now_us) return earlier(scenario_, moments[next], now_us - pause_us);
  }
  return std::nullopt;
}

uint64_t Shrink::left() const {
  if (finished()) return 0;
  if (phase_ != Phase::parts) return 1;
  const uint32_t count = parts_of(scenario_);
  return 1 + (count - std::min(count, at_)) / chunk_;
}

void Shrink::write(JsonWriter& writer) const {
  writer.field("broken", broken_).key("promise");
  promise_ ? writer.value(name_of(*promise_)) : writer.null();
  writer.key("scenario");
  write_scenario(writer, scenario_);
  write_size(writer, scenario_);
}

std::string Shrink::json(uint32_t job) const {
  JsonWriter writer;
  begin_job(writer, job, tried_, tried_ + left(), finished());
  write(writer);
  return writer.end_object().take();
}

std::string Shrink::report() const {
  JsonWriter writer;
  writer.begin_object();
  write(writer);
  return writer.field("tried", tried_).end_object().take();
}

}  // namespace systemsim
