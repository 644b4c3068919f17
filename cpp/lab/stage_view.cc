#include "lab/stage_view.h"

#include <algorithm>
#include <utility>

#include "base/sort.h"
#include "cluster/siblings.h"
#include "lab/siblings_json.h"
#include "lab/view_parts.h"

namespace systemsim {
namespace {

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
  if (setup.cluster.calls.has_owners()) everyone.push_back(kLockService);
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

}  // namespace

std::string stage_view(const Session& session) {
  const World& world = session.world();
  const Setup& setup = session.scenario().setup;
  const std::vector<std::string> keys = known_keys(session);
  const bool single = setup.cluster.calls.has_owners();
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

}  // namespace systemsim
