// Assertions that guard invariants. They stay on in release builds: a broken invariant must stop
// the run (in the browser the worker is rebuilt from scenario and actions), never give a wrong
// figure.
#pragma once

namespace systemsim {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}  // namespace systemsim

#define SYSTEMSIM_ASSERT(condition) \
  ((condition) ? (void)0 : ::systemsim::assertion_failed(#condition, __FILE__, __LINE__))
