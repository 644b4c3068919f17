#include "lab/search.h"

#include "lab/engine.h"
#include "support.h"

namespace search_test {

using namespace systemsim;

namespace {

std::string traffic(int w, int r, int duration_ms) {
  return R"({"cluster":{"nodes":5,"n":3,"w":)" + std::to_string(w) + R"(,"r":)" +
         std::to_string(r) + R"(},"workload":{"clients":2,"duration_ms":)" +
         std::to_string(duration_ms) + R"(,"think_ms":20,"keys":3}})";
}

Search search_of(const std::string& scenario, Promise promise, uint64_t seeds) {
  Search search(test::scenario_of(scenario), promise, 1, seeds);
  while (!search.finished()) search.advance(1000);
  return search;
}

// Whether the run of one seed has a stale read, as another judge sees it.
bool stale(Scenario scenario, uint64_t seed) {
  class Stale : public JudgingObserver {
   public:
    using JudgingObserver::JudgingObserver;
    bool any = false;

   protected:
    void began(const Operation&) override {}
    void ended(const Operation&, const StalenessJudge::Verdict& verdict) override {
      any = any || verdict.stale;
    }
  };
  scenario.setup.seed = seed;
  Stale watch(scenario.setup);
  (void)test::run_whole(scenario, watch);
  return watch.any;
}

}  // namespace

TEST_CASE("a search finds a stale read unaided, and it is the first seed that has one") {
  const std::string json = traffic(1, 2, 100);
  const Search search = search_of(json, Promise::regular, 10'000);
  REQUIRE(search.found());
  CHECK(search.done() == *search.found());
  CHECK(*search.found() > 1);  // rare enough for looking to be worth it
  const Scenario scenario = test::scenario_of(json);
  for (uint64_t seed = 1; seed <= *search.found(); ++seed) {
    CAPTURE(seed);
    CHECK(stale(scenario, seed) == (seed == *search.found()));
  }
}

TEST_CASE("a search among strict quorums without faults finds no stale read") {
  for (const auto& [w, r] : {std::pair(2, 2), std::pair(1, 3), std::pair(3, 1)}) {
    const Search search = search_of(traffic(w, r, 200), Promise::regular, 4000);
    CHECK_FALSE(search.found());
    CHECK(search.done() == 4000);
  }
}

TEST_CASE("how a search is sliced changes nothing in what it finds") {
  std::string expected;
  for (const uint64_t budget : {1U, 3U, 1000U}) {
    Search search(test::scenario_of(traffic(1, 2, 100)), Promise::regular, 1, 10'000);
    while (!search.finished()) search.advance(budget);
    if (expected.empty()) expected = search.json(0);
    CHECK(search.json(0) == expected);
  }
}

TEST_CASE("a slice of a search is short even where a single run is long") {
  Search search(test::scenario_of(traffic(2, 2, 100'000'000)), Promise::regular, 1, 10);
  search.advance(1);
  CHECK(search.done() == 0);
  CHECK_FALSE(search.finished());
}

TEST_CASE("a search job reports seeds tried, and the scenario that it found") {
  Engine engine(every_job());
  const auto started = engine.start(R"({"job":"search","promise":"regular","seeds":{"from":1,
      "to":5000},"scenario":)" + traffic(1, 2, 100) +
                                    "}");
  REQUIRE_MESSAGE(started.ok(), (started.ok() ? "" : started.error().message));
  const auto id =
      static_cast<Engine::Id>(parse_json(started.value()).value().members[0].value.integer);
  CHECK(started.value().find(R"("done":0,"total":5000,"finished":false)") != std::string::npos);
  std::string report;
  do {
    report = engine.advance(id, 1000).value();
  } while (report.find(R"("finished":true)") == std::string::npos);
  const Json json = parse_json(report).value();
  const Json& found = json.members.back().value;
  CHECK(json.members.back().name == "found");
  CHECK(found.members[0].name == "seed");
  const auto scenario = read_scenario(found.members[1].value, "");
  REQUIRE(scenario.ok());
  CHECK(stale(scenario.value(), scenario.value().setup.seed));
}

TEST_CASE("a search job says what it was not given") {
  Engine engine(every_job());
  CHECK(engine.start(R"({"job":"search"})").error().path == "/promise");
  CHECK(engine.start(R"({"job":"search","promise":"fresh"})").error().message ==
        "expected convergence, no_lost_write, no_resurrection, read_your_writes, monotonic_reads, "
        "monotonic_writes, writes_follow_reads, causal, no_lost_update, regular or linearizable, "
        "found \"fresh\"");
  CHECK(engine.start(R"({"job":"search","promise":7})").error().path == "/promise");
  CHECK(engine.start(R"({"job":"search","promise":"regular","seeds":{"from":5,"to":4}})")
            .error()
            .path == "/seeds/to");
  CHECK(engine.start(R"({"job":"search","promise":"regular","scenario":{"cluster":{"w":9}}})")
            .error()
            .path == "/scenario/cluster/w");
  CHECK(engine.start(R"({"job":"search","promise":"regular","sede":1})").error().path == "/sede");
}

}  // namespace search_test
