// The job "deletions": a database is filled, every key is deleted, and at last it is compacted:
// what its directory holds meanwhile. Chapter section 09.
//
// {"job": "deletions", "keys": 5000, "value_bytes": 100, "seed": 1,
//  "moments": 50,                 how often it is looked at in each of the first two parts, 1 to
//  500 "archive": "filled" | "deleted" | "compacted"}   the directory then, as a tar archive
//
// Write amplification: bytes that went to log and tables over bytes that were put, deletions' keys
// among them. Read amplification: blocks that a read of one of the keys fetches, on the average
// over every key, without a cache. Space amplification: bytes of the directory over bytes of the
// keys and values that a reader can still see. Each is null where nothing stands below the line.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "lab/sample_tree.h"
#include "store/memory_env.h"

namespace systemsim {

class Deletions : public AnswerJob {
 public:
  static Result<Deletions> read(const Json& job);

  // In puts and deletions; the compaction is the last one.
  uint64_t total() const override { return 2ULL * tree_.keys + 1; }
  uint64_t done() const override { return done_; }
  void advance(uint64_t budget) override;

 private:
  enum Part : uint32_t { kFilled, kDeleted, kCompacted, kParts };
  struct Moment {
    uint64_t puts = 0;
    uint64_t deletes = 0;
    uint64_t directory_bytes = 0;
    uint64_t live_bytes = 0;
  };

  explicit Deletions(const SampleTree& tree) : tree_(tree) {}
  Outcome begin();
  void step();
  void look();
  std::string part_now();
  // The answer:
  // {"keys", "value_bytes", "seed",
  //  "moments": [{"puts", "deletes", "directory_bytes", "live_bytes"}],  the last one compacted
  //  "filled", "deleted", "compacted": {"directory_bytes", "live_bytes", "log_bytes",
  //     "table_bytes", "levels": as write_levels(), "flushes", "compactions", "amplification":
  //     {"write", "read", "space"}, "files": [{"name", "bytes"}]},
  //  "most_bytes": of the directory after the first deletion, "grew": most_bytes over the filled
  //     directory's, "archive": base64}
  // What is not known yet is left out.
  void write(JsonWriter& writer) const override;

  SampleTree tree_;
  uint32_t moments_wanted_ = 50;
  std::optional<Part> archived_;

  store::MemoryEnv disk_;
  std::optional<store::Db> db_;
  std::vector<uint32_t> put_order_;
  std::vector<uint32_t> delete_order_;
  uint64_t done_ = 0;
  uint64_t live_bytes_ = 0;
  uint64_t most_bytes_ = 0;    // of the directory, since the first deletion
  uint64_t filled_bytes_ = 0;  // of it when all was put
  std::vector<Moment> moments_;
  std::array<std::string, kParts> parts_;  // JSON; what is not known yet is empty
  std::string archive_;
};

}  // namespace systemsim
