#include "lab/healing_names.h"
#include "lab/scenario.h"
#include "lab/setup_names.h"

namespace systemsim {
namespace {

const char* name_of(LocalLeg leg) { return leg == LocalLeg::zero ? "zero" : "sampled"; }

double ms_of(uint64_t us) { return static_cast<double>(us) / 1000.0; }

void write_clock(JsonWriter& writer, Endpoint owner, int64_t skew_us, int32_t drift_ppm) {
  writer.field("node", endpoint_name(owner));
  writer.field("skew_ms", static_cast<double>(skew_us) / 1000.0);
  if (drift_ppm != 0) writer.field("drift_ppm", static_cast<double>(drift_ppm));
}

const char* name_of(ReadRepair repair) {
  return repair == ReadRepair::off          ? "off"
         : repair == ReadRepair::background ? "background"
                                            : "blocking";
}

const char* name_of(Versions versions) {
  return versions == Versions::lww             ? "lww"
         : versions == Versions::logical       ? "logical"
         : versions == Versions::vector_clocks ? "vector-clocks"
                                               : "dotted";
}

// Of `sibling` there is a number instead.
const char* name_of(Resolve resolve) {
  return resolve == Resolve::none ? "none" : resolve == Resolve::latest ? "latest" : "union";
}

template <class T>
void field_unless(JsonWriter& writer, const char* name, const T& value, const T& usual) {
  if (value != usual) writer.field(name, value);
}

void write_choice(JsonWriter& writer, const Latency::Choice& choice) {
  const Latency::Choice usual;
  writer.field("profile", systemsim::name_of(choice.profile));
  switch (choice.profile) {
    case Profile::constant:
    case Profile::exponential:
      writer.field("ms", choice.ms);
      return;
    case Profile::lnkd_ssd:
    case Profile::lnkd_disk:
    case Profile::wan:
      return;
    case Profile::ymmr:
      field_unless(writer, "alpha", choice.alpha, usual.alpha);
      return;
    case Profile::uniform:
      writer.field("min_ms", choice.min_ms).field("max_ms", choice.max_ms);
      return;
    case Profile::pareto:
      writer.field("xm_ms", choice.xm_ms).field("alpha", choice.alpha);
      return;
    case Profile::table:
      writer.key("quantiles").begin_array();
      for (uint32_t i = 0; i < choice.quantiles.count; ++i) {
        const Quantiles::Point& point = choice.quantiles.points[i];
        writer.begin_array().value(point.share).value(point.ms).end_array();
      }
      writer.end_array();
      return;
  }
}

void write_spikes(JsonWriter& writer, const Spikes& spikes) {
  writer.key("spikes").begin_object().field("share", spikes.share);
  writer.field("ms", ms_of(spikes.us)).end_object();
}

void write_detector(JsonWriter& writer, const DetectorOptions& detector) {
  using Kind = DetectorOptions::Kind;
  writer.key("detector").begin_object();
  writer.field("kind", kDetectorNames[static_cast<size_t>(detector.kind)]);
  if (detector.kind == Kind::timeout) {
    writer.field("timeout_ms", ms_of(detector.timeout_us));
  } else {
    writer.field("threshold", detector.threshold);
  }
  if (detector.kind == Kind::normal) {
    writer.field("min_deviation_ms", ms_of(detector.min_deviation_us));
  }
  writer.end_object();
}

void write_healing(JsonWriter& writer, const HealingSettings& healing) {
  const HealingSettings usual;
  if (healing.gossip.every_us > 0) {
    const GossipSettings& gossip = healing.gossip;
    writer.key("gossip").begin_object().field("every_ms", ms_of(gossip.every_us));
    writer.field("spread", kSpreadNames[static_cast<size_t>(gossip.spread)]);
    field_unless(writer, "fanout", gossip.fanout, usual.gossip.fanout);
    if (!gossip.seeds.empty()) {
      writer.key("seeds").begin_array();
      for (const Endpoint seed : gossip.seeds) writer.value(endpoint_name(seed));
      writer.end_array();
    }
    writer.end_object();
    write_detector(writer, healing.detector);
  }
  field_unless(writer, "sloppy", healing.sloppy, usual.sloppy);
  if (healing.hints.on) {
    writer.key("hints").begin_object().field("window_ms", ms_of(healing.hints.window_us));
    writer.field("batch", healing.hints.batch).end_object();
  }
  if (healing.anti_entropy.every_us > 0) {
    const AntiEntropySettings& trees = healing.anti_entropy;
    writer.key("anti_entropy").begin_object().field("every_ms", ms_of(trees.every_us));
    writer.field("fan_out", trees.fan_out).field("depth", trees.depth).end_object();
  }
  if (healing.gc_grace_us > 0) writer.field("gc_grace_ms", ms_of(healing.gc_grace_us));
  field_unless(writer, "rebuild", healing.rebuild, usual.rebuild);
}

void write_nemesis(JsonWriter& writer, const Nemesis& nemesis) {
  if (nemesis.mix == 0) return;
  writer.key("nemesis").begin_object();
  for (const NemesisMix& mix : kNemesisMixes) {
    if (mix.mix == nemesis.mix) writer.field("mix", mix.name);
  }
  if (nemesis.from_us != 0) writer.field("from_ms", ms_of(nemesis.from_us));
  writer.field("until_ms", ms_of(nemesis.until_us));
  writer.field("every_ms", ms_of(nemesis.every_us)).end_object();
}

void write_cluster(JsonWriter& writer, const ClusterSettings& cluster) {
  const ClusterSettings usual;
  writer.key("cluster").begin_object();
  const bool single = cluster.calls.has_owners();
  if (single) writer.field("mode", "single_owner");
  writer.field("nodes", cluster.nodes).field("vnodes", cluster.ring.vnodes);
  writer.field("n", cluster.n);
  if (!single) writer.field("w", cluster.w).field("r", cluster.r);
  write_ring(writer, cluster.ring);
  field_unless(writer, "pending_writes", cluster.pending_writes, usual.pending_writes);
  field_unless(writer, "epoch_fence", cluster.epoch_fence, usual.epoch_fence);
  if (cluster.coordinator != usual.coordinator) {
    writer.field("coordinator", systemsim::name_of(cluster.coordinator));
  }
  if (cluster.local_leg != usual.local_leg) {
    writer.field("local_leg", name_of(cluster.local_leg));
  }
  const CoordinatorSettings& calls = cluster.calls;
  if (calls.timeout_us != usual.calls.timeout_us) {
    writer.field("timeout_ms", ms_of(calls.timeout_us));
  }
  field_unless(writer, "retries", calls.retries, usual.calls.retries);
  if (calls.lease_us != usual.calls.lease_us) writer.field("lease_ms", ms_of(calls.lease_us));
  if (calls.fanout != usual.calls.fanout) writer.field("fanout", "quorum");
  if (calls.read_repair != usual.calls.read_repair) {
    writer.field("read_repair", name_of(calls.read_repair));
  }
  field_unless(writer, "write_back", calls.write_back, usual.calls.write_back);
  if (calls.versions != usual.calls.versions) writer.field("versions", name_of(calls.versions));
  if (calls.prune != usual.calls.prune) {
    writer.key("prune").begin_object();
    field_unless(writer, "small", calls.prune.small, usual.calls.prune.small);
    field_unless(writer, "big", calls.prune.big, usual.calls.prune.big);
    if (calls.prune.young_us != usual.calls.prune.young_us) {
      writer.field("young_ms", ms_of(calls.prune.young_us));
    }
    if (calls.prune.old_us != usual.calls.prune.old_us) {
      writer.field("old_ms", ms_of(calls.prune.old_us));
    }
    writer.end_object();
  }
  if (calls.patience_us != 0) writer.field("patience_ms", ms_of(calls.patience_us));
  if (calls.without_quorum != usual.calls.without_quorum) {
    writer.field("without_quorum", "answer");
  }
  if (cluster.store.engine != usual.store.engine) {
    writer.field("store", name_of(cluster.store.engine));
  }
  if (cluster.store.engine == StoreEngine::tiers) {
    writer.field("memory_bytes", cluster.store.memory_bytes);
  }
  field_unless(writer, "log", cluster.store.log, usual.store.log);
  field_unless(writer, "sync_every", cluster.store.sync_every, usual.store.sync_every);
  if (Healing::available()) write_healing(writer, cluster.healing);
  if (cluster.resolve != usual.resolve) writer.field("resolve", name_of(cluster.resolve));
  if (!cluster.clocks.empty()) {
    writer.key("clocks").begin_array();
    for (const WrongClock& clock : cluster.clocks) {
      writer.begin_object();
      write_clock(writer, clock.owner, clock.skew_us, clock.drift_ppm);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

void write_workload(JsonWriter& writer, const Workload& workload) {
  const Workload usual;
  writer.key("workload").begin_object().field("clients", workload.clients);
  if (workload.duration_us != usual.duration_us) {
    writer.field("duration_ms", ms_of(workload.duration_us));
  }
  if (workload.loop != usual.loop) writer.field("loop", "open");
  field_unless(writer, "think_ms", workload.think_ms, usual.think_ms);
  if (workload.traffic != usual.traffic) writer.field("traffic", "five-records");
  field_unless(writer, "conditional", workload.conditional, usual.conditional);
  if (workload.turn_ms) writer.field("turn_ms", *workload.turn_ms);
  field_unless(writer, "read_share", workload.read_share, usual.read_share);
  field_unless(writer, "keys", workload.keys, usual.keys);
  if (workload.keys_drawn == KeysDrawn::zipf) {
    writer.field("keys_drawn", "zipf").field("zipf_exponent", workload.zipf_exponent);
  } else if (workload.keys_drawn == KeysDrawn::hot) {
    writer.field("keys_drawn", "hot").field("hot_share", workload.hot_share);
  }
  field_unless(writer, "value_bytes", workload.value_bytes, usual.value_bytes);
  writer.end_object();
}

void write_count(JsonWriter& writer, const char* name, const std::optional<uint32_t>& count) {
  if (count) writer.field(name, *count);
}

void write_action(JsonWriter& writer, const Action& action, size_t index) {
  writer.begin_object().field("do", systemsim::name_of(action.kind));
  if (action.id && *action.id != index) writer.field("id", *action.id);
  write_count(writer, "after", action.after);
  writer.field("at_us", action.at_us);
  if (action.client != kNobody) writer.field("client", endpoint_name(action.client));
  if (action.kind == Action::Kind::skew) {
    write_clock(writer, action.node, action.skew_us, action.drift_ppm);
  } else if (action.kind == Action::Kind::link) {
    writer.key("between").begin_array().value(endpoint_name(action.node));
    writer.value(endpoint_name(action.other)).end_array();
    writer.field("ms", ms_of(action.extra_us));
  } else if (action.node != kNobody) {
    writer.field("node", endpoint_name(action.node));
  }
  if (action.kind == Action::Kind::slow) writer.field("ms", ms_of(action.extra_us));
  if (!action.key.empty()) writer.key("key").bytes(action.key);
  if (action.kind == Action::Kind::cas) {
    writer.key("expected");
    action.expected ? writer.bytes(*action.expected) : writer.null();
  }
  const bool has_value = action.kind == Action::Kind::put || action.kind == Action::Kind::cas;
  if (has_value && !action.resolve) writer.key("value").bytes(action.value);
  if (action.resolve == Resolve::sibling) {
    writer.field("resolve", action.sibling);
  } else if (action.resolve) {
    writer.field("resolve", name_of(*action.resolve));
  }
  if (action.blind) writer.field("context", "none");
  write_count(writer, "n", action.n);
  write_count(writer, "w", action.w);
  write_count(writer, "r", action.r);
  if (action.coordinator != kNobody) {
    writer.field("coordinator", endpoint_name(action.coordinator));
  }
  if (!action.asked.empty()) {
    writer.key("from").begin_array();
    for (const Endpoint replica : action.asked) writer.value(endpoint_name(replica));
    writer.end_array();
  }
  if (action.kind == Action::Kind::partition) {
    writer.key("groups").begin_array();
    for (const auto& group : action.groups) {
      writer.begin_array();
      for (const Endpoint member : group) writer.value(endpoint_name(member));
      writer.end_array();
    }
    writer.end_array();
    field_unless(writer, "one_way", action.one_way, false);
  }
  if (action.loss) writer.field("loss", *action.loss);
  if (action.duplicates) writer.field("duplicates", *action.duplicates);
  if (action.spikes) write_spikes(writer, *action.spikes);
  if (action.latency) {
    writer.key("latency");
    write_latency(writer, *action.latency);
  }
  const MessagePattern& messages = action.messages;
  if (messages.operation) writer.field("op", *messages.operation);
  if (messages.kind) writer.field("kind", systemsim::name_of(*messages.kind));
  if (messages.from) writer.field("from", endpoint_name(*messages.from));
  if (messages.to) writer.field("to", endpoint_name(*messages.to));
  writer.end_object();
}

}  // namespace

const char* name_of(Action::Kind kind) {
  switch (kind) {
    case Action::Kind::put:
      return "put";
    case Action::Kind::get:
      return "get";
    case Action::Kind::erase:
      return "delete";
    case Action::Kind::crash:
      return "crash";
    case Action::Kind::restart:
      return "restart";
    case Action::Kind::partition:
      return "partition";
    case Action::Kind::heal:
      return "heal";
    case Action::Kind::set:
      return "set";
    case Action::Kind::hold:
      return "hold";
    case Action::Kind::release:
      return "release";
    case Action::Kind::join:
      return "join";
    case Action::Kind::leave:
      return "leave";
    case Action::Kind::skew:
      return "skew";
    case Action::Kind::link:
      return "link";
    case Action::Kind::cas:
      return "cas";
    case Action::Kind::pause:
      return "pause";
    case Action::Kind::resume:
      return "resume";
    case Action::Kind::lose_disk:
      return "lose_disk";
    case Action::Kind::slow:
      return "slow";
    case Action::Kind::repair:
      return "repair";
  }
  return "get";
}

const char* name_of(CoordinatorPlace place) {
  return place == CoordinatorPlace::outside ? "outside"
         : place == CoordinatorPlace::any   ? "any"
                                            : "replica";
}

void write_latency(JsonWriter& writer, const Latency& latency) {
  writer.begin_object();
  write_choice(writer, latency.base);
  bool any = false;
  for (const auto& leg : latency.per_leg) any = any || leg.has_value();
  if (any) {
    writer.key("kinds").begin_object();
    for (size_t i = 0; i < kLegs; ++i) {
      if (!latency.per_leg[i]) continue;
      writer.key(kLegNames[i]).begin_object();
      write_choice(writer, *latency.per_leg[i]);
      writer.end_object();
    }
    writer.end_object();
  }
  writer.end_object();
}

void write_ring(JsonWriter& writer, const RingSettings& ring) {
  const RingSettings usual;
  field_unless(writer, "ring_seed", ring.ring_seed, usual.ring_seed);
  if (!ring.weights.empty()) {
    writer.key("weights").begin_array();
    for (const double weight : ring.weights) writer.value(weight);
    writer.end_array();
  }
  field_unless(writer, "racks", ring.topology.racks, usual.topology.racks);
  field_unless(writer, "data_centres", ring.topology.data_centres, usual.topology.data_centres);
  field_unless(writer, "skip_same_machine", ring.skip_same_machine, usual.skip_same_machine);
  field_unless(writer, "skip_same_rack", ring.skip_same_rack, usual.skip_same_rack);
}

std::string write_scenario(const Scenario& scenario) {
  JsonWriter writer;
  write_scenario(writer, scenario);
  return writer.take();
}

void write_scenario(JsonWriter& writer, const Scenario& scenario) {
  const Setup& setup = scenario.setup;
  writer.begin_object().field("version", kScenarioVersion);
  if (!scenario.title.empty()) writer.field("title", scenario.title);
  writer.field("seed", setup.seed);
  write_cluster(writer, setup.cluster);
  writer.key("network").begin_object().key("latency");
  write_latency(writer, setup.latency);
  if (setup.loss != 0.0) writer.field("loss", setup.loss);
  if (setup.duplicates != 0.0) writer.field("duplicates", setup.duplicates);
  if (setup.spikes != Spikes()) write_spikes(writer, setup.spikes);
  if (!setup.between_ms.empty()) {
    const uint32_t centres = setup.cluster.ring.topology.data_centres;
    writer.key("between_ms").begin_array();
    for (size_t i = 0; i < setup.between_ms.size(); ++i) {
      if (i % centres == 0) writer.begin_array();
      writer.value(setup.between_ms[i]);
      if (i % centres == centres - 1) writer.end_array();
    }
    writer.end_array();
  }
  writer.end_object();
  if (setup.disk != DiskModel::none) writer.field("disk", name_of(setup.disk));
  if (!setup.records.empty()) {
    writer.key("records").begin_array();
    for (const InitialRecord& record : setup.records) {
      writer.begin_object().key("key").bytes(record.key).key("value").bytes(record.value);
      writer.end_object();
    }
    writer.end_array();
  }
  write_workload(writer, setup.workload);
  if (Healing::available()) write_nemesis(writer, setup.nemesis);
  if (setup.upkeep_us != 0) writer.field("upkeep_ms", ms_of(setup.upkeep_us));
  if (setup.settle_us != 0) writer.field("settle_ms", ms_of(setup.settle_us));
  if (setup.skip_idle) writer.field("skip_idle", true);
  if (!scenario.actions.empty()) {
    writer.key("actions").begin_array();
    for (size_t i = 0; i < scenario.actions.size(); ++i) {
      write_action(writer, scenario.actions[i], i);
    }
    writer.end_array();
  }
  writer.end_object();
}

}  // namespace systemsim
