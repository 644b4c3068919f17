#include "lab/experiment.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lab/check_job.h"
#include "lab/deletions.h"
#include "lab/lookups.h"
#include "lab/measure.h"
#include "lab/merkle_job.h"
#include "lab/pbs_job.h"
#include "lab/ring_report.h"
#include "lab/rumour.h"
#include "lab/run_summary.h"
#include "lab/scenario.h"
#include "lab/sync_scenario.h"
#include "lab/tiers_job.h"
#include "lab/torn_log.h"
#include "lab/trials.h"

namespace systemsim {
namespace {

using Made = Result<std::unique_ptr<Experiment>>;

struct Seeds {
  uint64_t from = 0;
  uint64_t to = 0;
};

// {"from", "to"}, moved by `offset`; as it is when absent.
void read_seeds(Fields& fields, uint64_t offset, std::optional<Error>& error, Seeds& seeds) {
  if (const Json* json = fields.take("seeds")) {
    Fields range(*json, fields.pointer("seeds"), error);
    range.integer("from", seeds.from, uint64_t{0}, Limits::kMaxInteger / 2);
    seeds.to = seeds.from;
    range.integer("to", seeds.to, seeds.from, seeds.from + Experiment::kMaxRuns - 1);
    range.finish();
  }
  seeds.from += offset;
  seeds.to += offset;
}

// What is done once for each seed.
class EachSeed : public Experiment {
 public:
  explicit EachSeed(Seeds seeds) : seeds_(seeds) {}
  uint64_t total() const final { return seeds_.to - seeds_.from + 1; }
  uint64_t done() const final { return done_; }
  void advance(uint64_t budget, std::vector<std::string>& results) final {
    const uint64_t end = done_ + std::min(budget, total() - done_);
    for (; done_ < end; ++done_) results.push_back(result(seeds_.from + done_));
  }

 private:
  virtual std::string result(uint64_t seed) = 0;

  Seeds seeds_;
  uint64_t done_ = 0;
};

class Runs : public EachSeed {
 public:
  Runs(Seeds seeds, Scenario scenario) : EachSeed(seeds), scenario_(std::move(scenario)) {}

  void without_divergence() override { divergence_ = false; }

 private:
  std::string result(uint64_t seed) override {
    scenario_.setup.seed = seed;
    return run_summary(scenario_, divergence_);
  }

  Scenario scenario_;
  bool divergence_ = true;
};

class Rings : public EachSeed {
 public:
  Rings(Seeds seeds, RingPlan plan)
      : EachSeed(seeds), plan_(std::move(plan)), modulo_(moved_on_join_modulo(plan_.nodes)) {}

 private:
  std::string result(uint64_t seed) override {
    plan_.settings.ring_seed = seed;
    return ring_report(plan_, modulo_);
  }

  RingPlan plan_;
  double modulo_;
};

// A job that is worked on until it is done, and then gives one result.
template <class Job>
class OneJob : public Experiment {
 public:
  explicit OneJob(Job job) : job_(std::move(job)) {}
  uint64_t total() const override { return job_.total(); }
  uint64_t done() const override { return job_.done(); }
  void advance(uint64_t budget, std::vector<std::string>& results) override {
    if (done() == total()) return;
    job_.advance(budget);
    if (done() == total()) results.push_back(job_.json(0));
  }

 private:
  Job job_;
};

// What is known at once.
class Given : public Experiment {
 public:
  explicit Given(std::string result) : result_(std::move(result)) {}
  uint64_t total() const override { return 1; }
  uint64_t done() const override { return done_ ? 1 : 0; }
  void advance(uint64_t budget, std::vector<std::string>& results) override {
    if (done_ || budget == 0) return;
    done_ = true;
    results.push_back(result_);
  }

