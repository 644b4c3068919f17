// Whatever the bytes: as a scenario they are refused with a reason, or they are a run, which can be
// written and read back as the same, and whose first events do no harm. What follows a byte 0x1e is
// an action for that run, and so is what follows the next one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "lab/scenario.h"
#include "lab/session.h"

using namespace systemsim;

namespace {

// A run that is cheap enough to be begun hundreds of times a second.
bool small(const Scenario& scenario) {
  const Setup& setup = scenario.setup;
  return uint64_t{setup.cluster.nodes} * setup.cluster.ring.vnodes <= 2000 &&
         setup.workload.clients <= 50 && setup.workload.keys <= 1000 &&
         setup.workload.value_bytes <= 1000;
}

constexpr char kSeparator = '\x1e';

// Takes what stands before the next separator.
std::string_view take_part(std::string_view& text) {
  const size_t end = std::min(text.find(kSeparator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

void run_with(const Scenario& scenario, std::string_view actions) {
  Session session(scenario);
  session.step(100, Session::kNoBound);
  while (!actions.empty()) {
    (void)session.apply(take_part(actions));
    session.step(30, Session::kNoBound);
  }
  session.step(300, Session::kNoBound);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scenario = parse_scenario(take_part(text));
  if (!scenario.ok()) {
    SYSTEMSIM_ASSERT(!scenario.error().message.empty());
    return 0;
  }
  const std::string written = write_scenario(scenario.value());
  const auto again = parse_scenario(written);
  SYSTEMSIM_ASSERT(again.ok());
  SYSTEMSIM_ASSERT(write_scenario(again.value()) == written);
  if (small(scenario.value())) run_with(scenario.value(), text);
  return 0;
}
