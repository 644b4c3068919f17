// Several cursors as one, in key order. No two hold the same internal key. Section 09.
#pragma once

#include <memory>
#include <vector>

#include "store/key_cursor.h"

namespace systemsim::store {

class MergeCursor final : public KeyCursor {
 public:
  explicit MergeCursor(std::vector<std::unique_ptr<KeyCursor>> children)
      : children_(std::move(children)) {}

  std::string_view value() const override { return current_->value(); }
  void next() override;
  void prev() override;
  void seek_first() override;
  void seek_last() override;
  void seek(std::string_view target) override;
  const Error* error() const override;

 private:
  // The first in walking order becomes the current one, the next one after it the rival.
  void choose();

  std::vector<std::unique_ptr<KeyCursor>> children_;
  KeyCursor* current_ = nullptr;
  KeyCursor* rival_ = nullptr;  // while it is behind, the current one need not be chosen anew
  bool forward_ = true;
};

}  // namespace systemsim::store
