#include "store/filter_block.h"

#include "store/bloom.h"
#include "store/coding.h"

namespace systemsim::store {
namespace {

constexpr uint8_t kBaseLg = 11;  // a filter for every 2 KiB of the file

}  // namespace

void FilterBlockBuilder::start_block(uint64_t offset) {
  while ((offset >> kBaseLg) > offsets_.size()) close_filter();
}

void FilterBlockBuilder::add(std::string_view user_key) { hashes_.push_back(bloom_hash(user_key)); }

void FilterBlockBuilder::close_filter() {
  offsets_.push_back(static_cast<uint32_t>(filters_.size()));
  if (hashes_.empty()) return;
  add_bloom_filter(hashes_, bits_per_key_, filters_);
  hashes_.clear();
}

std::string FilterBlockBuilder::finish() {
  if (!hashes_.empty()) close_filter();
  const auto offsets_at = static_cast<uint32_t>(filters_.size());
  for (const uint32_t offset : offsets_) put_fixed32(filters_, offset);
  put_fixed32(filters_, offsets_at);
  filters_.push_back(static_cast<char>(kBaseLg));
  return std::move(filters_);
}

FilterBlock::FilterBlock(std::string_view block) {
  if (block.size() < 5) return;
  const size_t end = block.size() - 5;
  const uint32_t offsets_at = load32(block.data() + end);
  const auto base_lg = static_cast<uint8_t>(block.back());
  if (offsets_at > end || base_lg >= 64) return;
  block_ = block;
  offsets_at_ = offsets_at;
  base_lg_ = base_lg;
  filters_ = static_cast<uint32_t>((end - offsets_at) / 4);
}

bool FilterBlock::may_contain(uint64_t block_offset, uint32_t hash) const {
  const uint64_t index = block_offset >> base_lg_;
  if (index >= filters_) return true;
  // Behind the last filter's offset stands offsets_at_, where it ends.
  const char* const entry = block_.data() + offsets_at_ + index * 4;
  const uint32_t start = load32(entry);
  const uint32_t limit = load32(entry + 4);
  if (start == limit) return false;  // no keys
  if (start > limit || limit > offsets_at_) return true;
  return bloom_may_contain(block_.substr(start, limit - start), hash);
}

}  // namespace systemsim::store
