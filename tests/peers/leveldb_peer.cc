// The real LevelDB at work on directories that this repository's engine reads, and the other way
// round. Built only where libleveldb is installed.
//
//   leveldb_peer dump DIR              every pair, as `systemsim db DIR scan --hex` prints them;
//                                      paranoid, checksums verified
//   leveldb_peer write DIR SEED [--snappy]
//                                      a random workload, reopened in between
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "peer_workload.h"

namespace {

std::string hex(const leveldb::Slice& bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(bytes[i]));
    out += two;
  }
  return out;
}

int complain(const leveldb::Status& status) {
  std::fprintf(stderr, "leveldb_peer: %s\n", status.ToString().c_str());
  return 4;
}

leveldb::Options options(const leveldb::FilterPolicy* filter) {
  leveldb::Options options;
  options.paranoid_checks = true;
  options.filter_policy = filter;
  options.compression = leveldb::kNoCompression;
  return options;
}

int dump(const std::string& directory, const leveldb::FilterPolicy* filter) {
  leveldb::DB* opened = nullptr;
  leveldb::Status status = leveldb::DB::Open(options(filter), directory, &opened);
  if (!status.ok()) return complain(status);
  const std::unique_ptr<leveldb::DB> db(opened);
  leveldb::ReadOptions reading;
  reading.verify_checksums = true;
  const std::unique_ptr<leveldb::Iterator> at(db->NewIterator(reading));
  std::string value;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    std::printf("%s\t%s\n", hex(at->key()).c_str(), hex(at->value()).c_str());
    // By key as well: through the filter.
    status = db->Get(reading, at->key(), &value);
    if (!status.ok() || at->value() != value) return complain(leveldb::Status::Corruption("get"));
  }
  return at->status().ok() ? 0 : complain(at->status());
}

int write(const std::string& directory, uint64_t seed, bool snappy,
          const leveldb::FilterPolicy* filter) {
  leveldb::Options opening = options(filter);
  opening.create_if_missing = true;
  opening.write_buffer_size = 64 << 10;
  opening.max_file_size = 1 << 20;
  if (snappy) opening.compression = leveldb::kSnappyCompression;
  std::unique_ptr<leveldb::DB> db;
  leveldb::Status status;
  const auto open = [&] {
    db.reset();
    leveldb::DB* opened = nullptr;
    status = leveldb::DB::Open(opening, directory, &opened);
    db.reset(opened);
  };
  open();
  leveldb::WriteBatch batch;
  peer::run_workload(seed, [&](const peer::Step& step) {
    if (!status.ok()) return;
    switch (step.kind) {
      case peer::Step::put:
        batch.Put(step.key, step.value);
        break;
      case peer::Step::erase:
        batch.Delete(step.key);
        break;
      case peer::Step::commit:
        status = db->Write({}, &batch);
        batch.Clear();
        break;
      case peer::Step::compact:
        db->CompactRange(nullptr, nullptr);
        break;
      case peer::Step::reopen:
        open();
        break;
    }
  });
  return status.ok() ? 0 : complain(status);
}

}  // namespace

int main(int argc, char** argv) {
  const std::unique_ptr<const leveldb::FilterPolicy> filter(leveldb::NewBloomFilterPolicy(10));
  if (argc == 3 && std::strcmp(argv[1], "dump") == 0) return dump(argv[2], filter.get());
  if (argc >= 4 && std::strcmp(argv[1], "write") == 0) {
    return write(argv[2], std::stoull(argv[3]), argc > 4, filter.get());
  }
  std::fprintf(stderr, "usage: leveldb_peer dump DIR | write DIR SEED [--snappy]\n");
  return 2;
}
