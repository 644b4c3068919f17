#include "check/promises.h"

#include <algorithm>
#include <utility>

#include "base/sort.h"
#include "check/freshness.h"
#include "check/reads_from.h"
#include "check/sessions.h"
#include "check/updates.h"

namespace systemsim {
namespace {

constexpr std::array<const char*, kPromises> kNames = {
    "convergence",     "no_lost_write",    "no_resurrection",     "read_your_writes",
    "monotonic_reads", "monotonic_writes", "writes_follow_reads", "causal",
    "no_lost_update",  "regular",          "linearizable"};

Finding finding_of(const Linearizability& result) {
  Finding finding;
  finding.tests = result.reads;
  switch (result.state) {
    case Linearizability::State::yes:
      finding.state = result.reads == 0 ? Finding::State::untested : Finding::State::held;
      break;
    case Linearizability::State::no:
      finding.state = Finding::State::broken;
      finding.guilty = result.counterexample;
      break;
    case Linearizability::State::undecided:
      finding.state = Finding::State::undecided;
      break;
  }
  return finding;
}

}  // namespace

const char* name_of(Promise promise) { return kNames[static_cast<size_t>(promise)]; }

std::optional<Promise> promise_from_name(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Promise>(found - kNames.begin());
}

const char* name_of(Finding::State state) {
  switch (state) {
    case Finding::State::untested:
      return "untested";
    case Finding::State::held:
      return "held";
    case Finding::State::broken:
      return "broken";
    case Finding::State::undecided:
      return "undecided";
  }
  return "untested";
}

void Finding::test(bool breaks, std::vector<uint32_t> calls) {
  ++tests;
  if (state == State::broken) return;
  state = breaks ? State::broken : State::held;
  if (!breaks) return;
  guilty = std::move(calls);
  sort_numbers(guilty);
  guilty.erase(std::unique(guilty.begin(), guilty.end()), guilty.end());
}

std::optional<Promise> Verdict::weakest_broken() const {
  for (size_t i = 0; i < kPromises; ++i) {
    if (promises[i].state == Finding::State::broken) return static_cast<Promise>(i);
  }
  return std::nullopt;
}

namespace {
// Where versions stay beside each other, only the copies at the end can tell.
Finding judge_updates(const ReadsFrom& reads, const std::vector<FinalCopies>* finals) {
  if (reads.history().saw.empty()) return judge_lost_updates(reads);
  return finals == nullptr ? Finding() : judge_vanished(reads, *finals);
}
}  // namespace

Verdict judge(const CallHistory& history, const std::vector<FinalCopies>* finals,
              uint64_t max_states) {
  Verdict verdict;
  const auto put = [&](Promise promise, Finding finding) {
    verdict.promises[static_cast<size_t>(promise)] = std::move(finding);
  };
  const ReadsFrom reads(history);
  if (finals != nullptr) {
    put(Promise::convergence, judge_convergence(history, *finals));
    put(Promise::no_lost_write, judge_lost_writes(history, *finals));
  }
  put(Promise::no_resurrection, judge_resurrection(reads));
  SessionFindings sessions = judge_sessions(reads);
  put(Promise::read_your_writes, std::move(sessions.read_your_writes));
  put(Promise::monotonic_reads, std::move(sessions.monotonic_reads));
  put(Promise::monotonic_writes, std::move(sessions.monotonic_writes));
  put(Promise::writes_follow_reads, std::move(sessions.writes_follow_reads));
  put(Promise::causal, std::move(sessions.causal));
  put(Promise::no_lost_update, judge_updates(reads, finals));
  put(Promise::regular, judge_regular(reads));
  verdict.linearizability = check_linearizability(history, max_states);
  put(Promise::linearizable, finding_of(verdict.linearizability));
  const VersionsBehind behind = versions_behind(reads);
  verdict.k_staleness = behind.k;
  verdict.furthest_behind = behind.furthest_behind;
  return verdict;
}

Finding judge_one(Promise promise, const CallHistory& history,
                  const std::vector<FinalCopies>* finals, uint64_t max_states) {
  switch (promise) {
    case Promise::convergence:
      return finals == nullptr ? Finding() : judge_convergence(history, *finals);
    case Promise::no_lost_write:
      return finals == nullptr ? Finding() : judge_lost_writes(history, *finals);
    case Promise::linearizable:
      return finding_of(check_linearizability(history, max_states, false));
    default:
      break;
  }
  const ReadsFrom reads(history);
  switch (promise) {
    case Promise::no_resurrection:
      return judge_resurrection(reads);
    case Promise::no_lost_update:
      return judge_updates(reads, finals);
    case Promise::regular:
      return judge_regular(reads);
    default:
      break;
  }
  SessionFindings sessions = judge_sessions(reads);
  switch (promise) {
    case Promise::read_your_writes:
      return std::move(sessions.read_your_writes);
    case Promise::monotonic_reads:
      return std::move(sessions.monotonic_reads);
    case Promise::monotonic_writes:
      return std::move(sessions.monotonic_writes);
    case Promise::writes_follow_reads:
      return std::move(sessions.writes_follow_reads);
    default:
      return std::move(sessions.causal);
  }
}

}  // namespace systemsim
