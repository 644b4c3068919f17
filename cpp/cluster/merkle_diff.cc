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

MerkleDiff::MerkleDiff(MerkleTree mine, uint32_t levels_per_round, uint32_t first_level)
    : mine_(std::move(mine)), levels_per_round_(levels_per_round) {
  SYSTEMSIM_ASSERT(levels_per_round >= 1 && first_level <= mine_.shape().depth);
  mine_.update();
  request_.level = first_level;
  request_.runs.push_back({0, mine_.shape().nodes_at(first_level)});
}

std::optional<MerkleDiff> MerkleDiff::split(uint32_t most) {
  SYSTEMSIM_ASSERT(most >= 1);
  uint64_t left = most;
  size_t at = 0;
  while (at < request_.runs.size() && request_.runs[at].count <= left) {
    left -= request_.runs[at++].count;
  }
  if (at == request_.runs.size()) return std::nullopt;
  MerkleDiff rest = *this;
  rest.leaves_.clear();
  rest.request_.runs.erase(rest.request_.runs.begin(),
                           rest.request_.runs.begin() + static_cast<std::ptrdiff_t>(at));
  rest.request_.runs.front().first += static_cast<uint32_t>(left);
  rest.request_.runs.front().count -= static_cast<uint32_t>(left);
  request_.runs.resize(at + 1);
  request_.runs.back().count = static_cast<uint32_t>(left);
  if (left == 0) request_.runs.pop_back();
  return rest;
}

bool MerkleDiff::take(const MerkleAnswer& answer, std::vector<uint32_t>* differing) {
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
      if (*theirs++ == mine_.hash(request_.level, index)) continue;
      found(request_.level, index, next);
      if (differing != nullptr) differing->push_back(index);
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
