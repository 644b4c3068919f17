#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include "engine.h"

namespace peer {
namespace {

std::string wrong(const leveldb::Status& status) {
  return status.ok() ? "" : "libleveldb: " + status.ToString();
}

// A file of which nothing has to survive a power cut: a test that waited for a real disk would take
// minutes.
class NeverSynced final : public leveldb::WritableFile {
 public:
  explicit NeverSynced(leveldb::WritableFile* file) : file_(file) {}
  leveldb::Status Append(const leveldb::Slice& bytes) override { return file_->Append(bytes); }
  leveldb::Status Close() override { return file_->Close(); }
  leveldb::Status Flush() override { return file_->Flush(); }
  leveldb::Status Sync() override { return file_->Flush(); }

 private:
  std::unique_ptr<leveldb::WritableFile> file_;
};

class QuickEnv final : public leveldb::EnvWrapper {
 public:
  using EnvWrapper::EnvWrapper;
  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** file) override {
    return wrapped(target()->NewWritableFile(name, file), file);
  }
  leveldb::Status NewAppendableFile(const std::string& name,
                                    leveldb::WritableFile** file) override {
    return wrapped(target()->NewAppendableFile(name, file), file);
  }

 private:
  static leveldb::Status wrapped(leveldb::Status status, leveldb::WritableFile** file) {
    if (status.ok()) *file = new NeverSynced(*file);
    return status;
  }
};

class LevelDbEngine final : public Engine {
 public:
  explicit LevelDbEngine(const LevelDbOptions& options)
      : env_(options.env), filter_(leveldb::NewBloomFilterPolicy(10)) {
    options_.create_if_missing = true;
    options_.paranoid_checks = options.paranoid;
    options_.filter_policy = filter_.get();
    options_.compression = options.snappy ? leveldb::kSnappyCompression : leveldb::kNoCompression;
    options_.env = &env_;
    options_.write_buffer_size = 64 << 10;  // the least it takes, as is the next
    options_.max_file_size = 1 << 20;
  }

  std::string open(const std::string& directory) override {
    leveldb::DB* opened = nullptr;
    const leveldb::Status status = leveldb::DB::Open(options_, directory, &opened);
    db_.reset(opened);
    return wrong(status);
  }
  void add(const Step& step) override {
    if (step.kind == Step::put) {
      batch_.Put(step.key, step.value);
    } else {
      batch_.Delete(step.key);
    }
  }
  std::string commit() override {
    const leveldb::Status status = db_->Write({}, &batch_);
    batch_.Clear();
    return wrong(status);
  }
  std::string compact() override {
    db_->CompactRange(nullptr, nullptr);
    return "";
  }
  std::string read(Stream& pairs) override {
    leveldb::ReadOptions reading;
    reading.verify_checksums = true;
    const std::unique_ptr<leveldb::Iterator> at(db_->NewIterator(reading));
    std::string value;
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      pairs.emplace_back(at->key().ToString(), at->value().ToString());
      const leveldb::Status found = db_->Get(reading, at->key(), &value);
      if (!found.ok()) return wrong(found);
      if (value != pairs.back().second) return "libleveldb: a key has two values";
    }
    return wrong(at->status());
  }
  void close() override { db_.reset(); }

 private:
  QuickEnv env_;
  std::unique_ptr<const leveldb::FilterPolicy> filter_;
  leveldb::Options options_;
  std::unique_ptr<leveldb::DB> db_;
  leveldb::WriteBatch batch_;
};

}  // namespace

std::unique_ptr<Engine> leveldb_engine(const LevelDbOptions& options) {
  return std::make_unique<LevelDbEngine>(options);
}

}  // namespace peer
