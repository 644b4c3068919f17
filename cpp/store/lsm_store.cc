#include "store/lsm_store.h"

#include "base/assert.h"
#include "store/db.h"
#include "store/memory_env.h"

namespace systemsim {

using store::Call;

namespace {

constexpr uint64_t kCacheBytes = 64 << 10;

store::Options tree_options() {
  store::Options options;
  options.write_buffer_bytes = 64 << 10;
  options.table_bytes = 32 << 10;
  options.level1_bytes = 256 << 10;
  options.table.bloom_bits = 10;
  return options;
}

StoreCost cost_of(const Call& call) {
  StoreCost cost = call.cost;
  cost.background_places = call.background.syncs + call.background.seeks;
  cost.background_bytes = call.background.bytes_read + call.background.bytes_written;
  return cost;
}

}  // namespace

struct LsmStore::Parts {
  Parts() : cache(kCacheBytes) {}
  // A disk in memory neither fails nor fills up, and what was written to it is what is read.
  [[nodiscard]] StoreCost open(const store::Options& options) {
    Call call(disk);
    auto opened = store::Db::open(call, options);
    SYSTEMSIM_ASSERT(opened.ok());
    db.emplace(std::move(opened).value());
    StoreCost cost = call.cost;
    cost += call.background;  // all of it before it is there
    return cost;
  }
  StoreCost write(store::WriteBatch& batch) {
    Call call(disk);
    const bool sync = ++unsynced >= sync_every;
    if (sync) unsynced = 0;
    const Outcome written = db->write(call, batch, sync);
    SYSTEMSIM_ASSERT(written.ok());
    return cost_of(call);
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.disk, *self.db, self.cache, self.reads, self.before, self.unsynced);
  }

  store::MemoryEnv disk;
  std::optional<store::Db> db;  // always there; for reading only while the machine is down
  store::BlockCache cache;
  store::ReadCounters reads;
  store::WriteCounters before;  // of the openings before this one
  uint32_t sync_every = 1;
  uint32_t unsynced = 0;  // writes since the last sync
};

bool LsmStore::available() { return true; }

LsmStore::LsmStore(uint32_t sync_every) : parts_(std::make_unique<Parts>()) {
  parts_->sync_every = sync_every;
  (void)parts_->open(tree_options());  // before time begins
}
LsmStore::LsmStore(const LsmStore& other) : parts_(std::make_unique<Parts>(*other.parts_)) {}
LsmStore& LsmStore::operator=(const LsmStore& other) {
  if (this != &other) parts_ = std::make_unique<Parts>(*other.parts_);
  return *this;
}
LsmStore::LsmStore(LsmStore&&) noexcept = default;
LsmStore& LsmStore::operator=(LsmStore&&) noexcept = default;
LsmStore::~LsmStore() = default;

StoreCost LsmStore::put(std::string_view key, std::string_view value) {
  store::WriteBatch batch;
  batch.put(key, value);
  return parts_->write(batch);
}

StoreCost LsmStore::erase(std::string_view key) {
  store::WriteBatch batch;
  batch.erase(key);
  return parts_->write(batch);
}

StoreCost LsmStore::get(std::string_view key, std::optional<std::string>& value) {
  Call call(parts_->disk);
  call.cache = &parts_->cache;
  std::string held;
  const auto found = parts_->db->get(call, key, held);
  SYSTEMSIM_ASSERT(found.ok());
  value = found.value() ? std::optional(std::move(held)) : std::nullopt;
  parts_->reads += call.counters;
  return cost_of(call);
}

void LsmStore::crash() {
  parts_->before += parts_->db->counters();
  parts_->disk.lose_unsynced();
  parts_->cache = store::BlockCache(kCacheBytes);
  parts_->unsynced = 0;
  store::Options options = tree_options();
  options.read_only = true;
  (void)parts_->open(options);  // nobody waits for who looks on
  Call call(parts_->disk);
  parts_->db->close(call);
}

StoreCost LsmStore::restart() { return parts_->open(tree_options()); }

void LsmStore::peek(std::string_view key, std::optional<std::string>& value) const {
  Call call(parts_->disk);
  std::string held;
  const auto found = parts_->db->get(call, key, held);
  SYSTEMSIM_ASSERT(found.ok());
  value = found.value() ? std::optional(std::move(held)) : std::nullopt;
}

std::vector<std::pair<std::string, std::string>> LsmStore::everything() const {
  Call call(parts_->disk);
  std::vector<std::pair<std::string, std::string>> all;
  store::DbCursor cursor = parts_->db->cursor(call);
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    all.emplace_back(cursor.key(), cursor.value());
  }
  SYSTEMSIM_ASSERT(cursor.error() == nullptr);
  return all;
}

LsmReport LsmStore::report() const {
  const store::Db& db = *parts_->db;
  store::WriteCounters writes = parts_->before;
  writes += db.counters();
  LsmReport report;
  report.memtable_entries = db.memtable_entries();
  report.memtable_bytes = db.memtable_bytes();
  for (const store::Files& files : db.version().levels) {
    report.levels.push_back({static_cast<uint32_t>(files.size()), store::total_bytes(files)});
  }
  report.disk_bytes = parts_->disk.size_bytes();
  report.user_bytes = writes.user_bytes;
  report.log_bytes = writes.log_bytes;
  report.flushes = writes.flushes;
  report.compactions = writes.compactions;
  report.table_bytes_written = writes.flushed_bytes + writes.compaction_written_bytes;
  report.blocks_read = parts_->reads.blocks_read;
  report.blocks_cached = parts_->reads.blocks_cached;
  report.filters_asked = parts_->reads.filters_asked;
  report.filters_denied = parts_->reads.filters_denied;
  return report;
}

uint32_t LsmStore::tables() const {
  uint32_t tables = 0;
  for (const store::Files& files : parts_->db->version().levels) {
    tables += static_cast<uint32_t>(files.size());
  }
  return tables;
}

store::MemoryEnv& LsmStore::disk() const { return parts_->disk; }

void LsmStore::walk_into(StateArchive& archive) const { Parts::visit(*parts_, archive); }
void LsmStore::walk_into(SizeArchive& archive) const { Parts::visit(*parts_, archive); }

}  // namespace systemsim
