// Ways to make a scenario smaller which leave the luck of what remains as it was: every call keeps
// its operation id, and every action its time. Whether the smaller run still does what the larger
// one did, only a run can tell (lab/shrink.h).
#pragma once

#include <cstdint>
#include <vector>

#include "base/history.h"
#include "lab/scenario.h"

namespace systemsim {

// What can be left out of a scenario: its actions, by index, and after them its initial records
// (none of them where the traffic is the five records', which would be put back).
uint32_t parts_of(const Scenario& scenario);

// The scenario without `parts` (ascending). What waited for an action that is gone happens at the
// time at which it did happen, and is gone too if it never did. `operations`: of the scenario's
// run.
Scenario without(const Scenario& scenario, const std::vector<uint32_t>& parts,
                 const std::vector<Operation>& operations);

// The clients' own traffic as actions at the end of the list, with the same operation ids; each
// `delay_us` later than it was. There may be more actions than a scenario takes.
Scenario with_explicit_traffic(const Scenario& scenario, const std::vector<Operation>& operations,
                               uint64_t delay_us);

// What the nemesis does as actions at the end of the list, and no nemesis. There may be more
// actions than a scenario takes.
Scenario with_explicit_faults(const Scenario& scenario);

// The fewest machines and clients that the scenario's own names and counts leave room for.
uint32_t fewest_nodes(const Scenario& scenario);
uint32_t fewest_clients(const Scenario& scenario);
// With so many, at least the fewest. The machines that stay keep their places on the ring, and a
// partition forgets the others.
Scenario with_nodes(const Scenario& scenario, uint32_t nodes);
Scenario with_clients(const Scenario& scenario, uint32_t clients);
// The clients that do something as c1, c2, ..., in the order of their numbers. This does change
// luck: a client is a part of what its messages are drawn by.
Scenario with_first_clients(const Scenario& scenario);

// The moments at which actions with a time of their own happen, ascending, each once.
std::vector<uint64_t> moments_of(const Scenario& scenario);
// Everything from the moment `from_us` on happens `us` earlier, at most `from_us`.
Scenario earlier(const Scenario& scenario, uint64_t from_us, uint64_t us);

}  // namespace systemsim
