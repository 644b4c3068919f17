// `systemsim sweep` as a script would use it, and the grid behind it.
#include "lab/sweep.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "command.h"
#include "lab/measure.h"
#include "lab/run_summary.h"
#include "support.h"

namespace sweep_test {

using namespace systemsim;
using test::Ran;
using test::systemsim_command;

namespace {

// A grid in a file of its own, which goes with it.
class GridFile {
 public:
  explicit GridFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("systemsim-grid-" + std::to_string(getpid()) + ".json")) {
    std::ofstream(path_) << text;
  }
  ~GridFile() { std::filesystem::remove(path_); }
  GridFile(const GridFile&) = delete;
  GridFile& operator=(const GridFile&) = delete;

  Ran sweep(const std::string& options = "") const {
    return systemsim_command("sweep '" + path_.string() + "' " + options);
  }

 private:
  std::filesystem::path path_;
};

// Two settings of W, and seeds 5 to 16, of a short run.
const char* const kGrid = R"({
  "scenario": {"cluster": {"nodes": 3, "n": 3, "r": 1},
               "network": {"latency": {"profile": "lnkd-disk"}},
               "workload": {"clients": 2, "duration_ms": 500}},
  "vary": {"/cluster/w": [2, 1], "/seed": {"from": 5, "to": 16}},
  "measure": ["/ops/stale", "/trace_sha256"]})";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t from = 0; from < text.size();) {
    const size_t to = text.find('\n', from);
    lines.push_back(text.substr(from, to - from));
    from = to == std::string::npos ? text.size() : to + 1;
  }
  return lines;
}

Json json_of(const std::string& text) {
  auto json = parse_json(text);
  REQUIRE_MESSAGE(json.ok(), text);
  return std::move(json).value();
}

std::string with(const std::string& vary, const std::string& measure = R"(["/ops/stale"])") {
  return R"({"scenario":{"cluster":{"nodes":3},"workload":{"clients":1,"duration_ms":50}},"vary":)" +
         vary + R"(,"measure":)" + measure + "}";
}

// The complaint about a grid, which exits 2.
std::string complaint(const std::string& grid, const std::string& options = "") {
  const Ran ran = GridFile(grid).sweep(options);
  CHECK(ran.exit == 2);
  return ran.out;
}

bool has(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  CHECK_MESSAGE(found, text);
  return found;
}

}  // namespace

TEST_CASE("sweep: one line a cell, the last name fastest, each what running that scenario gives") {
  const Ran ran = GridFile(kGrid).sweep();
  CHECK(ran.exit == 0);
  const auto lines = lines_of(ran.out);
  REQUIRE(lines.size() == 24);
  for (uint32_t cell = 0; cell < 24; ++cell) {
    const Json line = json_of(lines[cell]);
    const uint32_t w = cell < 12 ? 2 : 1;
    const uint64_t seed = 5 + cell % 12;
    CHECK(resolve(line, "/cell")->integer == cell);
    CHECK(resolve(line, "/vary/~1cluster~1w")->integer == w);
    CHECK(resolve(line, "/vary/~1seed")->integer == static_cast<int64_t>(seed));
    auto scenario = read_scenario(*resolve(json_of(kGrid), "/scenario"), "");
    REQUIRE(scenario.ok());
    scenario.value().setup.seed = seed;
    scenario.value().setup.cluster.w = w;
    const Json summary = json_of(run_summary(scenario.value()));
    CHECK(resolve(line, "/measured/~1trace_sha256")->text ==
          resolve(summary, "/trace_sha256")->text);
    CHECK(resolve(line, "/measured/~1ops~1stale")->integer ==
          resolve(summary, "/ops/stale")->integer);
  }
}

TEST_CASE(
    "sweep: however many threads work, the lines are the same; shards concatenate to the grid") {
  const GridFile grid(kGrid);
  const Ran whole = grid.sweep("--jobs 1");
  CHECK(whole.exit == 0);
  CHECK(grid.sweep("--jobs 4").out == whole.out);
  CHECK(grid.sweep("--jobs 64").out == whole.out);
  for (const int parts : {1, 2, 5, 24, 31}) {
    std::string all;
    for (int part = 1; part <= parts; ++part) {
      const Ran shard =
          grid.sweep("--jobs 2 --shard " + std::to_string(part) + "/" + std::to_string(parts));
      CHECK(shard.exit == 0);
      all += shard.out;
    }
    CAPTURE(parts);
    CHECK(all == whole.out);
  }
}

TEST_CASE("sweep: lists of any values, places within lists, and what the scenario does not say") {
  const GridFile grid(R"({
    "scenario": {"cluster": {"nodes": 3}, "actions": [{"do": "put", "key": "x", "value": "1"}]},
    "vary": {"/network/loss": [0, 0.5], "/actions/0/key": ["a", {"hex": "ff"}]},
    "measure": ["/ops", "/ops/total"]})");
  const auto lines = lines_of(grid.sweep().out);
  REQUIRE(lines.size() == 4);
  CHECK(lines[1].starts_with(
      R"({"cell":1,"vary":{"/network/loss":0,"/actions/0/key":{"hex":"ff"}},"measured":{"/ops":{)"));
  CHECK(resolve(json_of(lines[3]), "/measured/~1ops~1total")->integer == 1);
}

