// What a scenario says of healing: gossip, detectors, hints, anti-entropy, rebuilds, the nemesis.
#include <algorithm>

#include "lab/healing_names.h"
#include "lab/scenario_fields.h"

namespace systemsim {
namespace {

constexpr uint32_t kMostLeaves = 1U << 16;  // of a tree of a run: there may be one for each pair

// A time above 0.
void read_period(Fields& fields, const char* name, uint64_t& out_us, uint64_t least_us,
                 uint64_t most_us) {
  if (fields.take(name) == nullptr) return;
  read_time(fields, name, out_us, most_us);
  if (fields.ok() && out_us < least_us) {
    fields.fail(name, "is too small; the least is " + text_of(least_us) + " microseconds");
  }
}

void read_gossip(const Json& json, const std::string& path, MaybeError& error, uint32_t nodes,
                 GossipSettings& out) {
  Fields fields(json, path, error);
  out.every_us = 1'000'000;
  read_period(fields, "every_ms", out.every_us, 1000, DetectorOptions::kMostIntervalUs / 2);
  auto spread = static_cast<uint32_t>(out.spread);
  fields.choice("spread", spread, kSpreadNames);
  out.spread = static_cast<Spread>(spread);
  fields.integer("fanout", out.fanout, 1, GossipSettings::kMostFanout);
  if (const Json* seeds = take_list(fields, "seeds", nodes)) {
    const Named named = {nodes, 0, false};
    for (size_t i = 0; i < seeds->items.size() && !error; ++i) {
      const std::string at = pointer_to(fields.pointer("seeds"), i);
      const Endpoint seed = read_endpoint(seeds->items[i], at, named, true, false, error);
      if (!error && contains(out.seeds, seed)) {
        fields.fail(bad_input(at, quote(seeds->items[i]) + " is named twice"));
      }
      out.seeds.push_back(seed);
    }
  }
  fields.finish();
}

void read_detector(const Json& json, const std::string& path, MaybeError& error,
                   DetectorOptions& out) {
  Fields fields(json, path, error);
  auto kind = static_cast<uint32_t>(out.kind);
  fields.choice("kind", kind, kDetectorNames);
  out.kind = static_cast<DetectorOptions::Kind>(kind);
  const auto only = [&](const char* name, bool belongs, const char* owner) {
    if (fields.take(name) != nullptr && !belongs) {
      fields.fail(name, std::string("belongs to the detector ") + owner + " alone");
    }
  };
  only("timeout_ms", out.kind == DetectorOptions::Kind::timeout, "\"timeout\"");
  only("min_deviation_ms", out.kind == DetectorOptions::Kind::normal, "\"normal\"");
  only("threshold", out.kind != DetectorOptions::Kind::timeout, "\"exponential\" and \"normal\"");
  read_period(fields, "timeout_ms", out.timeout_us, 1, Limits::kTimeUs);
  fields.number("threshold", out.threshold, 0.01, DetectorOptions::kMostThreshold);
  uint64_t deviation_us = out.min_deviation_us;
  read_period(fields, "min_deviation_ms", deviation_us, 1, DetectorOptions::kMostIntervalUs);
  out.min_deviation_us = static_cast<uint32_t>(deviation_us);
  fields.finish();
}

void read_hints(const Json& json, const std::string& path, MaybeError& error, HintSettings& out) {
  Fields fields(json, path, error);
  out.on = true;
  read_time(fields, "window_ms", out.window_us, Limits::kTimeUs);
  fields.integer("batch", out.batch, 1, HintSettings::kMostBatch);
  fields.finish();
}

void read_anti_entropy(const Json& json, const std::string& path, MaybeError& error,
                       AntiEntropySettings& out) {
  Fields fields(json, path, error);
  out.every_us = 10'000'000;
  read_period(fields, "every_ms", out.every_us, 1000, Limits::kTimeUs);
  fields.integer("fan_out", out.fan_out, 2, MerkleShape::kMaxFanOut);
  fields.integer("depth", out.depth, 0, 16);
  fields.finish();
  if (error) return;
  if ((out.fan_out & (out.fan_out - 1)) != 0) {
    fields.fail("fan_out", text_of(out.fan_out) + " is not a power of two");
    return;
  }
  uint64_t leaves = 1;
  for (uint32_t i = 0; i < out.depth && leaves <= kMostLeaves; ++i) leaves *= out.fan_out;
  if (leaves > kMostLeaves) {
    fields.fail("depth", "a tree would have more than " + text_of(kMostLeaves) + " leaves");
  }
}

void read_nemesis(const Json& json, const std::string& path, MaybeError& error, Setup& out) {
  Fields inner(json, path, error);
  std::vector<const char*> names;
  names.reserve(kNemesisMixes.size());
  for (const NemesisMix& mix : kNemesisMixes) names.push_back(mix.name);
  uint32_t chosen = 9;  // "all"
  inner.choice("mix", chosen, names);
  if (inner.ok()) out.nemesis.mix = kNemesisMixes[chosen].mix;
  read_time(inner, "from_ms", out.nemesis.from_us, Limits::kTimeUs);
  if (inner.take("until_ms") == nullptr) {
    inner.fail("until_ms", "missing; all faults have ended then");
  }
  read_time(inner, "until_ms", out.nemesis.until_us, Limits::kTimeUs);
  read_period(inner, "every_ms", out.nemesis.every_us, 1000, Limits::kTimeUs);
  inner.finish();
  if (!inner.ok()) return;
  const Nemesis& nemesis = out.nemesis;
  if (nemesis.until_us < nemesis.from_us) {
    inner.fail("until_ms", "is before from_ms");
  } else if ((nemesis.until_us - nemesis.from_us) / nemesis.every_us > kMostFaults) {
    inner.fail("every_ms",
               "there would be more than " + text_of(kMostFaults) + " faults in that time");
  }
  if ((nemesis.mix & (Nemesis::disk | Nemesis::disks)) == 0 || !inner.ok()) return;
  if (out.cluster.calls.has_owners()) {
    inner.fail("mix", "where each range has one owner, no disk is lost");
  } else if (keeps_siblings(out.cluster.calls.versions)) {
    inner.fail("mix", kNoLostDots);
  }
}

}  // namespace

Spikes read_spikes(const Json& json, const std::string& path, MaybeError& error) {
  Fields fields(json, path, error);
  Spikes spikes;
  for (const char* name : {"share", "ms"}) {
    if (fields.take(name) == nullptr) fields.fail(name, "missing; a number is expected here");
  }
  fields.number("share", spikes.share, 0.0, 1.0);
  read_time(fields, "ms", spikes.us, 60'000'000);
  fields.finish();
  return spikes;
}

void read_healing(Fields& fields, MaybeError& error, ClusterSettings& out) {
  HealingSettings& healing = out.healing;
  for (const char* name :
       {"gossip", "detector", "sloppy", "hints", "anti_entropy", "gc_grace_ms", "rebuild"}) {
    if (fields.take(name) == nullptr) continue;
    if (out.calls.has_owners()) {
      refuse_where(fields, name, true);
    } else if (!Healing::available()) {
      fields.fail(name, kNoHealing);
    }
  }
  if (!fields.ok() || !Healing::available()) return;
  const bool machines_coordinate = out.coordinator != CoordinatorPlace::outside;
  const auto needs = [&](const char* name, bool met, const char* what) {
    if (fields.ok() && !met) fields.fail(name, what);
  };
  constexpr const char* kNeedsGossip = "needs gossip, which tells who is away";
  constexpr const char* kNeedsMachines =
      "is kept by machines that coordinate: coordinator any or replica";
  const Json* gossip = fields.take("gossip");
  if (gossip != nullptr) {
    read_gossip(*gossip, fields.pointer("gossip"), error, out.nodes, healing.gossip);
    healing.detector.heartbeat_us = static_cast<uint32_t>(healing.gossip.every_us);
    healing.detector.window = detector_window(out.nodes);
  }
  if (const Json* detector = fields.take("detector")) {
    needs("detector", gossip != nullptr, kNeedsGossip);
    read_detector(*detector, fields.pointer("detector"), error, healing.detector);
  }
  fields.boolean("sloppy", healing.sloppy);
  if (healing.sloppy) {
    needs("sloppy", gossip != nullptr, kNeedsGossip);
    needs("sloppy", machines_coordinate, kNeedsMachines);
  }
  if (const Json* hints = fields.take("hints")) {
    needs("hints", gossip != nullptr, kNeedsGossip);
    needs("hints", machines_coordinate, kNeedsMachines);
    read_hints(*hints, fields.pointer("hints"), error, healing.hints);
  }
  if (const Json* anti_entropy = fields.take("anti_entropy")) {
    read_anti_entropy(*anti_entropy, fields.pointer("anti_entropy"), error, healing.anti_entropy);
  }
  if (fields.take("gc_grace_ms") != nullptr) {
    needs("gc_grace_ms", out.calls.versions == Versions::lww,
          "is measured by the stamps of clocks, which only versions \"lww\" have");
    needs("gc_grace_ms", healing.has_rounds(),
          "needs gossip or anti_entropy, in whose rounds markers are forgotten");
    read_time(fields, "gc_grace_ms", healing.gc_grace_us, Limits::kTimeUs);
  }
  fields.boolean("rebuild", healing.rebuild);
}

void read_upkeep(Fields& fields, MaybeError& error, Setup& out) {
  if (!Healing::available()) {
    for (const char* name : {"nemesis", "upkeep_ms", "settle_ms", "skip_idle"}) {
      if (fields.take(name) != nullptr) fields.fail(name, kNoHealing);
    }
    return;
  }
  read_time(fields, "upkeep_ms", out.upkeep_us, Limits::kTimeUs);
  read_time(fields, "settle_ms", out.settle_us, Limits::kTimeUs);
  fields.boolean("skip_idle", out.skip_idle);
  const bool rounds = out.cluster.healing.has_rounds();
  for (const char* name : {"upkeep_ms", "settle_ms", "skip_idle"}) {
    if (fields.ok() && !rounds && fields.take(name) != nullptr) {
      fields.fail(name, "belongs to clusters with gossip or anti_entropy");
    }
  }
  if (const Json* nemesis = fields.take("nemesis")) {
    read_nemesis(*nemesis, fields.pointer("nemesis"), error, out);
  }
  if (!fields.ok() || out.routine_calls() <= Limits::kRoutineCalls) return;
  const uint64_t longest_us = out.rounds_until_us();
  fields.fail(out.settles_us() > longest_us            ? "settle_ms"
              : out.upkeep_us == longest_us            ? "upkeep_ms"
              : out.workload.duration_us == longest_us ? "workload"
                                                       : "nemesis",
              "in its rounds machines would call on one another " + text_of(out.routine_calls()) +
                  " times; the most is " + text_of(Limits::kRoutineCalls) +
                  ": take a shorter time, longer periods or fewer machines");
}

}  // namespace systemsim
