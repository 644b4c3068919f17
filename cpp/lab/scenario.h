// The scenario: a run's text form, a contract that links, files and the command line share. Every
// field has a default; an unknown field, a wrong type or a value out of range is refused with its
// JSON pointer. The published schema is content/scenario.schema.json; a test keeps the two agreed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "sim/setup.h"

namespace systemsim {

constexpr uint32_t kScenarioVersion = 1;

struct Scenario {
  std::string title;
  Setup setup;
  std::vector<Action> actions;
};

Result<Scenario> parse_scenario(std::string_view json);
Result<Scenario> read_scenario(const Json& json, const std::string& path);

// One action for a run of `setup` whose list holds `earlier` actions. `default_at_us` is when it
// happens if it does not say.
Result<Action> read_action(const Json& json, const std::string& path, const Setup& setup,
                           const std::vector<Action>& earlier, uint64_t default_at_us);

// The fields of a ring, among those of a cluster or of an experiment of `nodes` machines.
void read_ring(Fields& fields, uint32_t nodes, RingSettings& out);
void write_ring(JsonWriter& writer, const RingSettings& ring);

// Two calls of a list that bear the same operation id, as a complaint about one of them; `path` is
// the list's.
std::optional<Error> clash_of_ids(const std::vector<Action>& actions, const std::string& path);

// What stands in a list beside joins and leaves and must not: calls with an n of their own, since
// ranges move for the cluster's n; and more changes than there is room for. A complaint about the
// action by its index, without a path.
struct ClashOfChanges {
  size_t index = 0;
  Error error;
};
std::optional<ClashOfChanges> clash_of_changes(const std::vector<Action>& actions,
                                               const Setup& setup);

// The whole scenario with every field that is not at its default; reading it back gives the same
// run.
std::string write_scenario(const Scenario& scenario);
void write_scenario(JsonWriter& writer, const Scenario& scenario);

// {"profile": ..., ...} as in the scenario.
void write_latency(JsonWriter& writer, const Latency& latency);
// "outside", "any", "replica".
const char* name_of(CoordinatorPlace place);
// "put", "get", "delete", "crash", ...
const char* name_of(Action::Kind kind);

}  // namespace systemsim
