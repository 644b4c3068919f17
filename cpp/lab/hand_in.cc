#include "lab/hand_in.h"

#include <utility>

#include "lab/scenario.h"
#include "lab/sync_scenario.h"

namespace systemsim {
namespace {

Result<HandIn> read_cluster_run(const Json& json, const std::string& path) {
  auto read = read_scenario(json, path);
  if (!read) return read.error();
  Scenario scenario = std::move(read).value();
  const uint64_t seed = std::exchange(scenario.setup.seed, 0);
  scenario.title.clear();
  return HandIn{seed, parse_json(write_scenario(scenario)).value()};
}

Result<HandIn> read_sync_run(const Json& json, const std::string& path) {
  auto read = read_sync_scenario(json, path);
  if (!read) return read.error();
  SyncScenario scenario = std::move(read).value();
  const uint64_t seed = std::exchange(scenario.replicas.seed, 0);
  scenario.title.clear();
  return HandIn{seed, parse_json(write_sync_scenario(scenario)).value()};
}

}  // namespace

HandInKind scenario_hand_in() { return {read_cluster_run, Experiment::read_of_scenario}; }

HandInKind sync_scenario_hand_in() { return {read_sync_run, Experiment::read_of_sync}; }

HandInKind hand_in_of(const Json& challenge) {
  const Json* lab = member(challenge, "lab");
  return lab != nullptr && lab->text == "merkle-sync" ? sync_scenario_hand_in()
                                                      : scenario_hand_in();
}

}  // namespace systemsim
