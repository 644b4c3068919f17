#include "lab/pbs_job.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "sim/setup.h"

namespace systemsim {
namespace {

const std::vector<const char*> kPublishedProfiles = {"lnkd-ssd", "lnkd-disk", "ymmr", "wan"};
const std::vector<const char*> kMethods = {"wars", "first-passage"};
const std::vector<const char*> kKinds = {"constant", "exponential", "pareto-exponential"};
constexpr size_t kModelLegs = 4;  // the client's own is none of them
constexpr std::array<uint32_t, 5> kVersionsBack = {1, 2, 3, 5, 10};

constexpr double kMostMs = 1e9;
constexpr double kLeastMs = 1e-6;
constexpr size_t kMaxAgeText = 40;

// Its mean, given as such or as a rate.
void read_mean(Fields& fields, double& mean_ms) {
  const bool has_mean = fields.take("mean_ms") != nullptr;
  const bool has_rate = fields.take("rate") != nullptr;
  if (has_mean && has_rate) {
    fields.fail("rate", "mean_ms is given as well; one says it all");
  }
  if (!has_mean && !has_rate) {
    fields.fail("mean_ms", "missing; expected the mean in ms, or \"rate\", which is 1 / mean");
  }
  fields.number("mean_ms", mean_ms, kLeastMs, kMostMs);
  double rate = 1.0 / mean_ms;
  fields.number("rate", rate, 1.0 / kMostMs, 1.0 / kLeastMs);
  if (has_rate) mean_ms = 1.0 / rate;
}

void read_required(Fields& fields, const char* name, double& out, double low, double high) {
  if (fields.take(name) == nullptr) {
    fields.fail(name, "missing; expected a number");
  }
  fields.number(name, out, low, high);
}

void read_distribution(const Json& json, const std::string& path, std::optional<Error>& error,
                       Distribution& out) {
  using Kind = Distribution::Kind;
  Fields fields(json, path, error);
  if (fields.take("kind") == nullptr) {
    fields.fail("kind", "missing; expected constant, exponential or pareto-exponential");
  }
  uint32_t kind = 0;
  fields.choice("kind", kind, kKinds);
  out.kind = static_cast<Kind>(kind);
  if (out.kind == Kind::constant) read_required(fields, "ms", out.mean_ms, 0.0, kMostMs);
  if (out.kind == Kind::pareto_exponential) {
    read_required(fields, "pareto_share", out.pareto_share, 0.0, 1.0);
    read_required(fields, "xm_ms", out.pareto_xm_ms, kLeastMs, kMostMs);
    read_required(fields, "alpha", out.pareto_alpha, Sampler::kMinAlpha, Sampler::kMaxAlpha);
  }
  const bool has_exponential = out.kind == Kind::exponential ||
                               (out.kind == Kind::pareto_exponential && out.pareto_share < 1.0);
  if (has_exponential) read_mean(fields, out.mean_ms);
  fields.finish();
}

void read_custom(const Json& json, std::optional<Error>& error, WarsModel& model) {
  Fields legs(json, "/custom", error);
  for (size_t i = 0; i < kModelLegs; ++i) {
    const Json* leg = legs.take(kLegNames[i]);
    if (leg == nullptr) {
      legs.fail(bad_input(legs.pointer(kLegNames[i]), "missing; expected a distribution"));
      return;
    }
    read_distribution(*leg, legs.pointer(kLegNames[i]), error, model.legs[i]);
  }
  legs.finish();
}

// A number, or its text; nothing when it is neither.
std::optional<double> number_in(const Json& json) {
  if (json.type == Json::Type::integer || json.type == Json::Type::number) return json.number;
  const bool is_plain = json.type == Json::Type::string && json.text.size() <= kMaxAgeText &&
                        json.text.find_first_not_of("0123456789.eE+-") == std::string::npos;
  if (!is_plain) return std::nullopt;
  const auto parsed = parse_json(json.text);
  return parsed ? std::optional<double>(parsed.value().number) : std::nullopt;
}

}  // namespace

void PbsJob::read_ages(Fields& fields, std::vector<Age>& ages) {
  const Json* list = fields.take("times_ms");
  if (list == nullptr) {
    ages = {{"0", 0.0}, {"1", 1.0}, {"10", 10.0}};
    return;
  }
  if (list->type != Json::Type::array || list->items.empty() ||
      list->items.size() > PbsTrials::kMaxAges) {
    fields.fail(bad_input("/times_ms", "expected 1 to 200 numbers of milliseconds"));
  }
  for (size_t i = 0; i < list->items.size() && fields.ok(); ++i) {
    const Json& item = list->items[i];
    const std::string path = pointer_to("/times_ms", i);
    const std::optional<double> ms = number_in(item);
    if (!ms || !(*ms >= 0.0 && *ms <= kMostMs)) {
      fields.fail(bad_input(path, "expected milliseconds from 0 to " + number_text(kMostMs) +
                                      ", found " + quote(item)));
      return;
    }
    Age age = {item.type == Json::Type::string ? item.text : number_text(*ms), *ms};
    const auto is_same = [&](const Age& other) { return other.name == age.name; };
    if (std::any_of(ages.begin(), ages.end(), is_same)) {
      fields.fail(bad_input(path, age.name + " is given twice"));
    }
    ages.push_back(std::move(age));
  }
}

Result<PbsJob> PbsJob::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  Settings settings;

