#include "check/staleness.h"

#include <algorithm>

namespace systemsim {

void StalenessJudge::begin(const Operation& operation) {
  if (operation.verb != Verb::get) return;
  const auto key = keys_.find(operation.key);
  if (key != keys_.end()) {
    reading_.push_back({operation.id, key->second.newest_begin, key->second.newest});
  }
}

StalenessJudge::Verdict StalenessJudge::end(const Operation& operation) {
  if (operation.verb != Verb::get) {
    if (operation.outcome != OperationOutcome::ok) return {};
    acknowledged_[operation.id] = operation.end_position;
    Key& key = keys_[operation.key];
    if (operation.begin_position >= key.newest_begin) {
      key = {operation.begin_position, operation.id};
    }
    return {};
  }
  const auto floor = std::find_if(reading_.begin(), reading_.end(),
                                  [&](const Floor& other) { return other.read == operation.id; });
  if (floor == reading_.end()) return {};
  const Floor known = *floor;
  reading_.erase(floor);
  if (operation.outcome != OperationOutcome::ok) return {};

  // When was a returned write acknowledged? Not at all: then no write began after that.
  const auto reaches = [&](OperationId returned) {
    if (returned == known.operation) return true;
    if (returned == kNoOperation || returned == kInitialRecord) return false;
    const auto acknowledged = acknowledged_.find(returned);
    return acknowledged == acknowledged_.end() || known.begin <= acknowledged->second;
  };
  const bool fresh = operation.unresolved ? std::any_of(operation.siblings.begin(),
                                                        operation.siblings.end(), reaches)
                                          : reaches(operation.returned);
  if (fresh) return {};
  return {true, known.operation};
}

}  // namespace systemsim
