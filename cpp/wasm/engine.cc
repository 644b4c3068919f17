// What every module has: its engine with the jobs that it does, the types of the answers, close and
// about.
#include <emscripten/bind.h>

#include "wasm/answers.h"

namespace systemsim::seam {

Engine& engine() {
#ifdef SYSTEMSIM_JOBS
  static Engine instance(SYSTEMSIM_JOBS());
#else
  static Engine instance;
#endif
  return instance;
}

namespace {

Status close(uint32_t id) {
  const auto outcome = engine().close(id);
  return outcome ? Status{} : failed<Status>(outcome.error());
}

Text about() { return text_of(Engine::about()); }

}  // namespace

EMSCRIPTEN_BINDINGS(engine) {
  emscripten::value_object<Status>("Status")
      .field("ok", &Status::ok)
      .field("code", &Status::code)
      .field("message", &Status::message)
      .field("path", &Status::path)
      .field("id", &Status::id)
      .field("position", &Status::position)
      .field("now_us", &Status::now_us)
      .field("next_us", &Status::next_us)
      .field("skipped", &Status::skipped)
      .field("last_position", &Status::last_position)
      .field("last_us", &Status::last_us)
      .field("branch", &Status::branch)
      .field("branch_count", &Status::branch_count)
      .field("ended", &Status::ended);
  emscripten::value_object<Text>("Text")
      .field("ok", &Text::ok)
      .field("code", &Text::code)
      .field("message", &Text::message)
      .field("path", &Text::path)
      .field("json", &Text::json);
  emscripten::function("close", &close);
  emscripten::function("about", &about);
}

}  // namespace systemsim::seam
