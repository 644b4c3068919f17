// Walks over a sorted run: tables whose keys follow each other (one table of level 0, or a level
// below it), each opened block after block. Section 09.
#pragma once

#include <optional>

#include "store/key_cursor.h"
#include "store/version.h"

namespace systemsim::store {

class RunCursor final : public KeyCursor {
 public:
  // The files and the reading must outlive it. `reading` gets the costs.
  RunCursor(const FilePtr* files, size_t count, Reading& reading)
      : files_(files),
        count_(count),
        reading_(reading),
        index_(KeyForm::internal),
        data_(KeyForm::internal) {}

  std::string_view value() const override { return data_.value(); }
  void next() override {
    data_.next();
    settle_forward();
  }
  void prev() override {
    data_.prev();
    settle_backward();
  }
  void seek_first() override;
  void seek_last() override;
  void seek(std::string_view target) override;
  const Error* error() const override { return error_ ? &*error_ : nullptr; }

 private:
  // Stands before the first entry of a file's index; false when there is no such file.
  bool open(size_t file);
  // Makes the block of the index entry the current one, standing nowhere; false after an error.
  bool load();
  void settle_forward();
  void settle_backward();
  bool damaged_block();
  void fail(const Error& error);

  const FilePtr* files_;
  size_t count_;
  size_t file_ = 0;
  Reading& reading_;
  BlockCursor index_;
  BlockBytes block_;
  BlockCursor data_;
  std::optional<Error> error_;
};

}  // namespace systemsim::store
