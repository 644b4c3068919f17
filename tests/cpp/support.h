// What the tests share: a small deterministic generator, files, and ways to run scenarios.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "base/mix.h"
#include "lab/operation_list.h"
#include "lab/scenario.h"
#include "lab/session.h"
#include "sim/world.h"

namespace systemsim::test {

// Not the engine's own draws: a test's luck must not be tied to what it tests.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return mix64(state_);
  }
  // 0 .. count - 1
  uint32_t below(uint32_t count) { return static_cast<uint32_t>((next() >> 32) * count >> 32); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double p) { return unit() < p; }

 private:
  uint64_t state_;
};

// Sanitizers make a run ten times as slow, and look for other things than luck: there a tenth of
// the cases is enough.
#if defined(__SANITIZE_ADDRESS__)
constexpr uint64_t kLuckShare = 10;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr uint64_t kLuckShare = 10;
#else
constexpr uint64_t kLuckShare = 1;
#endif
#else
constexpr uint64_t kLuckShare = 1;
#endif

// How many random cases a property is tried on: `usual` by tests/run, `full`, which a bar may name,
// with SYSTEMSIM_LONG=1 (tests/long). With SYSTEMSIM_SHORT=1 (tests/long --short) a tenth of usual.
inline bool is_long() { return std::getenv("SYSTEMSIM_LONG") != nullptr; }
inline bool is_short() { return std::getenv("SYSTEMSIM_SHORT") != nullptr; }
inline uint64_t cases(uint64_t usual, uint64_t full) {
  const uint64_t wanted = is_long() ? full : is_short() ? usual / 10 : usual;
  return std::max<uint64_t>(1, wanted / kLuckShare);
}

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline std::string source_path(const std::string& path) {
  return std::string(SYSTEMSIM_SOURCE_DIR) + "/" + path;
}

inline Scenario scenario_of(const std::string& json) {
  auto parsed = parse_scenario(json);
  REQUIRE_MESSAGE(parsed.ok(),
                  (parsed.ok() ? "" : parsed.error().path + " " + parsed.error().message));
  return std::move(parsed).value();
}

// Collects what the clients saw.
struct Watch : Observer {
  OperationList list;
  void on_begin(const Operation& operation) override { list.began(operation); }
  void on_end(const Operation& operation) override { list.ended(operation); }
};

// The whole run of a scenario, watched.
inline World run_whole(const Scenario& scenario, Observer& observer) {
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  run(world, script, observer, Limits::kTimeUs);
  return world;
}

}  // namespace systemsim::test
