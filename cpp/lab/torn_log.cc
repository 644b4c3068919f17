#include "lab/torn_log.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"
#include "lab/log_pieces.h"
#include "lab/tar.h"
#include "store/db.h"
#include "store/file_name.h"

namespace systemsim {
namespace {

constexpr uint32_t kBits = 8;
constexpr const char* kArchiveDirectory = "systemsim-torn-log";

store::Options torn_log_options(bool paranoid) {
  store::Options options;
  options.write_buffer_bytes = 64 << 10;
  options.paranoid = paranoid;
  return options;
}

// A number of puts, where there is one.
void put_number(JsonWriter& writer, const char* name, std::optional<uint32_t> puts) {
  writer.key(name);
  puts ? writer.value(*puts) : writer.null();
}

}  // namespace

Result<TornLog> TornLog::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  TornLog made;
  made.records_ = {{"cart:shopper-17", "milk", true, 0, 0},
                   {"session:9c3a", "ada", true, 0, 0},
                   {"user:42:last_login", "09:14", false, 0, 0}};
  if (const Json* list = fields.take("records")) {
    made.records_.clear();
    if (list->type != Json::Type::array || list->items.empty() ||
        list->items.size() > kMaxRecords) {
      fields.fail("records", "expected a list of 1 to " + std::to_string(kMaxRecords) + " puts");
    }
    for (size_t i = 0; i < list->items.size() && fields.ok(); ++i) {
      const std::string path = pointer_to("/records", i);
      Fields put(list->items[i], path, error);
      Record record;
      if (!put.bytes("key", record.key)) put.fail("key", "missing; expected a key");
      if (!put.bytes("value", record.value)) put.fail("value", "missing; expected a value");
      put.boolean("sync", record.sync);
      put.finish();
      if (record.key.size() > kMaxKeyBytes) {
        put.fail("key", "expected at most " + std::to_string(kMaxKeyBytes) + " bytes");
      }
      if (record.value.size() > kMaxValueBytes) {
        put.fail("value", "expected at most " + std::to_string(kMaxValueBytes) + " bytes");
      }
      const auto same = [&](const Record& other) { return other.key == record.key; };
      if (std::any_of(made.records_.begin(), made.records_.end(), same)) {
        put.fail("key", "is there already; each put here has a key of its own, which tells it");
      }
      made.records_.push_back(std::move(record));
    }
  }
  fields.boolean("each_byte", made.each_byte_);
  fields.boolean("archive", made.archive_);
  if (!error) {
    if (const Outcome put = made.write_puts(); !put) return put.error();
  }
  const uint64_t bytes = made.log_.size();
  uint64_t cut = bytes;
  const bool has_cut = fields.take("cut") != nullptr;
  fields.integer("cut", cut, uint64_t{0}, bytes);
  if (has_cut) made.cut_ = cut;
  if (const Json* flip = fields.take("flip")) {
    if (has_cut) fields.fail("flip", "a cut is given as well; expected one of the two");
    Fields place(*flip, "/flip", error);
    Flip which;
    if (place.take("byte") == nullptr) place.fail("byte", "missing; expected a byte of the log");
    place.integer("byte", which.byte, uint64_t{0}, bytes - 1);
    place.integer("bit", which.bit, 0U, kBits - 1);
    place.finish();
    made.flip_ = which;
  }
  fields.finish();
  if (error) return *error;
  return made;
}

// The puts, and where each stands in the log.
Outcome TornLog::write_puts() {
  store::Call call(disk_);
  auto db = store::Db::open(call, torn_log_options(true));
  if (!db) return db.error();
  log_name_ = store::log_name(db.value().log_number());
  for (Record& record : records_) {
    record.from = db.value().counters().log_bytes;
    store::WriteBatch batch;
    batch.put(record.key, record.value);
    Outcome put = db.value().write(call, batch, record.sync);
    if (!put) return put;
    record.to = db.value().counters().log_bytes;
    if (record.sync) synced_bytes_ = record.to;
  }
  disk_.unlock();  // nobody closes a database when the power fails
  auto log = disk_.read(log_name_);
  if (!log) return log.error();
  log_ = log.value().bytes;
  return Done{};
}

