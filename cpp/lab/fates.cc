#include "lab/fates.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/murmur3.h"
#include "base/sort.h"
#include "check/promises.h"
#include "check/staleness.h"
#include "lab/judged_run.h"
#include "sim/five_records.h"

namespace systemsim {
namespace {

Promise needed_by(FiveRecord record) {
  switch (record) {
    case FiveRecord::last_login:
      return Promise::convergence;
    case FiveRecord::session:
      return Promise::read_your_writes;
    case FiveRecord::cart:
    case FiveRecord::counter:
      return Promise::no_lost_update;
    case FiveRecord::feature:
      return Promise::regular;
  }
  return Promise::regular;
}

bool answered_read(const Operation& operation) {
  return operation.verb == Verb::get && operation.outcome == OperationOutcome::ok;
}

bool acknowledged_write(const Operation& operation) {
  return operation.verb != Verb::get && operation.outcome == OperationOutcome::ok;
}

// Its own calls, and what its key held before them.
struct Part {
  FiveRecord record;
  std::string key;
  std::optional<std::string> first;
  std::vector<Operation> operations;
};

Part part_of(FiveRecord record, const std::vector<Operation>& operations, const Setup& setup) {
  Part part = {record, std::string(key_of(record)), std::nullopt, {}};
  for (const InitialRecord& initial : setup.records) {
    if (initial.key == part.key) part.first = initial.value;
  }
  for (const Operation& operation : operations) {
    if (operation.key == part.key) part.operations.push_back(operation);
  }
  return part;
}

struct Stale {
  uint64_t reads = 0;
  OperationId first = kNoOperation;   // the first of them,
  OperationId missed = kNoOperation;  // and the newest write that it missed
};

Stale stale_reads(const Part& part) {
  StalenessJudge judge;
  if (part.first) judge.initial(part.key);
  // In one position an answer comes before the call that waited for it.
  std::vector<SortKey> moments;
  for (uint32_t i = 0; i < part.operations.size(); ++i) {
    const Operation& operation = part.operations[i];
    moments.push_back({operation.begin_position, 1, i});
    if (operation.outcome != OperationOutcome::open) {
      moments.push_back({operation.end_position, 0, i});
    }
  }
  sort_keys(moments);
  Stale stale;
  for (const SortKey& moment : moments) {
    const Operation& operation = part.operations[moment.index];
    if (moment.second == 1) {
      judge.begin(operation);
    } else if (const auto verdict = judge.end(operation); verdict.stale) {
      if (stale.reads == 0) {
        stale.first = operation.id;
        stale.missed = verdict.missed;
      }
      ++stale.reads;
    }
  }
  return stale;
}

struct Fate {
  Finding::State state = Finding::State::untested;
  uint64_t tests = 0;
  std::vector<OperationId> guilty;
};

Fate judged_by_staleness(const Stale& stale, uint64_t reads) {
  if (stale.reads == 0) {
    return {reads > 0 ? Finding::State::held : Finding::State::untested, reads, {}};
  }
  Fate fate = {Finding::State::broken, reads, {stale.first}};
  // What was there before the run is no operation.
  if (stale.missed != kInitialRecord) fate.guilty.insert(fate.guilty.begin(), stale.missed);
  return fate;
}

Fate judged_by_promise(const Part& part, const World& world, bool over) {
  std::vector<std::pair<std::string, std::string>> initial;
  if (part.first) initial.emplace_back(part.key, *part.first);
  const CallHistory history = calls_of(part.operations, initial,
                                       keeps_siblings(world.stage().setup.cluster.calls.versions));
  const auto finals = final_copies(world, part.operations, history, over);
  const Finding finding =
      judge_one(needed_by(part.record), history, finals ? &*finals : nullptr, kDefaultStates);
  Fate fate = {finding.state, finding.tests, {}};
  for (const uint32_t call : finding.guilty) {
    if (call != kInitialCall) fate.guilty.push_back(history.calls[call].source);
  }
  return fate;
}

// What the newest copy of a key holds; nothing when no copy has a value.
std::optional<std::string> newest_copy(const World& world, const std::string& key) {
  const uint32_t n = world.stage().setup.cluster.n;
  const Versions versions = world.stage().setup.cluster.calls.versions;
  std::optional<Record> newest;
  for (const Endpoint node : world.ring().preference_list(token_of(key), n)) {
    for (Record& record : world.machines()[node].node.versions_of(key, versions)) {
      if (!newest || newer(record, *newest)) newest = std::move(record);
    }
  }
  if (!newest || newest->deleted) return std::nullopt;
  return std::move(newest->value);
}

struct Count {
  uint64_t first = 0;
  uint64_t increments = 0;
  std::optional<uint64_t> last;
  std::optional<uint64_t> lost;
};

Count count_up(const Part& part, const World& world, bool over) {
  Count count;
  count.first = count_of(part.first.value_or(""));
  bool only_traffic = true;
  for (const Operation& operation : part.operations) {
    only_traffic =
        only_traffic && (operation.verb == Verb::get || operation_lane(operation.id) != 0);
    count.increments += acknowledged_write(operation) ? 1 : 0;
  }
  // A message that is kept at a door may still change a copy.
  if (!over || !world.doors().kept().empty() || !only_traffic) return count;
  count.last = count_of(newest_copy(world, part.key).value_or(""));
  const uint64_t most = count.first + count.increments;
  count.lost = most > *count.last ? most - *count.last : 0;
  return count;
}

void write_fate(JsonWriter& writer, const Part& part, uint64_t all_reads, const World& world,
                bool over) {
  const auto reads = static_cast<uint64_t>(
      std::count_if(part.operations.begin(), part.operations.end(), answered_read));
  const auto stale = stale_reads(part);
  Fate fate = part.record == FiveRecord::feature ? judged_by_staleness(stale, reads)
                                                 : judged_by_promise(part, world, over);
  std::optional<Count> count;
  if (part.record == FiveRecord::counter) {
    count = count_up(part, world, over);
    if (count->lost.value_or(0) > 0) fate.state = Finding::State::broken;
  }
  writer.key(name_of(part.record)).begin_object();
  writer.key("key").bytes(part.key).field("needs", name_of(needed_by(part.record)));
  writer.field("state", name_of(fate.state)).field("tests", fate.tests).key("ops").begin_array();
  for (const OperationId operation : fate.guilty) writer.value(operation);
  writer.end_array().field("reads", reads);
  writer.field("writes",
               std::count_if(part.operations.begin(), part.operations.end(), acknowledged_write));
  writer.field("stale", stale.reads).key("share_of_reads");
  if (all_reads == 0) {
    writer.null();
  } else {
    writer.value(static_cast<double>(reads) / static_cast<double>(all_reads));
  }
  if (count) {
    writer.field("first", count->first).field("increments", count->increments).key("final");
    count->last ? writer.value(*count->last) : writer.null();
    writer.key("lost");
    count->lost ? writer.value(*count->lost) : writer.null();
  }
  writer.end_object();
}

}  // namespace

void write_fates(JsonWriter& writer, const std::vector<Operation>& operations, const World& world,
                 bool over) {
  const auto reads =
      static_cast<uint64_t>(std::count_if(operations.begin(), operations.end(), answered_read));
  for (const FiveRecord record : kFiveRecords) {
    write_fate(writer, part_of(record, operations, world.stage().setup), reads, world, over);
  }
}

bool has_fates(const Setup& setup) { return setup.workload.traffic == Traffic::five_records; }

}  // namespace systemsim
