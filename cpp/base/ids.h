// Who is who: machines, clients and operations, as small numbers with written names.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace systemsim {

// One end of a message: machine 0, 1, ... or, from kFirstClient on, a client.
using Endpoint = uint16_t;
constexpr Endpoint kFirstClient = 0x8000;
constexpr Endpoint kNobody = 0xffff;
// The lock service of a store with single owners, beside the machines (cluster/lock_service.h).
constexpr Endpoint kLockService = 0x7fff;

constexpr bool is_client(Endpoint endpoint) { return endpoint >= kFirstClient; }
constexpr Endpoint client_endpoint(uint32_t index) {
  return static_cast<Endpoint>(kFirstClient + index);
}
constexpr uint32_t client_index(Endpoint endpoint) { return endpoint - kFirstClient; }

constexpr bool is_machine(Endpoint endpoint) { return endpoint < kLockService; }

inline bool contains(const std::vector<Endpoint>& list, Endpoint endpoint) {
  return std::find(list.begin(), list.end(), endpoint) != list.end();
}

// Machines: A..Z, AA, AB, ...; clients: c1, c2, ...; the lock service: lock.
std::string endpoint_name(Endpoint endpoint);
// The other way; nothing when the text is no such name.
std::optional<Endpoint> endpoint_from_name(std::string_view name);

// Who counts in clocks and dots: a machine. One that has forgotten what it counted counts anew, as
// somebody else, in each further life: 0 is the first. Precondition: machine < kMostMachines.
constexpr uint32_t kMostMachines = 1024;
constexpr uint32_t kMostLives = 63;
constexpr Endpoint writer_in_life(Endpoint machine, uint32_t life) {
  return static_cast<Endpoint>(machine + life * kMostMachines);
}
// "A", and of its further lives "A#2", "A#3", ...
std::string writer_name(Endpoint writer);

// An operation's id is (lane, number): lane 0 are the scenario's actions, numbered by their index
// in the list; lane k is the traffic that client ck makes by itself. So an action added later, even
// in the past, changes no other operation's id, hence nobody else's luck.
using OperationId = uint32_t;
constexpr int kOperationNumberBits = 21;
constexpr uint32_t kMaxOperationNumber = (1U << kOperationNumberBits) - 1;
constexpr OperationId kNoOperation = 0xffffffff;    // nothing was ever written
constexpr OperationId kInitialRecord = 0xfffffffe;  // written before the run began

// Lanes beyond the clients': what machines say to one another by themselves.
constexpr uint32_t kMembershipLane = 2000;  // numbered by epoch
constexpr uint32_t kLeaseLane = 2001;       // numbered by each machine, from 1
constexpr uint32_t kGossipLane = 2002;      // numbered by each machine's rounds
constexpr uint32_t kHintLane = 2003;        // by each machine's batches
constexpr uint32_t kSyncLane = 2004;        // by each machine's comparisons
constexpr uint32_t kRestoreLane = 2005;     // by each machine's lost disks

constexpr OperationId operation_id(uint32_t lane, uint32_t number) {
  return (lane << kOperationNumberBits) | number;
}
constexpr uint32_t operation_lane(OperationId id) { return id >> kOperationNumberBits; }
constexpr uint32_t operation_number(OperationId id) { return id & kMaxOperationNumber; }

}  // namespace systemsim
