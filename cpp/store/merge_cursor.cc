#include "store/merge_cursor.h"

#include <string>

#include "store/internal_key.h"

namespace systemsim::store {

void MergeCursor::choose() {
  current_ = nullptr;
  rival_ = nullptr;
  const auto comes_first = [&](const KeyCursor& a, const KeyCursor& b) {
    return (compare_internal(a.key(), b.key()) < 0) == forward_;
  };
  for (const auto& child : children_) {
    if (!child->valid()) continue;
    if (current_ == nullptr || comes_first(*child, *current_)) {
      rival_ = current_;
      current_ = child.get();
    } else if (rival_ == nullptr || comes_first(*child, *rival_)) {
      rival_ = child.get();
    }
  }
  valid_ = current_ != nullptr && error() == nullptr;
  if (valid_) key_ = current_->key();
}

void MergeCursor::seek_first() {
  forward_ = true;
  for (const auto& child : children_) child->seek_first();
  choose();
}

void MergeCursor::seek_last() {
  forward_ = false;
  for (const auto& child : children_) child->seek_last();
  choose();
}

void MergeCursor::seek(std::string_view target) {
  forward_ = true;
  for (const auto& child : children_) child->seek(target);
  choose();
}

void MergeCursor::next() {
  if (!forward_) {
    forward_ = true;
    const std::string here(key_);
    for (const auto& child : children_) {
      if (child.get() != current_) child->seek(here);
    }
    rival_ = nullptr;
    current_->next();
    choose();
    return;
  }
  current_->next();
  if (current_->valid() &&
      (rival_ == nullptr || compare_internal(current_->key(), rival_->key()) < 0)) {
    key_ = current_->key();
    return;
  }
  choose();
}

void MergeCursor::prev() {
  if (forward_) {
    forward_ = false;
    const std::string here(key_);
    for (const auto& child : children_) {
      if (child.get() == current_) continue;
      child->seek(here);
      if (child->valid()) {
        child->prev();
      } else if (child->error() == nullptr) {
        child->seek_last();
      }
    }
    current_->prev();
    choose();
    return;
  }
  current_->prev();
  if (current_->valid() &&
      (rival_ == nullptr || compare_internal(current_->key(), rival_->key()) > 0)) {
    key_ = current_->key();
    return;
  }
  choose();
}

const Error* MergeCursor::error() const {
  for (const auto& child : children_) {
    if (const Error* const error = child->error()) return error;
  }
  return nullptr;
}

}  // namespace systemsim::store
