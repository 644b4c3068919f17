#include "lab/job_kinds.h"

#include <utility>

#include "lab/challenge.h"
#include "lab/check_job.h"
#include "lab/claim.h"
#include "lab/pbs_job.h"
#include "lab/search.h"
#include "lab/shrink.h"
#include "lab/tiers_job.h"
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

template <class Kind>
Result<std::unique_ptr<Job>> read_job(const Json& job) {
  return owned(Kind::read_job(job));
}

}  // namespace

std::vector<JobKind> every_job() {
  return {{"trials", read<Trials>},   {"check", read<CheckJob>}, {"claim", read_job<Claim>},
          {"grade", read_job<Grade>}, {"pbs", read<PbsJob>},     {"search", read<Search>},
          {"shrink", read<Shrink>},   {"tiers", read<TiersJob>}};
}

std::vector<JobKind> playground_jobs() {
  return {{"trials", read<Trials>},
          {"grade", read_job<Grade>},
          {"search", read<Search>},
          {"shrink", read<Shrink>}};
}

}  // namespace systemsim
