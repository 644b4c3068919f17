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
  const SyncReport& report = *report_;
  writer.field("rounds", report.rounds).field("messages", report.messages);
  writer.field("hashes", report.hashes);
  writer.field("finish_ms", static_cast<double>(report.finish_us) / 1000);
  writer.field("tree_bytes", report.tree_bytes).field("bytes", report.bytes());
  writer.field("bytes_to_a", report.bytes_to[0]).field("bytes_to_b", report.bytes_to[1]);
  writer.field("bytes_records", report.bytes_records);
  writer.field("bytes_full", bounds_.bytes_full);
  writer.field("bytes_hash_list", bounds_.bytes_hash_list);
  writer.field("lower_bound_bytes", bounds_.bytes_to[0] + bounds_.bytes_to[1]);
  writer.field("lower_bound_to_a", bounds_.bytes_to[0]);
  writer.field("lower_bound_to_b", bounds_.bytes_to[1]);
  writer.field("keys_sent", report.keys_sent).field("keys_differing", report.keys_differing);
  writer.field("found_exactly", report.found_exactly).field("equal_after", report.equal_after);
  writer.field("lost_updates", report.lost_updates);
}

}  // namespace systemsim
