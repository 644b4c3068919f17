#include "check/staleness.h"

#include <map>

#include "support.h"

namespace staleness_test {

using namespace systemsim;

namespace {

const std::string kKeyWithRecord = "x";

// The definition, word for word, over a finished history.
bool stale_by_definition(const std::vector<Operation>& history, const Operation& read) {
  // Nothing returned although the key had a record before the run: the read missed that one.
  if (read.returned == kNoOperation && read.key == kKeyWithRecord) return true;
  uint64_t returned_acknowledged_at = 0;  // nothing returned, or there before the run
  if (read.returned != kNoOperation && read.returned != kInitialRecord) {
    returned_acknowledged_at = ~0ULL;
    for (const Operation& write : history) {
      if (write.id == read.returned && write.outcome == OperationOutcome::ok) {
        returned_acknowledged_at = write.end_position;
      }
    }
  }
  for (const Operation& write : history) {
    if (write.verb == Verb::get || write.key != read.key || write.id == read.returned) continue;
    const bool acknowledged_before =
        write.outcome == OperationOutcome::ok && write.end_position < read.begin_position;
    if (acknowledged_before && write.begin_position > returned_acknowledged_at) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the judge agrees with the definition on random histories") {
  int stale = 0;
  int fresh = 0;
  for (uint64_t seed = 1; seed <= 20'000; ++seed) {
    test::Dice dice(seed);
    std::vector<Operation> history;
    const uint32_t count = 2 + dice.below(8);
    for (uint32_t i = 0; i < count; ++i) {
      Operation operation;
      operation.id = i;
      operation.verb = dice.chance(0.5) ? Verb::get : dice.chance(0.8) ? Verb::put : Verb::erase;
      operation.key = dice.chance(0.8) ? "x" : "y";
      operation.outcome = dice.chance(0.9) ? OperationOutcome::ok : OperationOutcome::timeout;
      history.push_back(operation);
    }
    // Interleave: each operation begins, and some time later ends.
    uint64_t position = 0;
    std::vector<uint32_t> waiting;
    std::vector<std::pair<uint32_t, bool>> order;  // (operation, end?)
    for (uint32_t next = 0; next < count || !waiting.empty();) {
      ++position;
      if (next < count && (waiting.empty() || dice.chance(0.5))) {
        history[next].begin_position = position;
        waiting.push_back(next);
        order.emplace_back(next++, false);
      } else {
        const uint32_t pick = dice.below(static_cast<uint32_t>(waiting.size()));
        Operation& operation = history[waiting[pick]];
        operation.end_position = position;
        // A read returns any write to its key that had begun, or nothing, or the first record.
        if (operation.verb == Verb::get && operation.outcome == OperationOutcome::ok) {
          std::vector<OperationId> candidates = {kNoOperation};
          if (operation.key == kKeyWithRecord) candidates.push_back(kInitialRecord);
          for (const Operation& write : history) {
            if (write.verb != Verb::get && write.key == operation.key &&
                write.begin_position != 0 && write.begin_position < position) {
              candidates.push_back(write.id);
            }
          }
          operation.returned = candidates[dice.below(static_cast<uint32_t>(candidates.size()))];
        }
        order.emplace_back(waiting[pick], true);
        waiting.erase(waiting.begin() + pick);
      }
    }
    StalenessJudge judge;
    judge.initial(kKeyWithRecord);
    for (const auto& [index, end] : order) {
      if (!end) {
        judge.begin(history[index]);
        continue;
      }
      const auto verdict = judge.end(history[index]);
      const Operation& operation = history[index];
      if (operation.verb != Verb::get || operation.outcome != OperationOutcome::ok) continue;
      CAPTURE(seed);
      REQUIRE(verdict.stale == stale_by_definition(history, operation));
      ++(verdict.stale ? stale : fresh);
    }
  }
  CHECK(stale > 1000);
  CHECK(fresh > 1000);
}

TEST_CASE("a read concurrent with a write may return either value and is fresh") {
  StalenessJudge judge;
  Operation write;
  write.id = 1;
  write.verb = Verb::put;
  write.key = "x";
  write.begin_position = 1;
  Operation read;
  read.id = 2;
  read.verb = Verb::get;
  read.key = "x";
  read.begin_position = 2;
  judge.begin(write);
  judge.begin(read);
  write.outcome = OperationOutcome::ok;
  write.end_position = 3;
  (void)judge.end(write);
  read.outcome = OperationOutcome::ok;
  read.end_position = 4;
  read.returned = kNoOperation;
  CHECK_FALSE(judge.end(read).stale);
}

}  // namespace staleness_test
