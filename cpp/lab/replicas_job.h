// Two replicas that have drifted apart, for whoever wants to look at them, change them and make
// them equal in one way after the other: the engine of the Merkle Tree Sync lab. Chapter section
// 07. Making them is the job; then it is asked. A run works on a copy, so what is here stays as it
// is, but for edits.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/sync_scenario.h"

namespace systemsim {

class ReplicasJob : public Job {
 public:
  static constexpr uint32_t kMostAsks = 1000;
  static constexpr uint32_t kMostShown = 256;

  // {"job": "replicas", and the fields of PairSetup}
  static Result<ReplicasJob> read(const Json& job);

  // A unit is a key that is drawn, loaded or changed.
  void advance(uint64_t budget) override;
  // {"job", "done", "total", "finished"; then "keys": of each side, "differing"}
  std::string json(uint32_t job) const override;

  // One of
  //   {"tree": {the fields of read_sync_settings}}
  //     -> {"depth", "leaves", "nodes", "tree_bytes", "roots": [A's, B's]}
  //   {"run": {the same and those of SyncLink, "writes": how many there are on either side
  //     meanwhile, 0; or "method": "hand" and "asks": [[level, first, count], ...]}}
  //     -> {"report": as of `systemsim merkle`, "log": [message, ...]}. A message: "from", "part",
  //     "sent_us", "arrives_us", "hop", "bytes", "record_bytes", "hashes", "keys", "copies", and of
  //     nodes "level", "runs": [first, count, first, ...] and "differing". With writes the two are
  //     made equal once more when they have ended: "again" has that report.
  //   {"keys": {"level", "index", and the fields of the tree}}
  //     -> {"count", "keys": [{"key", "a", "b", "joined": versions}]}: at most kMostShown
  //   {"edit": {"side": "A" or "B", "do": "put", "delete" or "forget", "key", "value"}}
  //     -> as json(), without its first four. "forget": the side has never had it.
  // Errors: bad_input, with the place of what is wrong; nothing has changed then.
  Result<std::string> ask(const Json& question) override;

 private:
  explicit ReplicasJob(const PairSetup& setup) : builder_(setup) {}

  void write_state(JsonWriter& writer) const;
  Result<std::string> tree(const Json& json);
  Result<std::string> run(const Json& json);
  Result<std::string> keys(const Json& json);
  Result<std::string> edit(const Json& json);

  PairBuilder builder_;
  std::optional<SyncPair> pair_;
  uint32_t edits_ = 0;
};

}  // namespace systemsim
