// Walks over a database as a reader sees it at one moment: each key once, without what is deleted
// or newer (LevelDB db/db_iter.cc). It keeps what it needs, so the database may change meanwhile.
// Section 09.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/memtable.h"
#include "store/merge_cursor.h"
#include "store/version.h"

namespace systemsim::store {

class DbCursor {
 public:
  // memtables: those that there are; nullptr is left out. `reading` must outlive the cursor.
  DbCursor(std::vector<std::shared_ptr<const Memtable>> memtables,
           std::shared_ptr<const Version> version, Sequence sequence, Reading& reading);

  bool valid() const { return valid_; }
  // Precondition of these four: valid(). Views are valid until the cursor moves.
  std::string_view key() const { return forward_ ? user_key(inner_->key()) : key_; }
  std::string_view value() const { return forward_ ? inner_->value() : std::string_view(value_); }
  void next();
  void prev();

  void seek_first();
  void seek_last();
  // To the first key that is not before the target.
  void seek(std::string_view target);
  // Why the walk stopped; nullptr when it simply ended.
  const Error* error() const { return inner_->error(); }

 private:
  // From where inner_ stands, to the first entry that is to be seen, passing over key_ if `skip`.
  void find_next(bool skip);
  void find_prev();
  bool visible() const { return sequence_of(tag(inner_->key())) <= sequence_; }

  std::shared_ptr<const Version> version_;
  Sequence sequence_;
  std::unique_ptr<KeyCursor> inner_;
  bool valid_ = false;
  // Forward inner_ stands on the entry; backward it stands before all entries of the key.
  bool forward_ = true;
  std::string key_;
  std::string value_;
};

}  // namespace systemsim::store
