#include "lab/healing_view.h"

#include "lab/scenario.h"

namespace systemsim {
namespace {

double ms(uint64_t us) { return static_cast<double>(us) / 1000.0; }

void write_brought(JsonWriter& writer, const std::array<uint64_t, kCarriers>& brought) {
  writer.key("brought").begin_object();
  for (size_t i = 0; i < kCarriers; ++i) {
    writer.field(name_of(static_cast<Carrier>(i)), brought[i]);
  }
  writer.end_object();
}

void write_peers(JsonWriter& writer, size_t self, const Gossip& gossip, const World& world) {
  const HealingSettings& settings = world.stage().setup.cluster.healing;
  for (size_t i = 0; i < gossip.peers().size(); ++i) {
    const Gossip::Peer& peer = gossip.peers()[i];
    if (!peer.known || i == self) continue;
    writer.begin_object().field("name", endpoint_name(static_cast<Endpoint>(i)));
    writer.field("generation", peer.generation).field("beats", peer.beats);
    writer.field("silence_ms", ms(peer.detector.silence_us(world.now_us())));
    writer.field("suspicion", peer.detector.suspicion(world.now_us(), settings.detector));
    writer.field("level", settings.detector.conviction_level());
    writer.field("down", peer.down).end_object();
  }
}

void write_machine(JsonWriter& writer, size_t node, const World& world) {
  const World::Machine& machine = world.machines()[node];
  const Healing& healing = machine.node.healing();
  writer.begin_object().field("name", endpoint_name(static_cast<Endpoint>(node)));
  writer.field("up", machine.up).field("paused", machine.paused);
  writer.field("generation", machine.incarnation + 1);
  writer.field("rebuilding", healing.rebuilding());
  writer.field("slow_ms", ms(world.network().slowness_us(static_cast<Endpoint>(node))));
  writer.key("peers").begin_array();
  if (const Gossip* gossip = healing.gossip()) write_peers(writer, node, *gossip, world);
  writer.end_array().key("hints").begin_array();
  if (const Hints* hints = healing.hints()) {
    for (const Hints::Target& target : hints->targets()) {
      writer.begin_object().field("for", endpoint_name(target.machine));
      writer.field("held", hints->held_for(target.machine)).end_object();
    }
  }
  writer.end_array();
  write_brought(writer, healing.brought());
  writer.key("brought_by_key").begin_array();
  for (const Healing::Brought& brought : healing.brought_by_key()) {
    writer.begin_object().key("key").bytes(brought.key);
    writer.field("by", name_of(brought.by)).end_object();
  }
  writer.end_array().field("markers", healing.markers()).end_object();
}

}  // namespace

bool heals(const Setup& setup) {
  return Healing::available() && !setup.cluster.calls.has_owners() &&
         (setup.cluster.healing.has_rounds() || setup.nemesis.mix != 0);
}

void write_healing(JsonWriter& writer, const World& world) {
  uint64_t kept = 0;
  uint64_t delivered = 0;
  uint64_t held = 0;
  uint64_t convictions = 0;
  uint64_t judges = 0;
  uint64_t silences = 0;  // in thousandths of mean intervals
  uint64_t rebuilding = 0;
  uint64_t markers = 0;
  std::array<uint64_t, kCarriers> brought = {};
  for (const World::Machine& machine : world.machines()) {
    const Healing& healing = machine.node.healing();
    if (const Hints* hints = healing.hints()) {
      kept += hints->kept();
      delivered += hints->delivered();
      for (const Hints::Target& target : hints->targets()) held += target.hints.size();
    }
    if (const Gossip* gossip = healing.gossip()) {
      for (const Gossip::Peer& peer : gossip->peers()) convictions += peer.down ? 1 : 0;
      judges += gossip->convicted_after() > 0 ? 1 : 0;
      silences += gossip->convicted_after();
    }
    rebuilding += healing.rebuilding() ? 1 : 0;
    markers += healing.markers();
    const auto own = healing.brought();
    for (size_t i = 0; i < kCarriers; ++i) brought[i] += own[i];
  }
  uint64_t faults = 0;
  for (const Action& fault : world.faults()) faults += fault.at_us <= world.now_us() ? 1 : 0;
  writer.key("healing").begin_object().key("hints").begin_object().field("kept", kept);
  writer.field("delivered", delivered).field("held", held).end_object();
  write_brought(writer, brought);
  writer.field("taken_for_dead", convictions);
  writer.field(
      "convicted_after",
      judges == 0 ? 0.0 : static_cast<double>(silences) / static_cast<double>(1000 * judges));
  writer.field("rebuilding", rebuilding);
  writer.field("markers", markers).field("skipped", world.skipped());
  writer.field("faults", faults).end_object();
}

std::string healing_view(const World& world) {
  JsonWriter writer;
  writer.begin_object().field("position", world.position()).key("machines").begin_array();
  for (size_t node = 0; node < world.machines().size(); ++node) {
    write_machine(writer, node, world);
  }
  writer.end_array().key("faults").begin_array();
  for (const Action& fault : world.faults()) {
    writer.begin_object().field("do", name_of(fault.kind)).field("at_us", fault.at_us).key("node");
    fault.node == kNobody ? writer.null() : writer.value(endpoint_name(fault.node));
    writer.end_object();
  }
  return writer.end_array().end_object().take();
}

}  // namespace systemsim
