#include "lab/lookups.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/draw.h"
#include "base/math.h"
#include "sim/disk.h"

namespace systemsim {
namespace {

constexpr uint64_t kFillOrder = 0;  // SampleTree::order()

// Tells the steps of a read as JSON.
class StepTeller : public store::StoreObserver {
 public:
  explicit StepTeller(const store::Version& version) : version_(version) { writer_.begin_array(); }

  void happened(const store::StoreEvent& event) override {
    using Event = store::StoreEvent;
    switch (event.kind) {
      case Event::memtable_search:
        writer_.begin_object().field("step", "memtable").field("found", event.yes);
        break;
      case Event::filter:
        begin("filter", event.file);
        writer_.field("maybe", event.yes);
        break;
      case Event::block_read:
        begin("block", event.file);
        writer_.field("offset", event.offset).field("bytes", event.bytes);
        break;
      case Event::table_search:
        begin("table", event.file);
        writer_.field("found", event.yes);
        break;
      default:
        return;
    }
    writer_.end_object();
  }
  std::string take() { return writer_.end_array().take(); }

 private:
  void begin(const char* step, uint64_t file) {
    writer_.begin_object().field("step", step).field("level", level_of(file)).field("file", file);
  }
  uint32_t level_of(uint64_t file) const {
    for (uint32_t level = 0; level < store::kLevels; ++level) {
      for (const store::FilePtr& one : version_.levels[level]) {
        if (one->number == file) return level;
      }
    }
    SYSTEMSIM_ASSERT(false);
    return 0;
  }

  const store::Version& version_;
  JsonWriter writer_;
};

// How often a filter of so many bits a key says "perhaps" of a key that it does not have, with the
// probes that LevelDB makes (util/bloom.cc; Broder and Mitzenmacher, 2004, section 2).
double false_positives_in_theory(uint32_t bloom_bits) {
  const uint32_t probes = std::clamp(bloom_bits * 69 / 100, 1U, 30U);
  const double set = 1.0 - portable_exp(-static_cast<double>(probes) / bloom_bits);
  double all = 1.0;
  for (uint32_t i = 0; i < probes; ++i) all *= set;
  return all;
}

}  // namespace

Result<Lookups> Lookups::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  Lookups made;
  made.tree_.read(fields);
  fields.integer("reads", made.reads_, 1U, kMaxReads);
  fields.integer("bloom_bits", made.bloom_bits_, 0U, kMaxBits);
  fields.integer("show", made.show_, 0U, made.reads_ - 1);
  fields.boolean("each_bits", made.each_bits_);
  fields.finish();
  if (error) return *error;
  return made;
}

void Lookups::advance(uint64_t budget) {
  const uint64_t end = done_ + std::min(budget, total() - done_);
  for (; done_ < end; ++done_) {
    if (done_ == 0) {
      asked_ = measure(bloom_bits_);
    } else {
      each_.push_back(measure(static_cast<uint32_t>(done_ - 1)));
    }
  }
}

Lookups::Tree Lookups::measure(uint32_t bloom_bits) const {
  store::MemoryEnv disk;
  store::Call call(disk);
  auto opened = store::Db::open(call, SampleTree::options(bloom_bits));
  SYSTEMSIM_ASSERT(opened.ok());
  store::Db& db = opened.value();
  for (const uint32_t record : tree_.order(kFillOrder)) {
    const Outcome put = db.put(call, SampleTree::key(record), tree_.value(record));
    SYSTEMSIM_ASSERT(put.ok());
  }
  Tree tree;
  tree.bloom_bits = bloom_bits;
  JsonWriter levels;
  write_levels(levels, db.version());
  tree.levels = levels.take();
  for (const store::Files& files : db.version().levels) {
    tree.table_bytes += store::total_bytes(files);
  }
  look(disk, db, true, tree.hit);
  look(disk, db, false, tree.miss);
  return tree;
}

uint32_t Lookups::record_of(bool hits, uint32_t read) const {
  const uint64_t root = child_key(root_key(tree_.seed, Stream::operation), hits ? 1 : 2);
  return static_cast<uint32_t>(((child_key(root, read) >> 32) * tree_.keys) >> 32);
}

