#include "lab/views.h"

#include <algorithm>
#include <utility>

#include "base/sort.h"
#include "cluster/ring_balance.h"
#include "cluster/ring_risk.h"
#include "cluster/siblings.h"
#include "lab/fates.h"
#include "lab/judged_run.h"
#include "lab/ring_report.h"
#include "lab/run_summary.h"
#include "lab/siblings_json.h"
#include "lab/store_view.h"
#include "lab/verdict_json.h"

namespace systemsim {
namespace {

constexpr size_t kMaxOperations = 1000;
constexpr size_t kMaxMessages = 2000;
constexpr size_t kMaxKeys = 100;

const char* name_of(LoggedMessage::State state) {
  switch (state) {
    case LoggedMessage::State::in_flight:
      return "in_flight";
    case LoggedMessage::State::delivered:
      return "delivered";
    case LoggedMessage::State::lost:
      return "lost";
    case LoggedMessage::State::cut:
      return "cut";
    case LoggedMessage::State::down:
      return "down";
    case LoggedMessage::State::held:
      return "held";
  }
  return "in_flight";
}

void operation_field(JsonWriter& writer, const char* name, OperationId id) {
  writer.key(name);
  if (id == kNoOperation || id == kInitialRecord) {
    writer.null();
  } else {
    writer.value(id);
  }
}

// The operations of the log that have begun by `position`.
size_t begun_by(const RunLog& log, uint64_t position) {
  const auto& operations = log.operations();
  const auto after = std::upper_bound(operations.begin(), operations.end(), position,
                                      [](uint64_t p, const LoggedOperation& logged) {
                                        return p < logged.operation.begin_position;
                                      });
  return static_cast<size_t>(after - operations.begin());
}

void write_operation(JsonWriter& writer, const Session& session, const LoggedOperation& logged) {
  const uint64_t position = session.position();
  const auto action = session.script().action_of(logged.operation.id);
  const Operation& op = logged.operation;
  const bool ended = op.outcome != OperationOutcome::open && op.end_position <= position;
  const bool answered = ended && op.outcome == OperationOutcome::ok;
  const bool read = op.verb == Verb::get;
  writer.begin_object();
  writer.field("op", op.id).field("number", action.value_or(operation_number(op.id)));
  writer.field("client", endpoint_name(op.client)).field("do", name_of(op.verb));
  writer.key("key").bytes(op.key);
  writer.key("value");
  if (op.verb == Verb::put || op.verb == Verb::cas || (read && answered && op.found)) {
    writer.bytes(op.value);
  } else {
    writer.null();
  }
  if (op.verb == Verb::cas) {
    writer.key("expected");
    op.expected ? writer.bytes(*op.expected) : writer.null();
  }
  writer.field("n", op.n).field("w", op.w).field("r", op.r);
  writer.field("begin_us", op.begin_us).field("begin_position", op.begin_position);
  writer.key("end_us");
  ended ? writer.value(op.end_us) : writer.null();
  writer.key("end_position");
  ended ? writer.value(op.end_position) : writer.null();
  writer.field("outcome", !ended ? "open" : name_of(op.outcome));
  writer.key("found");
  read&& answered ? writer.value(op.found) : writer.null();
  writer.key("label");
  read&& answered ? writer.value(logged.verdict.stale ? "stale" : "fresh") : writer.null();
  operation_field(writer, "missed_op", answered ? logged.verdict.missed : kNoOperation);
  operation_field(writer, "returned_op", answered ? op.returned : kNoOperation);
  if (answered && !op.siblings.empty()) {
    writer.key("siblings").begin_array();
    for (const OperationId sibling : op.siblings) {
      sibling == kInitialRecord ? writer.null() : writer.value(sibling);
    }
    writer.end_array().field("unresolved", op.unresolved);
  }
  writer.key("action");
  action ? writer.value(*action) : writer.null();
  writer.key("answered").begin_array();
  if (answered) {
    for (const Endpoint node : op.answered) writer.value(endpoint_name(node));
  }
  writer.end_array().end_object();
}

// The keys that the run speaks of, in the order in which it first did.
std::vector<std::string> known_keys(const Session& session) {
  std::vector<std::string> keys;
  const auto add = [&](const std::string& key) {
    const bool known = std::find(keys.begin(), keys.end(), key) != keys.end();
    if (!known && keys.size() < kMaxKeys) keys.push_back(key);
  };
  for (const InitialRecord& record : session.scenario().setup.records) add(record.key);
  const size_t begun = begun_by(session.log(), session.position());
  for (size_t i = 0; i < begun && keys.size() < kMaxKeys; ++i) {
    add(session.log().operations()[i].operation.key);
  }
  return keys;
}

void write_replicas(JsonWriter& writer, const Session& session, Token token) {
  const uint32_t n = session.scenario().setup.cluster.n;
  writer.key("replicas").begin_array();
  for (const Endpoint node : session.world().ring().preference_list(token, n)) {
    writer.value(endpoint_name(node));
  }
  writer.end_array();
}

// For each of `keys`, the writes that some replica has taken by now, without their values.
std::vector<std::vector<Record>> taken_writes(const Session& session,
                                              const std::vector<std::string>& keys) {
  std::vector<std::vector<Record>> taken(keys.size());
  for (const LoggedWrite& write : session.log().writes()) {
    if (write.position > session.position()) break;
    if (write.position_taken == 0 || write.position_taken > session.position()) continue;
    const auto key = std::find(keys.begin(), keys.end(), write.key);
    if (key == keys.end()) continue;
    taken[static_cast<size_t>(key - keys.begin())].push_back({write.version, write.deleted, {}});
  }
  return taken;
}

// How many of a key's writes are newer than `record`.
uint32_t newer_than(const std::vector<Record>& writes, const Record& record) {
  uint32_t count = 0;
  for (const Record& write : writes) count += newer(write, record) ? 1 : 0;
  return count;
}

// When `node` took the write that it holds: 0 for what was there from the start, nothing when the
// log no longer tells.
std::optional<uint64_t> taken_at(const Session& session, OperationId operation, Endpoint node) {
  if (operation == kInitialRecord) return 0;
  const RunLog& log = session.log();
  for (size_t w = log.writes().size(); w > 0; --w) {
    const LoggedWrite& write = log.writes()[w - 1];
    if (write.operation != operation) continue;
    // Its own messages, and those by which reads stored it again.
    const CoordinatorSettings& calls = session.scenario().setup.cluster.calls;
    const bool again = calls.write_back || calls.read_repair != ReadRepair::off;
    const size_t end = again ? log.messages().size()
                             : std::min<size_t>(write.last_message + 1U, log.messages().size());
    std::optional<uint64_t> first_us;
    for (size_t i = write.first_message; i < end; ++i) {
      const LoggedMessage& message = log.messages()[i];
      if (!message.record || message.record->version.operation != operation) continue;
      if (message.kind == MessageKind::taken && message.from == node &&
          message.position_sent <= session.position()) {
        first_us = std::min(first_us.value_or(message.sent_us), message.sent_us);
      }
      if (message.kind != MessageKind::write || message.to != node) continue;
      const RunLog::Standing standing = log.standing(i, session.position());
      if (standing.state != LoggedMessage::State::delivered) continue;
      first_us = std::min(first_us.value_or(standing.arrive_us), standing.arrive_us);
    }
    return first_us;
  }
  return std::nullopt;
}

// The bytes of a machine's copy of a key; empty where it has none.
std::string copy_of(const Node& node, const std::string& key) {
  std::optional<std::string> held;
  node.store().peek(key, held);
  return held.value_or("");
}

// For each of `keys`, what all machines' copies make together, where siblings are kept.
std::vector<std::string> joined_copies(const Session& session,
                                       const std::vector<std::string>& keys) {
  const Versions versions = session.scenario().setup.cluster.calls.versions;
  std::vector<std::string> all(keys.size());
  if (!keeps_siblings(versions)) return all;
  for (size_t i = 0; i < keys.size(); ++i) {
    for (const World::Machine& machine : session.world().machines()) {
      all[i] = joined(all[i], copy_of(machine.node, keys[i]), versions);
    }
  }
  return all;
}

// How many of the versions in `all` are not in `copy`; at least 1 if they would change it at all.
uint32_t siblings_missing(const std::string& copy, const std::string& all, Versions versions) {
  if (copy == all) return 0;
  const std::vector<Record> here = versions_in(copy, versions);
  const std::vector<Record> there = versions_in(all, versions);
  const auto missing = std::count_if(there.begin(), there.end(), [&](const Record& record) {
    return std::none_of(here.begin(), here.end(),
                        [&](const Record& other) { return other.version == record.version; });
  });
  return std::max<uint32_t>(1, static_cast<uint32_t>(missing));
}

// Single owner: for each of `keys`, its writes that are done but not on every machine of its range,
// without their values. Their stamps are their places in the log.
std::vector<std::vector<Record>> undone_writes(const Session& session,
                                               const std::vector<std::string>& keys) {
  struct RangeLogs {
    uint32_t range = 0;
    const ReplicatedLog* furthest = nullptr;
    uint32_t done_by_all = UINT32_MAX;
  };
  const World& world = session.world();
  std::vector<RangeLogs> ranges;
  std::vector<std::vector<Record>> undone(keys.size());
  for (size_t k = 0; k < keys.size(); ++k) {
    const Token token = token_of(keys[k]);
    const auto number = static_cast<uint32_t>(world.ring().first_point(token));
    auto logs = std::find_if(ranges.begin(), ranges.end(),
                             [&](const RangeLogs& known) { return known.range == number; });
    if (logs == ranges.end()) {
      logs = ranges.insert(logs, RangeLogs{number});
      const uint32_t n = session.scenario().setup.cluster.n;
      for (const Endpoint node : world.ring().preference_list(token, n)) {
        const ReplicatedLog* log = world.machines()[node].node.owner().log(number);
        const uint32_t done = log == nullptr ? 0 : log->committed();
        logs->done_by_all = std::min(logs->done_by_all, done);
        if (logs->furthest == nullptr || done > logs->furthest->committed()) logs->furthest = log;
      }
    }
    if (logs->furthest == nullptr) continue;
    for (uint32_t i = logs->done_by_all + 1; i <= logs->furthest->committed(); ++i) {
      const LogEntry& entry = logs->furthest->at(i);
      if (entry.key != keys[k] || entry.refused) continue;
      undone[k].push_back({{i, entry.operation}, entry.verb == Verb::erase, {}});
    }
  }
  return undone;
}

// Whose a key's range is, by the lock service and its clock.
void write_owner(JsonWriter& writer, const Session& session, Token token) {
  const World& world = session.world();
  const auto range = static_cast<uint32_t>(world.ring().first_point(token));
  const World::Machine& lock = world.lock_service();
  const LockService::Lease* lease = lock.node.lock_service().find(range);
  const bool owned = lease != nullptr && lock.clock.read_us(session.now_us()) < lease->until_us;
  writer.key("owner");
  owned ? writer.value(endpoint_name(lease->owner)) : writer.null();
  writer.field("term", lease == nullptr ? 0 : lease->term);
}

void write_machine(JsonWriter& writer, const Session& session, Endpoint node,
                   const std::vector<std::string>& keys,
                   const std::vector<std::vector<Record>>& writes,
                   const std::vector<std::string>& all) {
  const World::Machine& machine = session.world().machines()[node];
  const Versions versions = session.scenario().setup.cluster.calls.versions;
  writer.begin_object().field("name", endpoint_name(node)).field("up", machine.up);
  writer.key("copies").begin_array();
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string& key = keys[i];
    const std::string copy = copy_of(machine.node, key);
    if (copy.empty()) continue;
    const std::vector<Record> records = versions_in(copy, versions);
    const Record& record = records.front();
    const uint32_t behind = keeps_siblings(versions) ? siblings_missing(copy, all[i], versions)
                                                     : newer_than(writes[i], record);
    writer.begin_object().key("key").bytes(key);
    writer.key("value");
    record.deleted ? writer.null() : writer.bytes(record.value);
    writer.field("deleted", record.deleted);
    writer.field("state", behind == 0 ? "up_to_date" : "behind").field("behind", behind);
    operation_field(writer, "op", record.version.operation);
    writer.key("since_us");
    const auto since_us = taken_at(session, record.version.operation, node);
    since_us ? writer.value(*since_us) : writer.null();
    writer.field("stamp_us", record.version.stamp_us);
    if (keeps_siblings(versions)) write_siblings(writer, Siblings::decode(copy));
    writer.end_object();
  }
  writer.end_array().end_object();
}

void write_clients(JsonWriter& writer, const Session& session) {
  const auto& operations = session.log().operations();
  std::vector<const LoggedOperation*> newest(session.scenario().setup.workload.clients, nullptr);
  size_t missing = newest.size();
  for (size_t i = begun_by(session.log(), session.position()); i > 0 && missing > 0; --i) {
    const LoggedOperation*& slot = newest[client_index(operations[i - 1].operation.client)];
    if (slot == nullptr) {
      slot = &operations[i - 1];
      --missing;
    }
  }
  writer.key("clients").begin_array();
  for (size_t i = 0; i < newest.size(); ++i) {
    writer.begin_object();
    writer.field("name", endpoint_name(client_endpoint(static_cast<uint32_t>(i)))).key("op");
    if (newest[i] != nullptr) {
      write_operation(writer, session, *newest[i]);
    } else {
      writer.null();
    }
    writer.end_object();
  }
  writer.end_array();
}

void write_value(JsonWriter& writer, const std::optional<Record>& record) {
  writer.key("value");
  record && !record->deleted ? writer.bytes(record->value) : writer.null();
}

void write_flights(JsonWriter& writer, const Session& session) {
  struct Flight {
    uint64_t arrive_us;
    const Event* event;
    bool held;
  };
  std::vector<Flight> flights;
  std::vector<SortKey> order;
  const auto add = [&](uint64_t arrive_us, const Event& event, bool held) {
    order.push_back({event.message_id, 0, static_cast<uint32_t>(flights.size())});
    flights.push_back({arrive_us, &event, held});
  };
  session.world().queue().for_each([&](uint64_t time_us, const Event& event) {
    if (event.kind == Event::Kind::deliver) add(time_us, event, false);
  });
  for (const Doors::Kept& kept : session.world().doors().kept()) {
    add(kept.since_us, kept.event, true);
  }
  sort_keys(order);
  writer.key("messages").begin_array();
  for (const SortKey& key : order) {
    const auto& [arrive_us, event, held] = flights[key.index];
    const Message& message = event->message;
    writer.begin_object();
    writer.field("id", event->message_id).field("kind", name_of(message.kind));
    writer.field("from", endpoint_name(message.from)).field("to", endpoint_name(message.to));
    writer.field("op", message.request.operation);
    writer.key("key").bytes(message.request.key);
    write_value(writer, record_in(message));
    writer.field("found", message.found);
    writer.field("sent_us", event->sent_us).field("arrive_us", arrive_us);
    writer.field("held", held);
    writer.field("to_be_held", !held && session.world().doors().closed_to(message));
    writer.end_object();
  }
  writer.end_array();
}

void write_partition(JsonWriter& writer, const Session& session) {
  const Network& network = session.world().network();
  writer.key("partition");
  if (!network.partitioned()) {
    writer.null();
    return;
  }
  const Setup& setup = session.scenario().setup;
  std::vector<Endpoint> everyone;
  everyone = first_machines(static_cast<uint32_t>(session.world().machines().size()));
  if (setup.cluster.calls.single_owner) everyone.push_back(kLockService);
  for (uint32_t i = 0; i < setup.workload.clients; ++i) everyone.push_back(client_endpoint(i));
  uint8_t groups = 0;
  for (const Endpoint endpoint : everyone) groups = std::max(groups, network.group_of(endpoint));
  writer.begin_array();
  for (uint8_t group = 1; group <= groups; ++group) {
    writer.begin_array();
    for (const Endpoint endpoint : everyone) {
      if (network.group_of(endpoint) == group) writer.value(endpoint_name(endpoint));
    }
    writer.end_array();
  }
  writer.end_array();
}

std::string stage_view(const Session& session) {
  const World& world = session.world();
  const Setup& setup = session.scenario().setup;
  const std::vector<std::string> keys = known_keys(session);
  const bool single = setup.cluster.calls.single_owner;
  const auto writes = single ? undone_writes(session, keys) : taken_writes(session, keys);
  const auto all = joined_copies(session, keys);
  JsonWriter writer;
  writer.begin_object().field("position", session.position()).field("now_us", session.now_us());
  writer.key("next_us");
  const auto next = session.next_us();
  next ? writer.value(*next) : writer.null();
  writer.key("settings").begin_object();
  writer.field("nodes", world.machines().size()).field("n", setup.cluster.n);
  writer.field("w", world.default_w()).field("r", world.default_r());
  writer.field("coordinator", name_of(setup.cluster.coordinator));
  writer.field("loss", world.network().loss()).key("latency");
  write_latency(writer, world.network().latency());
  writer.end_object();
  writer.key("nodes").begin_array();
  for (uint32_t i = 0; i < world.machines().size(); ++i) {
    write_machine(writer, session, static_cast<Endpoint>(i), keys, writes, all);
  }
  writer.end_array();
  write_clients(writer, session);
  write_flights(writer, session);
  write_partition(writer, session);
  if (single) {
    writer.key("lock").begin_object().field("up", world.lock_service().up).end_object();
  }
  writer.key("keys").begin_array();
  for (const std::string& key : keys) {
    writer.begin_object().key("key").bytes(key);
    write_replicas(writer, session, token_of(key));
    if (single) write_owner(writer, session, token_of(key));
    writer.end_object();
  }
  return writer.end_array().end_object().take();
}

std::string history_view(const Session& session) {
  const size_t begun = begun_by(session.log(), session.position());
  JsonWriter writer;
  writer.begin_object().key("operations").begin_array();
  for (size_t i = begun > kMaxOperations ? begun - kMaxOperations : 0; i < begun; ++i) {
    write_operation(writer, session, session.log().operations()[i]);
  }
  return writer.end_array().end_object().take();
}

std::string messages_view(const Session& session) {
  const auto& messages = session.log().messages();
  const auto sent = std::upper_bound(
      messages.begin(), messages.end(), session.position(),
      [](uint64_t p, const LoggedMessage& message) { return p < message.position_sent; });
  const auto count = static_cast<size_t>(sent - messages.begin());
  JsonWriter writer;
  writer.begin_object().key("messages").begin_array();
  for (size_t i = count > kMaxMessages ? count - kMaxMessages : 0; i < count; ++i) {
    const LoggedMessage& message = messages[i];
    const bool done = message.position_done != 0 && message.position_done <= session.position();
    writer.begin_object().field("id", i).field("kind", name_of(message.kind));
    writer.field("from", endpoint_name(message.from)).field("to", endpoint_name(message.to));
    writer.field("op", message.operation);
    write_value(writer, message.record);
    const RunLog::Standing standing = session.log().standing(i, session.position());
    writer.field("sent_us", message.sent_us).key("arrive_us");
    standing.arrive_us != 0 ? writer.value(standing.arrive_us) : writer.null();
    writer.field("state", name_of(standing.state));
    writer.field("position_sent", message.position_sent).key("position_done");
    done ? writer.value(message.position_done) : writer.null();
    writer.end_object();
  }
  return writer.end_array().end_object().take();
}

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

std::string summary_view(const Session& session) {
  JsonWriter writer;
  writer.begin_object();
  session.write_summary(writer);
  return writer.end_object().take();
}

std::string counters_view(const Session& session) {
  World replay(std::make_shared<const Stage>(session.scenario().setup),
               session.scenario().setup.seed);
  RunRecorder recorder(session.scenario().setup);
  recorder.run(replay, session.script(), Limits::kTimeUs, session.position());
  JsonWriter writer;
  writer.begin_object().field("position", session.position());
  recorder.write_counters(writer, replay);
  return writer.end_object().take();
}

// What had happened by this position: a call that was answered later has no answer yet.
std::vector<Operation> operations_so_far(const Session& session) {
  std::vector<Operation> operations;
  const size_t begun = begun_by(session.log(), session.position());
  for (size_t i = 0; i < begun; ++i) {
    operations.push_back(session.log().operations()[i].operation);
    if (operations.back().end_position > session.position()) {
      operations.back().outcome = OperationOutcome::open;
    }
  }
  return operations;
}

bool is_over(const Session& session) {
  return !session.world().next_us(session.script()).has_value();
}

std::string verdict_view(const Session& session) {
  const JudgedRun judged = judge_run(operations_so_far(session), session.world(), is_over(session));
  JsonWriter writer;
  writer.begin_object().field("position", session.position());
  write_verdict(writer, judged.history, judged.verdict);
  return writer.end_object().take();
}

std::string fates_view(const Session& session) {
  JsonWriter writer;
  writer.begin_object().field("position", session.position()).key("fates");
  if (!has_fates(session.scenario().setup)) return writer.null().end_object().take();
  writer.begin_object();
  write_fates(writer, operations_so_far(session), session.world(), is_over(session));
  return writer.end_object().end_object().take();
}

std::string hash_view(const Session& session) {
  JsonWriter writer;
  writer.begin_object().field("trace_version", kTraceVersion);
  writer.field("trace_sha256", session.world().trace().sha256());
  writer.field("state_hash", walk(session.world()).digest());
  writer.field("records", session.world().trace().count());
  return writer.field("position", session.position()).end_object().take();
}

std::string store_view(const Session& session) {
  JsonWriter writer;
  write_stores(writer, session.world());
  return writer.take();
}

std::string scenario_view(const Session& session) {
  Scenario scenario = session.scenario();
  scenario.actions = session.script().actions();
  return write_scenario(scenario);
}

}  // namespace

Result<std::string> view(const Session& session, std::string_view name) {
  if (name == "stage") return stage_view(session);
  if (name == "history") return history_view(session);
  if (name == "messages") return messages_view(session);
  if (name == "ring") return ring_view(session);
  if (name == "summary") return summary_view(session);
  if (name == "verdict") return verdict_view(session);
  if (name == "counters") return counters_view(session);
  if (name == "fates") return fates_view(session);
  if (name == "hash") return hash_view(session);
  if (name == "store") return store_view(session);
  if (name == "scenario") return scenario_view(session);
  return Error{
      ErrorCode::not_found,
      "no view \"" + std::string(name) +
          "\"; there are stage, history, messages, ring, summary, counters, verdict, fates, "
          "store, hash and scenario",
      "/name"};
}

std::string branches_json(const Session& session) {
  JsonWriter writer;
  writer.begin_array();
  for (size_t i = 0; i < session.branches().size(); ++i) {
    const Session::Branch& branch = session.branches()[i];
    writer.begin_object().field("branch", i).field("parent", branch.parent);
    writer.field("forked_at", branch.forked_at).field("last_position", branch.last_position);
    writer.field("actions", branch.actions.size()).end_object();
  }
  return writer.end_array().take();
}

}  // namespace systemsim
