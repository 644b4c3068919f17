// The promises that a store may keep to its clients, each as a short test over a history that names
// the guilty calls. Chapter sections 02 and 05.
//
// A promise is broken, held (with the number of times it was put to the test), or was not put to
// the test. Sources: Terry et al., PDIS 1994 (the four session guarantees); Ahamad et al., 1995
// (causal memory); Lamport 1986 (regular); Herlihy and Wing 1990 (linearizable).
// "Older" is real time, never version time: write a is older than write b iff a was answered before
// b began.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "check/call.h"
#include "check/linearizability.h"

namespace systemsim {

// From the weakest to the strongest, as far as they can be compared; the verdict names the first
// that is broken.
enum class Promise : uint8_t {
  convergence,          // in the end all copies of a key are equal
  no_lost_write,        // an acknowledged write, or one that replaced it, is still somewhere
  no_resurrection,      // what was deleted does not come back
  read_your_writes,     // you can read what you saved
  monotonic_reads,      // you never see new, then old
  monotonic_writes,     // your writes are seen in the order in which you made them
  writes_follow_reads,  // who sees your write can see what you had seen
  causal,               // nobody sees an effect without its cause
  no_lost_update,       // of two changes of one value, neither overwrites the other unseen
  regular,              // a read sees the last finished write, or one under way
  linearizable,         // as if there were one copy, and each call one moment
};
constexpr int kPromises = 11;

// "convergence", "no_lost_write", ...
const char* name_of(Promise promise);
std::optional<Promise> promise_from_name(std::string_view name);

struct Finding {
  enum class State : uint8_t { untested, held, broken, undecided };  // undecided: linearizable only
  State state = State::untested;
  uint64_t tests = 0;            // how often it was put to the test
  std::vector<uint32_t> guilty;  // calls (indices), in order of their beginning; when broken

  // One more test of the promise; the first that breaks it names the guilty calls.
  void test(bool breaks, std::vector<uint32_t> calls);
};

// "untested", "held", "broken", "undecided".
const char* name_of(Finding::State state);

// What the copies of one key hold when the run is over.
struct FinalCopies {
  uint32_t key = 0;
  struct Copy {
    bool initial = false;  // the key's first value, perhaps beside others
    // The writes of the run that made what it holds (Call::source; a delete's marker counts),
    // ascending; more than one where versions may stay beside each other.
    std::vector<uint32_t> sources = {};

    bool operator==(const Copy&) const = default;
    bool present() const { return initial || !sources.empty(); }
  };
  std::vector<Copy> copies;       // of the machines that should hold it
  std::vector<Copy> others = {};  // what any other machine holds of it
  bool uneven = false;            // some write asked for another number of copies
};

struct Verdict {
  std::array<Finding, kPromises> promises;
  Linearizability linearizability;
  // The smallest k such that every read was within k versions of the newest acknowledged one
  // (1: always the newest); 0 when no read was answered. And the read that was furthest behind.
  uint64_t k_staleness = 0;
  uint32_t furthest_behind = 0;

  const Finding& of(Promise promise) const { return promises[static_cast<size_t>(promise)]; }
  std::optional<Promise> weakest_broken() const;
};

// `finals`: nothing when what the copies hold at the end is not known; convergence and lost writes
// (and lost updates where versions stay beside each other) are then not put to the test.
Verdict judge(const CallHistory& history, const std::vector<FinalCopies>* finals,
              uint64_t max_states);

// What judge() finds about one promise, for who asks it of many runs. A broken `linearizable` names
// nobody: the guilty calls are dear to find.
Finding judge_one(Promise promise, const CallHistory& history,
                  const std::vector<FinalCopies>* finals, uint64_t max_states);

}  // namespace systemsim