std::string TornLog::flipped(const Flip& flip) const {
  std::string log = log_;
  log[flip.byte] = static_cast<char>(static_cast<uint8_t>(log[flip.byte]) ^ (1U << flip.bit));
  return log;
}

store::MemoryEnv TornLog::disk_with(std::string log) const {
  store::MemoryEnv disk = disk_;
  const Outcome written = disk.write(log_name_, std::move(log), true);
  SYSTEMSIM_ASSERT(written.ok());  // a disk in memory without a limit
  return disk;
}

TornLog::Opened TornLog::open_with(const std::string& log, bool paranoid) const {
  store::MemoryEnv disk = disk_with(log);
  store::Call call(disk);
  Opened opened;
  const auto db = store::Db::open(call, torn_log_options(paranoid));
  if (!db) {
    opened.error = db.error().message;
    return opened;
  }
  for (uint32_t i = 0; i < records_.size(); ++i) {
    std::string value;
    const auto found = db.value().get(call, records_[i].key, value);
    if (found && found.value() && value == records_[i].value) opened.recovered.push_back(i);
  }
  return opened;
}

TornLog::Is TornLog::judge(const Opened& opened) const {
  if (!opened.error.empty()) return Is::refused;
  if (opened.recovered.size() == records_.size()) return Is::all;
  for (uint32_t i = 0; i < opened.recovered.size(); ++i) {
    if (opened.recovered[i] != i) return Is::hole;
  }
  return Is::prefix;
}

void TornLog::Tally::add(Is is) {
  refused += is == Is::refused ? 1 : 0;
  whole += is == Is::all ? 1 : 0;
  hole += is == Is::hole ? 1 : 0;
  silent += is == Is::prefix || is == Is::hole ? 1 : 0;
}

TornLog::Tally& TornLog::Tally::operator+=(const Tally& other) {
  refused += other.refused;
  whole += other.whole;
  silent += other.silent;
  hole += other.hole;
  return *this;
}

uint64_t TornLog::total() const {
  // Every cut, the empty log and the whole one among them, and every byte's flips.
  return 1 + (each_byte_ ? 2 * log_.size() + 1 : 0);
}

void TornLog::advance(uint64_t budget) {
  const uint64_t end = done_ + std::min(budget, total() - done_);
  for (; done_ < end; ++done_) step(done_);
}

void TornLog::step(uint64_t index) {
  if (index == 0) {
    found_ = cut_ ? cut_at(*cut_) : flip_ ? flipped(*flip_) : log_;
    ours_ = open_with(found_, true);
    leveldb_ = open_with(found_, false);
    return;
  }
  const uint64_t cut = index - 1;
  if (cut <= log_.size()) {
    each_cut_.push_back(open_with(cut_at(cut), true).puts());
    return;
  }
  const uint64_t byte = cut - log_.size() - 1;
  Tally ours;
  Tally leveldb;
  for (uint32_t bit = 0; bit < kBits; ++bit) {
    const std::string log = flipped({byte, bit});
    ours.add(judge(open_with(log, true)));
    leveldb.add(judge(open_with(log, false)));
  }
  ours_each_flip_.push_back(ours);
  leveldb_each_flip_.push_back(leveldb);
}

void TornLog::Tally::write(JsonWriter& writer) const {
  writer.begin_object().field("refused", refused).field("whole", whole);
  writer.field("silent", silent).field("hole", hole).end_object();
}

void TornLog::write_damage(JsonWriter& writer) const {
  writer.key("damage");
  if (!cut_ && !flip_) {
    writer.null();
    return;
  }
  writer.begin_object();
  if (cut_) writer.field("cut", *cut_);
  if (flip_) {
    writer.key("flip").begin_object();
    writer.field("byte", flip_->byte).field("bit", flip_->bit).end_object();
  }
  writer.key("record");
  const uint64_t at = cut_ ? *cut_ : flip_->byte;
  const auto inside = [&](const Record& record) {
    return at < record.to && (cut_ ? at > record.from : at >= record.from);
  };
  const auto record = std::find_if(records_.begin(), records_.end(), inside);
  record == records_.end() ? writer.null() : writer.value(record - records_.begin());
  writer.end_object();
}

