#include "lab/ring_view.h"

#include "cluster/ring_balance.h"
#include "cluster/ring_risk.h"
#include "lab/ring_report.h"
#include "lab/view_parts.h"

namespace systemsim {
namespace {

// Where a token is on the ring, 0..1 clockwise from the smallest.
double place_of(Token token) {
  return static_cast<double>(static_cast<uint64_t>(token) ^ (1ULL << 63)) * 0x1p-64;
}

void write_change(JsonWriter& writer, const Change& change) {
  writer.field("do", change.kind == Change::Kind::join ? "join" : "leave");
  writer.field("node", endpoint_name(change.node));
}

// The last change of the ring, and those that wait for it.
void write_changes(JsonWriter& writer, const World& world) {
  const uint32_t epoch = world.epoch();
  writer.key("change");
  if (epoch == 0) {
    writer.null();
  } else {
    writer.begin_object();
    write_change(writer, world.membership().change(epoch));
    writer.field("phase", Membership::phase(epoch)).field("epoch", epoch).end_object();
  }
  writer.key("waiting").begin_array();
  for (const Change& change : world.waiting_changes()) {
    writer.begin_object();
    write_change(writer, change);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

std::string ring_view(const Session& session) {
  const ClusterSettings& cluster = session.scenario().setup.cluster;
  const RingBalance balance = balance_of(cluster.ring, session.world().ring().members(), cluster.n);
  JsonWriter writer;
  writer.begin_object().key("nodes").begin_array();
  const auto& members = session.world().ring().members();
  for (size_t i = 0; i < balance.share.size(); ++i) {
    writer.begin_object().field("name", endpoint_name(members[i]));
    writer.field("rack", cluster.ring.topology.rack_of(members[i]));
    writer.field("share", balance.share[i]).end_object();
  }
  writer.end_array().key("tokens").begin_array();
  for (const Ring::Point& point : session.world().ring().points()) {
    writer.begin_object().field("token", std::to_string(point.token));
    writer.field("node", endpoint_name(point.node)).field("at", place_of(point.token));
    write_replicas(writer, session, point.token);
    writer.end_object();
  }
  writer.end_array().key("keys").begin_array();
  for (const std::string& key : known_keys(session)) {
    const Token token = token_of(key);
    writer.begin_object().key("key").bytes(key);
    writer.field("token", std::to_string(token)).field("at", place_of(token));
    write_replicas(writer, session, token);
    writer.end_object();
  }
  writer.end_array();
  const auto machines = static_cast<uint32_t>(members.size());
  write_balance(writer, balance, moved_by_modulo(machines, kModuloKeysInView));
  write_risk(writer, risk_of(session.world().ring(), cluster.n, cluster.n), cluster.n);
  write_changes(writer, session.world());
  return writer.end_object().take();
}

}  // namespace systemsim
