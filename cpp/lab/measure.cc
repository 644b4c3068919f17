#include "lab/measure.h"

#include <algorithm>
#include <cmath>

#include "lab/json_edit.h"

namespace systemsim {
namespace {

const Json* child(const Json& json, const std::string& name) {
  if (json.type == Json::Type::object) {
    for (const Json::Member& member : json.members) {
      if (member.name == name) return &member.value;
    }
    return nullptr;
  }
  // Without leading zeros (RFC 6901), so that a place has one name.
  const bool digits =
      !name.empty() && name.size() < 9 && (name.size() == 1 || name.front() != '0') &&
      std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (json.type != Json::Type::array || !digits) return nullptr;
  size_t index = 0;
  for (const char digit : name) index = index * 10 + static_cast<size_t>(digit - '0');
  return index < json.items.size() ? &json.items[index] : nullptr;
}

bool same(const Json& a, const Json& b) {
  const auto number = [](const Json& json) {
    return json.type == Json::Type::integer || json.type == Json::Type::number;
  };
  if (number(a) && number(b)) return a.number == b.number;
  return a.type == b.type && a.boolean == b.boolean && a.text == b.text;
}

// A pointer, checked.
void read_pointer(const Json& json, const std::string& path, std::optional<Error>& error,
                  std::vector<std::string>& out) {
  if (error) return;
  const bool pointer =
      json.type == Json::Type::string && (json.text.empty() || json.text.front() == '/');
  if (!pointer) {
    error = bad_input(path, "expected a JSON pointer such as \"/ops/stale\", found " + quote(json));
    return;
  }
  out.push_back(json.text);
}

void read_pointers(const Json& json, const std::string& path, std::optional<Error>& error,
                   std::vector<std::string>& out) {
  if (json.type != Json::Type::array || json.items.empty()) {
    if (!error) error = bad_input(path, "expected a list of JSON pointers");
    return;
  }
  for (size_t i = 0; i < json.items.size(); ++i) {
    read_pointer(json.items[i], pointer_to(path, i), error, out);
  }
}

}  // namespace

const Json* resolve(const Json& json, const std::string& pointer) {
  const Json* at = &json;
  for (size_t from = 0; from < pointer.size() && at != nullptr;) {
    const size_t to = std::min(pointer.find('/', from + 1), pointer.size());
    at = child(*at, unescaped(pointer.substr(from + 1, to - from - 1)));
    from = to;
  }
  return at;
}

Result<Measure> Measure::read(const Json& json, const std::string& path) {
  std::optional<Error> error;
  Fields fields(json, path, error);
  Measure measure;
  const Json* of = fields.take("of");
  const Json* sum = fields.take("sum");
  const Json* share = fields.take("share");
  const Json* count = fields.take("count");
  const int given = (of != nullptr) + (sum != nullptr) + (share != nullptr) + (count != nullptr);
  if (fields.ok() && given != 1) {
    fields.fail(bad_input(path, "expected one of \"of\", \"sum\", \"share\" and \"count\""));
  }
  if (of != nullptr) read_pointer(*of, fields.pointer("of"), error, measure.of_);
  if (sum != nullptr) read_pointers(*sum, fields.pointer("sum"), error, measure.of_);
  if (of != nullptr && fields.take("as") != nullptr) {
    uint32_t reduction = 0;
    fields.choice("as", reduction, {"mean", "max", "min", "rms"});
    measure.reduction_ = static_cast<Reduction>(reduction);
  }
  const Json* over = !measure.of_.empty() ? fields.take("over") : nullptr;
  if (over != nullptr) {
    measure.reduction_ = Reduction::ratio;
    read_pointers(*over, fields.pointer("over"), error, measure.over_);
  }
  if (share != nullptr || count != nullptr) {
    measure.reduction_ = share != nullptr ? Reduction::share : Reduction::count;
    const char* name = share != nullptr ? "share" : "count";
    read_pointer(share != nullptr ? *share : *count, fields.pointer(name), error, measure.of_);
    const Json* equals = fields.take("equals");
    if (equals == nullptr) {
      fields.fail("equals", "missing; a value is expected here");
    } else {
      measure.equals_ = *equals;
    }
  }
  fields.finish();
  if (error) return *error;
  return measure;
}

bool Measure::uses(std::string_view part) const {
  const auto is_there = [part](const std::string& pointer) { return pointer.starts_with(part); };
  return std::any_of(of_.begin(), of_.end(), is_there) ||
         std::any_of(over_.begin(), over_.end(), is_there);
}

void Measure::add(const Json& result) {
  ++results_;
  const auto total_of = [&](const std::vector<std::string>& pointers) {
    double total = 0.0;
    for (const std::string& pointer : pointers) {
      const Json* at = resolve(result, pointer);
      const bool number =
          at != nullptr && (at->type == Json::Type::integer || at->type == Json::Type::number);
      if (number) {
        total += at->number;
      } else {
        missing_ = true;
      }
    }
    return total;
  };
  switch (reduction_) {
    case Reduction::share:
    case Reduction::count: {
      const Json* at = resolve(result, of_.front());
      if (at == nullptr) missing_ = true;
      if (at != nullptr && same(*at, equals_)) sum_ += 1.0;
      return;
    }
    case Reduction::ratio:
      over_sum_ += total_of(over_);
      sum_ += total_of(of_);
      return;
    case Reduction::mean:
      sum_ += total_of(of_);
      return;
    case Reduction::rms: {
      const double value = total_of(of_);
      sum_ += value * value;
      return;
    }
    case Reduction::max:
    case Reduction::min: {
      const double value = total_of(of_);
      const bool better = reduction_ == Reduction::max ? value > sum_ : value < sum_;
      if (results_ == 1 || better) sum_ = value;
      return;
    }
  }
}

std::optional<double> Measure::value() const {
  if (results_ == 0 || missing_) return std::nullopt;
  const auto results = static_cast<double>(results_);
  switch (reduction_) {
    case Reduction::mean:
    case Reduction::share:
      return sum_ / results;
    case Reduction::rms:
      return std::sqrt(sum_ / results);
    case Reduction::ratio:
      if (over_sum_ == 0.0) return std::nullopt;
      return sum_ / over_sum_;
    case Reduction::max:
    case Reduction::min:
    case Reduction::count:
      return sum_;
  }
  return std::nullopt;
}

Result<Expectation> Expectation::read(const Json& json, const std::string& path) {
  std::optional<Error> error;
  Fields fields(json, path, error);
  Expectation expectation;
  const auto number = [&](const char* name) {
    std::optional<double> value;
    if (fields.take(name) == nullptr) return value;
    double read = 0.0;
    fields.number(name, read, -1e15, 1e15);
    value = read;
    return value;
  };
  const auto value = number("value");
  const auto within = number("within");
  expectation.at_least_ = number("at_least");
  expectation.at_most_ = number("at_most");
  fields.finish();
  const bool bounds = expectation.at_least_ || expectation.at_most_;
  if (value.has_value() != within.has_value() || value.has_value() == bounds) {
    fields.fail(
        bad_input(path, "expected {\"value\", \"within\"}, or \"at_least\" or \"at_most\""));
  }
  if (error) return *error;
  if (value) {
    expectation.at_least_ = *value - *within;
    expectation.at_most_ = *value + *within;
  }
  return expectation;
}

bool Expectation::holds(double measured) const {
  return (!at_least_ || measured >= *at_least_) && (!at_most_ || measured <= *at_most_);
}

}  // namespace systemsim
