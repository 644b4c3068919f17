#include "cluster/merkle_diff.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace systemsim {
namespace {

uint64_t varint_bytes(uint64_t value) {
  uint64_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

}  // namespace

uint64_t MerkleRequest::hashes() const {
  uint64_t count = 0;
  for (const MerkleRun& run : runs) count += run.count;
  return count;
}

bool MerkleRequest::fits(const MerkleShape& shape) const {
  if (level > shape.depth) return false;
  const uint32_t nodes = shape.nodes_at(level);
  return std::all_of(runs.begin(), runs.end(), [nodes](const MerkleRun& run) {
    return run.first < nodes && run.count <= nodes - run.first;
  });
}

uint64_t size_bytes(const MerkleRequest& request) {
  uint64_t bytes = varint_bytes(request.level);
  uint32_t end = 0;
  for (const MerkleRun& run : request.runs) {
    bytes += varint_bytes(run.first - end) + varint_bytes(run.count);
    end = run.first + run.count;
  }
  return bytes;
}

uint64_t size_bytes(const MerkleAnswer& answer, MerkleHashKind kind) {
  return varint_bytes(answer.level) + answer.hashes.size() * bytes_of(kind);
}

MerkleAnswer merkle_answer(const MerkleTree& tree, const MerkleRequest& request) {
  SYSTEMSIM_ASSERT(request.fits(tree.shape()));
  MerkleAnswer answer;
  answer.level = request.level;
  answer.hashes.reserve(request.hashes());
  for (const MerkleRun& run : request.runs) {
    for (uint32_t i = 0; i < run.count; ++i) {
      answer.hashes.push_back(tree.hash(request.level, run.first + i));
    }
  }
  return answer;
}

MerkleDiff::MerkleDiff(MerkleTree mine, uint32_t levels_per_round)
    : mine_(std::move(mine)), levels_per_round_(levels_per_round) {
  SYSTEMSIM_ASSERT(levels_per_round >= 1);
  mine_.update();
  request_.runs.push_back({0, 1});
}

bool MerkleDiff::take(const MerkleAnswer& answer) {
  if (done() || answer.level != request_.level || answer.hashes.size() != request_.hashes()) {
    return false;
  }
  const MerkleShape& shape = mine_.shape();
  MerkleRequest next;
  next.level = request_.level + std::min(levels_per_round_, shape.depth - request_.level);
  auto theirs = answer.hashes.begin();
  for (const MerkleRun& run : request_.runs) {
    for (uint32_t i = 0; i < run.count; ++i) {
      const uint32_t index = run.first + i;
      if (*theirs++ != mine_.hash(request_.level, index)) found(request_.level, index, next);
    }
  }
  request_ = std::move(next);
  return true;
}

// A node that differs is a leaf, or its descendants are asked for.
void MerkleDiff::found(uint32_t level, uint32_t index, MerkleRequest& next) {
  if (level == mine_.shape().depth) {
    leaves_.push_back(index);
    return;
  }
  const uint32_t count = mine_.shape().nodes_at(next.level - level);
  const uint32_t first = index * count;
  if (!next.runs.empty() && next.runs.back().first + next.runs.back().count == first) {
    next.runs.back().count += count;
  } else {
    next.runs.push_back({first, count});
  }
}

std::vector<TokenRange> merkle_ranges(const MerkleShape& shape,
                                      const std::vector<uint32_t>& leaves) {
  std::vector<TokenRange> ranges;
  for (size_t i = 0; i < leaves.size(); ++i) {
    const TokenRange part = shape.part(shape.depth, leaves[i]);
    if (i > 0 && leaves[i] == leaves[i - 1] + 1) {
      ranges.back().last = part.last;
    } else {
      ranges.push_back(part);
    }
  }
  return ranges;
}

}  // namespace systemsim
