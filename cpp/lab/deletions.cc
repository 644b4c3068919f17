#include "lab/deletions.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "lab/tar.h"
#include "store/file_name.h"

namespace systemsim {
namespace {

constexpr const char* kPartNames[] = {"filled", "deleted", "compacted"};
constexpr uint32_t kBloomBits = 10;
constexpr uint64_t kPutOrder = 0;  // SampleTree::order()
constexpr uint64_t kDeleteOrder = 1;

// A share that has nothing below the line is null.
void write_share(JsonWriter& writer, const char* name, uint64_t above, uint64_t below) {
  writer.key(name);
  below > 0 ? writer.value(static_cast<double>(above) / static_cast<double>(below)) : writer.null();
}

}  // namespace

Result<Deletions> Deletions::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  SampleTree tree;
  tree.read(fields);
  Deletions made(tree);
  fields.integer("moments", made.moments_wanted_, 1U, 500U);
  if (fields.take("archive") != nullptr) {
    uint32_t part = 0;
    fields.choice("archive", part, {kPartNames, kPartNames + kParts});
    made.archived_ = static_cast<Part>(part);
  }
  fields.finish();
  if (error) return *error;
  if (const Outcome begun = made.begin(); !begun) return begun.error();
  return made;
}

Outcome Deletions::begin() {
  store::Call call(disk_);
  auto db = store::Db::open(call, SampleTree::options(kBloomBits));
  if (!db) return db.error();
  db_ = std::move(db).value();
  put_order_ = tree_.order(kPutOrder);
  delete_order_ = tree_.order(kDeleteOrder);
  look();
  return Done{};
}

void Deletions::advance(uint64_t budget) {
  const uint64_t end = done_ + std::min(budget, total() - done_);
  while (done_ < end) step();
}

void Deletions::step() {
  store::Call call(disk_);
  const uint32_t keys = tree_.keys;
  const uint64_t at = done_++;
  if (at < keys) {
    const std::string key = SampleTree::key(put_order_[at]);
    const std::string value = tree_.value(put_order_[at]);
    const Outcome put = db_->put(call, key, value);
    SYSTEMSIM_ASSERT(put.ok());
    live_bytes_ += key.size() + value.size();
  } else if (at < 2ULL * keys) {
    const uint32_t record = delete_order_[at - keys];
    const std::string key = SampleTree::key(record);
    const Outcome erased = db_->erase(call, key);
    SYSTEMSIM_ASSERT(erased.ok());
    live_bytes_ -= key.size() + tree_.value(record).size();
    most_bytes_ = std::max(most_bytes_, disk_.size_bytes());
  } else {
    const Outcome compacted = db_->compact(call);
    SYSTEMSIM_ASSERT(compacted.ok());
  }
  if (done_ == keys) filled_bytes_ = disk_.size_bytes();
  const uint64_t every = std::max<uint64_t>(1, keys / moments_wanted_);
  std::optional<Part> ended;
  if (done_ == keys) ended = kFilled;
  if (done_ == 2ULL * keys) ended = kDeleted;
  if (finished()) ended = kCompacted;
  if (ended || done_ % every == 0) look();
  if (!ended) return;
  parts_[*ended] = part_now();
  if (archived_ != ended) return;
  const auto archive = tar_of(disk_, std::string("systemsim-") + kPartNames[*ended]);
  SYSTEMSIM_ASSERT(archive.ok());
  archive_ = to_base64(archive.value());
}

void Deletions::look() {
  const uint64_t puts = std::min<uint64_t>(done_, tree_.keys);
  const uint64_t deletes = std::min<uint64_t>(done_ - puts, tree_.keys);
  moments_.push_back({puts, deletes, disk_.size_bytes(), live_bytes_});
}

std::string Deletions::part_now() {
  JsonWriter writer;
  writer.begin_object().field("directory_bytes", disk_.size_bytes());
  writer.field("live_bytes", live_bytes_);
  uint64_t log_bytes = 0;
  uint64_t table_bytes = 0;
  JsonWriter files;
  files.begin_array();
  const auto names = disk_.list();
  SYSTEMSIM_ASSERT(names.ok());
  for (const std::string& name : names.value()) {
    const auto file = disk_.read(name);
    SYSTEMSIM_ASSERT(file.ok());
    const uint64_t bytes = file.value().bytes.size();
    const store::FileKind kind = store::parse_file_name(name).kind;
    if (kind == store::FileKind::log) log_bytes += bytes;
    if (kind == store::FileKind::table) table_bytes += bytes;
    files.begin_object().field("name", name).field("bytes", bytes).end_object();
  }
  writer.field("log_bytes", log_bytes).field("table_bytes", table_bytes).key("levels");
  write_levels(writer, db_->version());
  const store::WriteCounters& counters = db_->counters();
  writer.field("flushes", counters.flushes).field("compactions", counters.compactions);

  store::Call call(disk_);
  std::string value;
  for (uint32_t i = 0; i < tree_.keys; ++i) {
    const auto found = db_->get(call, SampleTree::key(i), value);
    SYSTEMSIM_ASSERT(found.ok() && found.value() == (done_ <= tree_.keys));
  }
  writer.key("amplification").begin_object();
  write_share(writer, "write",
              counters.log_bytes + counters.flushed_bytes + counters.compaction_written_bytes,
              counters.user_bytes);
  write_share(writer, "read", call.counters.blocks_read, tree_.keys);
  write_share(writer, "space", disk_.size_bytes(), live_bytes_);
  writer.end_object().key("files").json(files.end_array().take());
  return writer.end_object().take();
}

void Deletions::write(JsonWriter& writer) const {
  tree_.write(writer);
  writer.key("moments").begin_array();
  for (const Moment& moment : moments_) {
    writer.begin_object().field("puts", moment.puts).field("deletes", moment.deletes);
    writer.field("directory_bytes", moment.directory_bytes);
    writer.field("live_bytes", moment.live_bytes).end_object();
  }
  writer.end_array();
  for (uint32_t part = 0; part < kParts; ++part) {
    if (!parts_[part].empty()) writer.key(kPartNames[part]).json(parts_[part]);
  }
  if (!parts_[kDeleted].empty()) {
    writer.field("most_bytes", most_bytes_);
    write_share(writer, "grew", most_bytes_, filled_bytes_);
  }
  if (!archive_.empty()) writer.field("archive", archive_);
}

}  // namespace systemsim
