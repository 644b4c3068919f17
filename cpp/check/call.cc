#include "check/call.h"

#include <utility>

namespace systemsim {

std::optional<ValueId> ValueTable::find(std::string_view text) const {
  const auto known = ids_.find(text);
  if (known == ids_.end()) return std::nullopt;
  return known->second;
}

ValueId ValueTable::of(std::string_view text) {
  if (const auto known = find(text)) return *known;
  texts_.emplace_back(text);
  const auto id = static_cast<ValueId>(texts_.size());
  ids_.emplace(std::string(text), id);
  return id;
}

uint32_t CallHistory::key(std::string_view name) {
  const auto known = key_ids_.find(name);
  if (known != key_ids_.end()) return known->second;
  const auto id = static_cast<uint32_t>(keys.size());
  keys.push_back({std::string(name), kAbsent});
  key_ids_.emplace(std::string(name), id);
  return id;
}

CallHistory calls_of(const std::vector<Operation>& operations,
                     const std::vector<std::pair<std::string, std::string>>& initial,
                     bool siblings) {
  CallHistory history;
  for (const auto& record : initial) {
    history.keys[history.key(record.first)].initial = history.values.of(record.second);
  }
  // Two events may share a position (an answer, and the next call that waited for it); the answer
  // comes first. Position p gives the ranks 2p (answers) and 2p + 1 (calls).
  for (const Operation& operation : operations) {
    const bool refused = operation.outcome == OperationOutcome::not_equal;
    const bool answered = operation.outcome == OperationOutcome::ok || refused;
    if (operation.verb == Verb::get && !answered) continue;
    Call call;
    call.kind = operation.verb == Verb::get   ? Call::Kind::read
                : operation.verb == Verb::cas ? Call::Kind::cas
                                              : Call::Kind::write;
    call.fate = refused ? Call::Fate::refused : answered ? Call::Fate::ok : Call::Fate::unknown;
    call.process = client_index(operation.client);
    call.key = history.key(operation.key);
    call.any = operation.unresolved;
    call.blind = operation.blind;
    call.unseen = operation.unseen;
    const bool has_value = operation.verb == Verb::put || operation.verb == Verb::cas ||
                           (operation.verb == Verb::get && operation.found);
    if (has_value) call.value = history.values.of(operation.value);
    if (operation.expected) call.expected = history.values.of(*operation.expected);
    call.begin = 2 * operation.begin_position + 1;
    call.end = answered ? 2 * operation.end_position : kNever;
    call.source = operation.id;
    history.calls.push_back(call);
    if (!siblings) continue;
    history.saw.push_back(operation.siblings);
    if (operation.siblings.empty() && operation.returned != kNoOperation) {
      history.saw.back().push_back(operation.returned);
    }
  }
  return history;
}

}  // namespace systemsim
