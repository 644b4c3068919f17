// Sessions: runs that are shown, step by step.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <algorithm>

#include "lab/views.h"
#include "wasm/answers.h"

namespace systemsim::seam {
namespace {

struct Bytes {
  bool ok = true;
  std::string code;
  std::string message;
  std::string path;
  emscripten::val bytes = emscripten::val::null();
};

Status status_of(uint32_t id, const Session& session) {
  Status status;
  status.id = id;
  status.position = static_cast<double>(session.position());
  status.skipped = static_cast<double>(session.world().skipped());
  status.now_us = static_cast<double>(session.now_us());
  const auto next = session.next_us();
  status.next_us = next ? static_cast<double>(*next) : -1.0;
  const Session::Branch& branch = session.branches()[static_cast<size_t>(session.branch())];
  status.last_position = static_cast<double>(branch.last_position);
  status.last_us = static_cast<double>(branch.last_us);
  status.branch = session.branch();
  status.branch_count = static_cast<int>(session.branches().size());
  status.ended = !next.has_value();
  if (session.at_limit()) status.message = "this session ends here, at 1 000 000 events";
  return status;
}

// Runs `work` on a session and reports where it then stands.
template <class Work>
Status with_session(uint32_t id, Work work) {
  auto session = engine().session(id);
  if (!session) return failed<Status>(session.error());
  const Outcome outcome = work(*session.value());
  if (!outcome) return failed<Status>(outcome.error());
  return status_of(id, *session.value());
}

Status create(const std::string& scenario_json) {
  auto id = engine().create(scenario_json);
  if (!id) return failed<Status>(id.error());
  return with_session(id.value(), [](Session&) { return Done{}; });
}

Status apply(uint32_t id, const std::string& action_json) {
  return with_session(id, [&](Session& session) { return session.apply(action_json); });
}

Status step(uint32_t id, double max_events, double until_us) {
  return with_session(id, [&](Session& session) {
    session.step(max_events > 0 ? count_of(max_events) : Session::kNoBound, count_of(until_us));
    return Done{};
  });
}

Status seek(uint32_t id, double position, double branch) {
  // A number that is no branch at all must not wrap round into one that is.
  const bool plausible = branch >= -1 && branch < 1e9;
  const int32_t index = plausible ? static_cast<int32_t>(branch) : -2;
  return with_session(id,
                      [&](Session& session) { return session.seek(count_of(position), index); });
}

Status seek_time(uint32_t id, double us) {
  return with_session(id, [&](Session& session) {
    session.seek_time(count_of(us));
    return Done{};
  });
}

Status fork(uint32_t id) {
  return with_session(id, [](Session& session) { return session.fork(); });
}

Text branches(uint32_t id) {
  auto session = engine().session(id);
  if (!session) return failed<Text>(session.error());
  return text_of(branches_json(*session.value()));
}

Text view(uint32_t id, const std::string& name) {
  auto session = engine().session(id);
  if (!session) return failed<Text>(session.error());
  return text_of(view(*session.value(), name));
}

Bytes trace(uint32_t id, double from, double max) {
  auto session = engine().session(id);
  if (!session) return failed<Bytes>(session.error());
  const auto& records = session.value()->log().records();
  const size_t begin = static_cast<size_t>(std::min<uint64_t>(count_of(from), records.size()));
  const size_t count =
      static_cast<size_t>(std::min<uint64_t>(count_of(max), records.size() - begin));
  std::string raw(count * kTraceRecordBytes, '\0');
  for (size_t i = 0; i < count; ++i) {
    records[begin + i].write(raw.data() + i * kTraceRecordBytes);
  }
  Bytes reply;
  const auto* start = reinterpret_cast<const uint8_t*>(raw.data());
  // slice() copies: the memory below may move as soon as the engine runs again.
  reply.bytes = emscripten::val(emscripten::typed_memory_view(raw.size(), start))
                    .call<emscripten::val>("slice");
  return reply;
}

}  // namespace

EMSCRIPTEN_BINDINGS(sessions) {
  emscripten::value_object<Bytes>("Bytes")
      .field("ok", &Bytes::ok)
      .field("code", &Bytes::code)
      .field("message", &Bytes::message)
      .field("path", &Bytes::path)
      .field("bytes", &Bytes::bytes);
  emscripten::function("create", &create);
  emscripten::function("apply", &apply);
  emscripten::function("step", &step);
  emscripten::function("seek", &seek);
  emscripten::function("seek_time", &seek_time);
  emscripten::function("fork", &fork);
  emscripten::function("branches", &branches);
  emscripten::function("view", &view);
  emscripten::function("trace", &trace);
}

}  // namespace systemsim::seam
