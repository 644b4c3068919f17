// What is done to a run: one action, and what a list of them must not hold.
#include <algorithm>

#include "base/sort.h"
#include "lab/scenario.h"
#include "lab/scenario_fields.h"

namespace systemsim {
namespace {

const std::vector<const char*> kActionVerbs = {
    "put", "get",   "delete",  "crash",     "restart", "partition", "heal",
    "set", "hold",  "release", "join",      "leave",   "skew",      "link",
    "cas", "pause", "resume",  "lose_disk", "slow",    "repair"};
std::vector<const char*> message_kinds() {
  std::vector<const char*> names;
  names.reserve(kMessageKinds);
  for (int i = 0; i < kMessageKinds; ++i) names.push_back(name_of(static_cast<MessageKind>(i)));
  return names;
}
// The replicas that a call names ("from"), and the machine that coordinates it, or the client.
void read_route(Fields& fields, const Setup& setup, const Named& named, MaybeError& error,
                Action& action) {
  if (const Json* coordinator = fields.take("coordinator")) {
    const std::string path = fields.pointer("coordinator");
    action.coordinator = read_endpoint(*coordinator, path, named, true, true, error);
    if (fields.ok() && setup.cluster.calls.has_owners() && !is_machine(action.coordinator)) {
      fields.fail(bad_input(path, "expected a machine, found " + quote(*coordinator)));
    }
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

// What a client makes of siblings, and what its write has seen. `resolve` is "latest", "union", the
// operation whose version is taken, or for a get "none".
void read_resolve(Fields& fields, const Setup& setup, Action& action) {
  const Json* resolve = action.kind == Action::Kind::erase ? nullptr : fields.take("resolve");
  const bool has_context = action.kind != Action::Kind::get && fields.take("context") != nullptr;
  if ((resolve != nullptr || has_context) && !keeps_siblings(setup.cluster.calls.versions)) {
    fields.fail(resolve != nullptr ? "resolve" : "context", kOnlySiblings);
  }
  if (has_context) {
    uint32_t context = 0;
    fields.choice("context", context, {"last", "none"});
    action.blind = context == 1;
  }
  if (resolve == nullptr || !fields.ok()) return;
  if (resolve->type == Json::Type::integer) {
    fields.integer("resolve", action.sibling, 0, kInitialRecord);
    action.resolve = Resolve::sibling;
    return;
  }
  uint32_t how = 0;
  fields.choice("resolve", how, {"none", "latest", "union"});
  action.resolve = static_cast<Resolve>(how);
  if (action.kind == Action::Kind::put && action.resolve == Resolve::none) {
    fields.fail("resolve",
                "expected \"latest\", \"union\" or an operation: a put writes one value");
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

// Between whom messages take longer, and by how much.
void read_link(Fields& fields, const Named& named, MaybeError& error, Action& action) {
  const Json* between = take_list(fields, "between", 2);
  if (between == nullptr || between->items.size() != 2) {
    if (fields.ok()) fields.fail("between", "expected two machines or clients");
    return;
  }
  const std::string path = fields.pointer("between");
  action.node = read_endpoint(between->items[0], pointer_to(path, 0), named, true, true, error);
  action.other = read_endpoint(between->items[1], pointer_to(path, 1), named, true, true, error);
  if (fields.ok() && action.node == action.other) {
    fields.fail(bad_input(pointer_to(path, 1), quote(between->items[1]) + " is named twice"));
  }
  if (fields.take("ms") == nullptr) {
    fields.fail("ms", "missing; how much longer a message takes, 0 for no longer");
  }
  read_time(fields, "ms", action.extra_us, 60'000'000);
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

// What a cas has to find: a value, or null for none.
void read_expected(Fields& fields, Action& action) {
  const Json* expected = fields.take("expected");
  if (expected == nullptr) {
    fields.fail("expected", "missing; what the key has to hold is expected here, or null");
    return;
  }
  if (expected->type == Json::Type::null) return;
  action.expected.emplace();
  fields.bytes("expected", *action.expected);
  if (fields.ok() && action.key.size() + action.expected->size() > Limits::kRecordBytes) {
    fields.fail("expected", "is longer than any value of this key; the most is " +
                                text_of(Limits::kRecordBytes - action.key.size()) + " bytes");
  }
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

// What only machines that heal themselves can do.
void refuse_healing(Fields& fields, const Setup& setup, Action::Kind kind) {
  if (kind != Action::Kind::lose_disk && kind != Action::Kind::repair) return;
  if (!Healing::available()) {
    fields.fail("do", kNoHealing);
  } else if (setup.cluster.calls.has_owners()) {
    fields.fail("do", "where each range has one owner, its log does this: there is no " +
                          std::string(kind == Action::Kind::repair ? "repair" : "lost disk"));
  } else if (kind == Action::Kind::lose_disk && keeps_siblings(setup.cluster.calls.versions)) {
    fields.fail("do", kNoLostDots);
  }
}

void read_after(Fields& fields, const std::vector<Action>& earlier, Action& action) {
  if (fields.take("after") == nullptr) return;
  uint32_t index = 0;
  fields.integer("after", index, 0, Limits::kActions);
  if (!fields.ok()) return;
  if (index >= earlier.size() || !earlier[index].is_call()) {
    fields.fail("after", "expected the index of an earlier put, get, delete or cas, found " +
                             text_of(index));
  }
  action.after = index;
}

}  // namespace

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
  fields.choice("do", verb, kActionVerbs);
  action.kind = static_cast<Action::Kind>(verb);
  Named named = named_in(setup, earlier);
  const bool single = setup.cluster.calls.has_owners();
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
    case Action::Kind::erase:
    case Action::Kind::cas: {
      if (single) {
        for (const char* name : {"n", "w", "r", "from"}) refuse_where(fields, name, true);
      } else if (action.kind == Action::Kind::cas) {
        fields.fail("do", "cas needs an owner of its key: cluster/mode \"single_owner\"");
      }
      read_id(fields, setup, action);
      action.client = client_endpoint(0);
      if (const Json* client = fields.take("client")) {
        action.client = read_endpoint(*client, fields.pointer("client"), named, false, true, error);
      }
      const bool cas = action.kind == Action::Kind::cas;
      read_resolve(fields, setup, action);
      read_record(fields, cas || (action.kind == Action::Kind::put && !action.resolve), action.key,
                  action.value);
      if (cas) read_expected(fields, action);
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
    case Action::Kind::leave:
    case Action::Kind::pause:
    case Action::Kind::resume:
    case Action::Kind::lose_disk:
    case Action::Kind::slow:
    case Action::Kind::repair: {
      refuse_healing(fields, setup, action.kind);
      const bool changes = action.kind == Action::Kind::join || action.kind == Action::Kind::leave;
      if (single && changes) {
        fields.fail("do", "machines do not join or leave where each range has one owner");
      }
      const Json* node = fields.take("node");
      if (node == nullptr) {
        fields.fail("node", "missing; a machine is expected here");
      } else {
        action.node = read_endpoint(*node, fields.pointer("node"), named, true, false, error);
      }
      if (action.kind == Action::Kind::slow) {
        if (fields.take("ms") == nullptr) {
          fields.fail("ms", "missing; how much later it takes what it is sent, 0 for no later");
        }
        read_time(fields, "ms", action.extra_us, 60'000'000);
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
      if (single) {
        for (const char* name : {"w", "r"}) refuse_where(fields, name, true);
      }
      read_count(fields, "w", action.w, "n", setup.cluster.n);
      read_count(fields, "r", action.r, "n", setup.cluster.n);
      if (fields.take("loss") != nullptr) {
        double loss = 0.0;
        fields.number("loss", loss, 0.0, 1.0);
        action.loss = loss;
      }
      if (fields.take("duplicates") != nullptr) {
        double duplicates = 0.0;
        fields.number("duplicates", duplicates, 0.0, 1.0);
        if (!setup.may_be_done_twice()) {
          fields.fail(
              "duplicates",
              "a run whose messages may be doubled later says so from the start, for its "
              "writes are stamped once then: network/duplicates above 0, or cluster/retries");
        }
        action.duplicates = duplicates;
      }
      if (const Json* spikes = fields.take("spikes")) {
        action.spikes = read_spikes(*spikes, fields.pointer("spikes"), error);
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
    case Action::Kind::link:
      read_link(fields, named, error, action);
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

}  // namespace systemsim
