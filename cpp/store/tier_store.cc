#include "store/tier_store.h"

#include "base/assert.h"
#include "store/memory_env.h"
#include "store/tiered_store.h"

namespace systemsim {
namespace {

// A disk in memory neither fails nor fills up, and what was written to it is what is read.
StoreCost cost_of(const Result<StoreCost>& done) {
  SYSTEMSIM_ASSERT(done.ok());
  return done.value();
}

}  // namespace

struct TierStore::Parts {
  [[nodiscard]] StoreCost open() {
    StoreCost cost;
    auto opened = store::TieredStore::open(disk, options, cost);
    SYSTEMSIM_ASSERT(opened.ok());
    table.emplace(std::move(opened).value());
    return cost;
  }
  // What became garbage is reclaimed besides.
  StoreCost and_tidy(StoreCost cost) {
    if (table->wants_tidying()) cost += cost_of(table->tidy(disk)).as_background();
    return cost;
  }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.disk, *self.table);
  }

  store::MemoryEnv disk;
  store::TierOptions options;
  std::optional<store::TieredStore> table;  // always there
};

bool TierStore::available() { return true; }

TierStore::TierStore(uint64_t memory_bytes, uint32_t sync_every)
    : parts_(std::make_unique<Parts>()) {
  parts_->options.memory_bytes = memory_bytes;
  parts_->options.sync_every = sync_every;
  // What a scenario limits are the pairs of its clients; a copy has its version or siblings
  // besides.
  parts_->options.max_pair_bytes = store::kMostTierBytes;
  (void)parts_->open();  // before time begins
}
TierStore::TierStore(const TierStore& other) : parts_(std::make_unique<Parts>(*other.parts_)) {}
TierStore& TierStore::operator=(const TierStore& other) {
  if (this != &other) parts_ = std::make_unique<Parts>(*other.parts_);
  return *this;
}
TierStore::TierStore(TierStore&&) noexcept = default;
TierStore& TierStore::operator=(TierStore&&) noexcept = default;
TierStore::~TierStore() = default;

StoreCost TierStore::put(std::string_view key, std::string_view value) {
  return parts_->and_tidy(cost_of(parts_->table->put(parts_->disk, key, value)));
}

StoreCost TierStore::erase(std::string_view key) {
  return parts_->and_tidy(cost_of(parts_->table->erase(parts_->disk, key)));
}

StoreCost TierStore::get(std::string_view key, std::optional<std::string>& value) {
  return cost_of(parts_->table->get(parts_->disk, key, value));
}

void TierStore::crash() {
  parts_->disk.lose_unsynced();
  (void)parts_->open();  // nobody waits for who looks on
}

StoreCost TierStore::restart() { return parts_->open(); }

void TierStore::peek(std::string_view key, std::optional<std::string>& value) const {
  auto found = parts_->table->peek(parts_->disk, key);
  SYSTEMSIM_ASSERT(found.ok());
  value = std::move(found).value();
}

std::vector<std::pair<std::string, std::string>> TierStore::everything() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (uint32_t at = 0; at < parts_->table->size(); ++at) {
    const std::string& key = parts_->table->key(at);
    std::optional<std::string> value;
    peek(key, value);
    all.emplace_back(key, std::move(*value));
  }
  return all;
}

TierReport TierStore::report() const {
  const store::TieredStore& table = *parts_->table;
  return {.keys = table.size(),
          .in_memory = table.in_memory_count(),
          .memory_bytes = table.memory_bytes(),
          .log_bytes = table.log_bytes(),
          .live_bytes = table.live_bytes(),
          .hits = table.counts().hits,
          .misses = table.counts().misses,
          .evictions = table.counts().evictions};
}

uint32_t TierStore::segments() const { return parts_->table->segments(); }

void TierStore::walk_into(StateArchive& archive) const { Parts::visit(*parts_, archive); }
void TierStore::walk_into(SizeArchive& archive) const { Parts::visit(*parts_, archive); }

}  // namespace systemsim
