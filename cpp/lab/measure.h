// What is read off the results of an experiment, and what it is expected to be. Claims, options of
// questions and goals of challenges are all made of these two.
//
// measure: {"of": POINTER, "as": "mean"|"max"|"min"|"rms"}: over the results, the mean by default
//          {"of": POINTER, "over": [POINTER, ...]}: the sum of the first over the sum of the others
//          {"sum": [POINTER, ...]}: the mean, over the results, of the sum of these; with "over" as
//            above, the sum of all of them over the sum of the others
//          {"share": POINTER, "equals": VALUE}: in how many of the results (0..1) it is that value
//          {"count": POINTER, "equals": VALUE}: the same, counted
// expect:  {"value": X, "within": T}, or {"at_least": A} and {"at_most": B}, one or both
// A pointer is a JSON pointer (RFC 6901) into a result; where it leads to no number, null included,
// nothing was measured.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/json.h"
#include "lab/json_writer.h"

namespace systemsim {

// What a JSON pointer leads to; null when it leads nowhere.
const Json* resolve(const Json& json, const std::string& pointer);

class Measure {
 public:
  static Result<Measure> read(const Json& json, const std::string& path);

  // Whether a pointer of it leads to this part of a result, or into it.
  bool uses(std::string_view part) const;
  void add(const Json& result);
  // Nothing before the first result, or when a pointer led nowhere.
  std::optional<double> value() const;

 private:
  enum class Reduction : uint32_t { mean, max, min, rms, ratio, share, count };
  Reduction reduction_ = Reduction::mean;
  std::vector<std::string> of_;    // their sum is what is reduced
  std::vector<std::string> over_;  // ratio
  Json equals_;                    // share, count
  uint64_t results_ = 0;
  bool missing_ = false;
  double sum_ = 0.0;
  double over_sum_ = 0.0;
};

class Expectation {
 public:
  static Result<Expectation> read(const Json& json, const std::string& path);

  bool holds(double measured) const;

 private:
  std::optional<double> at_least_;
  std::optional<double> at_most_;
};

}  // namespace systemsim
