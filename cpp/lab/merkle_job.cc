#include "lab/merkle_job.h"

namespace systemsim {

Result<MerkleJob> MerkleJob::read(const Json& json) {
  std::optional<Error> error;
  MerkleJob job;
  Fields fields(json, "", error);
  (void)fields.take("job");
  job.setup_ = PairSetup::read(fields);
  job.settings_ = read_sync_settings(fields, job.setup_.keys);
  job.link_ = SyncLink::read(fields);
  fields.finish();
  if (error) return *error;
  return job;
}

void MerkleJob::advance(uint64_t budget) {
  if (budget == 0 || report_) return;
  SyncPair pair = make_pair(setup_);
  bounds_ = bounds_of(pair, settings_.shape.hash);
  report_ = reconcile(pair, settings_, link_);
}

void MerkleJob::write(JsonWriter& writer) const {
  writer.field("method", name_of(settings_.method));
  if (!report_) return;
  write_report(writer, *report_, bounds_);
}

}  // namespace systemsim