void TornLog::write_opened(JsonWriter& writer, const Opened& opened) const {
  const Is is = judge(opened);
  writer.begin_object().field("opened", is != Is::refused).key("error");
  is == Is::refused ? writer.value(opened.error) : writer.null();
  constexpr const char* kNames[] = {"all", "prefix", "hole", "refused"};
  writer.field("is", kNames[static_cast<uint32_t>(is)]).key("recovered").begin_array();
  for (const uint32_t record : opened.recovered) writer.value(record);
  writer.end_array();
  // What a database that does not open holds is not lost: it was not looked for.
  const auto lost = [&](const char* name, bool only_synced) {
    writer.key(name).begin_array();
    for (uint32_t i = 0; i < records_.size() && is != Is::refused; ++i) {
      const bool there = std::count(opened.recovered.begin(), opened.recovered.end(), i) > 0;
      if (!there && (records_[i].sync || !only_synced)) writer.value(i);
    }
    writer.end_array();
  };
  lost("lost", false);
  lost("lost_synced", true);
  put_number(writer, "puts", opened.puts());
  writer.end_object();
}

void TornLog::write_inside(JsonWriter& writer, const Record& record) const {
  std::optional<uint32_t> fewest;
  std::optional<uint32_t> most;
  uint32_t refused = 0;
  for (uint64_t cut = record.from + 1; cut < record.to; ++cut) {
    const std::optional<uint32_t> puts = each_cut_[cut];
    refused += puts ? 0 : 1;
    if (!puts) continue;
    fewest = std::min(fewest.value_or(*puts), *puts);
    most = std::max(most.value_or(*puts), *puts);
  }
  writer.begin_object();
  put_number(writer, "fewest", fewest);
  put_number(writer, "most", most);
  put_number(writer, "always", refused == 0 && fewest == most ? most : std::nullopt);
  writer.field("refused", refused).end_object();
}

void TornLog::write_each(JsonWriter& writer) const {
  writer.key("each_cut").begin_array();
  for (const auto& puts : each_cut_) puts ? writer.value(*puts) : writer.null();
  writer.end_array().key("inside").begin_array();
  for (const Record& record : records_) write_inside(writer, record);
  writer.end_array().key("each_flip").begin_object();
  writer.field("flips", kBits * ours_each_flip_.size());
  Tally ours;
  Tally leveldb;
  for (const Tally& one : ours_each_flip_) ours += one;
  for (const Tally& one : leveldb_each_flip_) leveldb += one;
  writer.key("ours");
  ours.write(writer);
  writer.key("leveldb");
  leveldb.write(writer);
  writer.key("bytes").begin_array();
  for (size_t i = 0; i < ours_each_flip_.size(); ++i) {
    writer.begin_object().key("ours");
    ours_each_flip_[i].write(writer);
    writer.key("leveldb");
    leveldb_each_flip_[i].write(writer);
    writer.end_object();
  }
  writer.end_array().end_object();
}

void TornLog::write(JsonWriter& writer) const {
  writer.key("log").begin_object().field("file", log_name_).field("bytes", log_.size());
  writer.field("synced_bytes", synced_bytes_).field("hex", to_hex(log_)).key("parts");
  write_log_pieces(writer, log_pieces(log_));
  writer.end_object().key("records").begin_array();
  for (const Record& record : records_) {
    writer.begin_object().key("key").bytes(record.key).key("value").bytes(record.value);
    writer.field("sync", record.sync).field("from", record.from).field("to", record.to);
    writer.end_object();
  }
  writer.end_array();
  write_damage(writer);
  if (!finished()) return;
  writer.field("found_hex", to_hex(found_)).key("ours");
  write_opened(writer, ours_);
  writer.key("leveldb");
  write_opened(writer, leveldb_);
  if (each_byte_) write_each(writer);
  if (!archive_) return;
  store::MemoryEnv disk = disk_with(found_);
  const auto archive = tar_of(disk, kArchiveDirectory);
  SYSTEMSIM_ASSERT(archive.ok());
  writer.field("archive", to_base64(archive.value()));
}

}  // namespace systemsim
