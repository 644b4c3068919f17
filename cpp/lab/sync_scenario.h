// Two replicas and what is done with them, as text: what a link of the Merkle Tree Sync lab holds,
// and what is handed in for its challenges. Chapter section 07.
//
// {"version": 1, "title", "seed",
//  "replicas": {the fields of PairSetup, but for the seed},
//  "sync": {those of read_sync_settings, by hand as well, those of SyncLink, and "writes": how many
//           there are on either side meanwhile, 0},
//  "actions": in this order
//    {"do": "put", "side": "A" or "B", "key", "value"}, {"do": "delete" or "forget", "side", "key"}
//    {"do": "ask", "level", "first", "count": 1}: of the method "hand", one after the other
//    {"do": "another"}: the same once more where one more key differs; what is asked from here on
//    is
//      asked there
//    {"do": "gather"}: the same once more where all the keys that differ are in one stretch of the
//      ring}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/sync_run.h"

namespace systemsim {

// A change by hand, before anything is compared.
struct PairEdit {
  enum class Verb : uint8_t { put, remove, forget };  // forget: the side has never had it
  static constexpr size_t kMostKeyBytes = 256;

  uint32_t side = 0;
  Verb verb = Verb::put;
  std::string key;
  std::string value;

  // "side", "do", "key", "value".
  static PairEdit read(Fields& fields);
  // `number`: how many there were before it.
  void apply(SyncPair& pair, uint32_t number) const;
};

// When the first edit is made, and the first write meanwhile; each later one is a microsecond
// later.
constexpr uint64_t kEditedUs = 3'000'000;
constexpr OperationId kFirstEdit = 1U << 30;

struct SyncScenario {
  static constexpr uint32_t kMostWrites = 1000;
  static constexpr uint32_t kMostActions = 1000;
  static constexpr uint64_t kMostAsked = 4096;  // hashes by hand, in all

  std::string title;
  PairSetup replicas;
  SyncSettings settings;  // with what is asked
  SyncLink link;
  uint32_t writes = 0;
  std::vector<PairEdit> edits;
  bool another = false;
  std::vector<MerkleRequest> asks_of_another;
  bool gather = false;
};

// [level, first, count] within the shape, at `path`. `asked`: how many hashes there are already,
// and then with these; of more than kMostAsked it complains.
MerkleRequest read_ask(const Json& json, const std::string& path, const MerkleShape& shape,
                       uint64_t& asked, std::optional<Error>& error);

Result<SyncScenario> read_sync_scenario(const Json& json, const std::string& path);
// Fields in one order, leaf_keys as the depth that it makes; equal for equal scenarios.
std::string write_sync_scenario(const SyncScenario& scenario);

// What comes of it.
class SyncScenarioRun : public AnswerJob {
 public:
  explicit SyncScenarioRun(SyncScenario scenario);

  // A unit is a key that is drawn, loaded or changed, and a run.
  void advance(uint64_t budget) override;
  uint64_t done() const override { return done_; }
  uint64_t total() const override;

 private:
  // A pair and what is run over it.
  struct Part {
    const char* name;  // nullptr: of the first
    PairSetup setup;
    std::vector<MerkleRequest> asks;
    std::optional<SyncOutcome> outcome;
  };

  // {"report", "again"?, "another"?: {"report", "again"?}, "gathered"?: the same}
  void write(JsonWriter& writer) const override;

  SyncScenario scenario_;
  std::vector<Part> parts_;
  std::optional<PairBuilder> builder_;
  uint64_t done_ = 0;
};

// "report" and, after writes, "again".
void write_outcome(JsonWriter& writer, const SyncOutcome& outcome);

}  // namespace systemsim
