// What machines tell one another to keep the cluster whole (cluster/healing.h), beside the copies
// that they hand over: heartbeats, and the hashes of Merkle trees.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "cluster/merkle_diff.h"

namespace systemsim {

struct Heartbeat {
  Endpoint machine = kNobody;
  uint32_t generation = 0;  // from 1; a restart is a new one
  uint32_t beats = 0;       // in that generation

  bool operator==(const Heartbeat&) const = default;
  bool is_after(const Heartbeat& other) const {
    return generation != other.generation ? generation > other.generation : beats > other.beats;
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.machine, self.generation, self.beats);
  }
};

struct Tidings {
  std::vector<Heartbeat> heartbeats;  // in the order of machines, each once
  MerkleRequest request;
  MerkleAnswer answer;
  MerkleHashKind hash = MerkleHashKind::fast64;  // of the answer's

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.heartbeats, self.request, self.answer, self.hash);
  }
};

}  // namespace systemsim
