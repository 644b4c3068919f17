#include "cluster/token_store.h"

#include "base/assert.h"
#include "store/internal_key.h"

namespace systemsim {
namespace {

constexpr uint32_t kDeepest = 6;  // level of the tables that are loaded: none lies below them

store::Options options() {
  store::Options options;
  options.max_pair_bytes = TokenStore::kMostPairBytes + 8;
  return options;
}

// On a disk in memory that is never full nothing fails.
template <class Value>
Value sure(Result<Value> result) {
  SYSTEMSIM_ASSERT(result.ok());
  return std::move(result).value();
}

store::Db open(store::MemoryEnv& disk) {
  store::Call call(disk);
  return sure(store::Db::open(call, options()));
}

}  // namespace

TokenStore::TokenStore() : db_(open(disk_)) {}

std::string TokenStore::prefix(uint64_t offset) {
  std::string bytes(kPrefixBytes, '\0');
  for (size_t i = 0; i < kPrefixBytes; ++i) {
    bytes[i] = static_cast<char>(offset >> (8 * (kPrefixBytes - 1 - i)));
  }
  return bytes;
}

uint64_t TokenStore::offset_in(std::string_view place) {
  uint64_t offset = 0;
  for (size_t i = 0; i < kPrefixBytes; ++i) offset = offset << 8 | static_cast<uint8_t>(place[i]);
  return offset;
}

std::string TokenStore::place_of(std::string_view key) {
  std::string place = prefix(TokenRange().offset(token_of(key)));
  place += key;
  return place;
}

void TokenStore::put(std::string_view key, std::string_view copy) {
  store::Call call(disk_);
  const std::string place = place_of(key);
  std::string before;
  if (!sure(db_.get(call, place, before))) ++size_;
  SYSTEMSIM_ASSERT(db_.put(call, place, copy).ok());
}

void TokenStore::erase(std::string_view key) {
  store::Call call(disk_);
  const std::string place = place_of(key);
  std::string before;
  if (!sure(db_.get(call, place, before))) return;
  --size_;
  SYSTEMSIM_ASSERT(db_.erase(call, place).ok());
}

std::optional<std::string> TokenStore::get(std::string_view key) const {
  store::Call call(disk_);
  std::string copy;
  if (!sure(db_.get(call, place_of(key), copy))) return std::nullopt;
  return copy;
}

TokenLoader::TokenLoader() = default;

void TokenLoader::add(Token token, std::string_view key, std::string_view copy) {
  std::string place = TokenStore::prefix(TokenRange().offset(token));
  place += key;
  // Older than whatever is written later.
  std::string internal = store::internal_key(place, store::tag_of(0, store::kValue));
  if (!table_) {
    table_.emplace(store_.db_.options().table, store::KeyForm::internal);
    smallest_ = internal;
  }
  table_->add(internal, copy);
  largest_ = std::move(internal);
  ++store_.size_;
  if (table_->size_bytes() >= store_.db_.options().table_bytes) end_table();
}

void TokenLoader::end_table() {
  store::Call call(store_.disk_);
  store::TableImage image;
  image.bytes = table_->finish();
  image.smallest = std::move(smallest_);
  image.largest = std::move(largest_);
  table_.reset();
  const store::FilePtr file =
      sure(store::Db::write_table(call, store_.db_.new_file_number(), std::move(image)));
  SYSTEMSIM_ASSERT(store_.db_.install_flush(call, file, kDeepest).ok());
}

TokenStore TokenLoader::finish() {
  if (table_) end_table();
  return std::move(store_);
}

}  // namespace systemsim
