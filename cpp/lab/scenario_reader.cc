#include <algorithm>
#include <cmath>

#include "base/ids.h"
#include "base/murmur3.h"
#include "base/sort.h"
#include "base/zipf.h"
#include "lab/scenario.h"
#include "sim/five_records.h"

namespace systemsim {
namespace {

const std::vector<const char*> kProfiles = {"constant",  "exponential", "lnkd-ssd",
                                            "lnkd-disk", "ymmr",        "wan",
                                            "uniform",   "pareto",      "table"};
const std::vector<const char*> kPlaces = {"outside", "any", "replica"};
const std::vector<const char*> kLocalLegs = {"sampled", "zero"};
const std::vector<const char*> kDisks = {"none", "ssd", "hdd"};
const std::vector<const char*> kVerbs = {"put",       "get",   "delete", "crash", "restart",
                                         "partition", "heal",  "set",    "hold",  "release",
                                         "join",      "leave", "skew"};
const std::vector<const char*> kFanouts = {"all", "quorum"};
const std::vector<const char*> kReadRepairs = {"off", "background", "blocking"};
const std::vector<const char*> kVersions = {"lww", "logical"};

std::vector<const char*> message_kinds() {
  std::vector<const char*> names;
  names.reserve(kMessageKinds);
  for (int i = 0; i < kMessageKinds; ++i) names.push_back(name_of(static_cast<MessageKind>(i)));
  return names;
}
const std::vector<const char*> kTraffics = {"keys", "five-records"};
const std::vector<const char*> kLoops = {"closed", "open"};
const std::vector<const char*> kKeysDrawn = {"uniform", "zipf", "hot"};
constexpr const char* kLegNames[kLegs] = {"w", "a", "r", "s", "c"};
constexpr double kMinMeanMs = 0.001;
constexpr double kMaxMeanMs = 60'000.0;
constexpr double kMinAlpha = 0.1;
constexpr double kMaxAlpha = 1000.0;

using MaybeError = std::optional<Error>;

std::string text_of(uint64_t value) { return std::to_string(value); }

std::string number_text(double value) { return JsonWriter().value(value).take(); }

void read_time(Fields& fields, const char* name, uint64_t& out_us, uint64_t most_us) {
  double ms = static_cast<double>(out_us) / 1000.0;
  fields.number(name, ms, 0.0, static_cast<double>(most_us) / 1000.0);
  const double us = ms * 1000.0;
  const double whole = std::floor(us + 0.5);
  if (std::abs(us - whole) > 1e-6 * (1.0 + us * 1e-9)) {
    fields.fail(name, "is not a whole number of microseconds");
    return;
  }
  out_us = static_cast<uint64_t>(whole);
}

// A list, or nothing (with a complaint) when it is something else or too long.
const Json* take_list(Fields& fields, const char* name, size_t most) {
  const Json* list = fields.take(name);
  if (list == nullptr) return nullptr;
  if (list->type != Json::Type::array) {
    fields.fail(name, "expected a list, found " + std::string(describe(*list)));
    return nullptr;
  }
  if (list->items.size() > most) {
    fields.fail(name, text_of(list->items.size()) + " entries; the most is " + text_of(most));
    return nullptr;
  }
  return list;
}

// Whether the field `name`, which is for one profile or two, is here; that it is where it does not
// belong is a complaint.
bool has_own(Fields& fields, const char* name, Profile profile, Profile one, Profile other) {
  if (fields.take(name) == nullptr) return false;
  if (profile == one || profile == other) return true;
  const std::string owners =
      name_of(one) + (one == other ? std::string() : std::string(" and ") + name_of(other));
  fields.fail(name, std::string("does not belong to the profile ") + name_of(profile) +
                        "; it is for " + owners);
  return false;
}

// One number of a point; a complaint says which numbers are expected.
double read_coordinate(const Json& json, const std::string& path, double most, MaybeError& error) {
  const bool is_number = json.type == Json::Type::integer || json.type == Json::Type::number;
  if (!error && (!is_number || !(json.number >= 0.0 && json.number <= most))) {
    error = bad_input(path, "expected a number between 0 and " +
                                text_of(static_cast<uint64_t>(most)) + ", found " + quote(json));
  }
  return json.number;
}

// Why a point does not fit behind the ones before it.
MaybeError misfit(const Quantiles& before, const Quantiles::Point& point, bool last,
                  const std::string& path) {
  if (before.count == 0 && point.share != 0.0) {
    return bad_input(pointer_to(path, size_t{0}), "the first share is 0");
  }
  if (last && point.share != 1.0) {
    return bad_input(pointer_to(path, size_t{0}), "the last share is 1");
  }
  if (before.count == 0) return std::nullopt;
  const Quantiles::Point& previous = before.points[before.count - 1];
  if (point.share <= previous.share) {
    return bad_input(pointer_to(path, size_t{0}),
                     "the shares ascend; this one is not above the "
                     "one before it");
  }
  if (point.ms < previous.ms) {
    return bad_input(pointer_to(path, size_t{1}),
                     "the times do not fall; this one is below the "
                     "one before it");
  }
  return std::nullopt;
}

void read_quantiles(Fields& fields, MaybeError& error, Quantiles& out) {
  const std::string path = fields.pointer("quantiles");
  const Json* list = take_list(fields, "quantiles", Quantiles::kMost);
  if (!fields.ok()) return;
  if (list == nullptr || list->items.size() < Quantiles::kLeast) {
    fields.fail(bad_input(path, std::string(list == nullptr ? "missing" : "too few") +
                                    "; expected 2 to 16 points, each [share, ms]"));
    return;
  }
  for (size_t i = 0; i < list->items.size() && !error; ++i) {
    const Json& item = list->items[i];
    const std::string at = pointer_to(path, i);
    if (item.type != Json::Type::array || item.items.size() != 2) {
      fields.fail(bad_input(at, "expected [share, ms], found " + quote(item)));
      return;
    }
    const Quantiles::Point point = {
        read_coordinate(item.items[0], pointer_to(at, size_t{0}), 1.0, error),
        read_coordinate(item.items[1], pointer_to(at, size_t{1}), kMaxMeanMs, error)};
    if (!error) error = misfit(out, point, i + 1 == list->items.size(), at);
    out.points[out.count++] = point;
  }
}

Latency::Choice read_choice(Fields& fields, MaybeError& error) {
  Latency::Choice choice;
  auto index = static_cast<uint32_t>(choice.profile);
  fields.choice("profile", index, kProfiles);
  const auto profile = static_cast<Profile>(index);
  choice.profile = profile;
  if (has_own(fields, "ms", profile, Profile::constant, Profile::exponential)) {
    fields.number("ms", choice.ms, kMinMeanMs, kMaxMeanMs);
  }
  if (has_own(fields, "alpha", profile, Profile::ymmr, Profile::pareto)) {
    fields.number("alpha", choice.alpha, kMinAlpha, kMaxAlpha);
  }
  if (has_own(fields, "xm_ms", profile, Profile::pareto, Profile::pareto)) {
    fields.number("xm_ms", choice.xm_ms, kMinMeanMs, kMaxMeanMs);
  }
  if (has_own(fields, "min_ms", profile, Profile::uniform, Profile::uniform)) {
    fields.number("min_ms", choice.min_ms, 0.0, kMaxMeanMs);
  }
  if (has_own(fields, "max_ms", profile, Profile::uniform, Profile::uniform)) {
    fields.number("max_ms", choice.max_ms, kMinMeanMs, kMaxMeanMs);
  }
  if (fields.ok() && choice.max_ms < choice.min_ms) {
    fields.fail("max_ms", number_text(choice.max_ms) + " is less than min_ms, which is " +
                              number_text(choice.min_ms));
  }
  if (has_own(fields, "quantiles", profile, Profile::table, Profile::table) ||
      profile == Profile::table) {
    read_quantiles(fields, error, choice.quantiles);
  }
  return choice;
}

void read_latency(const Json& json, const std::string& path, MaybeError& error, Latency& out) {
  Fields fields(json, path, error);
  Latency latency;
  latency.base = read_choice(fields, error);
  if (const Json* kinds = fields.take("kinds")) {
    Fields legs(*kinds, fields.pointer("kinds"), error);
    for (size_t i = 0; i < kLegs; ++i) {
      if (const Json* leg = legs.take(kLegNames[i])) {
        Fields one(*leg, legs.pointer(kLegNames[i]), error);
        latency.per_leg[i] = read_choice(one, error);
        one.finish();
      }
    }
    legs.finish();
  }
  fields.finish();
  if (!error) out = latency;
}

// What a clock is wrong by; at least one of the two is given.
void read_clock(Fields& fields, int64_t& skew_us, int32_t& drift_ppm) {
  if (fields.take("skew_ms") == nullptr && fields.take("drift_ppm") == nullptr) {
    fields.fail("skew_ms", "missing; a clock is wrong by skew_ms, by drift_ppm, or by both");
  }
  constexpr double kMostMs = static_cast<double>(Clock::kMostSkewUs) / 1000.0;
  double ms = 0.0;
  fields.number("skew_ms", ms, -kMostMs, kMostMs);
  skew_us = static_cast<int64_t>(std::floor(ms * 1000.0 + 0.5));
  if (fields.ok() && std::abs(ms * 1000.0 - static_cast<double>(skew_us)) > 1e-3) {
    fields.fail("skew_ms", "is not a whole number of microseconds");
  }
  double drift = 0.0;
  fields.number("drift_ppm", drift, -Clock::kMostDriftPpm, Clock::kMostDriftPpm);
  drift_ppm = static_cast<int32_t>(drift);
  if (fields.ok() && drift != drift_ppm) {
    fields.fail("drift_ppm", "is not a whole number");
  }
}

// How calls are coordinated.
void read_calls(Fields& fields, CoordinatorSettings& out) {
  read_time(fields, "timeout_ms", out.timeout_us, 3'600'000'000ULL);
  if (fields.ok() && out.timeout_us == 0) {
    fields.fail("timeout_ms", "0 is too small; the least is 0.001");
  }
  fields.integer("retries", out.retries, 0, CoordinatorSettings::kMostRetries);
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
}

// `clocks`: the list of those that are wrong, if any; it is read when clients have been counted.
void read_cluster(const Json& json, const std::string& path, MaybeError& error,
                  ClusterSettings& out, const Json*& clocks) {
  Fields fields(json, path, error);
  const bool has_n = fields.take("n") != nullptr;
  const bool has_w = fields.take("w") != nullptr;
  const bool has_r = fields.take("r") != nullptr;
  fields.integer("nodes", out.nodes, 1, Limits::kNodes);
  read_ring(fields, out.nodes, out.ring);
  // What is not given is as large as what is given allows.
  if (!has_n) out.n = std::min(out.n, out.nodes);
  fields.integer("n", out.n, 1, Limits::kCopies);
  if (!has_w) out.w = std::min(out.w, out.n);
  if (!has_r) out.r = std::min(out.r, out.n);
  fields.integer("w", out.w, 1, Limits::kCopies);
  fields.integer("r", out.r, 1, Limits::kCopies);
  fields.boolean("pending_writes", out.pending_writes);
  fields.boolean("epoch_fence", out.epoch_fence);
  auto place = static_cast<uint32_t>(out.coordinator);
  fields.choice("coordinator", place, kPlaces);
  out.coordinator = static_cast<CoordinatorPlace>(place);
  auto local_leg = static_cast<uint32_t>(out.local_leg);
  fields.choice("local_leg", local_leg, kLocalLegs);
  out.local_leg = static_cast<LocalLeg>(local_leg);
  read_calls(fields, out.calls);
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

void read_workload(const Json& json, const std::string& path, MaybeError& error, Workload& out) {
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
  const double waiting_ms =
      static_cast<double>(setup.cluster.calls.timeout_us) / 1000.0 * traffic.clients;
  if (fields.ok() && traffic.loop == Loop::open &&
      waiting_ms > Limits::kOpenCalls * traffic.think_ms) {
    fields.fail(bad_input(pointer_to(fields.pointer("workload"), "think_ms"),
                          "clients times timeout_ms over think_ms is more than " +
                              text_of(Limits::kOpenCalls) +
                              ", the most calls of an open loop that may wait at once"));
  }
}

// Key and value of a record or a put. `has_value` false: only the key.
void read_record(Fields& fields, bool has_value, std::string& key, std::string& value) {
  const bool has_key = fields.bytes("key", key);
  if (fields.ok() && !has_key) {
    fields.fail("key", "missing; a key is expected here");
  } else if (fields.ok() && key.empty()) {
    fields.fail("key", "a key must not be empty");
  }
  if (has_value && fields.ok() && !fields.bytes("value", value)) {
    fields.fail("value", "missing; a value is expected here");
  }
  if (fields.ok() && key.size() + value.size() > Limits::kRecordBytes) {
    fields.fail(has_value ? "value" : "key",
                "key and value together are " + text_of(key.size() + value.size()) +
                    " bytes; the most is " + text_of(Limits::kRecordBytes));
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

// How many machines and clients may be named.
struct Named {
  uint32_t machines = 0;
  uint32_t clients = 0;
};

// With the machines that join in `earlier`.
Named named_in(const Setup& setup, const std::vector<Action>& earlier) {
  Named named = {setup.cluster.nodes, setup.workload.clients};
  for (const Action& action : earlier) {
    if (action.kind == Action::Kind::join) {
      named.machines = std::max(named.machines, action.node + 1U);
    }
  }
  return named;
}

// "B" or "c2" as one of this run's machines or clients.
Endpoint read_endpoint(const Json& json, const std::string& path, const Named& named,
                       bool nodes_allowed, bool clients_allowed, MaybeError& error) {
  const auto endpoint =
      json.type == Json::Type::string ? endpoint_from_name(json.text) : std::optional<Endpoint>();
  if (endpoint && is_client(*endpoint) && clients_allowed &&
      client_index(*endpoint) < named.clients) {
    return *endpoint;
  }
  if (endpoint && !is_client(*endpoint) && nodes_allowed && *endpoint < named.machines) {
    return *endpoint;
  }
  const auto range = [](const std::string& first, const std::string& last) {
    return first == last ? first : first + " to " + last;
  };
  std::string expected;
  if (nodes_allowed) {
    expected =
        "a machine (" + range("A", endpoint_name(static_cast<Endpoint>(named.machines - 1))) + ")";
  }
  if (clients_allowed) {
    expected += (expected.empty() ? "" : " or ") + std::string("a client (") +
                range("c1", endpoint_name(client_endpoint(named.clients - 1))) + ")";
  }
  if (!error) error = bad_input(path, "expected " + expected + ", found " + quote(json));
  return kNobody;
}

// The machine or client of the field "node".
Endpoint read_owner(Fields& fields, const Named& named, MaybeError& error) {
  if (const Json* node = fields.take("node")) {
    return read_endpoint(*node, fields.pointer("node"), named, true, true, error);
  }
  fields.fail("node", "missing; a machine or a client is expected here");
  return kNobody;
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

// Two machines that coordinate one write, for a copy of its request or a second try, would give it
// two logical stamps: what was read could then come back.
void check_stamped_once(Fields& fields, const std::string& path, const Setup& setup) {
  const bool twice = setup.cluster.calls.retries > 0 || setup.duplicates > 0.0;
  if (!fields.ok() || !twice || setup.cluster.calls.versions != Versions::logical) return;
  fields.fail(bad_input(path,
                        "with retries or duplicates, logical stamps need clients that coordinate "
                        "for themselves (coordinator \"outside\")"));
}

// The replicas that a call names ("from"), and the machine that coordinates it, or the client.
void read_route(Fields& fields, const Setup& setup, const Named& named, MaybeError& error,
                Action& action) {
  if (const Json* coordinator = fields.take("coordinator")) {
    const std::string path = fields.pointer("coordinator");
    action.coordinator = read_endpoint(*coordinator, path, named, true, true, error);
    if (fields.ok() && is_client(action.coordinator) && action.coordinator != action.client) {
      fields.fail(bad_input(path, "expected a machine, or " + endpoint_name(action.client) +
                                      ", whose call it is, found " + quote(*coordinator)));
    }
    if (fields.ok() && !is_client(action.coordinator)) check_stamped_once(fields, path, setup);
  }
  const Json* from = take_list(fields, "from", Limits::kCopies);
  if (from == nullptr) return;
  const std::string path = fields.pointer("from");
  for (size_t i = 0; i < from->items.size() && !error; ++i) {
    const Endpoint replica =
        read_endpoint(from->items[i], pointer_to(path, i), named, true, false, error);
    if (fields.ok() &&
        std::find(action.asked.begin(), action.asked.end(), replica) != action.asked.end()) {
      fields.fail(bad_input(pointer_to(path, i), quote(from->items[i]) + " is named twice"));
    }
    action.asked.push_back(replica);
  }
  const bool write = action.kind != Action::Kind::get;
  const uint32_t n = action.n.value_or(setup.cluster.n);
  const auto least = [&](const char* name, const std::optional<uint32_t>& own, uint32_t usual) {
    const uint32_t quorum = std::min(own.value_or(usual), n);
    if (fields.ok() && action.asked.size() < quorum) {
      fields.fail(bad_input(path, "names " + text_of(action.asked.size()) +
                                      " machines; fewer than " + name + ", which is " +
                                      text_of(quorum)));
    }
  };
  if (write) least("w", action.w, setup.cluster.w);
  if (!write || setup.cluster.calls.versions == Versions::logical) {
    least("r", action.r, setup.cluster.r);
  }
}

void read_groups(Fields& fields, const Named& named, MaybeError& error, Action& action) {
  const Json* groups = take_list(fields, "groups", 200);
  if (groups == nullptr) {
    if (fields.ok()) {
      fields.fail("groups", "missing; expected lists of machines and clients");
    }
    return;
  }
  std::vector<Endpoint> seen;
  for (size_t i = 0; i < groups->items.size() && !error; ++i) {
    const std::string path = pointer_to(fields.pointer("groups"), i);
    if (groups->items[i].type != Json::Type::array) {
      fields.fail(bad_input(path, "expected a list of names, found " + quote(groups->items[i])));
      return;
    }
    std::vector<Endpoint> members;
    for (size_t k = 0; k < groups->items[i].items.size() && !error; ++k) {
      const Json& name = groups->items[i].items[k];
      const Endpoint member = read_endpoint(name, pointer_to(path, k), named, true, true, error);
      if (!error && std::find(seen.begin(), seen.end(), member) != seen.end()) {
        fields.fail(bad_input(pointer_to(path, k), quote(name) + " is named twice"));
      }
      seen.push_back(member);
      members.push_back(member);
    }
    action.groups.push_back(std::move(members));
  }
}

// An optional w, r or n of an action; at most `most`.
void read_count(Fields& fields, const char* name, std::optional<uint32_t>& out, const char* other,
                uint32_t most) {
  if (fields.take(name) == nullptr) return;
  uint32_t value = 0;
  fields.integer(name, value, 1, Limits::kNodes);
  if (fields.ok() && value > most) {
    fields.fail(name, text_of(value) + " is more than " + other + ", which is " + text_of(most));
  }
  out = value;
}

// The operation id that a call bears instead of its index.
void read_id(Fields& fields, const Setup& setup, Action& action) {
  if (fields.take("id") == nullptr) return;
  OperationId id = 0;
  fields.integer("id", id, 0, operation_id(Limits::kClients, kMaxOperationNumber));
  if (fields.ok() && operation_lane(id) != 0 && setup.workload.duration_us != 0) {
    fields.fail("id", text_of(id) + " may be a call of a client's own traffic; the most is " +
                          text_of(kMaxOperationNumber) + " unless duration_ms is 0");
  }
  action.id = id;
}

// Which messages a hold or a release means.
void read_pattern(Fields& fields, const Named& named, MaybeError& error, MessagePattern& out) {
  if (fields.take("op") != nullptr) {
    OperationId operation = 0;
    fields.integer("op", operation, 0, kInitialRecord - 1);
    out.operation = operation;
  }
  if (fields.take("kind") != nullptr) {
    uint32_t kind = 0;
    fields.choice("kind", kind, message_kinds());
    out.kind = static_cast<MessageKind>(kind);
  }
  if (const Json* from = fields.take("from")) {
    out.from = read_endpoint(*from, fields.pointer("from"), named, true, true, error);
  }
  if (const Json* to = fields.take("to")) {
    out.to = read_endpoint(*to, fields.pointer("to"), named, true, true, error);
  }
}

void read_after(Fields& fields, const std::vector<Action>& earlier, Action& action) {
  if (fields.take("after") == nullptr) return;
  uint32_t index = 0;
  fields.integer("after", index, 0, Limits::kActions);
  if (!fields.ok()) return;
  if (index >= earlier.size() || !earlier[index].is_call()) {
    fields.fail("after",
                "expected the index of an earlier put, get or delete, found " + text_of(index));
  }
  action.after = index;
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

std::optional<Error> clash_of_ids(const std::vector<Action>& actions, const std::string& path) {
  std::vector<SortKey> order;
  for (uint32_t i = 0; i < actions.size(); ++i) {
    if (!actions[i].is_call()) continue;
    order.push_back({actions[i].id.value_or(operation_id(0, i)), 0, i});
  }
  sort_keys(order);
  for (size_t i = 1; i < order.size(); ++i) {
    if (order[i - 1].first != order[i].first) continue;
    // The complaint is about the one that gives an id; of two, about the later.
    const bool later = actions[order[i].index].id.has_value();
    const SortKey& one = order[later ? i : i - 1];
    const SortKey& other = order[later ? i - 1 : i];
    return bad_input(pointer_to(pointer_to(path, one.index), "id"),
                     text_of(one.first) + " is also the id of action " + text_of(other.index) +
                         "; ids are unique");
  }
  return std::nullopt;
}

std::optional<ClashOfChanges> clash_of_changes(const std::vector<Action>& actions,
                                               const Setup& setup) {
  const auto is_change = [](const Action& action) {
    return action.kind == Action::Kind::join || action.kind == Action::Kind::leave;
  };
  uint64_t changes = 0;
  Endpoint last = static_cast<Endpoint>(setup.cluster.nodes - 1);
  for (const Action& action : actions) {
    if (!is_change(action)) continue;
    ++changes;
    last = std::max(last, action.node);
  }
  if (changes == 0) return std::nullopt;
  uint64_t points = 0;
  for (uint32_t i = 0; i <= last; ++i) {
    points += setup.cluster.ring.points_of(static_cast<Endpoint>(i));
  }
  for (size_t i = 0; i < actions.size(); ++i) {
    if (actions[i].n.value_or(setup.cluster.n) != setup.cluster.n) {
      return ClashOfChanges{
          i, bad_input("", "action " + text_of(i) + " asks for " + text_of(*actions[i].n) +
                               " copies; where machines join or leave every call has the cluster's "
                               "n, which is " +
                               text_of(setup.cluster.n))};
    }
    if (is_change(actions[i]) && changes * points > Limits::kChangedPoints) {
      return ClashOfChanges{
          i, Error{ErrorCode::limit,
                   text_of(changes) + " joins and leaves of a ring of " + text_of(points) +
                       " points; the most is " + text_of(Limits::kChangedPoints / points),
                   ""}};
    }
  }
  return std::nullopt;
}

Result<Action> read_action(const Json& json, const std::string& path, const Setup& setup,
                           const std::vector<Action>& earlier, uint64_t default_at_us) {
  MaybeError error;
  Fields fields(json, path, error);
  Action action;
  uint32_t verb = 0;
  if (fields.take("do") == nullptr && fields.ok()) {
    fields.fail("do", "missing; every action says what to do");
  }
  fields.choice("do", verb, kVerbs);
  action.kind = static_cast<Action::Kind>(verb);
  Named named = named_in(setup, earlier);
  // A machine that joins may be the next one that nobody has named.
  if (action.kind == Action::Kind::join && named.machines < Limits::kNodes) ++named.machines;
  read_after(fields, earlier, action);
  action.at_us = action.after ? 0 : default_at_us;
  const bool in_us = fields.take("at_us") != nullptr;
  if (in_us && fields.take("at_ms") != nullptr) {
    fields.fail("at_ms", "give at_us or at_ms, not both");
  }
  if (in_us) {
    fields.integer("at_us", action.at_us, uint64_t{0}, Limits::kTimeUs);
  } else {
    read_time(fields, "at_ms", action.at_us, Limits::kTimeUs);
  }

  switch (action.kind) {
    case Action::Kind::put:
    case Action::Kind::get:
    case Action::Kind::erase: {
      read_id(fields, setup, action);
      action.client = client_endpoint(0);
      if (const Json* client = fields.take("client")) {
        action.client = read_endpoint(*client, fields.pointer("client"), named, false, true, error);
      }
      read_record(fields, action.kind == Action::Kind::put, action.key, action.value);
      read_count(fields, "n", action.n, "nodes", setup.cluster.nodes);
      if (fields.ok() && action.n.value_or(1) > Limits::kCopies) {
        fields.fail("n",
                    text_of(*action.n) + " is too large; the most is " + text_of(Limits::kCopies));
      }
      const uint32_t n = action.n.value_or(setup.cluster.n);
      read_count(fields, "w", action.w, "n", n);
      read_count(fields, "r", action.r, "n", n);
      read_route(fields, setup, named, error, action);
      break;
    }
    case Action::Kind::crash:
    case Action::Kind::restart:
    case Action::Kind::join:
    case Action::Kind::leave: {
      const Json* node = fields.take("node");
      if (node == nullptr) {
        fields.fail("node", "missing; a machine is expected here");
      } else {
        action.node = read_endpoint(*node, fields.pointer("node"), named, true, false, error);
      }
      if (action.kind == Action::Kind::join && !error) {
        uint64_t points = 0;
        for (uint32_t i = 0; i <= action.node; ++i) {
          points += setup.cluster.ring.points_of(static_cast<Endpoint>(i));
        }
        if (points > Limits::kRingPoints) {
          fields.fail("node", "the ring would have " + text_of(points) + " points; the most is " +
                                  text_of(Limits::kRingPoints));
        }
      }
      break;
    }
    case Action::Kind::partition:
      read_groups(fields, named, error, action);
      fields.boolean("one_way", action.one_way);
      break;
    case Action::Kind::heal:
      break;
    case Action::Kind::set: {
      read_count(fields, "w", action.w, "n", setup.cluster.n);
      read_count(fields, "r", action.r, "n", setup.cluster.n);
      if (fields.take("loss") != nullptr) {
        double loss = 0.0;
        fields.number("loss", loss, 0.0, 1.0);
        action.loss = loss;
      }
      if (const Json* latency = fields.take("latency")) {
        Latency read;
        read_latency(*latency, fields.pointer("latency"), error, read);
        action.latency = read;
      }
      break;
    }
    case Action::Kind::hold:
    case Action::Kind::release:
      read_pattern(fields, named, error, action.messages);
      break;
    case Action::Kind::skew:
      action.node = read_owner(fields, named, error);
      read_clock(fields, action.skew_us, action.drift_ppm);
      break;
  }
  fields.finish();
  if (error) return *error;
  return action;
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
    read_between(inner, setup.cluster.ring.topology.data_centres,
                 setup.latency.base.profile == Profile::wan, setup.between_ms);
    inner.finish();
  }
  auto disk = static_cast<uint32_t>(setup.disk);
  fields.choice("disk", disk, kDisks);
  setup.disk = static_cast<DiskModel>(disk);
  if (const Json* workload = fields.take("workload")) {
    read_workload(*workload, fields.pointer("workload"), error, setup.workload);
  }
  check_workload(fields, setup);
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
