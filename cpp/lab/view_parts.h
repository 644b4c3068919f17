// What more than one of a session's views says (views.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lab/json_writer.h"
#include "lab/session.h"

namespace systemsim {

// The operation's id; null for none, and for what was there before the run.
void operation_field(JsonWriter& writer, const char* name, OperationId id);

// The operations of the log that have begun by `position`.
size_t begun_by(const RunLog& log, uint64_t position);

// An operation as far as it is known at the session's position.
void write_operation(JsonWriter& writer, const Session& session, const LoggedOperation& logged);

// The keys that the run speaks of, in the order in which it first did; at most a hundred.
std::vector<std::string> known_keys(const Session& session);

// "replicas": the machines of the token's range.
void write_replicas(JsonWriter& writer, const Session& session, Token token);

// "value": null where there is none, or a deletion.
void write_value(JsonWriter& writer, const std::optional<Record>& record);

}  // namespace systemsim
