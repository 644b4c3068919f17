#include "store/run_cursor.h"

namespace systemsim::store {

void RunCursor::fail(const Error& error) {
  error_ = error;
  valid_ = false;
  data_.clear();
}

bool RunCursor::open(size_t file) {
  file_ = file;
  index_.clear();
  data_.clear();
  valid_ = false;
  if (file >= count_ || error_) return false;
  const TableFile& opened = *files_[file];
  if (opened.table == nullptr) {
    fail(*opened.error);
    return false;
  }
  index_.reset(opened.table->index());
  return true;
}

bool RunCursor::load() {
  if (index_.damaged()) {
    fail(damaged(files_[file_]->table->name(), 0, "malformed index"));
    return false;
  }
  data_.clear();
  if (!index_.valid()) return true;
  auto block = files_[file_]->table->read_block(reading_, index_);
  if (!block) {
    fail(block.error());
    return false;
  }
  block_ = std::move(block).value();
  data_.reset(block_.bytes);
  return true;
}

bool RunCursor::damaged_block() {
  if (!data_.damaged()) return false;
  fail(damaged(files_[file_]->table->name(), Table::offset_of(index_), "a malformed block"));
  return true;
}

void RunCursor::settle_forward() {
  while (!data_.valid()) {
    if (damaged_block()) return;
    if (index_.valid()) index_.next();
    if (!index_.valid() && !index_.damaged()) {
      if (!open(file_ + 1)) return;
      index_.seek_first();
    }
    if (!load()) return;
    data_.seek_first();
  }
  valid_ = true;
  key_ = data_.key();
}

void RunCursor::settle_backward() {
  while (!data_.valid()) {
    if (damaged_block()) return;
    if (index_.valid()) index_.prev();
    if (!index_.valid() && !index_.damaged()) {
      if (file_ == 0 || !open(file_ - 1)) {
        valid_ = false;
        return;
      }
      index_.seek_last();
    }
    if (!load()) return;
    data_.seek_last();
  }
  valid_ = true;
  key_ = data_.key();
}

void RunCursor::seek_first() {
  error_.reset();
  if (!open(0)) return;
  index_.seek_first();
  if (!load()) return;
  data_.seek_first();
  settle_forward();
}

void RunCursor::seek_last() {
  error_.reset();
  if (count_ == 0 || !open(count_ - 1)) return;
  index_.seek_last();
  if (!load()) return;
  data_.seek_last();
  settle_backward();
}

void RunCursor::seek(std::string_view target) {
  error_.reset();
  size_t low = 0;
  size_t high = count_;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (compare_internal(files_[middle]->largest, target) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (!open(low)) return;
  index_.seek(target);
  if (!load()) return;
  data_.seek(target);
  settle_forward();
}

}  // namespace systemsim::store
