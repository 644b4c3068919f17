// A grid of runs: one scenario, some of its values varied, some numbers of each run's summary.
//
// {"scenario": {...},
//  "vary": {"/cluster/w": [1, 2], "/seed": {"from": 1, "to": 100}},
//  "measure": ["/ops/stale"]}
//
// What varies is named by a JSON pointer into the scenario, which need not say the field itself: a
// list of any values, or all whole numbers from one to another. What is measured is named by a
// pointer into what `systemsim run` prints. A cell is one choice of values; the last of the names
// varies fastest. A Sweep is immutable and its calls depend on the cell alone, so cells may be run
// in any order, by several threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/json.h"

namespace systemsim {

class Sweep {
 public:
  static constexpr uint64_t kMaxCells = 10'000'000;

  // Errors: bad_input with the pointer into the grid; limit when it has more than kMaxCells.
  static Result<Sweep> read(const Json& grid);

  uint64_t cells() const { return cells_; }

  // Why a cell cannot be run: the scenario refuses its values. The error names the cell.
  std::optional<Error> refusal(uint64_t cell) const;
  // What of "measure" leads nowhere in the cell's summary. Runs the cell. Precondition: not
  // refused.
  std::optional<Error> unmeasured(uint64_t cell) const;
  // {"cell": 7, "vary": {"/cluster/w": 2, "/seed": 3}, "measured": {"/ops/stale": 5}}, without an
  // end of line; null where a pointer leads nowhere. Precondition: not refused.
  std::string line(uint64_t cell) const;

 private:
  struct Axis {
    std::string pointer;
    std::vector<Json> values;  // empty: the whole numbers from `from`
    int64_t from = 0;
    uint64_t count = 0;
  };

  // The index of the cell's value on each axis.
  std::vector<uint64_t> places(uint64_t cell) const;
  static Json value_at(const Axis& axis, uint64_t place);
  std::string values_of(uint64_t cell) const;
  // The scenario with the cell's values.
  Json scenario_of(uint64_t cell) const;
  // The summary of the cell's run.
  Json run(uint64_t cell) const;

  Json scenario_;
  std::vector<Axis> axes_;
  std::vector<std::string> measure_;
  uint64_t cells_ = 1;
};

}  // namespace systemsim
