// Questions to what a job has made.
#include <emscripten/bind.h>

#include "wasm/answers.h"

namespace systemsim::seam {
namespace {

Text ask(uint32_t id, const std::string& question_json) {
  return text_of(engine().ask(id, question_json));
}

}  // namespace

EMSCRIPTEN_BINDINGS(questions) { emscripten::function("ask", &ask); }

}  // namespace systemsim::seam
