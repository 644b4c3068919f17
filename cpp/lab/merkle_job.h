// Two replicas made equal by one method, as `systemsim merkle` and the Merkle Tree Sync lab ask for
// it. Chapter section 07.
#pragma once

#include <optional>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/sync_run.h"

namespace systemsim {

class MerkleJob : public AnswerJob {
 public:
  // {"job": "merkle", and the fields of PairSetup, SyncLink and read_sync_settings}
  static Result<MerkleJob> read(const Json& job);

  // A unit is the whole.
  void advance(uint64_t budget) override;
  uint64_t done() const override { return report_ ? 1 : 0; }
  uint64_t total() const override { return 1; }
  // Whether both replicas hold all that they should.
  bool right() const { return report_->equal_after && report_->lost_updates == 0; }

 private:
  void write(JsonWriter& writer) const override;

  PairSetup setup_;
  SyncSettings settings_;
  SyncLink link_;
  std::optional<SyncReport> report_;
  SyncBounds bounds_;
};

}  // namespace systemsim
