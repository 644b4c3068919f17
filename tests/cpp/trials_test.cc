#include "lab/engine.h"
#include "lab/json.h"
#include "support.h"

namespace trials_test {

using namespace systemsim;

namespace {

// The share of fresh reads at each age, by the engine's own path: coordinator outside, all legs
// drawn.
std::vector<double> fresh_shares(const std::string& profile, int w, int r, const std::string& ages,
                                 int trials) {
  Engine engine(every_job());
  auto started = engine.start(
      R"({"job":"trials","scenario":{"cluster":{"nodes":3,"w":)" + std::to_string(w) + R"(,"r":)" +
      std::to_string(r) + R"(,"timeout_ms":100000},"network":{"latency":{"profile":")" + profile +
      R"("}},"records":[{"key":"x","value":"0"}],"actions":[
        {"do":"put","client":"c1","key":"x","value":"1","at_ms":1},{"do":"get","client":"c2","key":"x","after":0}]},
        "probe":1,"seeds":{"from":1,"to":)" +
      std::to_string(trials) + R"(},"ages_us":)" + ages + "}");
  REQUIRE_MESSAGE(started.ok(), (started.ok() ? "" : started.error().message));
  const auto job = parse_json(started.value());
  const auto id = static_cast<Engine::Id>(job.value().members[0].value.integer);
  (void)engine.advance(id, 10);
  const auto report = parse_json(engine.advance(id, 1'000'000).value());
  const Json* fresh = nullptr;
  for (const auto& [name, value] : report.value().members) {
    if (name == "fresh") fresh = &value;
    if (name == "finished") CHECK(value.boolean);
  }
  std::vector<double> shares;
  for (const Json& count : fresh->items) shares.push_back(count.number / trials);
  return shares;
}

}  // namespace

TEST_CASE("the engine's own reads are as fresh as the PBS paper's") {
  // FACTS of PBS, R = W = 1, N = 3: at once 43.65 % (disk) and 97.36 % (SSD); disk after 10 ms 92.6
  // %.
  const auto disk = fresh_shares("lnkd-disk", 1, 1, "[0,10000]", 60'000);
  CHECK(std::abs(disk[0] - 0.4365) < 0.0075);
  CHECK(std::abs(disk[1] - 0.926) < 0.0075);
  const auto ssd = fresh_shares("lnkd-ssd", 1, 1, "[0]", 60'000);
  CHECK(std::abs(ssd[0] - 0.9736) < 0.0075);
}

TEST_CASE("no luck makes a strict quorum stale") {
  CHECK(fresh_shares("lnkd-disk", 2, 2, "[0,1000]", 20'000) == std::vector<double>{1.0, 1.0});
}

TEST_CASE("a trial job says what it was not given") {
  Engine engine(every_job());
  CHECK(engine.start("{}").error().path == "/job");
  CHECK(engine.start(R"({"job":"trials","scenario":{}})").error().path == "/probe");
  CHECK(engine.start(R"({"job":"trials","scenario":{"cluster":{"w":9}}})").error().path ==
        "/scenario/cluster/w");
  CHECK(engine.start(R"({"job":"trials","seeds":{"from":5,"to":4}})").error().path == "/seeds/to");
  CHECK(engine.start(R"({"job":"trials","ages_us":[]})").error().path != "");
  CHECK(engine.start(R"({"job":"trials","sceanrio":{}})").error().path != "");
}

}  // namespace trials_test
