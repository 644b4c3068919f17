#include "store/table.h"

#include "store/bloom.h"
#include "store/crc32c.h"
#include "store/snappy.h"

namespace systemsim::store {

Error damaged(const std::string& name, uint64_t offset, std::string_view what) {
  return {ErrorCode::damaged, name + " at " + std::to_string(offset) + ": " + std::string(what),
          ""};
}

Result<std::shared_ptr<const Table>> Table::open(FileBytes file, std::string name, uint64_t number,
                                                 KeyForm form) {
  const std::shared_ptr<Table> table(new Table(std::move(file), std::move(name), number, form));
  const Outcome loaded = table->load();
  if (!loaded) return loaded.error();
  return std::shared_ptr<const Table>(table);
}

Outcome Table::load() {
  const std::string_view file = file_.bytes;
  if (file.size() < kFooterBytes) return damaged(name_, 0, "too short to be a table");
  const uint64_t footer_at = file.size() - kFooterBytes;
  const std::string_view footer = file.substr(footer_at);
  Reader in(footer);
  BlockHandle metaindex_handle;
  BlockHandle index_handle;
  if (load64(footer.data() + kFooterBytes - 8) != kTableMagic) {
    return damaged(name_, footer_at, "the footer has not the magic number of a table");
  }
  if (!read_handle(in, metaindex_handle) || !read_handle(in, index_handle)) {
    return damaged(name_, footer_at, "the footer is malformed");
  }
  auto index = load_block(index_handle, true);
  if (!index) return index.error();
  index_ = std::move(index).value();
  open_bytes_ = kFooterBytes + index_handle.size;

  auto metaindex = load_block(metaindex_handle, true);
  if (!metaindex) return metaindex.error();
  open_bytes_ += metaindex_handle.size;
  BlockCursor meta(KeyForm::plain);
  meta.reset(metaindex.value().bytes);
  meta.seek(kFilterKey);
  if (meta.damaged()) return damaged(name_, metaindex_handle.offset, "malformed metaindex");
  if (meta.valid() && meta.key() == kFilterKey) {
    Reader value(meta.value());
    BlockHandle handle;
    if (!read_handle(value, handle)) {
      return damaged(name_, metaindex_handle.offset, "malformed metaindex");
    }
    auto filter = load_block(handle, true);
    if (!filter) return filter.error();
    filter_bytes_ = std::move(filter).value();
    filter_ = FilterBlock(filter_bytes_.bytes);
    open_bytes_ += handle.size;
  }

  const size_t size = index_.bytes.size();
  const uint32_t restarts = size < 4 ? 0 : load32(index_.bytes.data() + size - 4);
  if (size < 4 || restarts > (size - 4) / 4) {
    return damaged(name_, index_handle.offset, "malformed index");
  }
  blocks_ = restarts;
  verified_ = std::make_unique<std::atomic<uint8_t>[]>(restarts);
  return Done{};
}

Result<BlockBytes> Table::load_block(BlockHandle handle, bool verify) const {
  const std::string_view file = file_.bytes;
  if (handle.offset > file.size() || file.size() - handle.offset < kBlockTrailerBytes ||
      handle.size > file.size() - handle.offset - kBlockTrailerBytes) {
    return damaged(name_, handle.offset, "a block does not lie within the file");
  }
  const std::string_view block = file.substr(handle.offset, handle.size);
  const char* const trailer = block.data() + block.size();
  if (verify && crc32c({block.data(), block.size() + 1}) != crc32c_unmask(load32(trailer + 1))) {
    return damaged(name_, handle.offset, "a block does not match its checksum");
  }
  switch (static_cast<uint8_t>(*trailer)) {
    case kPlainBlock:
      return BlockBytes{block, nullptr};
    case kSnappyBlock: {
      std::string decoded;
      if (!decode_snappy(block, decoded)) {
        return damaged(name_, handle.offset, "a block is not what Snappy makes");
      }
      auto kept = std::make_shared<const std::string>(std::move(decoded));
      const std::string_view bytes = *kept;
      return BlockBytes{bytes, std::move(kept)};
    }
    default:
      return damaged(name_, handle.offset, "a block is compressed in an unknown way");
  }
}

uint64_t Table::offset_of(const BlockCursor& index_entry) {
  Reader in(index_entry.value());
  BlockHandle handle;
  return read_handle(in, handle) ? handle.offset : 0;
}

Result<BlockBytes> Table::read_block(Reading& reading, const BlockCursor& index_entry) const {
  Reader in(index_entry.value());
  BlockHandle handle;
  if (!read_handle(in, handle)) {
    return damaged(name_, file_.bytes.size() - kFooterBytes, "malformed index entry");
  }
  StoreEvent event{.kind = StoreEvent::block_read,
                   .file = number_,
                   .offset = handle.offset,
                   .bytes = handle.size + kBlockTrailerBytes};
  const BlockCache::Key key{number_, handle.offset};
  BlockBytes block;
  if (reading.cache != nullptr && reading.cache->find(key, block.decoded)) {
    ++reading.counters.blocks_cached;
    event.yes = true;
    reading.tell(event);
    // What was kept has been in the file, so the handle is right.
    block.bytes = block.decoded != nullptr ? std::string_view(*block.decoded)
                                           : file_.bytes.substr(handle.offset, handle.size);
    return block;
  }

  const int64_t ordinal = index_entry.ordinal();
  std::atomic<uint8_t>* const seen = ordinal < 0 ? nullptr : &verified_[ordinal];
  const bool verify =
      reading.verify && (seen == nullptr || seen->load(std::memory_order_relaxed) == 0);
  auto loaded = load_block(handle, verify);
  ++reading.counters.blocks_read;
  ++reading.cost.seeks;
  reading.counters.bytes_read += event.bytes;
  reading.cost.bytes_read += event.bytes;
  reading.tell(event);
  if (!loaded) return loaded;
  if (verify && seen != nullptr) seen->store(1, std::memory_order_relaxed);
  if (reading.cache != nullptr) {
    const BlockCache::Decoded& decoded = loaded.value().decoded;
    reading.cache->insert(key, loaded.value().bytes.size(), decoded);
  }
  return loaded;
}

bool Table::may_contain(const BlockCursor& index_entry, uint32_t hash) const {
  if (filter_.empty()) return true;
  Reader in(index_entry.value());
  BlockHandle handle;
  return !read_handle(in, handle) || filter_.may_contain(handle.offset, hash);
}

Outcome Table::find(Reading& reading, uint8_t level, std::string_view internal_key,
                    Found& found) const {
  found.state = Found::nothing;
  BlockCursor index(KeyForm::internal);
  index.reset(index_.bytes);
  index.seek(internal_key);
  if (index.damaged()) {
    return damaged(name_, file_.bytes.size() - kFooterBytes, "malformed index");
  }
  const auto told = [&](StoreEvent::Kind kind, bool yes) {
    reading.tell({.kind = kind, .level = level, .yes = yes, .file = number_});
  };
  const std::string_view user = user_key(internal_key);
  if (index.valid()) {
    const bool filtered = !filter_.empty();
    if (filtered) {
      const bool perhaps = may_contain(index, bloom_hash(user));
      ++reading.counters.filters_asked;
      told(StoreEvent::filter, perhaps);
      if (!perhaps) {
        ++reading.counters.filters_denied;
        told(StoreEvent::table_search, false);
        return Done{};
      }
    }
    auto block = read_block(reading, index);
    if (!block) return block.error();
    BlockCursor data(KeyForm::internal);
    data.reset(block.value().bytes);
    data.seek(internal_key);
    if (data.damaged()) return damaged(name_, offset_of(index), "a malformed block");
    if (data.valid() && user_key(data.key()) == user) {
      const uint8_t kind = kind_of(tag(data.key()));
      if (kind > kValue) return damaged(name_, offset_of(index), "a key of an unknown kind");
      found.state = kind == kValue ? Found::value_found : Found::deleted;
      found.value = data.value();
      found.block = std::move(block).value();
    } else if (filtered) {
      ++reading.counters.filters_wrong;
      told(StoreEvent::filter_wrong, true);
    }
  }
  told(StoreEvent::table_search, found.state != Found::nothing);
  return Done{};
}

uint64_t Table::approximate_offset(std::string_view internal_key) const {
  BlockCursor index(form_);
  index.reset(index_.bytes);
  index.seek(internal_key);
  BlockHandle handle;
  if (index.valid()) {
    Reader in(index.value());
    if (read_handle(in, handle)) return handle.offset;
  }
  return file_.bytes.size();  // behind the last key
}

}  // namespace systemsim::store
