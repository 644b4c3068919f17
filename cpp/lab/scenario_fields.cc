#include "lab/scenario_fields.h"

#include <algorithm>
#include <cmath>

#include "base/ids.h"
#include "lab/json_writer.h"

namespace systemsim {

std::string text_of(uint64_t value) { return std::to_string(value); }

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

Named named_in(const Setup& setup, const std::vector<Action>& earlier) {
  Named named = {setup.cluster.nodes, setup.workload.clients, setup.cluster.calls.has_owners()};
  for (const Action& action : earlier) {
    if (action.kind == Action::Kind::join) {
      named.machines = std::max(named.machines, action.node + 1U);
    }
  }
  return named;
}

Endpoint read_endpoint(const Json& json, const std::string& path, const Named& named,
                       bool nodes_allowed, bool clients_allowed, MaybeError& error) {
  const auto endpoint =
      json.type == Json::Type::string ? endpoint_from_name(json.text) : std::optional<Endpoint>();
  if (endpoint && is_client(*endpoint) && clients_allowed &&
      client_index(*endpoint) < named.clients) {
    return *endpoint;
  }
  if (endpoint && *endpoint == kLockService && nodes_allowed && named.lock_service) {
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
  if (nodes_allowed && named.lock_service) expected += ", the lock service (lock)";
  if (clients_allowed) {
    expected += (expected.empty() ? "" : " or ") + std::string("a client (") +
                range("c1", endpoint_name(client_endpoint(named.clients - 1))) + ")";
  }
  if (!error) error = bad_input(path, "expected " + expected + ", found " + quote(json));
  return kNobody;
}

Endpoint read_owner(Fields& fields, const Named& named, MaybeError& error) {
  if (const Json* node = fields.take("node")) {
    return read_endpoint(*node, fields.pointer("node"), named, true, true, error);
  }
  fields.fail("node", "missing; a machine or a client is expected here");
  return kNobody;
}

void refuse_where(Fields& fields, const char* name, bool single) {
  if (fields.take(name) == nullptr) return;
  fields.fail(name, single ? "means nothing where each range has one owner (mode \"single_owner\")"
                           : "belongs to the mode \"single_owner\" alone");
}

void check_stamped_once(Fields& fields, const std::string& path, const Setup& setup) {
  const bool logical = setup.cluster.calls.versions == Versions::logical;
  if (!fields.ok() || !logical || !setup.may_be_done_twice()) return;
  fields.fail(bad_input(path,
                        "with retries or duplicates, logical stamps need clients that coordinate "
                        "for themselves (coordinator \"outside\")"));
}

}  // namespace systemsim
