#include "lab/engine.h"

#include <utility>

namespace systemsim {
namespace {

constexpr uint32_t kSlotBits = 8;
constexpr uint32_t kGenerations = 1U << 22;

Error stale_id(Engine::Id id, const char* what) {
  return {ErrorCode::stale_id, "no open " + std::string(what) + " has the id " + std::to_string(id),
          ""};
}

// The job that {"job": its kind, ...} describes.
Result<std::unique_ptr<Job>> read_job(const Json& json, const std::vector<JobKind>& kinds) {
  std::optional<Error> error;
  Fields fields(json, "", error);
  std::vector<const char*> names;
  names.reserve(kinds.size());
  for (const JobKind& kind : kinds) names.push_back(kind.name);
  uint32_t kind = 0;
  if (fields.take("job") == nullptr) fields.fail(bad_input("/job", "missing; expected its kind"));
  fields.choice("job", kind, names);
  if (error) return *error;
  return kinds[kind].read(json);
}

}  // namespace

Result<Engine::Id> Engine::keep(Thing thing) {
  size_t index = 0;
  while (index < slots_.size() && slots_[index].thing.index() != 0) ++index;
  if (index == kMaxOpen) {
    return Error{ErrorCode::limit, "at most 256 sessions and jobs can be open at once", ""};
  }
  if (index == slots_.size()) slots_.emplace_back();
  Slot& slot = slots_[index];
  slot.generation = (slot.generation + 1) % kGenerations;
  slot.thing = std::move(thing);
  return static_cast<Id>(slot.generation << kSlotBits | index);
}

Engine::Slot* Engine::find(Id id) {
  const size_t index = id & ((1U << kSlotBits) - 1);
  if (index >= slots_.size() || slots_[index].generation != id >> kSlotBits) return nullptr;
  return &slots_[index];
}

Result<Engine::Id> Engine::create(std::string_view scenario_json) {
  auto scenario = parse_scenario(scenario_json);
  if (!scenario) return scenario.error();
  return keep(std::make_unique<Session>(std::move(scenario).value()));
}

Result<Session*> Engine::session(Id id) {
  Slot* slot = find(id);
  auto* session = slot == nullptr ? nullptr : std::get_if<std::unique_ptr<Session>>(&slot->thing);
  if (session == nullptr) return stale_id(id, "session");
  return session->get();
}

Result<std::string> Engine::start(std::string_view job_json) {
  auto json = parse_json(job_json);
  if (!json) return json.error();
  auto job = read_job(json.value(), kinds_);
  if (!job) return job.error();
  const Job* started = job.value().get();
  auto id = keep(std::move(job).value());
  if (!id) return id.error();
  return started->json(id.value());
}

Result<std::string> Engine::advance(Id id, uint64_t budget) {
  Slot* slot = find(id);
  auto* job = slot == nullptr ? nullptr : std::get_if<std::unique_ptr<Job>>(&slot->thing);
  if (job == nullptr) return stale_id(id, "job");
  (*job)->advance(budget);
  return (*job)->json(id);
}

Result<std::string> Engine::ask(Id id, std::string_view question_json) {
  Slot* slot = find(id);
  auto* job = slot == nullptr ? nullptr : std::get_if<std::unique_ptr<Job>>(&slot->thing);
  if (job == nullptr) return stale_id(id, "job");
  auto question = parse_json(question_json);
  if (!question) return question.error();
  return (*job)->ask(question.value());
}

Outcome Engine::close(Id id) {
  Slot* slot = find(id);
  if (slot == nullptr || slot->thing.index() == 0) return stale_id(id, "session or job");
  slot->thing = std::monostate();
  return Done{};
}

std::string Engine::about() {
  JsonWriter writer;
  writer.begin_object();
  writer.field("trace_version", kTraceVersion).field("schema_version", kScenarioVersion);
  writer.field("max_record_bytes", Limits::kRecordBytes).field("max_nodes", Limits::kNodes);
  writer.field("max_clients", Limits::kClients).field("max_actions", Limits::kActions);
  writer.field("max_events", Limits::kSessionEvents);
  return writer.end_object().take();
}

}  // namespace systemsim
