#include "store/verify.h"

#include "store/bloom.h"

namespace systemsim::store {
namespace {

class TableCheck {
 public:
  TableCheck(const TableFile& file, VerifyReport& report) : file_(file), report_(report) {}

  void run() {
    ++report_.tables;
    if (file_.table == nullptr) {
      report_.damages.push_back(file_.error->message);
      return;
    }
    BlockCursor index(KeyForm::internal);
    index.reset(file_.table->index());
    for (index.seek_first(); index.valid(); index.next()) {
      ++report_.blocks;
      Reader in(index.value());
      BlockHandle handle;
      if (!read_handle(in, handle)) {
        wrong(file_.size_bytes, "malformed index entry");
        continue;
      }
      auto block = file_.table->read_block(reading_, index);
      if (!block) {
        report_.damages.push_back(block.error().message);
        gap_ = true;
        continue;
      }
      check_block(index, handle.offset, block.value().bytes);
    }
    if (index.damaged()) wrong(file_.size_bytes, "malformed index");
    if (!gap_ && last_ != file_.largest) {
      wrong(0, "its last key is not the one that the manifest says");
    }
  }

 private:
  void wrong(uint64_t offset, const char* what) {
    report_.damages.push_back(damaged(file_.table->name(), offset, what).message);
  }

  void check_block(const BlockCursor& index, uint64_t offset, std::string_view bytes) {
    BlockCursor data(KeyForm::internal);
    data.reset(bytes);
    for (data.seek_first(); data.valid(); data.next()) {
      ++report_.entries;
      const std::string_view key = data.key();
      if (kind_of(tag(key)) > kValue) wrong(offset, "a key of an unknown kind");
      if (first_ && !gap_ && key != file_.smallest) {
        wrong(offset, "its first key is not the one that the manifest says");
      }
      if (!last_.empty() && compare_internal(last_, key) >= 0) {
        wrong(offset, "keys are out of order");
      }
      if (compare_internal(key, index.key()) > 0) wrong(offset, "a key is behind its index entry");
      if (!file_.table->may_contain(index, bloom_hash(user_key(key)))) {
        wrong(offset, "the filter denies a key that is there");
      }
      last_ = key;
      first_ = false;
    }
    if (data.damaged()) wrong(offset, "a malformed block");
  }

  const TableFile& file_;
  VerifyReport& report_;
  Reading reading_;
  std::string last_;
  bool first_ = true;
  bool gap_ = false;  // a block could not be read
};

}  // namespace

Result<VerifyReport> verify(Call& call, const Options& options) {
  VerifyReport report;
  Options reading = options;
  reading.read_only = true;
  reading.paranoid = true;
  auto db = Db::open(call, reading);
  if (!db && db.error().code == ErrorCode::damaged) {
    report.damages.push_back(db.error().message);
    // The tables besides, if it was only the log.
    reading.paranoid = false;
    db = Db::open(call, reading);
    if (!db) return report;
  }
  if (!db) return db.error();
  report.log_entries = db.value().memtable_entries();
  report.log_end = db.value().log_end();
  for (const Files& files : db.value().version().levels) {
    for (const FilePtr& file : files) TableCheck(*file, report).run();
  }
  db.value().close(call);
  return report;
}

}  // namespace systemsim::store
