// Faults that nobody has thought of: a nemesis, as Jepsen has it, does to the machines and their
// network what its luck says, and undoes all of it in the end. Chapter section 07.
//
// What it undoes is set back to what the scenario says at its start: beside faults that are listed
// it may end those, too. Its actions are those that a scenario can list, made from (setup, seed)
// alone. Between two there are half to one and a half times `every_us`, and each fault lasts up to
// four times as long.
#pragma once

#include <cstdint>
#include <vector>

namespace systemsim {

struct Action;
struct Setup;

struct Nemesis {
  // The kinds of faults, of which a mix has one or more.
  enum Fault : uint32_t {
    crash = 1,      // of a machine, which restarts later
    partition = 2,  // two groups, now and then one-way; clients on either side
    network = 4,    // messages are lost, held up, and doubled (where writes are stamped once)
    pause = 8,      // of a machine
    slow = 16,      // a machine
    clock = 32,     // of a machine or a client: it jumps, and drifts
    disk = 64,      // of one machine in the whole run: it loses what it had, and restarts later
    disks = 128,    // of any machine, any number of times
  };

  uint32_t mix = 0;  // of Fault; 0: no nemesis
  uint64_t from_us = 0;
  uint64_t until_us = 0;  // all faults have ended then
  uint64_t every_us = 1'000'000;
};

// Most faults of a run: (until - from) / every.
constexpr uint64_t kMostFaults = 10'000;

// In the order in which they are done.
std::vector<Action> actions_of(const Setup& setup, uint64_t seed);

}  // namespace systemsim
