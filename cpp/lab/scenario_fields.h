// Fields that a scenario's parts share. Each reads from `fields`, or from a value at `path`; what
// is wrong is a complaint with its place, and of several the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/json.h"
#include "sim/setup.h"

namespace systemsim {

using MaybeError = std::optional<Error>;

// For messages.
std::string text_of(uint64_t value);

// Milliseconds, a whole number of microseconds; at most `most_us`.
void read_time(Fields& fields, const char* name, uint64_t& out_us, uint64_t most_us);

// A list, or nothing (with a complaint) when it is something else or too long.
const Json* take_list(Fields& fields, const char* name, size_t most);

// {"profile": ..., "kinds": ...}: lab/latency_reader.cc.
void read_latency(const Json& json, const std::string& path, MaybeError& error, Latency& out);
// The least and most of a profile's times.
constexpr double kMinMeanMs = 0.001;
constexpr double kMaxMeanMs = 60'000.0;

// {"share", "ms"}: messages that are held up.
Spikes read_spikes(const Json& json, const std::string& path, MaybeError& error);

// The parts of healing among a cluster's fields (lab/healing_reader.cc).
void read_healing(Fields& fields, MaybeError& error, ClusterSettings& out);
// "nemesis", "upkeep_ms", "settle_ms" and "skip_idle", once the rest of the setup is known.
void read_upkeep(Fields& fields, MaybeError& error, Setup& out);
// Of modules that leave out what a page does not need.
constexpr const char* kNoHealing =
    "this part of the engine has no healing beside what else is asked for; the command line has";
constexpr const char* kNoStore =
    "this part of the engine has no such store; the command line has, and pages of section 09";
constexpr const char* kNoOwners =
    "this part of the engine has no owners beside healing; the command line has";
// Why machines with siblings lose no disk.
constexpr const char* kNoLostDots =
    "a machine that forgets which versions it has given would give them again: with versions "
    "\"vector-clocks\" and \"dotted\" no disk is lost";

// What a clock is wrong by; at least one of the two is given.
void read_clock(Fields& fields, int64_t& skew_us, int32_t& drift_ppm);

// Key and value of a record or a put. `has_value` false: only the key.
void read_record(Fields& fields, bool has_value, std::string& key, std::string& value);

// How many machines and clients may be named.
struct Named {
  uint32_t machines = 0;
  uint32_t clients = 0;
  bool lock_service = false;  // it is there too
};
// With the machines that join in `earlier`.
Named named_in(const Setup& setup, const std::vector<Action>& earlier);

// "B" or "c2" as one of this run's machines or clients; kNobody with a complaint.
Endpoint read_endpoint(const Json& json, const std::string& path, const Named& named,
                       bool nodes_allowed, bool clients_allowed, MaybeError& error);
// The machine or client of the field "node".
Endpoint read_owner(Fields& fields, const Named& named, MaybeError& error);

// What belongs to versions that know what they had seen.
constexpr const char* kOnlySiblings = "belongs to versions \"vector-clocks\" and \"dotted\" alone";

// Complains about a field that is given and means nothing where ranges have one owner (`single`),
// or where they have none.
void refuse_where(Fields& fields, const char* name, bool single);

// Complains at `path` where two machines might coordinate one write (for a copy of its request, or
// for a second try) and would give it two logical stamps: what was read could then come back.
void check_stamped_once(Fields& fields, const std::string& path, const Setup& setup);

}  // namespace systemsim
