#include "store/db_cursor.h"

#include "store/run_cursor.h"

namespace systemsim::store {

DbCursor::DbCursor(std::vector<std::shared_ptr<const Memtable>> memtables,
                   std::shared_ptr<const Version> version, Sequence sequence, Reading& reading)
    : version_(std::move(version)), sequence_(sequence) {
  std::vector<std::unique_ptr<KeyCursor>> children;
  for (auto& memtable : memtables) {
    if (memtable != nullptr && memtable->entries() > 0) {
      children.push_back(std::make_unique<MemtableCursor>(std::move(memtable)));
    }
  }
  const Files& newest = version_->levels[0];
  for (size_t i = newest.size(); i-- > 0;) {
    children.push_back(std::make_unique<RunCursor>(&newest[i], 1, reading));
  }
  for (uint32_t level = 1; level < kLevels; ++level) {
    const Files& files = version_->levels[level];
    if (!files.empty()) {
      children.push_back(std::make_unique<RunCursor>(files.data(), files.size(), reading));
    }
  }
  if (children.size() == 1) {
    inner_ = std::move(children[0]);
  } else {
    inner_ = std::make_unique<MergeCursor>(std::move(children));
  }
}

void DbCursor::find_next(bool skip) {
  for (; inner_->valid(); inner_->next()) {
    const std::string_view key = inner_->key();
    if (skip && user_key(key) == key_) continue;
    if (!visible()) continue;
    if (kind_of(tag(key)) == kValue) {
      valid_ = true;
      return;
    }
    key_ = user_key(key);  // deleted: so is all of it that is older
    skip = true;
  }
  valid_ = false;
}

// Walking backward, the versions of a key come oldest first: the last that is visible counts.
void DbCursor::find_prev() {
  bool alive = false;
  bool any = false;
  for (; inner_->valid(); inner_->prev()) {
    const std::string_view key = inner_->key();
    if (!visible()) continue;
    const std::string_view user = user_key(key);
    if (alive && user != key_) break;
    if (!any || user != key_) key_ = user;
    any = true;
    alive = kind_of(tag(key)) == kValue;
    if (alive) value_ = inner_->value();
  }
  valid_ = alive && error() == nullptr;
}

void DbCursor::seek_first() {
  forward_ = true;
  inner_->seek_first();
  find_next(false);
}

void DbCursor::seek_last() {
  forward_ = false;
  inner_->seek_last();
  find_prev();
}

void DbCursor::seek(std::string_view target) {
  forward_ = true;
  inner_->seek(internal_key(target, seek_tag(sequence_)));
  find_next(false);
}

void DbCursor::next() {
  if (!forward_) {
    forward_ = true;
    const std::string here = internal_key(key_, 0);  // behind every version but the very oldest
    inner_->seek(here);
    find_next(true);
    return;
  }
  key_ = user_key(inner_->key());
  inner_->next();
  find_next(true);
}

void DbCursor::prev() {
  if (forward_) {
    key_ = user_key(inner_->key());
    // To before every version of the key.
    while (inner_->valid() && user_key(inner_->key()) == key_) inner_->prev();
    forward_ = false;
  }
  find_prev();
}

}  // namespace systemsim::store