void Lookups::look(store::MemoryEnv& disk, const store::Db& db, bool hits, Kind& kind) const {
  std::string value;
  for (uint32_t i = 0; i < reads_; ++i) {
    const uint32_t record = record_of(hits, i);
    const std::string key = hits ? SampleTree::key(record) : SampleTree::missing_key(record);
    store::Call call(disk);
    std::optional<StepTeller> teller;
    if (i == show_) call.observer = &teller.emplace(db.version());
    const auto found = db.get(call, key, value);
    SYSTEMSIM_ASSERT(found.ok() && found.value() == hits);
    SYSTEMSIM_ASSERT(!hits || value == tree_.value(record));
    const uint64_t us = disk_time_us(DiskModel::ssd, call.cost);
    const uint64_t blocks = call.counters.blocks_read;
    kind.found += found.value() ? 1 : 0;
    // What is in no table and was found is in the memtable.
    kind.in_memory += found.value() && blocks == 0 ? 1 : 0;
    kind.counters += call.counters;
    kind.cost += call.cost;
    kind.us += us;
    if (kind.reads_by_blocks.size() <= blocks) kind.reads_by_blocks.resize(blocks + 1);
    ++kind.reads_by_blocks[blocks];
    if (!teller) continue;
    JsonWriter writer;
    writer.begin_object().field("key", key).field("found", found.value());
    writer.field("blocks", blocks).field("us", us);
    kind.shown = writer.key("steps").json(teller->take()).end_object().take();
  }
}

void Lookups::write_kind(JsonWriter& writer, const Kind& kind) const {
  const store::ReadCounters& counters = kind.counters;
  writer.begin_object().field("reads", reads_).field("found", kind.found);
  writer.field("in_memory", kind.in_memory).key("filters").begin_object();
  writer.field("asked", counters.filters_asked).field("denied", counters.filters_denied);
  writer.field("wrong", counters.filters_wrong).end_object();
  writer.field("blocks", counters.blocks_read).field("bytes", counters.bytes_read);
  writer.key("reads_by_blocks").begin_array();
  for (const uint64_t reads : kind.reads_by_blocks) writer.value(reads);
  writer.end_array().field("blocks_a_read", static_cast<double>(counters.blocks_read) / reads_);
  writer.field("us_a_read", static_cast<double>(kind.us) / reads_).end_object();
}

void Lookups::write_tree(JsonWriter& writer, const Tree& tree) const {
  writer.field("bloom_bits", tree.bloom_bits).key("levels").json(tree.levels);
  writer.field("table_bytes", tree.table_bytes).key("hit");
  write_kind(writer, tree.hit);
  writer.key("miss");
  write_kind(writer, tree.miss);
  const store::ReadCounters& misses = tree.miss.counters;
  writer.key("false_positives").begin_object().field("asked", misses.filters_asked);
  writer.field("wrong", misses.filters_wrong).key("measured");
  const auto asked = static_cast<double>(misses.filters_asked);
  asked > 0 ? writer.value(static_cast<double>(misses.filters_wrong) / asked) : writer.null();
  writer.key("theory");
  tree.bloom_bits > 0 ? writer.value(false_positives_in_theory(tree.bloom_bits)) : writer.null();
  writer.end_object().key("miss_over_hit");
  const auto hit_us = static_cast<double>(tree.hit.us);
  hit_us > 0 ? writer.value(static_cast<double>(tree.miss.us) / hit_us) : writer.null();
}

void Lookups::write(JsonWriter& writer) const {
  tree_.write(writer);
  writer.field("reads", reads_);
  if (!finished()) return;
  write_tree(writer, *asked_);
  writer.key("shown").begin_object().key("hit").json(asked_->hit.shown);
  writer.key("miss").json(asked_->miss.shown).end_object();
  if (!each_bits_) return;
  writer.key("each_bits").begin_array();
  for (const Tree& tree : each_) {
    writer.begin_object();
    write_tree(writer, tree);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace systemsim
