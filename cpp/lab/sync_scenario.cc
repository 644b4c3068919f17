#include "lab/sync_scenario.h"

#include <algorithm>
#include <utility>

#include "lab/scenario_fields.h"

namespace systemsim {
namespace {

const std::vector<const char*> kSideNames = {"A", "B"};
const std::vector<const char*> kEditNames = {"put", "delete", "forget"};
constexpr size_t kMostTitle = 200;

// What is asked by an action.
MerkleRequest read_ask_action(const Json& json, const std::string& path, const MerkleShape& shape,
                              std::optional<Error>& error) {
  Fields fields(json, path, error);
  (void)fields.take("do");
  MerkleRequest request;
  MerkleRun run = {0, 1};
  fields.integer("level", request.level, 0, 24);
  fields.integer("first", run.first, 0, MerkleShape::kMaxLeaves);
  fields.integer("count", run.count, 1, MerkleShape::kMaxLeaves);
  fields.finish();
  request.runs.push_back(run);
  if (fields.ok() && !request.fits(shape)) fields.fail("level", "the tree has no such nodes");
  return request;
}

// A person asks for one at a time: what is asked by hand is few.
void count_asked(const MerkleRequest& request, const std::string& path, uint64_t& asked,
                 std::optional<Error>& error) {
  asked += request.hashes();
  if (error || asked <= SyncScenario::kMostAsked) return;
  error = bad_input(path, text_of(asked) + " hashes are asked for; the most is " +
                              text_of(SyncScenario::kMostAsked));
}

// The actions, in their order: changes by hand, what is asked, "another" and what is asked of it,
// "gather".
void read_actions(const Json& list, const std::string& path, SyncScenario& scenario,
                  std::optional<Error>& error) {
  enum Step { changing, asking, asking_another, gathering };
  Step step = changing;
  uint64_t asked = 0;
  for (size_t i = 0; i < list.items.size() && !error; ++i) {
    const Json& item = list.items[i];
    const std::string place = pointer_to(path, i);
    const Json* named = member(item, "do");
    const std::string verb = named != nullptr ? named->text : "";
    const auto complain = [&](const char* message) {
      if (!error) error = bad_input(pointer_to(place, "do"), message);
    };
    const auto only_a_verb = [&] {
      Fields fields(item, place, error);
      (void)fields.take("do");
      fields.finish();
    };
    if (verb == "put" || verb == "delete" || verb == "forget") {
      if (step != changing) complain("changes by hand come before all else");
      Fields fields(item, place, error);
      scenario.edits.push_back(PairEdit::read(fields));
      fields.finish();
    } else if (verb == "ask") {
      if (scenario.settings.method != SyncMethod::hand) complain("belongs to the method \"hand\"");
      if (step == gathering) complain("comes before \"gather\"");
      if (step == changing) step = asking;
      auto& asks = scenario.another ? scenario.asks_of_another : scenario.settings.asks;
      asks.push_back(read_ask_action(item, place, scenario.settings.shape, error));
      count_asked(asks.back(), place, asked, error);
    } else if (verb == "another") {
      if (step > asking) complain("comes once, and before \"gather\"");
      if (scenario.replicas.differ == scenario.replicas.keys) complain("all keys differ already");
      step = asking_another;
      scenario.another = true;
      only_a_verb();
    } else if (verb == "gather") {
      if (step == gathering) complain("comes once");
      step = gathering;
      scenario.gather = true;
      only_a_verb();
    } else {
      complain("expected put, delete, forget, ask, another or gather");
    }
  }
}

void write_ask(JsonWriter& writer, const MerkleRequest& request) {
  const MerkleRun& run = request.runs.front();
  writer.begin_object().field("do", "ask").field("level", request.level).field("first", run.first);
  if (run.count != 1) writer.field("count", run.count);
  writer.end_object();
}

void write_verb(JsonWriter& writer, const char* verb) {
  writer.begin_object().field("do", verb).end_object();
}

}  // namespace

PairEdit PairEdit::read(Fields& fields) {
  PairEdit edit;
  for (const char* name : {"side", "do", "key"}) {
    if (fields.take(name) == nullptr) fields.fail(name, "missing");
  }
  fields.choice("side", edit.side, kSideNames);
  uint32_t verb = 0;
  fields.choice("do", verb, kEditNames);
  edit.verb = static_cast<Verb>(verb);
  (void)fields.bytes("key", edit.key);
  const bool has_value = fields.bytes("value", edit.value);
  const bool wants_value = edit.verb == Verb::put;
  if (fields.ok() && has_value != wants_value) {
    fields.fail("value", wants_value ? "missing; what is put?" : "belongs to put alone");
  }
  if (fields.ok() && (edit.key.empty() || edit.key.size() > kMostKeyBytes)) {
    fields.fail("key", "expected 1 to " + std::to_string(kMostKeyBytes) + " bytes");
  }
  if (fields.ok() && edit.value.size() > PairSetup::kMostValueBytes) {
    fields.fail("value", "is longer than " + std::to_string(PairSetup::kMostValueBytes) + " bytes");
  }
  return edit;
}

void PairEdit::apply(SyncPair& pair, uint32_t number) const {
  if (verb == Verb::forget) {
    pair.replicas[side].erase(key);
  } else {
    pair.write(side, key, value, verb == Verb::remove, kFirstEdit + number, kEditedUs + number);
  }
  pair.note(key);
}

MerkleRequest read_ask(const Json& json, const std::string& path, const MerkleShape& shape,
                       uint64_t& asked, std::optional<Error>& error) {
  MerkleRequest request;
  const bool whole = json.items.size() == 3 &&
                     std::all_of(json.items.begin(), json.items.end(), [](const Json& number) {
                       return number.type == Json::Type::integer && number.integer >= 0 &&
                              number.integer <= MerkleShape::kMaxLeaves;
                     });
  if (whole) {
    request.level = static_cast<uint32_t>(json.items[0].integer);
    request.runs.push_back({static_cast<uint32_t>(json.items[1].integer),
                            static_cast<uint32_t>(json.items[2].integer)});
  }
  if (!error && (!whole || request.hashes() == 0 || !request.fits(shape))) {
    error = bad_input(path, "expected [level, first, count] of nodes that the tree has");
  }
  count_asked(request, path, asked, error);
  return request;
}

Result<SyncScenario> read_sync_scenario(const Json& json, const std::string& path) {
  std::optional<Error> error;
  Fields fields(json, path, error);
  SyncScenario scenario;
  uint32_t version = 1;
  fields.integer("version", version, 1, 1);
  fields.text("title", scenario.title, kMostTitle);
  const Json* replicas = fields.take("replicas");
  const Json* sync = fields.take("sync");
  const Json* actions = take_list(fields, "actions", SyncScenario::kMostActions);
  if (error) return *error;
  if (replicas == nullptr) {
    return bad_input(fields.pointer("replicas"), "missing; an object is expected here");
  }
  {
    Fields inner(*replicas, fields.pointer("replicas"), error);
    if (inner.take("seed") != nullptr) inner.fail("seed", "stands beside \"replicas\"");
    scenario.replicas = PairSetup::read(inner);
    inner.finish();
  }
  fields.integer("seed", scenario.replicas.seed, uint64_t{0}, Limits::kMaxInteger);
  const Json empty = parse_json("{}").value();
  {
    Fields inner(sync != nullptr ? *sync : empty, fields.pointer("sync"), error);
    scenario.settings = read_sync_settings(inner, scenario.replicas.keys, true);
    scenario.link = SyncLink::read(inner);
    inner.integer("writes", scenario.writes, 0, SyncScenario::kMostWrites);
    inner.finish();
  }
  if (!error && actions != nullptr) {
    read_actions(*actions, fields.pointer("actions"), scenario, error);
  }
  fields.finish();
  if (error) return *error;
  return scenario;
}

std::string write_sync_scenario(const SyncScenario& scenario) {
  JsonWriter writer;
  writer.begin_object().field("version", 1);
  if (!scenario.title.empty()) writer.field("title", scenario.title);
  writer.field("seed", scenario.replicas.seed).key("replicas").begin_object();
  scenario.replicas.write(writer);
  writer.end_object().key("sync").begin_object();
  write_sync_settings(writer, scenario.settings);
  writer.field("rtt_ms", scenario.link.rtt_ms).field("mbps", scenario.link.mbps);
  writer.field("writes", scenario.writes).end_object().key("actions").begin_array();
  for (const PairEdit& edit : scenario.edits) {
    writer.begin_object().field("do", kEditNames[static_cast<size_t>(edit.verb)]);
    writer.field("side", kSideNames[edit.side]).key("key").bytes(edit.key);
    if (edit.verb == PairEdit::Verb::put) writer.key("value").bytes(edit.value);
    writer.end_object();
  }
  for (const MerkleRequest& request : scenario.settings.asks) write_ask(writer, request);
  if (scenario.another) write_verb(writer, "another");
  for (const MerkleRequest& request : scenario.asks_of_another) write_ask(writer, request);
  if (scenario.gather) write_verb(writer, "gather");
  return writer.end_array().end_object().take();
}

SyncScenarioRun::SyncScenarioRun(SyncScenario scenario) : scenario_(std::move(scenario)) {
  const PairSetup& setup = scenario_.replicas;
  parts_.push_back({nullptr, setup, scenario_.settings.asks, std::nullopt});
  if (scenario_.another) {
    parts_.push_back({"another", setup, scenario_.asks_of_another, std::nullopt});
    ++parts_.back().setup.differ;
  }
  if (scenario_.gather) {
    parts_.push_back({"gathered", setup, scenario_.settings.asks, std::nullopt});
    parts_.back().setup.clustered = true;
  }
}

uint64_t SyncScenarioRun::total() const {
  uint64_t total = 0;
  for (const Part& part : parts_) total += PairBuilder::units(part.setup) + 1;
  return total;
}

void SyncScenarioRun::advance(uint64_t budget) {
  for (Part& part : parts_) {
    if (part.outcome) continue;
    if (budget == 0) return;
    if (!builder_) builder_.emplace(part.setup);
    const uint64_t before = builder_->done();
    builder_->advance(budget);
    done_ += builder_->done() - before;
    budget -= builder_->done() - before;
    if (!builder_->finished() || budget == 0) return;
    SyncPair pair = builder_->take();
    builder_.reset();
    uint32_t number = 0;
    for (const PairEdit& edit : scenario_.edits) edit.apply(pair, number++);
    SyncSettings settings = scenario_.settings;
    settings.asks = part.asks;
    part.outcome = run_with_writes(pair, settings, scenario_.link, scenario_.writes,
                                   kFirstEdit + number, kEditedUs + number);
    part.outcome->sent.clear();
    ++done_;
    --budget;
  }
}

void SyncScenarioRun::write(JsonWriter& writer) const {
  for (const Part& part : parts_) {
    if (!part.outcome) return;
    if (part.name != nullptr) writer.key(part.name).begin_object();
    write_outcome(writer, *part.outcome);
    if (part.name != nullptr) writer.end_object();
  }
}

void write_outcome(JsonWriter& writer, const SyncOutcome& outcome) {
  writer.key("report").begin_object();
  write_report(writer, outcome.first.report, outcome.first.bounds);
  writer.end_object();
  if (!outcome.again) return;
  writer.key("again").begin_object();
  write_report(writer, outcome.again->report, outcome.again->bounds);
  writer.end_object();
}

}  // namespace systemsim
