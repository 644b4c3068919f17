#include "lab/view_parts.h"

#include <algorithm>

namespace systemsim {

void operation_field(JsonWriter& writer, const char* name, OperationId id) {
  writer.key(name);
  if (id == kNoOperation || id == kInitialRecord) {
    writer.null();
  } else {
    writer.value(id);
  }
}

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

std::vector<std::string> known_keys(const Session& session) {
  constexpr size_t kMaxKeys = 100;
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

void write_value(JsonWriter& writer, const std::optional<Record>& record) {
  writer.key("value");
  record && !record->deleted ? writer.bytes(record->value) : writer.null();
}

}  // namespace systemsim