TEST_CASE("sweep: every mistake in a grid exits 2 and is named by its place") {
  has(complaint(R"({"scenario":{"actions":[{"do":"get","key":"x"}]},"measure":["/ops/ok"],
                    "vary":{"/actions/0/w":[1],"/actions/00/w":[2]}})"),
      "/vary/~1actions~100~1w: leads to nothing");
  has(complaint(R"({"scenario":{},"measure":["/ops/ok"],"vary":{"/actions/0/w":[1]}})"),
      "/vary/~1actions~10~1w: leads to nothing");
  has(complaint(R"({"scenario":{},"vary":{"/seed":[1]},"measure":["/ops/ok","/ops/ok"]})"),
      "/measure/1: /ops/ok is measured twice");
  has(complaint("[]"), "expected an object");
  has(complaint("{}"), "/scenario: missing");
  has(complaint(R"({"scenario":{}})"), "/vary: missing");
  has(complaint(R"({"scenario":{},"vary":{}})"), "/measure: missing");
  has(complaint(R"({"scenario":"x","vary":{},"measure":["/ops"]})"),
      "/scenario: expected an object");
  has(complaint(R"({"scenario":{},"vary":{},"measure":["/ops"],"mesure":1})"),
      "/mesure: unknown field");
  has(complaint(with("[]")), "/vary: expected an object");
  has(complaint(with(R"({"seed":[1]})")), "/vary/seed: expected a JSON pointer");
  has(complaint(with(R"({"/seed":1})")), "/vary/~1seed: expected a list");
  has(complaint(with(R"({"/seed":[]})")), "/vary/~1seed: expected at least one");
  has(complaint(with(R"({"/seed":{"from":1}})")), "/vary/~1seed/to: missing");
  has(complaint(with(R"({"/seed":{"from":3,"to":2}})")), "/vary/~1seed/to: 2 is too small");
  has(complaint(with(R"({"/seed":{"from":1,"to":2,"by":1}})")), "/vary/~1seed/by: unknown field");
  has(complaint(with(R"({"/cluster/nodes/x":[1]})")),
      "/vary/~1cluster~1nodes~1x: leads to nothing");
  has(complaint(with(R"({"/cluster":[{}],"/cluster/w":[1]})")),
      "/vary/~1cluster~1w: varies what /cluster varies too");
  has(complaint(with(R"({"/seed":[1]})", "[]")), "/measure: expected a list");
  has(complaint(with(R"({"/seed":[1]})", R"(["ops"])")), "/measure/0: expected a JSON pointer");
  has(complaint(with(R"({"/seed":[1]})", R"(["/ops","/ops/stail"])")),
      "/measure/1: \"/ops/stail\" leads to nothing in a run's summary");
  has(complaint(kGrid, "--shard 3/2"), "--shard: expected i/n");
  has(complaint(kGrid, "--shard 0/2"), "--shard: expected i/n");
  has(complaint(kGrid, "--shard 1"), "--shard: expected i/n");
  has(complaint(kGrid, "--jobs 0"), "--jobs: expected a whole number");
  CHECK(systemsim_command("sweep").exit == 2);
  CHECK(systemsim_command("sweep /nowhere.json").exit == 2);
}

TEST_CASE("sweep: a value that the scenario refuses names the cell, before anything is printed") {
  const std::string unknown = complaint(with(R"({"/cluster/ww":[1,2]})"));
  has(unknown, "/vary/~1cluster~1ww/0: unknown field (cell 0: {\"/cluster/ww\":1})");
  const std::string refused = complaint(with(R"({"/seed":{"from":1,"to":3},"/cluster/w":[1,4]})"));
  has(refused,
      "/vary/~1cluster~1w/1: 4 is more than n, which is 3 (cell 1: "
      "{\"/seed\":1,\"/cluster/w\":4})");
  CHECK(lines_of(refused).size() == 1);
  // The reader blames another field than the one that varies.
  has(complaint(R"({"scenario":{"cluster":{"nodes":3,"w":2}},"vary":{"/cluster/n":[3,1]},
                    "measure":["/ops"]})"),
      "/scenario/cluster/w: 2 is more than n, which is 1 (cell 1: ");
  // A shard speaks of its own cells alone.
  const GridFile grid(with(R"({"/cluster/w":[1,4]})"));
  CHECK(grid.sweep("--shard 1/2").exit == 0);
  CHECK(grid.sweep("--shard 2/2").exit == 2);
}

TEST_CASE("sweep: a grid of too many cells is refused with the limit") {
  has(complaint(with(R"({"/seed":{"from":1,"to":10000001}})")),
      "/vary: the grid has more than 10000000 cells");
  has(complaint(with(R"({"/seed":{"from":0,"to":9007199254740991},"/cluster/w":[1,2]})")),
      "/vary: the grid has more than 10000000 cells");
  const auto sweep =
      Sweep::read(json_of(with(R"({"/seed":{"from":1,"to":5000000},"/cluster/w":[1,2]})")));
  REQUIRE(sweep.ok());
  CHECK(sweep.value().cells() == 10'000'000);
}

}  // namespace sweep_test
