#include "lab/sweep.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "lab/json_edit.h"
#include "lab/json_writer.h"
#include "lab/measure.h"
#include "lab/run_summary.h"
#include "lab/scenario.h"

namespace systemsim {
namespace {

// Whether `inner` is `outer` or something within it.
bool within(const std::string& inner, const std::string& outer) {
  return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
}

}  // namespace

Result<Sweep> Sweep::read(const Json& grid) {
  Sweep sweep;
  std::optional<Error> error;
  Fields fields(grid, "", error);
  const auto expected = [&](const char* name) -> const Json& {
    static const Json nothing;
    const Json* json = fields.take(name);
    if (json == nullptr && fields.ok()) fields.fail(name, "missing");
    return json == nullptr ? nothing : *json;
  };
  sweep.scenario_ = expected("scenario");
  if (fields.ok() && sweep.scenario_.type != Json::Type::object) {
    fields.fail(bad_input("/scenario",
                          "expected an object, found " + std::string(describe(sweep.scenario_))));
  }
  const Json& vary = expected("vary");
  const Json& measure = expected("measure");
  fields.finish();
  if (error) return *error;

  if (vary.type != Json::Type::object) {
    return bad_input("/vary", "expected an object, found " + std::string(describe(vary)));
  }
  for (const Json::Member& member : vary.members) {
    const std::string at = pointer_to("/vary", member.name);
    if (member.name.size() < 2 || member.name.front() != '/') {
      return bad_input(at, "expected a JSON pointer into the scenario, such as \"/cluster/w\"");
    }
    for (const Axis& other : sweep.axes_) {
      if (!within(member.name, other.pointer) && !within(other.pointer, member.name)) continue;
      return bad_input(at, "varies what " + other.pointer + " varies too");
    }
    Axis axis{.pointer = member.name, .values = {}};
    if (member.value.type == Json::Type::array) {
      axis.values = member.value.items;
      axis.count = axis.values.size();
      if (axis.count == 0) return bad_input(at, "expected at least one value");
    } else if (member.value.type == Json::Type::object) {
      Fields range(member.value, at, error);
      uint64_t from = 0;
      uint64_t to = 0;
      for (const char* bound : {"from", "to"}) {
        if (resolve(member.value, pointer_to("", bound)) != nullptr) continue;
        range.fail(bad_input(range.pointer(bound), "missing"));
      }
      range.integer("from", from, uint64_t{0}, Limits::kMaxInteger);
      range.integer("to", to, from, Limits::kMaxInteger);
      range.finish();
      if (error) return *error;
      axis.from = static_cast<int64_t>(from);
      axis.count = to - from + 1;
    } else {
      return bad_input(at, "expected a list of values or {\"from\", \"to\"}, found " +
                               std::string(describe(member.value)));
    }
    if (axis.count > kMaxCells / sweep.cells_) {
      return Error{ErrorCode::limit,
                   "the grid has more than " + std::to_string(kMaxCells) +
                       " cells; make it smaller or sweep it in parts",
                   "/vary"};
    }
    sweep.cells_ *= axis.count;
    Json scenario = sweep.scenario_;
    if (reach(scenario, axis.pointer) == nullptr) {
      return bad_input(at, "leads to nothing in the scenario");
    }
    sweep.axes_.push_back(std::move(axis));
  }

  if (measure.type != Json::Type::array || measure.items.empty()) {
    return bad_input("/measure", "expected a list of JSON pointers such as \"/ops/stale\"");
  }
  for (size_t i = 0; i < measure.items.size(); ++i) {
    const Json& pointer = measure.items[i];
    if (pointer.type != Json::Type::string ||
        !(pointer.text.empty() || pointer.text.front() == '/')) {
      return bad_input(pointer_to("/measure", i),
                       "expected a JSON pointer such as \"/ops/stale\", found " + quote(pointer));
    }
    if (std::find(sweep.measure_.begin(), sweep.measure_.end(), pointer.text) !=
        sweep.measure_.end()) {
      return bad_input(pointer_to("/measure", i), pointer.text + " is measured twice");
    }
    sweep.measure_.push_back(pointer.text);
  }
  return sweep;
}

std::vector<uint64_t> Sweep::places(uint64_t cell) const {
  std::vector<uint64_t> places(axes_.size());
  for (size_t i = axes_.size(); i > 0; --i) {
    places[i - 1] = cell % axes_[i - 1].count;
    cell /= axes_[i - 1].count;
  }
  return places;
}

Json Sweep::value_at(const Axis& axis, uint64_t place) {
  if (!axis.values.empty()) return axis.values[place];
  Json number;
  number.type = Json::Type::integer;
  number.integer = axis.from + static_cast<int64_t>(place);
  number.number = static_cast<double>(number.integer);
  return number;
}

std::string Sweep::values_of(uint64_t cell) const {
  const auto place = places(cell);
  JsonWriter writer;
  writer.begin_object();
  for (size_t i = 0; i < axes_.size(); ++i) {
    writer.key(axes_[i].pointer);
    write_json(writer, value_at(axes_[i], place[i]));
  }
  return writer.end_object().take();
}

Json Sweep::scenario_of(uint64_t cell) const {
  const auto place = places(cell);
  Json scenario = scenario_;
  for (size_t i = 0; i < axes_.size(); ++i) {
    Json* at = reach(scenario, axes_[i].pointer);
    SYSTEMSIM_ASSERT(at != nullptr);  // read() reached it, and no axis lies within another
    *at = value_at(axes_[i], place[i]);
  }
  return scenario;
}

std::optional<Error> Sweep::refusal(uint64_t cell) const {
  const auto scenario = read_scenario(scenario_of(cell), "");
  if (scenario) return std::nullopt;
  Error error = scenario.error();
  error.message += " (cell " + std::to_string(cell) + ": " + values_of(cell) + ")";
  // Where it stands in the grid.
  const auto place = places(cell);
  for (size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = axes_[i];
    if (!within(error.path, axis.pointer)) continue;
    std::string at = pointer_to("/vary", axis.pointer);
    if (!axis.values.empty()) at = pointer_to(at, place[i]);
    error.path = at + error.path.substr(axis.pointer.size());
    return error;
  }
  error.path = "/scenario" + error.path;
  return error;
}

Json Sweep::run(uint64_t cell) const {
  const auto scenario = read_scenario(scenario_of(cell), "");
  SYSTEMSIM_ASSERT(scenario.ok());
  return parse_json(run_summary(scenario.value())).value();
}

std::optional<Error> Sweep::unmeasured(uint64_t cell) const {
  const Json summary = run(cell);
  for (size_t i = 0; i < measure_.size(); ++i) {
    if (resolve(summary, measure_[i]) != nullptr) continue;
    return bad_input(pointer_to("/measure", i),
                     "\"" + measure_[i] + "\" leads to nothing in a run's summary (cell " +
                         std::to_string(cell) + ")");
  }
  return std::nullopt;
}

std::string Sweep::line(uint64_t cell) const {
  const Json summary = run(cell);
  JsonWriter writer;
  writer.begin_object().field("cell", cell).key("vary").json(values_of(cell));
  writer.key("measured").begin_object();
  for (const std::string& pointer : measure_) {
    const Json* found = resolve(summary, pointer);
    writer.key(pointer);
    found != nullptr ? write_json(writer, *found) : static_cast<void>(writer.null());
  }
  return writer.end_object().end_object().take();
}

}  // namespace systemsim
