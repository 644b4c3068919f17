#include "db_engine.h"

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>

#include <cstdio>
#include <cstdlib>

#include "store/background_db.h"
#include "store/posix_env.h"

namespace systemsim::bench {
namespace {

constexpr int kBloomBits = 10;
constexpr size_t kCacheBytes = 8 << 20;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "db_bench: %s\n", why.c_str());
  std::exit(4);
}

class Ours final : public Engine {
 public:
  explicit Ours(const std::string& directory)
      : env_(directory), cache_(kCacheBytes, false), call_(env_) {
    store::Options options;
    options.table.bloom_bits = kBloomBits;
    auto db = store::BackgroundDb::open(env_, options);
    if (!db) fail(db.error().message);
    db_ = std::move(db).value();
    call_.cache = &cache_;
    call_.verify = false;
  }

  void verify(bool on) override { call_.verify = on; }
  void put(std::string_view key, std::string_view value, bool sync) override {
    if (sync) {
      batch_.clear();
      batch_.put(key, value);
      expect(db_->write(call_, batch_, true));
    } else {
      expect(db_->put(call_, key, value));
    }
  }
  bool get(std::string_view key, std::string& value) override {
    const auto found = db_->get(call_, key, value);
    if (!found) fail(found.error().message);
    return found.value();
  }
  std::string shape() override {
    return db_->ask([](const store::Db& db) {
      std::string out;
      for (const auto& files : db.version().levels) out += std::to_string(files.size()) + " ";
      return out;
    });
  }
  void compact() override { expect(db_->compact(call_)); }
  uint64_t scan() override {
    store::DbCursor cursor = db_->cursor(call_);
    uint64_t bytes = 0;
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      bytes += cursor.key().size() + cursor.value().size();
    }
    if (cursor.error() != nullptr) fail(cursor.error()->message);
    return bytes;
  }
  bool seek(std::string_view key) override {
    store::DbCursor cursor = db_->cursor(call_);
    cursor.seek(key);
    return cursor.valid() && cursor.key() == key;
  }

 private:
  static void expect(const Outcome& done) {
    if (!done) fail(done.error().message);
  }

  store::PosixEnv env_;
  store::BlockCache cache_;
  store::Call call_;
  store::WriteBatch batch_;
  std::unique_ptr<store::BackgroundDb> db_;
};

class LevelDb final : public Engine {
 public:
  explicit LevelDb(const std::string& directory)
      : filter_(leveldb::NewBloomFilterPolicy(kBloomBits)),
        cache_(leveldb::NewLRUCache(kCacheBytes)) {
    leveldb::Options options;
    options.create_if_missing = true;
    options.compression = leveldb::kNoCompression;
    options.filter_policy = filter_.get();
    options.block_cache = cache_.get();
    leveldb::DB* db = nullptr;
    expect(leveldb::DB::Open(options, directory, &db));
    db_.reset(db);
  }

  void verify(bool on) override { read_.verify_checksums = on; }
  void put(std::string_view key, std::string_view value, bool sync) override {
    leveldb::WriteOptions options;
    options.sync = sync;
    expect(db_->Put(options, slice(key), slice(value)));
  }
  bool get(std::string_view key, std::string& value) override {
    const leveldb::Status status = db_->Get(read_, slice(key), &value);
    if (!status.IsNotFound()) expect(status);
    return status.ok();
  }
  std::string shape() override {
    std::string out;
    for (char level = '0'; level <= '6'; ++level) {
      std::string files;
      db_->GetProperty(std::string("leveldb.num-files-at-level") + level, &files);
      out += files + " ";
    }
    return out;
  }
  void compact() override { db_->CompactRange(nullptr, nullptr); }
  uint64_t scan() override {
    const std::unique_ptr<leveldb::Iterator> iterator(db_->NewIterator(read_));
    uint64_t bytes = 0;
    for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
      bytes += iterator->key().size() + iterator->value().size();
    }
    expect(iterator->status());
    return bytes;
  }
  bool seek(std::string_view key) override {
    const std::unique_ptr<leveldb::Iterator> iterator(db_->NewIterator(read_));
    iterator->Seek(slice(key));
    return iterator->Valid() && iterator->key() == slice(key);
  }

 private:
  static leveldb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
  static void expect(const leveldb::Status& status) {
    if (!status.ok()) fail(status.ToString());
  }

  std::unique_ptr<const leveldb::FilterPolicy> filter_;
  std::unique_ptr<leveldb::Cache> cache_;
  leveldb::ReadOptions read_;
  std::unique_ptr<leveldb::DB> db_;
};

}  // namespace

std::unique_ptr<Engine> open_ours(const std::string& directory) {
  return std::make_unique<Ours>(directory);
}

std::unique_ptr<Engine> open_leveldb(const std::string& directory) {
  return std::make_unique<LevelDb>(directory);
}

}  // namespace systemsim::bench
