#include "store/table_builder.h"

#include "store/crc32c.h"

namespace systemsim::store {

TableBuilder::TableBuilder(const TableOptions& options, KeyForm form)
    : options_(options), form_(form), data_(options.restart_interval), index_(1) {
  if (options.bloom_bits > 0) filter_.emplace(options.bloom_bits);
}

void TableBuilder::add(std::string_view key, std::string_view value) {
  if (has_pending_) {
    shorten_to_separator(form_, last_key_, key);
    add_index_entry();
  }
  if (filter_) filter_->add(form_ == KeyForm::internal ? user_key(key) : key);
  data_.add(key, value);
  ++entries_;
  if (data_.size_bytes() >= options_.block_bytes) {
    last_key_ = key;
    end_block();
  }
}

void TableBuilder::add_index_entry() {
  std::string handle;
  put_handle(handle, pending_);
  index_.add(last_key_, handle);
  has_pending_ = false;
}

void TableBuilder::end_block() {
  if (data_.empty()) return;
  pending_ = write_block(data_.finish());
  data_.clear();
  has_pending_ = true;
  if (filter_) filter_->start_block(size_bytes());
}

BlockHandle TableBuilder::write_block(std::string_view block) {
  const BlockHandle handle{size_bytes(), block.size()};
  const size_t begin = file_.size();
  file_.append(block);
  file_.push_back(static_cast<char>(kPlainBlock));
  const std::string_view checked = std::string_view(file_).substr(begin);
  put_fixed32(file_, crc32c_mask(crc32c(checked)));
  return handle;
}

std::string TableBuilder::finish() {
  if (!data_.empty()) last_key_ = data_.last_key();
  end_block();
  BlockBuilder metaindex(options_.restart_interval);
  if (filter_) {
    std::string handle;
    put_handle(handle, write_block(filter_->finish()));
    metaindex.add(kFilterKey, handle);
  }
  const BlockHandle metaindex_handle = write_block(metaindex.finish());
  if (has_pending_) {
    shorten_to_successor(form_, last_key_);
    add_index_entry();
  }
  const BlockHandle index_handle = write_block(index_.finish());
  const size_t footer = file_.size();
  put_handle(file_, metaindex_handle);
  put_handle(file_, index_handle);
  file_.resize(footer + kFooterBytes - 8);
  put_fixed64(file_, kTableMagic);
  return std::move(file_);
}

}  // namespace systemsim::store
