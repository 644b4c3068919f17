// The bytes of reconciliation's messages (cluster/reconcile.h). Numbers are varints
// (store/coding.h); a message begins with its kind.
//
//   compare   number of the request, level, count of runs, then of each: nodes after the end of the
//             one before, how many
//   compared  number of the request, then the hashes in the order of the runs
//   copies    count, then keys with their copies; count, then keys that are wanted
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/message.h"
#include "cluster/reconcile.h"
#include "store/coding.h"

namespace systemsim::sync {

// Kinds of messages, their first byte.
enum Kind : uint8_t {
  kCompare = 1,
  kCompared,
  kLeaves,      // tree: copies of these leaves; the rest of them is wanted
  kLeafCopies,  // cassandra: the same, and all of them are wanted
  kAskKeys,     // riak: keys of these leaves
  kKeys,        // with a hash each
  kCopies,
  kRanges,
  kList,
  kListAnswer,
};

void put_runs(std::string& out, const std::vector<MerkleRun>& runs);
bool take_runs(store::Reader& in, std::vector<MerkleRun>& runs);

// Of `count` hashes of that kind.
void put_hash(std::string& out, const MerkleHash& hash, MerkleHashKind kind);
bool take_hash(store::Reader& in, MerkleHash& hash, MerkleHashKind kind);

// Adds copies to a message, and counts them.
class CopyWriter {
 public:
  CopyWriter(SyncMessage& message, SyncObserver& observer, bool by_asker)
      : message_(message), observer_(observer), by_asker_(by_asker) {}
  void add(std::string_view key, std::string_view copy);
  // Ends the list. Nothing else may be written to the message meanwhile.
  void finish();

 private:
  SyncMessage& message_;
  SyncObserver& observer_;
  bool by_asker_;
  uint32_t count_ = 0;
  std::string list_;
};

bool take_copies(store::Reader& in, std::vector<Entry>& copies);
void put_keys(SyncMessage& message, const std::vector<std::string>& keys);
bool take_keys(store::Reader& in, std::vector<std::string>& keys);

// What both sides of all methods do.
class End : public SyncEnd {
 public:
  End(const SyncSettings& settings, SyncReplica& replica, SyncObserver& observer, bool asks)
      : settings_(settings), replica_(replica), observer_(observer), asks_(asks) {}

 protected:
  // Merges copies. Returns those that are held otherwise now than they came: the other side has
  // not got them.
  std::vector<Entry> merge(const std::vector<Entry>& copies);
  void merge(std::string_view key, std::string_view copy, std::vector<Entry>& others);
  // These copies, and keys that are wanted.
  SyncMessage copies(const std::vector<Entry>& list, const std::vector<std::string>& wanted) const;
  // Takes such a message; the answer, if there is anything to say.
  std::vector<SyncMessage> take_copy_message(store::Reader& in);
  MerkleHash hash_of(std::string_view key, std::string_view copy) const {
    return hash_entry(settings_.shape.hash, key, copy);
  }

  SyncSettings settings_;
  SyncReplica& replica_;
  SyncObserver& observer_;
  bool asks_;
};

std::unique_ptr<SyncEnd> tree_asker(const SyncSettings&, SyncReplica&, SyncObserver&);
std::unique_ptr<SyncEnd> tree_answerer(const SyncSettings&, SyncReplica&, SyncObserver&);
std::unique_ptr<SyncEnd> range_end(const SyncSettings&, SyncReplica&, SyncObserver&, bool asks);
std::unique_ptr<SyncEnd> list_end(const SyncSettings&, SyncReplica&, SyncObserver&, bool asks);

}  // namespace systemsim::sync
