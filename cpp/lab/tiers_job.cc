#include "lab/tiers_job.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/draw.h"
#include "lab/setup_names.h"
#include "lab/shuffled.h"
#include "lab/tally.h"
#include "sim/disk.h"
#include "store/coding.h"

namespace systemsim {
namespace {

constexpr uint64_t kCallUs = 1;  // what a call takes that needs no disk
constexpr uint32_t kNumberBytes = 4;
constexpr uint64_t kLoad = UINT64_MAX;  // the shuffle in which keys are first put
const std::vector<const char*> kTraffics = {"zipf", "even"};
const std::vector<const char*> kEvictions = {"lru", "clock"};

std::string key_name(uint32_t key) { return "key" + std::to_string(key); }

double ms_of(uint64_t us) { return static_cast<double>(us) / 1000.0; }

void write_mean(JsonWriter& writer, const char* name, const std::vector<uint64_t>& took_us) {
  writer.key(name);
  if (took_us.empty()) {
    writer.null();
    return;
  }
  const uint64_t sum = std::accumulate(took_us.begin(), took_us.end(), uint64_t{0});
  writer.value(ms_of(sum) / static_cast<double>(took_us.size()));
}

template <class Counts>
void write_counts(JsonWriter& writer, const char* name, const Counts& counts) {
  writer.key(name).begin_array();
  for (const uint32_t count : counts) writer.value(count);
  writer.end_array();
}

}  // namespace

TiersJob::Settings TiersJob::read_settings(const Json& job, std::optional<Error>& error) {
  Settings settings;
  Fields fields(job, "", error);
  (void)fields.take("job");
  fields.integer("keys", settings.keys, 1, kMaxKeys);
  fields.integer("value_bytes", settings.value_bytes, kNumberBytes, kMaxValueBytes);
  if (fields.ok() && uint64_t{settings.keys} * settings.value_bytes > kMaxBytes) {
    fields.fail("value_bytes", "keys times value_bytes is more than " + std::to_string(kMaxBytes));
  }
  uint32_t traffic = 0;
  fields.choice("traffic", traffic, kTraffics);
  settings.even = traffic == 1;
  if (settings.even && fields.take("exponent") != nullptr) {
    fields.fail("exponent", "even traffic has none");
  }
  fields.number("exponent", settings.exponent, Zipf::kLeastExponent, Zipf::kMostExponent);
  fields.number("reads", settings.reads, 0.0, 1.0);

  store::TierOptions& store = settings.store;
  fields.boolean("log", store.log);
  settings.memory = store.log ? settings.memory : 1.0;
  fields.number("memory", settings.memory, 0.0, 1.0);
  if (!store.log) {
    if (settings.memory < 1.0) {
      fields.fail("memory", "without a log nothing else holds the values: expected 1");
    }
    for (const char* name : {"sync_every", "compress"}) {
      if (fields.take(name) != nullptr) fields.fail(name, "there is no log");
    }
  }
  const double bytes = settings.memory * settings.keys * settings.value_bytes;
  store.memory_bytes = static_cast<uint64_t>(std::floor(bytes + 0.5));
  auto eviction = static_cast<uint32_t>(store.eviction);
  fields.choice("eviction", eviction, kEvictions);
  store.eviction = static_cast<store::Eviction>(eviction);
  fields.integer("sync_every", store.sync_every, 1, kMaxOperations);
  fields.boolean("compress", store.compress);
  auto disk = static_cast<uint32_t>(settings.disk);
  fields.choice("disk", disk, kDiskNames);
  settings.disk = static_cast<DiskModel>(disk);

  fields.integer("warm_up", settings.warm_up, 0, kMaxOperations);
  fields.integer("operations", settings.operations, 1, kMaxOperations);
  if (fields.take("crash_at") != nullptr) {
    settings.crash_at = 0;
    fields.integer("crash_at", *settings.crash_at, 0, settings.operations);
  }
  fields.integer("seed", settings.seed, uint64_t{0}, Limits::kMaxInteger);
  fields.finish();
  return settings;
}

Result<TiersJob> TiersJob::read(const Json& job) {
  std::optional<Error> error;
  const Settings settings = read_settings(job, error);
  if (error) return *error;
  store::MemoryEnv empty;
  StoreCost cost;
  auto store = store::TieredStore::open(empty, settings.store, cost);
  if (!store) return store.error();
  return TiersJob(settings, std::move(store).value());
}

TiersJob::TiersJob(const Settings& settings, store::TieredStore store)
    : settings_(settings),
      zipf_(settings.keys, settings.exponent),
      store_(std::move(store)),
      load_order_(shuffled(settings.keys, settings.seed, Stream::tier_key, kLoad)),
      newest_(settings.keys) {
  read_us_.reserve(settings.operations);
}

uint64_t TiersJob::total() const {
  return uint64_t{settings_.keys} + settings_.warm_up + settings_.operations +
         (settings_.crash_at ? settings_.keys : 0);
}

uint64_t TiersJob::took_us(const StoreCost& cost) const {
  return kCallUs + disk_time_us(settings_.disk, cost);
}

// The write's number, by which it is known again, and then bytes of which half repeat.
std::string TiersJob::value_of(uint32_t key, uint32_t number) const {
  std::string value;
  value.reserve(settings_.value_bytes);
  store::put_fixed32(value, number);
  const size_t drawn = settings_.value_bytes - (settings_.value_bytes - value.size()) / 2;
  for (uint64_t luck = key; value.size() < drawn; luck = mix64(luck + number)) {
    value.push_back(static_cast<char>(luck));
  }
  value.resize(settings_.value_bytes, '.');
  return value;
}

void TiersJob::advance(uint64_t budget) {
  const uint64_t end = done_ + std::min(budget, total() - done_);
  while (done_ < end && !error_) {
    step();
    ++done_;
  }
}

// Operation by operation: the keys' first writes, the warm-up, the counted ones, and where the
// crash is, a look at each key.
void TiersJob::step() {
  uint64_t at = done_;
  if (at < settings_.keys) {
    (void)write(load_order_[at]);
    if (at + 1 == settings_.keys) (void)take(store_.sync(env_));
    return;
  }
  at -= settings_.keys;
  if (at < settings_.warm_up) return call(at, false);
  at -= settings_.warm_up;
  if (settings_.crash_at) {
    const uint64_t from = *settings_.crash_at;
    if (at == from) crash();
    if (at >= from && at < from + settings_.keys) {
      return look_at(static_cast<uint32_t>(at - from));
    }
    if (at >= from) at -= settings_.keys;
  }
  call(settings_.warm_up + at, true);
}

void TiersJob::call(uint64_t operation, bool is_counted) {
  const Entity entity = {operation, 0};
  const uint32_t key = settings_.even
                           ? static_cast<uint32_t>(draw_below(settings_.seed, Stream::tier_key,
                                                              entity, 0, settings_.keys))
                           : zipf_.rank(settings_.seed, Stream::tier_key, entity) - 1;
  if (draw_unit(settings_.seed, Stream::tier_kind, entity, 0) >= settings_.reads) {
    const uint64_t us = write(key);
    if (is_counted) write_us_.push_back(us);
    return;
  }
  const store::TierCounts before = store_.counts();
  std::optional<std::string> value;
  const auto cost = store_.get(env_, key_name(key), value);
  if (!take(cost) || !is_counted) return;
  const uint64_t hits = store_.counts().hits - before.hits;
  hits_ += hits;
  misses_ += store_.counts().misses - before.misses;
  absent_ += store_.counts().absent - before.absent;
  read_us_.push_back(took_us(cost.value()));
  ++asked_[bin_of(key)];
  const uint64_t window = (operation - settings_.warm_up) * kWindows / settings_.operations;
  ++window_reads_[window];
  window_hits_[window] += static_cast<uint32_t>(hits);
}

// Returns how long it took.
uint64_t TiersJob::write(uint32_t key) {
  const uint32_t number = ++writes_;
  const auto cost = store_.put(env_, key_name(key), value_of(key, number));
  if (!take(cost)) return 0;
  newest_[key] = number;
  tidy();
  return took_us(cost.value());
}

void TiersJob::tidy() {
  if (!store_.wants_tidying()) return;
  const auto cost = store_.tidy(env_);
  if (!take(cost) || done_ < settings_.keys + uint64_t{settings_.warm_up}) return;
  background_ += cost.value();
  background_us_ += disk_time_us(settings_.disk, cost.value());
  ++tidied_;
}

void TiersJob::crash() {
  crash_ = Crash{};
  crash_->in_memory = store_.in_memory_count();
  crash_->acknowledged = writes_;
  env_.lose_unsynced();
  StoreCost cost;
  auto again = store::TieredStore::open(env_, settings_.store, cost);
  if (!take(again)) return;
  store_ = std::move(again).value();
  crash_->restart_us = disk_time_us(settings_.disk, cost);
  crash_->log_bytes = store_.log_bytes();
  crash_->in_memory_after = store_.in_memory_count();
}

void TiersJob::look_at(uint32_t key) {
  if (error_) return;
  const auto found = store_.peek(env_, key_name(key));
  if (!take(found)) return;
  const std::optional<std::string>& value = found.value();
  if (store_.in_log(key_name(key))) ++crash_->logged[bin_of(key)];
  const uint32_t number = value ? store::load32(value->data()) : 0;
  crash_->newest = std::max(crash_->newest, number);
  if (number != newest_[key]) {
    ++(value ? crash_->keys_behind : crash_->keys_gone);
    ++crash_->lost[bin_of(key)];
  }
  newest_[key] = number;
}

void TiersJob::write_settings(JsonWriter& writer) const {
  const store::TierOptions& store = settings_.store;
  writer.field("keys", settings_.keys).field("value_bytes", settings_.value_bytes);
  writer.field("traffic", kTraffics[settings_.even ? 1 : 0]);
  if (!settings_.even) writer.field("exponent", settings_.exponent);
  writer.field("reads_share", settings_.reads).field("memory", settings_.memory);
  writer.field("eviction", kEvictions[static_cast<size_t>(store.eviction)]);
  writer.field("log", store.log);
  if (store.log) writer.field("sync_every", store.sync_every).field("compress", store.compress);
  writer.field("disk", name_of(settings_.disk));
  writer.field("warm_up", settings_.warm_up).field("operations", settings_.operations);
  writer.field("seed", settings_.seed);
}

void TiersJob::write(JsonWriter& writer) const {
  if (!finished()) return;
  write_settings(writer);
  if (error_) {
    writer.field("error", error_->message);
    return;
  }
  writer.field("reads", read_us_.size()).field("writes", write_us_.size());
  writer.field("hits", hits_).field("misses", misses_).field("absent", absent_).key("hit_rate");
  if (read_us_.empty()) {
    writer.null();
  } else {
    writer.value(static_cast<double>(hits_) / static_cast<double>(read_us_.size()));
  }
  writer.key("read_ms");
  write_percentiles(writer, read_us_);
  write_mean(writer, "read_mean_ms", read_us_);
  writer.key("write_ms");
  write_percentiles(writer, write_us_);
  write_mean(writer, "write_mean_ms", write_us_);

  Bins held{};
  Bins logged{};
  for (uint32_t key = 0; key < settings_.keys; ++key) {
    const std::string name = key_name(key);
    if (store_.in_memory(name)) ++held[bin_of(key)];
    if (store_.in_log(name)) ++logged[bin_of(key)];
  }
  writer.field("in_memory", store_.in_memory_count()).field("memory_bytes", store_.memory_bytes());
  writer.field("log_bytes", store_.log_bytes()).field("live_bytes", store_.live_bytes());
  writer.key("background").begin_object().field("segments", tidied_);
  writer.field("bytes_read", background_.bytes_read);
  writer.field("bytes_written", background_.bytes_written);
  writer.field("ms", ms_of(background_us_)).end_object();
  write_counts(writer, "asked", asked_);
  write_counts(writer, "held", held);
  write_counts(writer, "logged", logged);
  write_counts(writer, "window_reads", window_reads_);
  write_counts(writer, "window_hits", window_hits_);
  writer.key("crash");
  if (!crash_) {
    writer.null();
    return;
  }
  writer.begin_object().field("at", *settings_.crash_at);
  writer.field("restart_ms", ms_of(crash_->restart_us)).field("log_bytes", crash_->log_bytes);
  writer.field("in_memory", crash_->in_memory);
  writer.field("in_memory_after", crash_->in_memory_after);
  writer.field("keys_gone", crash_->keys_gone).field("keys_behind", crash_->keys_behind);
  writer.field("writes_lost", crash_->acknowledged - crash_->newest);
  write_counts(writer, "logged", crash_->logged);
  write_counts(writer, "lost", crash_->lost);
  writer.end_object();
}

}  // namespace systemsim
