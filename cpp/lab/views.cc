#include "lab/views.h"

#include <algorithm>
#include <utility>

#include "lab/fates.h"
#include "lab/healing_view.h"
#include "lab/judged_run.h"
#include "lab/ring_view.h"
#include "lab/run_summary.h"
#include "lab/stage_view.h"
#include "lab/store_view.h"
#include "lab/verdict_json.h"
#include "lab/view_parts.h"

namespace systemsim {
namespace {

constexpr size_t kMaxOperations = 1000;
constexpr size_t kMaxMessages = 2000;

const char* name_of(LoggedMessage::State state) {
  switch (state) {
    case LoggedMessage::State::in_flight:
      return "in_flight";
    case LoggedMessage::State::delivered:
      return "delivered";
    case LoggedMessage::State::lost:
      return "lost";
    case LoggedMessage::State::cut:
      return "cut";
    case LoggedMessage::State::down:
      return "down";
    case LoggedMessage::State::held:
      return "held";
  }
  return "in_flight";
}

std::string history_view(const Session& session) {
  const size_t begun = begun_by(session.log(), session.position());
  JsonWriter writer;
  writer.begin_object().key("operations").begin_array();
  for (size_t i = begun > kMaxOperations ? begun - kMaxOperations : 0; i < begun; ++i) {
    write_operation(writer, session, session.log().operations()[i]);
  }
  return writer.end_array().end_object().take();
}

std::string messages_view(const Session& session) {
  const auto& messages = session.log().messages();
  const auto sent = std::upper_bound(
      messages.begin(), messages.end(), session.position(),
      [](uint64_t p, const LoggedMessage& message) { return p < message.position_sent; });
  const auto count = static_cast<size_t>(sent - messages.begin());
  JsonWriter writer;
  writer.begin_object().key("messages").begin_array();
  for (size_t i = count > kMaxMessages ? count - kMaxMessages : 0; i < count; ++i) {
    const LoggedMessage& message = messages[i];
    const bool done = message.position_done != 0 && message.position_done <= session.position();
    writer.begin_object().field("id", i).field("kind", name_of(message.kind));
    writer.field("from", endpoint_name(message.from)).field("to", endpoint_name(message.to));
    writer.field("op", message.operation);
    write_value(writer, message.record);
    const RunLog::Standing standing = session.log().standing(i, session.position());
    writer.field("sent_us", message.sent_us).key("arrive_us");
    standing.arrive_us != 0 ? writer.value(standing.arrive_us) : writer.null();
    writer.field("state", name_of(standing.state));
    writer.field("position_sent", message.position_sent).key("position_done");
    done ? writer.value(message.position_done) : writer.null();
    writer.end_object();
  }
  return writer.end_array().end_object().take();
}

std::string summary_view(const Session& session) {
  JsonWriter writer;
  writer.begin_object();
  session.write_summary(writer);
  return writer.end_object().take();
}

std::string counters_view(const Session& session) {
  World replay(std::make_shared<const Stage>(session.scenario().setup),
               session.scenario().setup.seed);
  RunRecorder recorder(session.scenario().setup);
  recorder.run(replay, session.script(), Limits::kTimeUs, session.position());
  JsonWriter writer;
  writer.begin_object().field("position", session.position());
  recorder.write_counters(writer, replay);
  return writer.end_object().take();
}

// What had happened by this position: a call that was answered later has no answer yet.
std::vector<Operation> operations_so_far(const Session& session) {
  std::vector<Operation> operations;
  const size_t begun = begun_by(session.log(), session.position());
  for (size_t i = 0; i < begun; ++i) {
    operations.push_back(session.log().operations()[i].operation);
    if (operations.back().end_position > session.position()) {
      operations.back().outcome = OperationOutcome::open;
    }
  }
  return operations;
}

bool is_over(const Session& session) {
  return !session.world().next_us(session.script()).has_value();
}

std::string verdict_view(const Session& session) {
  const JudgedRun judged = judge_run(operations_so_far(session), session.world(), is_over(session));
  JsonWriter writer;
  writer.begin_object().field("position", session.position());
  write_verdict(writer, judged.history, judged.verdict);
  return writer.end_object().take();
}

std::string fates_view(const Session& session) {
  JsonWriter writer;
  writer.begin_object().field("position", session.position()).key("fates");
  if (!has_fates(session.scenario().setup)) return writer.null().end_object().take();
  writer.begin_object();
  write_fates(writer, operations_so_far(session), session.world(), is_over(session));
  return writer.end_object().end_object().take();
}

std::string hash_view(const Session& session) {
  JsonWriter writer;
  writer.begin_object().field("trace_version", kTraceVersion);
  writer.field("trace_sha256", session.world().trace().sha256());
  writer.field("state_hash", walk(session.world()).digest());
  writer.field("records", session.world().trace().count());
  return writer.field("position", session.position()).end_object().take();
}

std::string store_view(const Session& session) {
  JsonWriter writer;
  write_stores(writer, session.world());
  return writer.take();
}

std::string scenario_view(const Session& session) {
  Scenario scenario = session.scenario();
  scenario.actions = session.script().actions();
  return write_scenario(scenario);
}

}  // namespace

Result<std::string> view(const Session& session, std::string_view name) {
  if (name == "stage") return stage_view(session);
  if (name == "history") return history_view(session);
  if (name == "messages") return messages_view(session);
  if (name == "ring") return ring_view(session);
  if (name == "summary") return summary_view(session);
  if (name == "verdict") return verdict_view(session);
  if (name == "counters") return counters_view(session);
  if (name == "fates") return fates_view(session);
  if (name == "hash") return hash_view(session);
  if (name == "store") return store_view(session);
  if (Healing::available() && name == "healing") return healing_view(session.world());
  if (name == "scenario") return scenario_view(session);
  return Error{
      ErrorCode::not_found,
      "no view \"" + std::string(name) +
          "\"; there are stage, history, messages, ring, summary, counters, verdict, fates, "
          "store, hash, healing and scenario",
      "/name"};
}

std::string branches_json(const Session& session) {
  JsonWriter writer;
  writer.begin_array();
  for (size_t i = 0; i < session.branches().size(); ++i) {
    const Session::Branch& branch = session.branches()[i];
    writer.begin_object().field("branch", i).field("parent", branch.parent);
    writer.field("forked_at", branch.forked_at).field("last_position", branch.last_position);
    writer.field("actions", branch.actions.size()).end_object();
  }
  return writer.end_array().take();
}

}  // namespace systemsim
