#include "lab/store_view.h"

#include "base/ids.h"
#include "lab/setup_names.h"

namespace systemsim {
namespace {

void write_later(JsonWriter& writer, const char* name, uint64_t at_us, uint64_t now_us) {
  writer.key(name);
  if (at_us > now_us) {
    writer.value(static_cast<double>(at_us) / 1000.0);
  } else {
    writer.null();
  }
}

void write_tree(JsonWriter& writer, const LsmReport& tree) {
  writer.field("memtable_bytes", tree.memtable_bytes);
  writer.field("memtable_entries", tree.memtable_entries).field("disk_bytes", tree.disk_bytes);
  size_t levels = tree.levels.size();
  while (levels > 0 && tree.levels[levels - 1].tables == 0) --levels;
  writer.key("levels").begin_array();
  for (size_t i = 0; i < levels; ++i) {
    writer.begin_object().field("tables", tree.levels[i].tables);
    writer.field("bytes", tree.levels[i].bytes).end_object();
  }
  writer.end_array();
  writer.field("flushes", tree.flushes).field("compactions", tree.compactions);
  writer.field("blocks_read", tree.blocks_read).field("blocks_cached", tree.blocks_cached);
  writer.field("filters_asked", tree.filters_asked).field("filters_denied", tree.filters_denied);
  writer.key("write_amplification");
  if (tree.user_bytes == 0) {
    writer.null();
  } else {
    writer.value(static_cast<double>(tree.log_bytes + tree.table_bytes_written) /
                 static_cast<double>(tree.user_bytes));
  }
}

void write_tiers(JsonWriter& writer, const TierReport& tiers) {
  writer.field("keys", tiers.keys).field("in_memory", tiers.in_memory);
  writer.field("memory_bytes", tiers.memory_bytes).field("log_bytes", tiers.log_bytes);
  writer.field("live_bytes", tiers.live_bytes).field("hits", tiers.hits);
  writer.field("misses", tiers.misses).field("evictions", tiers.evictions);
}

}  // namespace

void write_stores(JsonWriter& writer, const World& world) {
  const StoreEngine engine = world.stage().setup.cluster.store.engine;
  writer.begin_object().field("engine", name_of(engine)).key("machines").begin_array();
  for (size_t node = 0; node < world.machines().size(); ++node) {
    const World::Machine& machine = world.machines()[node];
    const Store& store = machine.node.store();
    writer.begin_object().field("name", endpoint_name(static_cast<Endpoint>(node)));
    writer.field("up", machine.up);
    if (store.has_log()) {
      if (const LsmStore* tree = store.lsm()) write_tree(writer, tree->report());
      if (const TierStore* tiers = store.tiers()) write_tiers(writer, tiers->report());
      write_later(writer, "ready_ms", machine.disk.ready_us(), world.now_us());
      write_later(writer, "background_until_ms", machine.disk.background_until_us(),
                  world.now_us());
    } else {
      uint64_t keys = 0;
      store.for_each([&](std::string_view, std::string_view) { ++keys; });
      writer.field("keys", keys);
    }
    writer.end_object();
  }
  writer.end_array().end_object();
}

}  // namespace systemsim
