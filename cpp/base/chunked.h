// A list in chunks that copies share until one of them is changed. So a copy costs a pointer a
// chunk, the end grows without moving what is there, and a change copies one chunk at most.
//
// Invariant: all chunks but the last are full. A value: a copy is a snapshot. Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace systemsim {

template <class T, size_t kItems>
class Chunked {
 public:
  Chunked() = default;
  // `size` times the same item. Its full chunks are one as long as they are not changed, so that it
  // costs a pointer a chunk.
  Chunked(size_t size, const T& item) : size_(size) {
    chunks_.assign(size / kItems, std::make_shared<std::vector<T>>(kItems, item));
    if (size % kItems == 0) return;
    chunks_.push_back(std::make_shared<std::vector<T>>());
    chunks_.back()->reserve(kItems);
    chunks_.back()->assign(size % kItems, item);
  }

  size_t size() const { return size_; }

  // Precondition: at < size(). The reference is good until the list is next changed.
  const T& operator[](size_t at) const { return (*chunks_[at / kItems])[at % kItems]; }
  // The same for changing it: copies its chunk first, if that is shared.
  T& own(size_t at) { return own_chunk(at / kItems)[at % kItems]; }

  void push_back(T item) {
    if (size_ % kItems == 0) {
      chunks_.push_back(std::make_shared<std::vector<T>>());
      chunks_.back()->reserve(kItems);
    }
    own_chunk(chunks_.size() - 1).push_back(std::move(item));
    ++size_;
  }
  // Precondition: size() > 0.
  void pop_back() {
    SYSTEMSIM_ASSERT(size_ > 0);
    --size_;
    if (size_ % kItems == 0) {
      chunks_.pop_back();
    } else {
      own_chunk(chunks_.size() - 1).pop_back();
    }
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.size_);
    for (const auto& chunk : self.chunks_) archive(*chunk);
  }

 private:
  std::vector<T>& own_chunk(size_t number) {
    auto& chunk = chunks_[number];
    if (chunk.use_count() > 1) {
      auto copy = std::make_shared<std::vector<T>>();
      copy->reserve(kItems);
      copy->assign(chunk->begin(), chunk->end());
      chunk = std::move(copy);
    }
    return *chunk;
  }

  std::vector<std::shared_ptr<std::vector<T>>> chunks_;
  size_t size_ = 0;
};

}  // namespace systemsim
