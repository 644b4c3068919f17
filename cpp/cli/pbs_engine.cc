#include "cli/pbs_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lab/json_writer.h"
#include "lab/measure.h"
#include "lab/pbs_job.h"
#include "lab/trials.h"

namespace systemsim::cli {
namespace {

constexpr uint64_t kTrials = 100'000;       // when nothing is said
constexpr uint64_t kTimeoutMs = 3'600'000;  // of a call: as long as a message may take

void write_leg(JsonWriter& writer, const Json& leg, const std::string& path,
               std::optional<Error>& error) {
  const std::string kind = member(leg, "kind")->text;
  const auto number = [&](const char* name) { return member(leg, name)->number; };
  const auto mean = [&] {
    return member(leg, "rate") != nullptr ? 1.0 / number("rate") : number("mean_ms");
  };
  writer.begin_object();
  if (kind == "constant") {
    writer.field("profile", "constant").field("ms", number("ms"));
  } else if (kind == "exponential") {
    writer.field("profile", "exponential").field("ms", mean());
  } else if (number("pareto_share") == 1.0) {
    writer.field("profile", "pareto").field("xm_ms", number("xm_ms"));
    writer.field("alpha", number("alpha"));
  } else {
    error = bad_input(
        path,
        "a scenario has no name for this mixture of Pareto and exponential times; expected "
        "the method wars or first-passage for it");
  }
  writer.end_object();
}

void write_latency(JsonWriter& writer, const Json& job, std::optional<Error>& error) {
  writer.key("latency").begin_object();
  if (const Json* custom = member(job, "custom")) {
    writer.key("kinds").begin_object();
    for (const char* leg : {"w", "a", "r", "s"}) {
      writer.key(leg);
      write_leg(writer, *member(*custom, leg), pointer_to("/custom", leg), error);
    }
    writer.end_object();
  } else {
    writer.field("profile", member(job, "profile")->text);
    const Json* alpha = member(job, "alpha");
    if (alpha != nullptr) writer.field("alpha", alpha->number);
  }
  writer.end_object();
}

}  // namespace

Result<std::string> pbs_by_engine(Json job) {
  // The model's reader knows all mistakes that can be made here.
  for (Json::Member& one : job.members) {
    if (one.name == "method") one.value.text = "wars";
  }
  auto checked = PbsJob::read(job);
  if (!checked) return checked.error();
  const Json* profile = member(job, "profile");
  if (profile != nullptr && profile->text == "wan") {
    return bad_input("/profile",
                     "the engine's clients are in no data centre; expected the method wars or "
                     "first-passage for wan");
  }
  const auto integer = [&](const char* name, uint64_t fallback) {
    const Json* json = member(job, name);
    return json == nullptr ? fallback : static_cast<uint64_t>(json->integer);
  };
  const uint64_t n = integer("n", 3);
  const uint64_t w = integer("w", 1);
  const uint64_t r = integer("r", 1);
  const uint64_t trials = integer("trials", kTrials);
  const uint64_t seed = integer("seed", 1);

  if (seed > Limits::kMaxInteger - trials) {
    return bad_input("/seed", "each trial has a seed of its own; the most for " +
                                  std::to_string(trials) + " trials is " +
                                  std::to_string(Limits::kMaxInteger - trials));
  }
  if (member(job, "alpha") != nullptr && profile != nullptr && profile->text != "ymmr") {
    return bad_input("/alpha",
                     "the engine takes it for ymmr alone; expected the method wars or "
                     "first-passage for another tail of " +
                         profile->text);
  }

  std::optional<Error> error;
  JsonWriter writer;
  writer.begin_object().key("scenario").begin_object();
  writer.key("cluster").begin_object().field("nodes", n).field("n", n).field("w", w).field("r", r);
  writer.field("coordinator", "outside").field("local_leg", "sampled");
  writer.field("timeout_ms", kTimeoutMs).end_object();
  writer.key("network").begin_object();
  write_latency(writer, job, error);
  writer.end_object();
  writer.key("actions").begin_array();
  writer.begin_object().field("do", "put").field("client", "c1").field("key", "x");
  writer.field("value", "1").end_object();
  writer.begin_object().field("do", "get").field("client", "c2").field("key", "x");
  writer.field("after", uint64_t{0}).end_object().end_array().end_object();
  writer.key("seeds").begin_object().field("from", seed).field("to", seed + trials - 1);
  writer.end_object().field("probe", uint64_t{1});

  // Ages by their names in the report.
  std::vector<std::string> names;
  writer.key("ages_us").begin_array();
  const Json* times = member(job, "times_ms");
  static const std::vector<std::string> kTimes = {"0", "1", "10"};
  const size_t count = times == nullptr ? kTimes.size() : times->items.size();
  for (size_t i = 0; i < count; ++i) {
    names.push_back(times == nullptr ? kTimes[i] : times->items[i].text);
    const auto parsed = parse_json(names.back());
    const double us = parsed.value().number * 1000.0;
    const double whole = std::floor(us + 0.5);
    if (std::abs(us - whole) > 1e-6 * (1.0 + us)) {
      return bad_input(pointer_to("/times", i),
                       "expected a whole number of microseconds, found " + names.back() + " ms");
    }
    writer.value(static_cast<uint64_t>(whole));
  }
  writer.end_array().end_object();
  if (error) return *error;
  auto text = parse_json(writer.take());
  if (!text) return text.error();
  auto read = Trials::read(text.value());
  if (!read) return read.error();
  Trials run = std::move(read).value();
  while (run.done() < run.total()) run.advance(run.total());
  auto report = parse_json(run.json(0));
  if (!report) return report.error();

  double unanswered = 0.0;
  for (const Json& count : resolve(report.value(), "/unanswered")->items)
    unanswered += count.number;
  if (unanswered > 0.0 || resolve(report.value(), "/read_ms/p50")->type == Json::Type::null) {
    return bad_input("/method",
                     "calls of this model take longer than an hour, which is the most in "
                     "the engine; expected the method wars or first-passage");
  }

  JsonWriter out;
  out.begin_object().field("profile", profile == nullptr ? "custom" : profile->text);
  out.field("n", n).field("r", r).field("w", w).field("method", "engine");
  out.field("trials", trials).field("seed", seed);
  out.key("p_fresh").begin_object();
  for (size_t i = 0; i < names.size(); ++i) {
    const auto counted = [&](const char* what) {
      return resolve(report.value(), pointer_to(pointer_to("", what), i))->number;
    };
    out.field(names[i], counted("fresh") / (counted("fresh") + counted("stale")));
  }
  out.end_object();
  for (const char* what : {"read_ms", "write_ms"}) {
    out.key(what).begin_object();
    for (const char* percentile : {"p50", "p99", "p999"}) {
      out.field(percentile,
                resolve(report.value(), pointer_to(pointer_to("", what), percentile))->number);
    }
    out.end_object();
  }
  return out.end_object().take();
}

}  // namespace systemsim::cli