 private:
  std::string result_;
  bool done_ = false;
};

// The settings of a scenario with nothing left out.
std::string settings_of(const Scenario& scenario) {
  const ClusterSettings& cluster = scenario.setup.cluster;
  JsonWriter writer;
  writer.begin_object().field("seed", scenario.setup.seed).key("cluster").begin_object();
  writer.field("nodes", cluster.nodes).field("vnodes", cluster.ring.vnodes);
  writer.field("n", cluster.n).field("w", cluster.w).field("r", cluster.r).end_object();
  writer.field("clients", scenario.setup.workload.clients);
  writer.field("loss", scenario.setup.loss).field("actions", scenario.actions.size());
  return writer.end_object().take();
}

// The experiment's own scenario, or the one that was handed in.
const Json* scenario_of(Fields& fields, const Json* given) {
  const Json* own = fields.take("scenario");
  const Json* scenario = own != nullptr ? own : given;
  if (scenario == nullptr && fields.ok()) {
    fields.fail("scenario", "missing; a scenario is expected here");
  }
  return scenario;
}

using Source = Experiment::Source;

Made read_runs(const Source& source, Fields& fields, std::optional<Error>& error) {
  const Json* json = scenario_of(fields, source.scenario);
  if (error) return *error;
  auto scenario = read_scenario(*json, fields.pointer("scenario"));
  if (!scenario) return scenario.error();
  Seeds seeds = {scenario.value().setup.seed, scenario.value().setup.seed};
  read_seeds(fields, source.seed_offset, error, seeds);
  fields.finish();
  if (error) return *error;
  return Made(std::make_unique<Runs>(seeds, std::move(scenario).value()));
}

Made read_rings(const Source& source, Fields& fields, std::optional<Error>& error) {
  RingPlan plan = read_ring_plan(fields);
  Seeds seeds = {plan.settings.ring_seed, plan.settings.ring_seed};
  read_seeds(fields, source.seed_offset, error, seeds);
  fields.finish();
  if (error) return *error;
  return Made(std::make_unique<Rings>(seeds, std::move(plan)));
}

Made read_settings(const Source& source, Fields& fields, std::optional<Error>& error) {
  const Json* own = scenario_of(fields, source.scenario);
  fields.finish();
  if (error) return *error;
  auto read = read_scenario(*own, fields.pointer("scenario"));
  if (!read) return read.error();
  return Made(std::make_unique<Given>(settings_of(read.value())));
}

// The job that an experiment is: the same object without "kind", with a scenario and other seeds.
Json job_of(const Source& source, const Json* scenario, uint64_t offset) {
  Json job = source.json;
  std::erase_if(job.members, [](const Json::Member& member) { return member.name == "kind"; });
  const bool has_scenario = resolve(job, "/scenario") != nullptr;
  if (!has_scenario && scenario != nullptr) job.members.push_back({"scenario", *scenario});
  for (Json::Member& member : job.members) {
    const auto move = [offset](Json& seed) {
      if (seed.type != Json::Type::integer) return;
      seed.integer += static_cast<int64_t>(offset);
      seed.number += static_cast<double>(offset);
    };
    if (member.name == "seed") move(member.value);
    if (member.name != "seeds") continue;
    for (Json::Member& bound : member.value.members) move(bound.value);
  }
  return job;
}

// A job's complaints speak of its own fields; they stand below the experiment's.
Error below(const Source& source, const Error& inner) {
  return {inner.code, inner.message, source.path + inner.path};
}

template <class Job>
Made one_job(const Source& source, Result<Job> job) {
  if (!job) return below(source, job.error());
  return Made(std::make_unique<OneJob<Job>>(std::move(job).value()));
}

Made read_trials(const Source& source, Fields&, std::optional<Error>&) {
  return one_job(source, Trials::read(job_of(source, source.scenario, source.seed_offset)));
}

Made read_pbs(const Source& source, Fields&, std::optional<Error>&) {
  return one_job(source, PbsJob::read(job_of(source, nullptr, source.seed_offset)));
}

Made read_check(const Source& source, Fields&, std::optional<Error>&) {
  auto check = CheckJob::read(job_of(source, nullptr, 0));
  if (!check) return below(source, check.error());
  check.value().advance(1);
  return Made(std::make_unique<Given>(check.value().result()));
}

// A job that works on a store alone.
template <class Job>
Made read_store_job(const Source& source, Fields&, std::optional<Error>&) {
  return one_job(source, Job::read(job_of(source, nullptr, source.seed_offset)));
}

Made read_rumour(const Source& source, Fields&, std::optional<Error>&) {
  return one_job(source, Rumour::read(job_of(source, nullptr, source.seed_offset)));
}

Made read_merkle(const Source& source, Fields&, std::optional<Error>&) {
  return one_job(source, MerkleJob::read(job_of(source, nullptr, source.seed_offset)));
}

Made read_sync(const Source& source, Fields& fields, std::optional<Error>& error) {
  const Json* json = scenario_of(fields, source.scenario);
  fields.finish();
  if (error) return *error;
  auto scenario = read_sync_scenario(*json, fields.pointer("scenario"));
  if (!scenario) return scenario.error();
  scenario.value().replicas.seed += source.seed_offset;
  return Made(
      std::make_unique<OneJob<SyncScenarioRun>>(SyncScenarioRun(std::move(scenario).value())));
}

struct Kind {
  const char* name;
  Made (*read)(const Source& source, Fields& fields, std::optional<Error>& error);
};

Made read_one_of(const std::vector<Kind>& kinds, const Source& source) {
  std::optional<Error> error;
  Fields fields(source.json, source.path, error);
  std::vector<const char*> names;
  names.reserve(kinds.size());
  for (const Kind& kind : kinds) names.push_back(kind.name);
  uint32_t kind = 0;
  if (fields.take("kind") == nullptr && fields.ok()) {
    fields.fail("kind", "missing; expected what to run");
  }
  fields.choice("kind", kind, names);
  if (error) return *error;
  return kinds[kind].read(source, fields, error);
}

// The two lists of which all others are made.
std::vector<Kind> cluster_kinds() {
  return {{"run", read_runs}, {"trials", read_trials}, {"ring", read_rings},
          {"pbs", read_pbs},  {"check", read_check},   {"scenario", read_settings}};
}

std::vector<Kind> scenario_kinds() {
  return {{"run", read_runs}, {"trials", read_trials}, {"scenario", read_settings}};
}

std::vector<Kind> store_kinds() {
  return {{"torn_log", read_store_job<TornLog>},
          {"lookups", read_store_job<Lookups>},
          {"deletions", read_store_job<Deletions>},
          {"tiers", read_store_job<TiersJob>}};
}

}  // namespace

Made Experiment::read(const Source& source) {
  std::vector<Kind> kinds = cluster_kinds();
  for (const Kind& kind : store_kinds()) kinds.push_back(kind);
  kinds.push_back({"rumour", read_rumour});
  kinds.push_back({"merkle", read_merkle});
  kinds.push_back({"sync", read_sync});
  return read_one_of(kinds, source);
}

Made Experiment::read_of_sync(const Source& source) {
  return read_one_of({{"merkle", read_merkle}, {"sync", read_sync}}, source);
}

Made Experiment::read_of_cluster(const Source& source) {
  return read_one_of(cluster_kinds(), source);
}

Made Experiment::read_of_scenario(const Source& source) {
  return read_one_of(scenario_kinds(), source);
}

Made Experiment::read_of_healing(const Source& source) {
  std::vector<Kind> kinds = scenario_kinds();
  kinds.push_back({"rumour", read_rumour});
  return read_one_of(kinds, source);
}

Made Experiment::read_of_store(const Source& source) { return read_one_of(store_kinds(), source); }

}  // namespace systemsim
