// How two replicas find where their Merkle trees differ, as requests and answers without I/O.
// Chapter section 07; Dynamo (DeCandia et al., SOSP 2007, section 4.7).
//
//   asker -> other   request: the hashes of these nodes of this level. First the root's.
//   other -> asker   answer: these hashes, in this order
//
// The asker compares them with its own. Below an equal node nothing is asked. Of each that differs
// it asks for the hashes below it, `levels_per_round` levels down, until that are leaves. The other
// side keeps nothing between two requests. Only its hashes are sent, never the asker's. So with one
// level a round:
//   no difference   1 hash, 1 round trip
//   one leaf        1 + fan_out * depth hashes, 1 + depth round trips
//   in general      1 + fan_out * (inner nodes that differ) hashes, no more round trips than that
// More levels a round save trips and cost hashes, as a larger fan-out would (where nearly all nodes
// differ, they save those in between). With all of them the other side's leaves are sent as a
// whole; Cassandra sends the whole tree.
//
// The asker's tree is the copy that it began with. The other side's may change meanwhile: then what
// changed may be found or not, and whatever else differs is found all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/merkle.h"

namespace systemsim {

// Hashes of nodes first .. first + count - 1 of the request's level.
struct MerkleRun {
  uint32_t first = 0;
  uint32_t count = 0;

  bool operator==(const MerkleRun&) const = default;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.first, self.count);
  }
};

struct MerkleRequest {
  uint32_t level = 0;
  std::vector<MerkleRun> runs;  // ascending, none touching the next

  uint64_t hashes() const;  // asked for
  // Whether all nodes are there in a tree of that shape.
  bool fits(const MerkleShape& shape) const;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.level, self.runs);
  }
};

struct MerkleAnswer {
  uint32_t level = 0;
  std::vector<MerkleHash> hashes;

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.level, self.hashes);
  }
};

// On the wire, without a message's header. A request: its level, then of each run how many nodes
// after the end of the one before it begins, and how many it has, as varints (store/coding.h). An
// answer: its level as a varint, then its hashes; their number follows from what was asked.
uint64_t size_bytes(const MerkleRequest& request);
uint64_t size_bytes(const MerkleAnswer& answer, MerkleHashKind kind);

// Preconditions: tree.current(), request.fits(tree.shape()).
MerkleAnswer merkle_answer(const MerkleTree& tree, const MerkleRequest& request);

// The asker's side.
class MerkleDiff {
 public:
  // levels_per_round: >= 1. Updates its copy of the tree. first_level: 0 .. depth; all of that
  // level is asked for first, instead of the root.
  explicit MerkleDiff(MerkleTree mine, uint32_t levels_per_round = 1, uint32_t first_level = 0);

  bool done() const { return request_.runs.empty(); }
  // What to ask next; asking the same again is harmless. Precondition: !done().
  const MerkleRequest& request() const { return request_; }
  // Takes the answer to request(). False, and nothing happens, where it answers another level or
  // has not as many hashes as were asked for: it came late, or twice. `differing`: gets the indices
  // of the nodes of that level that differ, ascending.
  bool take(const MerkleAnswer& answer, std::vector<uint32_t>* differing = nullptr);
  // Where request() asks for more than `most` (>= 1) hashes: what is beyond them, as one that goes
  // on by itself, with leaves of its own. Both may be asked at once.
  std::optional<MerkleDiff> split(uint32_t most);

  // The leaves that differ, ascending. Complete when done().
  const std::vector<uint32_t>& leaves() const { return leaves_; }
  const MerkleTree& mine() const { return mine_; }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.mine_, self.levels_per_round_, self.request_, self.leaves_);
  }

 private:
  void found(uint32_t level, uint32_t index, MerkleRequest& next);

  MerkleTree mine_;
  uint32_t levels_per_round_;
  MerkleRequest request_;
  std::vector<uint32_t> leaves_;
};

// The tokens of these leaves (ascending): leaves that follow each other are one range.
std::vector<TokenRange> merkle_ranges(const MerkleShape& shape,
                                      const std::vector<uint32_t>& leaves);

}  // namespace systemsim
