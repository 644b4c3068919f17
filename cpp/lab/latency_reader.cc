// How long messages take: the profiles and their fields.
#include "base/sampler.h"
#include "lab/json_writer.h"
#include "lab/scenario_fields.h"

namespace systemsim {
namespace {

const std::vector<const char*> kProfiles = {"constant",  "exponential", "lnkd-ssd",
                                            "lnkd-disk", "ymmr",        "wan",
                                            "uniform",   "pareto",      "table"};

// Whether the field `name`, which is for one profile or two, is here; that it is where it does not
// belong is a complaint.
bool has_own(Fields& fields, const char* name, Profile profile, Profile one, Profile other) {
  if (fields.take(name) == nullptr) return false;
  if (profile == one || profile == other) return true;
  const std::string owners =
      name_of(one) + (one == other ? std::string() : std::string(" and ") + name_of(other));
  fields.fail(name, std::string("does not belong to the profile ") + name_of(profile) +
                        "; it is for " + owners);
  return false;
}

// One number of a point; a complaint says which numbers are expected.
double read_coordinate(const Json& json, const std::string& path, double most, MaybeError& error) {
  const bool is_number = json.type == Json::Type::integer || json.type == Json::Type::number;
  if (!error && (!is_number || !(json.number >= 0.0 && json.number <= most))) {
    error = bad_input(path, "expected a number between 0 and " +
                                text_of(static_cast<uint64_t>(most)) + ", found " + quote(json));
  }
  return json.number;
}

// Why a point does not fit behind the ones before it.
MaybeError misfit(const Quantiles& before, const Quantiles::Point& point, bool last,
                  const std::string& path) {
  if (before.count == 0 && point.share != 0.0) {
    return bad_input(pointer_to(path, size_t{0}), "the first share is 0");
  }
  if (last && point.share != 1.0) {
    return bad_input(pointer_to(path, size_t{0}), "the last share is 1");
  }
  if (before.count == 0) return std::nullopt;
  const Quantiles::Point& previous = before.points[before.count - 1];
  if (point.share <= previous.share) {
    return bad_input(pointer_to(path, size_t{0}),
                     "the shares ascend; this one is not above the "
                     "one before it");
  }
  if (point.ms < previous.ms) {
    return bad_input(pointer_to(path, size_t{1}),
                     "the times do not fall; this one is below the "
                     "one before it");
  }
  return std::nullopt;
}

void read_quantiles(Fields& fields, MaybeError& error, Quantiles& out) {
  const std::string path = fields.pointer("quantiles");
  const Json* list = take_list(fields, "quantiles", Quantiles::kMost);
  if (!fields.ok()) return;
  if (list == nullptr || list->items.size() < Quantiles::kLeast) {
    fields.fail(bad_input(path, std::string(list == nullptr ? "missing" : "too few") +
                                    "; expected 2 to 16 points, each [share, ms]"));
    return;
  }
  for (size_t i = 0; i < list->items.size() && !error; ++i) {
    const Json& item = list->items[i];
    const std::string at = pointer_to(path, i);
    if (item.type != Json::Type::array || item.items.size() != 2) {
      fields.fail(bad_input(at, "expected [share, ms], found " + quote(item)));
      return;
    }
    const Quantiles::Point point = {
        read_coordinate(item.items[0], pointer_to(at, size_t{0}), 1.0, error),
        read_coordinate(item.items[1], pointer_to(at, size_t{1}), kMaxMeanMs, error)};
    if (!error) error = misfit(out, point, i + 1 == list->items.size(), at);
    out.points[out.count++] = point;
  }
}

Latency::Choice read_choice(Fields& fields, MaybeError& error) {
  Latency::Choice choice;
  auto index = static_cast<uint32_t>(choice.profile);
  fields.choice("profile", index, kProfiles);
  const auto profile = static_cast<Profile>(index);
  choice.profile = profile;
  if (has_own(fields, "ms", profile, Profile::constant, Profile::exponential)) {
    fields.number("ms", choice.ms, kMinMeanMs, kMaxMeanMs);
  }
  if (has_own(fields, "alpha", profile, Profile::ymmr, Profile::pareto)) {
    fields.number("alpha", choice.alpha, Sampler::kMinAlpha, Sampler::kMaxAlpha);
  }
  if (has_own(fields, "xm_ms", profile, Profile::pareto, Profile::pareto)) {
    fields.number("xm_ms", choice.xm_ms, kMinMeanMs, kMaxMeanMs);
  }
  if (has_own(fields, "min_ms", profile, Profile::uniform, Profile::uniform)) {
    fields.number("min_ms", choice.min_ms, 0.0, kMaxMeanMs);
  }
  if (has_own(fields, "max_ms", profile, Profile::uniform, Profile::uniform)) {
    fields.number("max_ms", choice.max_ms, kMinMeanMs, kMaxMeanMs);
  }
  if (fields.ok() && choice.max_ms < choice.min_ms) {
    fields.fail("max_ms", number_text(choice.max_ms) + " is less than min_ms, which is " +
                              number_text(choice.min_ms));
  }
  if (has_own(fields, "quantiles", profile, Profile::table, Profile::table) ||
      profile == Profile::table) {
    read_quantiles(fields, error, choice.quantiles);
  }
  return choice;
}

}  // namespace

void read_latency(const Json& json, const std::string& path, MaybeError& error, Latency& out) {
  Fields fields(json, path, error);
  Latency latency;
  latency.base = read_choice(fields, error);
  if (const Json* kinds = fields.take("kinds")) {
    Fields legs(*kinds, fields.pointer("kinds"), error);
    for (size_t i = 0; i < kLegs; ++i) {
      if (const Json* leg = legs.take(kLegNames[i])) {
        Fields one(*leg, legs.pointer(kLegNames[i]), error);
        latency.per_leg[i] = read_choice(one, error);
        one.finish();
      }
    }
    legs.finish();
  }
  fields.finish();
  if (!error) out = latency;
}

}  // namespace systemsim