  const bool has_profile = fields.take("profile") != nullptr;
  const Json* custom = fields.take("custom");
  if (has_profile && custom != nullptr) {
    fields.fail(bad_input("/profile", "a custom model is given as well; expected one of the two"));
  }
  if (!has_profile && custom == nullptr) {
    fields.fail(bad_input(
        "/profile", "missing; expected lnkd-ssd, lnkd-disk, ymmr or wan; or else a custom model"));
  }
  if (has_profile) {
    uint32_t index = 0;
    fields.choice("profile", index, kPublishedProfiles);
    const auto profile = static_cast<PbsProfile>(index);
    settings.profile = kPublishedProfiles[index];
    settings.model = model_of(profile);
    settings.grid = grid_of(profile);
    fields.number("alpha", settings.model.legs[0].pareto_alpha, Sampler::kMinAlpha,
                  Sampler::kMaxAlpha);
  } else if (custom != nullptr) {
    read_custom(*custom, error, settings.model);
    if (fields.take("alpha") != nullptr) {
      fields.fail(bad_input("/alpha", "a custom model has its own; this is for profiles"));
    }
  }

  WarsModel& model = settings.model;
  fields.integer("n", model.n, 1U, Wars::kMaxReplicas);
  fields.integer("r", model.r, 1U, Wars::kMaxReplicas);
  fields.integer("w", model.w, 1U, Wars::kMaxReplicas);
  const auto at_most_n = [&](const char* name, uint32_t value) {
    if (value <= model.n) return;
    fields.fail(name,
                std::to_string(value) + " is more than n, which is " + std::to_string(model.n));
  };
  at_most_n("r", model.r);
  at_most_n("w", model.w);

  read_ages(fields, settings.ages);
  auto method = static_cast<uint32_t>(settings.method);
  fields.choice("method", method, kMethods);
  settings.method = static_cast<Method>(method);
  fields.integer("trials", settings.trials, uint64_t{1}, PbsTrials::kMaxTrials);
  fields.integer("seed", settings.seed, uint64_t{0}, Limits::kMaxInteger);
  fields.finish();
  if (error) return *error;
  return PbsJob(std::move(settings));
}

PbsJob::PbsJob(Settings settings)
    : settings_(std::move(settings)),
      trials_(settings_.model, settings_.seed, settings_.trials, [this] {
        std::vector<double> ages_ms;
        for (const Age& age : settings_.ages) ages_ms.push_back(age.ms);
        return ages_ms;
      }()) {}

uint64_t PbsJob::done() const { return trials_.done() + (passage_ ? passage_->looked_at() : 0); }

uint64_t PbsJob::total() const {
  if (finished()) return done();
  if (!passage_) return trials_.total();
  // Most steps are known to fail after a third of their trials.
  const double steps = expected_steps_ - static_cast<double>(passage_->step());
  const double left = steps > 0.0 ? steps * (FirstPassage::kTrialsPerStep / 3.0) : 0.0;
  return done() + FirstPassage::kTrialsPerStep + static_cast<uint64_t>(left);
}

bool PbsJob::finished() const {
  if (trials_.done() < trials_.total()) return false;
  return settings_.method != Method::first_passage || (passage_ && passage_->finished());
}

void PbsJob::advance(uint64_t budget) {
  const uint64_t before = trials_.done();
  trials_.advance(budget);
  if (settings_.method != Method::first_passage || trials_.done() < trials_.total()) return;
  if (!passage_) {
    const double p999_ms = trials_.fresh_from_ms().at(999);
    const AgeGrid grid = settings_.grid.value_or(grid_within(p999_ms));
    const double steps = p999_ms / grid.at(1);
    expected_steps_ = std::min(steps, static_cast<double>(FirstPassage::kMaxSteps));
    passage_.emplace(settings_.model, settings_.seed, grid);
  }
  passage_->advance(budget - (trials_.done() - before));
}

void PbsJob::write(JsonWriter& writer) const {
  const WarsModel& model = settings_.model;
  const bool is_passage = settings_.method == Method::first_passage;
  writer.field("profile", settings_.profile);
  writer.field("n", model.n).field("r", model.r).field("w", model.w);
  writer.field("method", kMethods[static_cast<size_t>(settings_.method)]);
  if (settings_.grid) writer.field("alpha", model.legs[0].pareto_alpha);
  writer.field("trials", settings_.trials).field("seed", settings_.seed);

  writer.key("p_fresh").begin_object();
  for (size_t i = 0; i < settings_.ages.size(); ++i) {
    writer.key(settings_.ages[i].name);
    if (trials_.done() == 0) {
      writer.null();
    } else {
      writer.value(trials_.p_fresh(i));
    }
  }
  writer.end_object();
  if (finished()) {
    const auto percentiles = [&](const char* name, const Sample& sample) {
      writer.key(name).begin_object();
      writer.field("p50", sample.at(500)).field("p99", sample.at(990));
      writer.field("p999", sample.at(999)).end_object();
    };
    percentiles("read_ms", trials_.read_ms());
    percentiles("write_ms", trials_.write_ms());
    const Sample& fresh_from_ms = trials_.fresh_from_ms();
    const auto reached = [&](const char* name, const std::optional<double>& ms) {
      writer.key(name);
      if (ms) {
        writer.value(*ms);
      } else {
        writer.null();
      }
    };
    writer.key("t_visibility_ms").begin_object();
    reached("p99", is_passage ? passage_->p99_ms() : fresh_from_ms.at(990));
    reached("p999", is_passage ? passage_->p999_ms() : fresh_from_ms.at(999));
    writer.end_object();
    if (is_passage) writer.field("step_ms", passage_->grid().at(1));
  }
  writer.key("k_staleness").begin_object();
  for (const uint32_t k : kVersionsBack) {
    writer.field(std::to_string(k), k_staleness(model.n, model.r, model.w, k));
  }
  writer.end_object();
}

}  // namespace systemsim
