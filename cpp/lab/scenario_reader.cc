#include <algorithm>
#include <cmath>

#include "base/ids.h"
#include "base/murmur3.h"
#include "base/sort.h"
#include "base/zipf.h"
#include "lab/scenario.h"
#include "lab/scenario_fields.h"
#include "lab/setup_names.h"
#include "sim/five_records.h"

namespace systemsim {
namespace {

const std::vector<const char*> kModes = {"leaderless", "single_owner"};
const std::vector<const char*> kPlaces = {"outside", "any", "replica"};
const std::vector<const char*> kLocalLegs = {"sampled", "zero"};
constexpr uint32_t kMostUnsynced = 1000;
constexpr uint64_t kMostMemoryBytes = 1ULL << 30;  // of one machine
const std::vector<const char*> kFanouts = {"all", "quorum"};
const std::vector<const char*> kReadRepairs = {"off", "background", "blocking"};
const std::vector<const char*> kVersions = {"lww", "logical", "vector-clocks", "dotted"};
const std::vector<const char*> kWithoutQuorum = {"refuse", "answer"};
const std::vector<const char*> kResolves = {"none", "latest", "union"};

const std::vector<const char*> kTraffics = {"keys", "five-records"};
const std::vector<const char*> kLoops = {"closed", "open"};
const std::vector<const char*> kKeysDrawn = {"uniform", "zipf", "hot"};
// What a call is told when too few replicas have answered.
void read_patience(Fields& fields, CoordinatorSettings& out) {
  const bool has_patience = fields.take("patience_ms") != nullptr;
  read_time(fields, "patience_ms", out.patience_us, out.timeout_us);
  if (fields.ok() && has_patience && out.patience_us == 0) {
    fields.fail("patience_ms", "0 is too small; the least is 0.001");
  }
  auto without_quorum = static_cast<uint32_t>(out.without_quorum);
  fields.choice("without_quorum", without_quorum, kWithoutQuorum);
  out.without_quorum = static_cast<WithoutQuorum>(without_quorum);
  if (!fields.ok() || out.without_quorum == WithoutQuorum::refuse) return;
  if (!has_patience) {
    fields.fail("without_quorum", "\"answer\" needs patience_ms: when to do without a quorum");
  } else if (out.write_back || out.versions == Versions::logical) {
    fields.fail("without_quorum",
                "write_back and logical versions stand on quorums; beside them "
                "a call without one is refused");
  }
}

// When vector clocks forget.
void read_prune(Fields& fields, MaybeError& error, CoordinatorSettings& out) {
  const Json* json = fields.take("prune");
  if (json == nullptr) return;
  if (out.versions != Versions::vector_clocks) {
    fields.fail("prune", "belongs to versions \"vector-clocks\" alone");
  }
  Fields inner(*json, fields.pointer("prune"), error);
  inner.integer("small", out.prune.small, 0, Limits::kNodes);
  inner.integer("big", out.prune.big, 0, Limits::kNodes);
  read_time(inner, "young_ms", out.prune.young_us, Limits::kTimeUs);
  read_time(inner, "old_ms", out.prune.old_us, Limits::kTimeUs);
  inner.finish();
}

// How calls are coordinated.
void read_calls(Fields& fields, MaybeError& error, CoordinatorSettings& out) {
  read_time(fields, "timeout_ms", out.timeout_us, 3'600'000'000ULL);
  if (fields.ok() && out.timeout_us == 0) {
    fields.fail("timeout_ms", "0 is too small; the least is 0.001");
  }
  fields.integer("retries", out.retries, 0, CoordinatorSettings::kMostRetries);
  if (out.has_owners()) {
    for (const char* name : {"fanout", "read_repair", "write_back", "versions", "prune", "resolve",
                             "patience_ms", "without_quorum"}) {
      refuse_where(fields, name, true);
    }
    read_time(fields, "lease_ms", out.lease_us, 3'600'000'000ULL);
    if (fields.ok() && out.lease_us == 0) {
      fields.fail("lease_ms", "0 is too small; the least is 0.001");
    }
    return;
  }
  refuse_where(fields, "lease_ms", false);
  const auto choose = [&](const char* name, auto& choice, const std::vector<const char*>& names) {
    auto index = static_cast<uint32_t>(choice);
    fields.choice(name, index, names);
    choice = static_cast<std::remove_reference_t<decltype(choice)>>(index);
  };
  choose("fanout", out.fanout, kFanouts);
  choose("read_repair", out.read_repair, kReadRepairs);
  fields.boolean("write_back", out.write_back);
  choose("versions", out.versions, kVersions);
  if (fields.ok() && out.write_back && out.read_repair != ReadRepair::off) {
    fields.fail("read_repair",
                "write_back stores what is read on w replicas; beside it read_repair is "
                "off");
  }
  read_prune(fields, error, out);
  read_patience(fields, out);
}

// What each machine keeps its copies in.
void read_store(Fields& fields, const CoordinatorSettings& calls, StoreSettings& out) {
  auto engine = static_cast<uint32_t>(out.engine);
  fields.choice("store", engine, kStoreNames);
  out.engine = static_cast<StoreEngine>(engine);
  const bool known = out.engine == StoreEngine::lsm     ? LsmStore::available()
                     : out.engine == StoreEngine::tiers ? TierStore::available()
                                                        : true;
  if (fields.ok() && !known) {
    fields.fail("store", kNoStore);
  }
  const bool tiers = out.engine == StoreEngine::tiers;
  if (fields.take("memory_bytes") == nullptr) {
    if (tiers) fields.fail("memory_bytes", "missing; tiers need to know how much memory they have");
  } else if (!tiers) {
    fields.fail("memory_bytes", "belongs to the store \"tiers\" alone");
  }
  fields.integer("memory_bytes", out.memory_bytes, uint64_t{0}, kMostMemoryBytes);
  fields.boolean("log", out.log);
  if (fields.ok() && !out.log) {
    if (out.engine != StoreEngine::hash) {
      fields.fail("log",
                  "belongs to the store \"hash\" alone; the others cannot do without theirs");
    } else if (calls.single_owner) {
      fields.fail("log", "an owner's log must not be forgotten");
    }
  }
  fields.integer("sync_every", out.sync_every, 1, kMostUnsynced);
  if (!fields.ok() || out.sync_every == 1) return;
  if (out.engine == StoreEngine::hash) {
    fields.fail("sync_every",
                "belongs to the stores \"lsm\" and \"tiers\"; the hash table syncs every write");
  } else if (calls.has_owners() || keeps_siblings(calls.versions)) {
    fields.fail("sync_every",
                "an owner's log, and the dots of siblings, must not be forgotten: with them every "
                "write is synced");
  }
}

// `clocks`: the list of those that are wrong, if any; it is read when clients have been counted.
void read_cluster(const Json& json, const std::string& path, MaybeError& error,
                  ClusterSettings& out, const Json*& clocks) {
  Fields fields(json, path, error);
  const bool has_n = fields.take("n") != nullptr;
  const bool has_w = fields.take("w") != nullptr;
  const bool has_r = fields.take("r") != nullptr;
  uint32_t mode = 0;
  fields.choice("mode", mode, kModes);
  out.calls.single_owner = mode == 1;
  if (fields.ok() && mode == 1 && !Owner::available()) {
    fields.fail("mode", kNoOwners);
  }
  if (out.calls.has_owners()) {
    for (const char* name : {"w", "r", "pending_writes", "local_leg"}) {
      refuse_where(fields, name, true);
    }
    out.coordinator = CoordinatorPlace::replica;
  }
  fields.integer("nodes", out.nodes, 1, Limits::kNodes);
  read_ring(fields, out.nodes, out.ring);
  // What is not given is as large as what is given allows.
  if (!has_n) out.n = std::min(out.n, out.nodes);
  fields.integer("n", out.n, 1, Limits::kCopies);
  if (!has_w) out.w = std::min(out.w, out.n);
  if (!has_r) out.r = std::min(out.r, out.n);
  if (out.calls.has_owners()) {
    out.w = out.n / 2 + 1;  // a majority has what is done
    out.r = 1;              // the owner reads by itself
  }
  fields.integer("w", out.w, 1, Limits::kCopies);
  fields.integer("r", out.r, 1, Limits::kCopies);
  fields.boolean("pending_writes", out.pending_writes);
  fields.boolean("epoch_fence", out.epoch_fence);
  auto place = static_cast<uint32_t>(out.coordinator);
  fields.choice("coordinator", place, kPlaces);
  out.coordinator = static_cast<CoordinatorPlace>(place);
  if (fields.ok() && out.calls.has_owners() && out.coordinator == CoordinatorPlace::outside) {
    fields.fail("coordinator",
                "where each range has one owner, a client asks a machine; expected any or replica");
  }
  auto local_leg = static_cast<uint32_t>(out.local_leg);
  fields.choice("local_leg", local_leg, kLocalLegs);
  out.local_leg = static_cast<LocalLeg>(local_leg);
  read_calls(fields, error, out.calls);
  read_store(fields, out.calls, out.store);
  read_healing(fields, error, out);
  auto resolve = static_cast<uint32_t>(out.resolve);
  fields.choice("resolve", resolve, kResolves);
  out.resolve = static_cast<Resolve>(resolve);
  if (out.resolve != Resolve::none && !keeps_siblings(out.calls.versions)) {
    fields.fail("resolve", kOnlySiblings);
  }
  clocks = take_list(fields, "clocks", Limits::kNodes + Limits::kClients);
  fields.finish();
  if (!fields.ok()) return;
  const auto more_than = [&](const char* name, uint32_t value, const char* other, uint32_t most) {
    if (value > most) {
      fields.fail(name, text_of(value) + " is more than " + other + ", which is " + text_of(most));
    }
  };
  more_than("n", out.n, "nodes", out.nodes);
  more_than("w", out.w, "n", out.n);
  more_than("r", out.r, "n", out.n);
}

// What the PBS paper adds to a message between data centres, one way.
constexpr double kWanMs = 75.0;

// Extra time between data centres: one number for all pairs, or a row for each. The profile "wan"
// has that of its paper where nothing is said.
void read_between(Fields& fields, uint32_t data_centres, bool wan, std::vector<double>& out) {
  const Json* json = fields.take("between_ms");
  const auto all_pairs = [&](double ms) {
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = i / data_centres == i % data_centres ? 0.0 : ms;
    }
  };
  if (json == nullptr) {
    if (!wan || data_centres == 1) return;
    out.assign(size_t{data_centres} * data_centres, 0.0);
    return all_pairs(kWanMs);
  }
  const std::string path = fields.pointer("between_ms");
  const auto number = [&](const Json& value, const std::string& at) {
    const bool is_number = value.type == Json::Type::integer || value.type == Json::Type::number;
    if (!is_number || !(value.number >= 0.0 && value.number <= kMaxMeanMs)) {
      fields.fail(bad_input(at, "expected a number from 0 to 60000, found " + quote(value)));
    }
    return value.number;
  };
  out.assign(size_t{data_centres} * data_centres, 0.0);
  if (json->type != Json::Type::array) return all_pairs(number(*json, path));
  const auto is_row = [&](const Json& row) {
    return row.type == Json::Type::array && row.items.size() == data_centres;
  };
  if (!is_row(*json) || !std::all_of(json->items.begin(), json->items.end(), is_row)) {
    const std::string size = text_of(data_centres);
    fields.fail(bad_input(path, "expected a number, or " + size + " lists of " + size +
                                    " numbers, one for each data centre"));
    return;
  }
  for (size_t i = 0; i < out.size() && fields.ok(); ++i) {
    const size_t row = i / data_centres;
    const size_t column = i % data_centres;
    out[i] = number(json->items[row].items[column], pointer_to(pointer_to(path, row), column));
  }
}

// A field that only one way of drawing keys has; where another is chosen it is a complaint.
void read_share_of(Fields& fields, const char* name, double& out, double low, double high,
                   const Workload& workload, KeysDrawn owner) {
  if (fields.take(name) == nullptr) return;
  if (workload.keys_drawn != owner) {
    fields.fail(name, std::string("belongs to keys_drawn \"") +
                          kKeysDrawn[static_cast<size_t>(owner)] + "\" alone");
  }
  fields.number(name, out, low, high);
}

void read_workload(const Json& json, const std::string& path, MaybeError& error, bool single_owner,
                   Workload& out) {
  Fields fields(json, path, error);
  fields.integer("clients", out.clients, 1, Limits::kClients);
  read_time(fields, "duration_ms", out.duration_us, Limits::kTimeUs);
  auto loop = static_cast<uint32_t>(out.loop);
  fields.choice("loop", loop, kLoops);
  out.loop = static_cast<Loop>(loop);
  fields.number("think_ms", out.think_ms, 0.0, 3'600'000.0);
  auto traffic = static_cast<uint32_t>(out.traffic);
  fields.choice("traffic", traffic, kTraffics);
  out.traffic = static_cast<Traffic>(traffic);
  for (const char* name :
       {"read_share", "keys", "keys_drawn", "zipf_exponent", "hot_share", "value_bytes"}) {
    if (out.traffic != Traffic::keys && fields.take(name) != nullptr) {
      fields.fail(name, "belongs to the traffic \"keys\" alone");
    }
  }
  fields.boolean("conditional", out.conditional);
  if (fields.ok() && out.conditional && (!single_owner || out.traffic != Traffic::five_records)) {
    fields.fail("conditional",
                "belongs to the traffic \"five-records\" where each range has one owner "
                "(cluster/mode \"single_owner\")");
  }
  if (fields.take("turn_ms") != nullptr) {
    out.turn_ms = out.think_ms;
    fields.number("turn_ms", *out.turn_ms, 0.0, 3'600'000.0);
    if (fields.ok() && (out.traffic != Traffic::five_records || out.loop != Loop::closed)) {
      fields.fail("turn_ms", "belongs to the traffic \"five-records\" in a closed loop");
    }
  }
  fields.number("read_share", out.read_share, 0.0, 1.0);
  fields.integer("keys", out.keys, 1, Limits::kKeys);
  auto keys_drawn = static_cast<uint32_t>(out.keys_drawn);
  fields.choice("keys_drawn", keys_drawn, kKeysDrawn);
  out.keys_drawn = static_cast<KeysDrawn>(keys_drawn);
  read_share_of(fields, "zipf_exponent", out.zipf_exponent, Zipf::kLeastExponent,
                Zipf::kMostExponent, out, KeysDrawn::zipf);
  read_share_of(fields, "hot_share", out.hot_share, 0.0, 1.0, out, KeysDrawn::hot);
  fields.integer("value_bytes", out.value_bytes, 1, Limits::kRecordBytes - 16);
  fields.finish();
}

// Puts those of the five records in place that the scenario does not have.
void add_five_records(Fields& fields, std::vector<InitialRecord>& records) {
  for (const FiveRecord record : kFiveRecords) {
    const auto is_it = [&](const InitialRecord& other) { return other.key == key_of(record); };
    if (std::any_of(records.begin(), records.end(), is_it)) continue;
    records.push_back({std::string(key_of(record)), std::string(first_value_of(record))});
  }
  if (records.size() > Limits::kRecords) {
    fields.fail("records", text_of(records.size()) +
                               " entries with the five records; that is more than " +
                               text_of(Limits::kRecords));
  }
}

// What the workload may ask of the cluster as a whole.
void check_workload(Fields& fields, const Setup& setup) {
  const Workload& traffic = setup.workload;
  if (fields.ok() && static_cast<uint64_t>(traffic.keys) * traffic.value_bytes * setup.cluster.n >
                         Limits::kHeldBytes) {
    fields.fail("workload", "keys times value_bytes times n is more than " +
                                text_of(Limits::kHeldBytes) +
                                " bytes, the most that a run may hold");
  }
  const double tries = setup.cluster.calls.retries + 1;
  const double waiting_ms =
      static_cast<double>(setup.cluster.calls.timeout_us) / 1000.0 * tries * traffic.clients;
  if (fields.ok() && traffic.loop == Loop::open &&
      waiting_ms > Limits::kOpenCalls * traffic.think_ms) {
    fields.fail(bad_input(pointer_to(fields.pointer("workload"), "think_ms"),
                          "clients times timeout_ms (of all tries) over think_ms is more than " +
                              text_of(Limits::kOpenCalls) +
                              ", the most calls of an open loop that may wait at once"));
  }
}

// Keys are unique: the second record of a key is refused.
void refuse_doubles(Fields& fields, const std::vector<InitialRecord>& records) {
  std::vector<SortKey> order;
  order.reserve(records.size());
  for (const InitialRecord& record : records) {
    order.push_back({murmur3_hash<>(record.key), 0, static_cast<uint32_t>(order.size())});
  }
  sort_keys(order);
  for (size_t i = 1; i < order.size() && fields.ok(); ++i) {
    if (records[order[i].index].key == records[order[i - 1].index].key) {
      fields.fail(bad_input(
          pointer_to(pointer_to(fields.pointer("records"), order[i].index), "key"),
          "is also the key of record " + text_of(order[i - 1].index) + "; keys are unique"));
    }
  }
}

// The clocks of `list` (cluster/clocks), each of another owner.
void read_clocks(const Json& list, const std::string& path, MaybeError& error, Setup& setup) {
  const Named named = named_in(setup, {});
  for (size_t i = 0; i < list.items.size() && !error; ++i) {
    Fields fields(list.items[i], pointer_to(path, i), error);
    WrongClock clock;
    clock.owner = read_owner(fields, named, error);
    read_clock(fields, clock.skew_us, clock.drift_ppm);
    fields.finish();
    for (const WrongClock& other : setup.cluster.clocks) {
      if (fields.ok() && other.owner == clock.owner) {
        fields.fail("node", endpoint_name(clock.owner) + " has a clock in this list already");
      }
    }
    setup.cluster.clocks.push_back(clock);
  }
}

}  // namespace

void read_ring(Fields& fields, uint32_t nodes, RingSettings& out) {
  fields.integer("vnodes", out.vnodes, 1, Limits::kVnodes);
  fields.integer("ring_seed", out.ring_seed, uint64_t{0}, Limits::kMaxInteger);
  fields.integer("racks", out.topology.racks, 1, Limits::kNodes);
  fields.integer("data_centres", out.topology.data_centres, 1, Limits::kDataCentres);
  fields.boolean("skip_same_machine", out.skip_same_machine);
  fields.boolean("skip_same_rack", out.skip_same_rack);
  if (const Json* weights = take_list(fields, "weights", Limits::kNodes)) {
    for (size_t i = 0; i < weights->items.size() && fields.ok(); ++i) {
      const Json& weight = weights->items[i];
      if (!(weight.number >= 0.01 && weight.number <= 100.0)) {
        fields.fail(bad_input(pointer_to(fields.pointer("weights"), i),
                              "expected a number from 0.01 to 100, found " + quote(weight)));
      }
      out.weights.push_back(weight.number);
    }
  }
  uint64_t points = 0;
  for (uint32_t i = 0; i < nodes; ++i) points += out.points_of(static_cast<Endpoint>(i));
  if (fields.ok() && points > Limits::kRingPoints) {
    fields.fail("vnodes", "the ring would have " + text_of(points) + " points; the most is " +
                              text_of(Limits::kRingPoints));
  }
}

Result<Scenario> read_scenario(const Json& json, const std::string& path) {
  MaybeError error;
  Fields fields(json, path, error);
  Scenario scenario;
  Setup& setup = scenario.setup;
  uint32_t version = kScenarioVersion;
  fields.integer("version", version, 0, 1'000'000);
  if (fields.ok() && version != kScenarioVersion) {
    fields.fail("version", text_of(version) + " is not a version that this engine reads (1)");
  }
  fields.text("title", scenario.title, 200);
  fields.integer("seed", setup.seed, uint64_t{0}, Limits::kMaxInteger);
  const Json* clocks = nullptr;
  if (const Json* cluster = fields.take("cluster")) {
    read_cluster(*cluster, fields.pointer("cluster"), error, setup.cluster, clocks);
  }
  if (const Json* network = fields.take("network")) {
    Fields inner(*network, fields.pointer("network"), error);
    if (const Json* latency = inner.take("latency")) {
      read_latency(*latency, inner.pointer("latency"), error, setup.latency);
    }
    inner.number("loss", setup.loss, 0.0, 1.0);
    inner.number("duplicates", setup.duplicates, 0.0, 1.0);
    if (const Json* spikes = inner.take("spikes")) {
      setup.spikes = read_spikes(*spikes, inner.pointer("spikes"), error);
    }
    read_between(inner, setup.cluster.ring.topology.data_centres,
                 setup.latency.base.profile == Profile::wan, setup.between_ms);
    inner.finish();
  }
  auto disk = static_cast<uint32_t>(setup.disk);
  fields.choice("disk", disk, kDiskNames);
  setup.disk = static_cast<DiskModel>(disk);
  if (const Json* workload = fields.take("workload")) {
    read_workload(*workload, fields.pointer("workload"), error, setup.cluster.calls.has_owners(),
                  setup.workload);
  }
  check_workload(fields, setup);
  read_upkeep(fields, error, setup);
  if (fields.ok() && setup.cluster.coordinator != CoordinatorPlace::outside) {
    check_stamped_once(fields, pointer_to(fields.pointer("cluster"), "versions"), setup);
  }
  if (clocks != nullptr && fields.ok()) {
    read_clocks(*clocks, pointer_to(fields.pointer("cluster"), "clocks"), error, setup);
  }
  if (const Json* records = take_list(fields, "records", Limits::kRecords)) {
    for (size_t i = 0; i < records->items.size() && !error; ++i) {
      Fields one(records->items[i], pointer_to(fields.pointer("records"), i), error);
      InitialRecord record;
      read_record(one, true, record.key, record.value);
      one.finish();
      setup.records.push_back(std::move(record));
    }
  }
  refuse_doubles(fields, setup.records);
  if (fields.ok() && setup.workload.traffic == Traffic::five_records) {
    add_five_records(fields, setup.records);
  }
  if (const Json* actions = take_list(fields, "actions", Limits::kActions)) {
    for (size_t i = 0; i < actions->items.size() && !error; ++i) {
      auto action = read_action(actions->items[i], pointer_to(fields.pointer("actions"), i), setup,
                                scenario.actions, 0);
      if (!action) {
        fields.fail(action.error());
        break;
      }
      scenario.actions.push_back(std::move(action).value());
    }
    if (!error) error = clash_of_ids(scenario.actions, fields.pointer("actions"));
    if (const auto clash = clash_of_changes(scenario.actions, setup); clash && !error) {
      error = clash->error;
      error->path = pointer_to(fields.pointer("actions"), clash->index);
    }
  }
  fields.finish();
  if (error) return *error;
  return scenario;
}

Result<Scenario> parse_scenario(std::string_view json) {
  auto tree = parse_json(json);
  if (!tree) return tree.error();
  return read_scenario(tree.value(), "");
}

}  // namespace systemsim
