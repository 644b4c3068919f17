#include "store/block_builder.h"

#include <algorithm>

#include "store/coding.h"

namespace systemsim::store {
namespace {

// How many bytes the two begin with alike.
size_t shared_prefix(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t i = 0;
  for (; i + 8 <= most; i += 8) {
    const uint64_t differ = load64(a.data() + i) ^ load64(b.data() + i);
    if (differ != 0) return i + static_cast<size_t>(std::countr_zero(differ)) / 8;
  }
  while (i < most && a[i] == b[i]) ++i;
  return i;
}

}  // namespace

void BlockBuilder::clear() {
  block_.clear();
  last_key_.clear();
  restarts_.assign(1, 0);
  since_restart_ = 0;
}

void BlockBuilder::add(std::string_view key, std::string_view value) {
  size_t shared = 0;
  if (since_restart_ < restart_interval_) {
    shared = shared_prefix(last_key_, key);
  } else {
    restarts_.push_back(static_cast<uint32_t>(block_.size()));
    since_restart_ = 0;
  }
  char header[3 * kMaxVarint32];
  char* end = write_varint(header, shared);
  end = write_varint(end, key.size() - shared);
  end = write_varint(end, value.size());
  block_.append(header, static_cast<size_t>(end - header));
  block_.append(key.substr(shared));
  block_.append(value);
  last_key_.resize(shared);
  last_key_.append(key.substr(shared));
  ++since_restart_;
}

std::string_view BlockBuilder::finish() {
  for (const uint32_t restart : restarts_) put_fixed32(block_, restart);
  put_fixed32(block_, static_cast<uint32_t>(restarts_.size()));
  return block_;
}

}  // namespace systemsim::store
