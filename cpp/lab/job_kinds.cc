#include "lab/job_kinds.h"

#include <string_view>
#include <utility>

#include "lab/challenge.h"
#include "lab/check_job.h"
#include "lab/claim.h"
#include "lab/deletions.h"
#include "lab/lookups.h"
#include "lab/merkle_job.h"
#include "lab/pbs_job.h"
#include "lab/replicas_job.h"
#include "lab/search.h"
#include "lab/shrink.h"
#include "lab/tiers_job.h"
#include "lab/torn_log.h"
#include "lab/trials.h"

namespace systemsim {
namespace {

template <class Kind>
Result<std::unique_ptr<Job>> owned(Result<Kind> job) {
  if (!job) return job.error();
  return std::unique_ptr<Job>(std::make_unique<Kind>(std::move(job).value()));
}

template <class Kind>
Result<std::unique_ptr<Job>> read(const Json& job) {
  return owned(Kind::read(job));
}

// What is handed in for a challenge of this lab.
template <HandInKind (*kind)()>
Result<std::unique_ptr<Job>> read_grade(const Json& job) {
  return owned(Grade::read_job(job, kind()));
}

Result<std::unique_ptr<Job>> read_any_grade(const Json& job) {
  return owned(Grade::read_any_job(job));
}

template <Experiment::Read read_experiment>
Result<std::unique_ptr<Job>> read_claim(const Json& job) {
  return owned(Claims::read_one(job, read_experiment));
}

template <Experiment::Read read_experiment>
Result<std::unique_ptr<Job>> read_claims(const Json& job) {
  return owned(Claims::read_several(job, read_experiment));
}

}  // namespace

std::vector<JobKind> cluster_jobs() {
  return {{"trials", read<Trials>},
          {"check", read<CheckJob>},
          {"grade", read_grade<scenario_hand_in>},
          {"pbs", read<PbsJob>},
          {"search", read<Search>},
          {"shrink", read<Shrink>},
          {"claim", read_claim<Experiment::read_of_cluster>},
          {"claims", read_claims<Experiment::read_of_cluster>}};
}

std::vector<JobKind> healing_jobs() {
  return {{"trials", read<Trials>},
          {"search", read<Search>},
          {"shrink", read<Shrink>},
          {"claim", read_claim<Experiment::read_of_healing>},
          {"claims", read_claims<Experiment::read_of_healing>}};
}

std::vector<JobKind> sync_jobs() {
  return {{"replicas", read<ReplicasJob>},
          {"merkle", read<MerkleJob>},
          {"grade", read_grade<sync_scenario_hand_in>},
          {"claim", read_claim<Experiment::read_of_sync>},
          {"claims", read_claims<Experiment::read_of_sync>}};
}

std::vector<JobKind> store_jobs() {
  return {{"torn_log", read<TornLog>},
          {"lookups", read<Lookups>},
          {"deletions", read<Deletions>},
          {"tiers", read<TiersJob>},
          {"claim", read_claim<Experiment::read_of_store>},
          {"claims", read_claims<Experiment::read_of_store>}};
}

std::vector<JobKind> every_job() {
  std::vector<JobKind> kinds = {{"claim", read_claim<Experiment::read>},
                                {"claims", read_claims<Experiment::read>},
                                {"grade", read_any_grade}};
  for (const auto& some : {cluster_jobs(), store_jobs(), sync_jobs()}) {
    for (const JobKind& kind : some) {
      const std::string_view name = kind.name;
      if (name != "claim" && name != "claims" && name != "grade") kinds.push_back(kind);
    }
  }
  return kinds;
}

std::vector<JobKind> playground_jobs() {
  return {{"trials", read<Trials>},
          {"grade", read_grade<scenario_hand_in>},
          {"search", read<Search>},
          {"shrink", read<Shrink>},
          {"claims", read_claims<Experiment::read_of_scenario>}};
}

}  // namespace systemsim
