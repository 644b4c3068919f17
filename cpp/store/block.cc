#include "store/block.h"

#include <cstring>

namespace systemsim::store {
namespace {

struct EntryHeader {
  uint32_t shared = 0;
  uint32_t unshared = 0;
  uint32_t value_bytes = 0;
};

// Returns where the entry's key tail begins, or nullptr when the entry does not fit before `limit`.
__attribute__((always_inline)) inline const char* read_header(const char* at, const char* limit,
                                                              EntryHeader& header) {
  if (limit - at < 3) return nullptr;
  header.shared = static_cast<uint8_t>(at[0]);
  header.unshared = static_cast<uint8_t>(at[1]);
  header.value_bytes = static_cast<uint8_t>(at[2]);
  if ((header.shared | header.unshared | header.value_bytes) < 0x80) {
    at += 3;
  } else if ((at = read_varint32(at, limit, header.shared)) == nullptr ||
             (at = read_varint32(at, limit, header.unshared)) == nullptr ||
             (at = read_varint32(at, limit, header.value_bytes)) == nullptr) {
    return nullptr;
  }
  const auto left = static_cast<uint64_t>(limit - at);
  return left < static_cast<uint64_t>(header.unshared) + header.value_bytes ? nullptr : at;
}

}  // namespace

void BlockCursor::reset(std::string_view block) {
  data_ = block.data();
  restarts_at_ = restarts_ = restart_ = current_ = next_ = 0;
  key_ = {};
  const size_t size = block.size();
  damaged_ = size < 4 || size > UINT32_MAX;
  if (damaged_) return;
  const uint32_t restarts = load32(block.data() + size - 4);
  damaged_ = restarts > (size - 4) / 4;
  if (damaged_ || restarts == 0) return;  // no restart point: no entry can be reached
  restarts_ = restarts;
  restarts_at_ = static_cast<uint32_t>(size - 4 - static_cast<size_t>(restarts) * 4);
  current_ = restarts_at_;
}

void BlockCursor::damage() {
  current_ = restarts_at_;
  damaged_ = true;
}

void BlockCursor::keep_prefix(size_t bytes, size_t room) {
  if (room > room_) {
    const size_t roomy = room + room / 2 + 32;
    std::unique_ptr<char[]> larger(new char[roomy]);
    std::memcpy(larger.get(), key_.data(), bytes);
    buffer_ = std::move(larger);
    room_ = roomy;
  } else if (key_.data() != buffer_.get()) {
    std::memcpy(buffer_.get(), key_.data(), bytes);
  }
}

void BlockCursor::parse() {
  if (current_ >= restarts_at_) {
    current_ = restarts_at_;
    return;
  }
  EntryHeader header;
  const char* const tail = read_header(data_ + current_, data_ + restarts_at_, header);
  if (tail == nullptr || key_.size() < header.shared ||
      (form_ == KeyForm::internal && header.shared + header.unshared < kTagBytes)) {
    damage();
    return;
  }
  if (header.shared == 0) {
    key_ = {tail, header.unshared};
  } else {
    const size_t size = static_cast<size_t>(header.shared) + header.unshared;
    keep_prefix(header.shared, size);
    std::memcpy(buffer_.get() + header.shared, tail, header.unshared);
    key_ = {buffer_.get(), size};
  }
  value_ = tail + header.unshared;
  value_bytes_ = header.value_bytes;
  next_ = static_cast<uint32_t>(value_ + value_bytes_ - data_);
  while (restart_ + 1 < restarts_ && restart_point(restart_ + 1) <= current_) ++restart_;
}

void BlockCursor::go_to_restart(uint32_t index) {
  restart_ = index;
  next_ = restart_point(index);
  key_ = {};
}

std::string_view BlockCursor::restart_key(uint32_t index) {
  const uint32_t offset = restart_point(index);
  EntryHeader header;
  const char* const tail =
      offset < restarts_at_ ? read_header(data_ + offset, data_ + restarts_at_, header) : nullptr;
  if (tail == nullptr || header.shared != 0 ||
      (form_ == KeyForm::internal && header.unshared < kTagBytes)) {
    damage();
    return {};
  }
  return {tail, header.unshared};
}

void BlockCursor::seek(std::string_view target) {
  if (restarts_at_ == 0) return;
  // The last restart point whose key is before the target, or the first.
  uint32_t low = 0;
  uint32_t high = restarts_ - 1;
  while (low < high) {
    const uint32_t middle = (low + high + 1) / 2;
    const std::string_view key = restart_key(middle);
    if (key.data() == nullptr) return;
    if (compare_keys(form_, key, target) < 0) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  go_to_restart(low);
  do next();
  while (valid() && compare_keys(form_, key_, target) < 0);
}

void BlockCursor::seek_first() {
  if (restarts_at_ == 0) return;
  go_to_restart(0);
  next();
}

void BlockCursor::seek_last() {
  if (restarts_at_ == 0) return;
  go_to_restart(restarts_ - 1);
  do next();
  while (valid() && next_ < restarts_at_);
}

void BlockCursor::prev() {
  const uint32_t from = current_;
  while (restart_point(restart_) >= from) {
    if (restart_ == 0) {
      current_ = restarts_at_;
      return;
    }
    --restart_;
  }
  go_to_restart(restart_);
  do next();
  while (valid() && next_ < from);
}

}  // namespace systemsim::store
