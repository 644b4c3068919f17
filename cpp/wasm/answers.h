// The Embind seam: the only folder that includes Emscripten's headers. Thin on purpose; it turns
// Result into plain objects and bytes into copied arrays, and knows nothing else. Its types are
// written down in web/engine/engine.d.ts.
//
// This file: what most of its functions answer. engine.cc, sessions.cc and jobs.cc bind them; a
// module is made of some of these (CMakeLists.txt).
#pragma once

#include <string>
#include <utility>

#include "lab/engine.h"

namespace systemsim::seam {

struct Status {
  bool ok = true;
  std::string code;
  std::string message;
  std::string path;
  uint32_t id = 0;
  double position = 0;
  double skipped = 0;
  double now_us = 0;
  double next_us = -1;
  double last_position = 0;
  double last_us = 0;
  int branch = 0;
  int branch_count = 0;
  bool ended = false;
};

struct Text {
  bool ok = true;
  std::string code;
  std::string message;
  std::string path;
  std::string json;
};

template <class Reply>
Reply failed(const Error& error) {
  Reply reply;
  reply.ok = false;
  reply.code = name_of(error.code);
  reply.message = error.message;
  reply.path = error.path;
  return reply;
}

// A double from JavaScript as a count; negative and not-a-number mean "no bound".
inline uint64_t count_of(double value) {
  return value >= 0 && value < 9.0e15 ? static_cast<uint64_t>(value) : Session::kNoBound;
}

inline Text text_of(Result<std::string> result) {
  if (!result) return failed<Text>(result.error());
  Text text;
  text.json = std::move(result).value();
  return text;
}

// The engine behind the functions; each module's own (engine.cc).
Engine& engine();

}  // namespace systemsim::seam
