// Jobs: long work, carried on in slices.
#include <emscripten/bind.h>

#include "wasm/answers.h"

namespace systemsim::seam {
namespace {

Text start(const std::string& job_json) { return text_of(engine().start(job_json)); }

// A budget below zero or not a number is none at all.
Text advance(uint32_t id, double budget) { return text_of(engine().advance(id, count_of(budget))); }

}  // namespace

EMSCRIPTEN_BINDINGS(jobs) {
  emscripten::function("start", &start);
  emscripten::function("advance", &advance);
}

}  // namespace systemsim::seam
