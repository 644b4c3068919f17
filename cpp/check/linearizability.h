// Is a history linearizable: can each call be given a moment between its beginning and its answer
// so that, in the order of those moments, every answer is right? Chapter section 05.
//
// Wing and Gong's search (JPDC 1993) with Lowe's memoisation (Concurrency and Computation 2017),
// key by key (linearizability is local: Herlihy and Wing, TOPLAS 1990). A configuration is the set
// of calls that have had their moment, and the state. Beside Lowe: a configuration is also given up
// when one with the same answered calls and state, but fewer calls of unknown fate used, was.
//
// A read that is not even regular (it returned what nobody wrote, or what had given way before it
// began) needs no search.
//
// The budget counts configurations, not time, so the verdict is the same on every machine. What
// they take in memory is bounded too (192 MB); a history that needs more is undecided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "check/call.h"

namespace systemsim {

struct Linearizability {
  enum class State : uint8_t { yes, no, undecided };
  // A way of putting calls in order that went as far as any.
  struct Attempt {
    std::vector<uint32_t> order;  // indices into CallHistory::calls
    bool present = false;         // whether the key then holds something, and what
    std::string state;
  };

  State state = State::yes;
  uint64_t states = 0;  // configurations explored, all keys
  uint64_t reads = 0;   // answered reads and conditional writes: what was put to the test
  // On a no:
  uint32_t key = 0;
  // The first call whose answer fits no order of what had begun by then. What became of calls that
  // were still under way is taken as known.
  uint32_t first_unexplained = 0;
  std::vector<uint32_t> counterexample;  // a minimal sub-history of that key that is still wrong
  bool minimal = true;            // false: it was too much work to see whether it can be smaller
  std::vector<Attempt> attempts;  // at most kMaxAttempts orders of its calls that got furthest

  static constexpr size_t kMaxAttempts = 8;
};

constexpr uint64_t kDefaultStates = 5'000'000;
// What explaining a no may cost: configurations, and calls handed to a search, together.
constexpr uint64_t kExplainWork = 1'000'000;

// `max_states`: the budget, at least 1. A no is final even when another key would be undecided.
// `explain` false: a no says no more than its state and key.
Linearizability check_linearizability(const CallHistory& history, uint64_t max_states,
                                      bool explain = true);

}  // namespace systemsim
