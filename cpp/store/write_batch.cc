#include "store/write_batch.h"

#include <algorithm>

namespace systemsim::store {

void WriteBatch::begin(KeyKind kind, uint64_t pair_bytes) {
  largest_pair_bytes_ = std::max(largest_pair_bytes_, pair_bytes);
  store32(bytes_.data() + 8, count() + 1);
  bytes_.push_back(static_cast<char>(kind));
}

void WriteBatch::put(std::string_view key, std::string_view value) {
  begin(kValue, static_cast<uint64_t>(key.size()) + value.size());
  put_length_prefixed(bytes_, key);
  put_length_prefixed(bytes_, value);
}

void WriteBatch::erase(std::string_view key) {
  begin(kDeletion, key.size());
  put_length_prefixed(bytes_, key);
}

bool BatchReader::next(Write& write) {
  std::string_view kind;
  if (failed_ || in_.empty()) return false;
  failed_ = !in_.raw(1, kind) || static_cast<uint8_t>(kind[0]) > kValue;
  if (failed_) return false;
  write.kind = static_cast<KeyKind>(kind[0]);
  write.value = {};
  failed_ = !in_.length_prefixed(write.key) ||
            (write.kind == kValue && !in_.length_prefixed(write.value));
  if (failed_) return false;
  write.sequence = sequence_++;
  ++read_;
  return true;
}

}  // namespace systemsim::store
