// Section 08: a store without a log, turns with a pause of their own, and the two hours of Fig
// 6-10.
#include <map>
#include <set>

#include "lab/measure.h"
#include "lab/run_summary.h"
#include "sim/five_records.h"
#include "store/store.h"
#include "support.h"

namespace hours_test {

using namespace systemsim;

namespace {

std::string hour(const std::string& name) {
  return test::read_file(test::source_path("content/scenarios/hours-" + name + ".json"));
}

Json summary_of(Scenario scenario, uint64_t seed) {
  scenario.setup.seed = seed;
  auto parsed = parse_json(run_summary(scenario));
  REQUIRE(parsed.ok());
  return std::move(parsed).value();
}

const Json& at(const Json& json, const std::string& pointer) {
  const Json* found = resolve(json, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  return *found;
}

// Lamps of the figure that a run of the cluster can put out (web/figures/hours-measure.js), by the
// same rules.
std::set<std::string> dark(const Json& summary) {
  std::set<std::string> out;
  if (at(summary, "/ops/ok").number < 0.98 * at(summary, "/ops/total").number)
    out.insert("answers");
  const std::map<std::string, std::string> promises = {
      {"session", "/fates/session/state"},
      {"cart", "/fates/cart/state"},
      {"saved", "/verdict/no_lost_write/state"},
      {"agree", "/verdict/convergence/state"},
  };
  for (const auto& [lamp, pointer] : promises) {
    if (at(summary, pointer).text == "broken") out.insert(lamp);
  }
  return out;
}

std::string complaint(const std::string& scenario) {
  const auto parsed = parse_scenario(scenario);
  return parsed.ok() ? "" : parsed.error().path + ": " + parsed.error().message;
}

}  // namespace

TEST_CASE("a hash store without a log costs nothing and forgets everything in a crash") {
  for (const bool log : {true, false}) {
    StoreSettings settings;
    settings.log = log;
    Store store(settings);
    const StoreCost cost = store.put("k", "v");
    CHECK(cost.syncs == (log ? 1 : 0));
    CHECK((cost.bytes_written > 0) == log);
    CHECK(store.outlives_crash() == log);
    store.crash();
    (void)store.restart();
    std::optional<std::string> value;
    (void)store.get("k", value);
    CHECK(value.has_value() == log);
    (void)store.put("k", "w");
    (void)store.get("k", value);
    CHECK(value == "w");
  }
}

TEST_CASE("without logs a power failure of all machines loses what was saved, and of one nothing") {
  const auto state = [](const std::string& cluster, const std::string& crashed) {
    std::string actions = R"({"do":"put","client":"c1","key":"x","value":"1","at_ms":1})";
    for (const char* what : {"crash", "restart"}) {
      for (const char node : crashed) {
        actions += std::string(R"(,{"do":")") + what + R"(","node":")" + node + R"(","at_ms":)" +
                   (std::string(what) == "crash" ? "500" : "600") + "}";
      }
    }
    const Json summary = summary_of(test::scenario_of(R"({"cluster":{"nodes":3)" + cluster +
                                                      R"(},"actions":[)" + actions + "]}"),
                                    1);
    return at(summary, "/verdict/no_lost_write/state").text;
  };
  for (const std::string versions : {"lww", "logical", "vector-clocks", "dotted"}) {
    CAPTURE(versions);
    const std::string with = R"(,"versions":")" + versions + "\"";
    const std::string without = with + R"(,"log":false)";
    CHECK(state(with, "ABC") == "held");
    CHECK(state(without, "ABC") == "broken");
    CHECK(state(without, "A") == "held");
  }
}

TEST_CASE("a machine that has forgotten its dots gives none of them again") {
  // A gives "1" a dot that B alone gets besides, forgets it, and gives the next write one: B's copy
  // and that are siblings in the end, whoever of them says so.
  for (const std::string versions : {"dotted", "vector-clocks"}) {
    CAPTURE(versions);
    const Scenario scenario = test::scenario_of(
        R"({"cluster":{"nodes":3,"n":3,"w":1,"r":3,"coordinator":"replica","log":false,"versions":")" +
        versions + R"(","anti_entropy":{"every_ms":1000}},
        "network":{"latency":{"profile":"constant","ms":1}},"actions":[
        {"do":"partition","groups":[["A","B","c1"],["C","c2"]],"at_ms":1},
        {"do":"put","client":"c1","key":"x","value":"1","coordinator":"A","at_ms":2},
        {"do":"partition","groups":[["A","c2"],["B"],["C"]],"at_ms":500},
        {"do":"crash","node":"A","at_ms":501},{"do":"restart","node":"A","at_ms":502},
        {"do":"put","client":"c2","key":"x","value":"2","coordinator":"A","at_ms":600},
        {"do":"heal","at_ms":2000}]})");
    test::Watch watch;
    const World world = test::run_whole(scenario, watch);
    for (const World::Machine& machine : world.machines()) {
      std::vector<std::string> values;
      for (const Record& record :
           machine.node.versions_of("x", scenario.setup.cluster.calls.versions)) {
        values.push_back(record.value);
      }
      std::sort(values.begin(), values.end());
      CHECK(values == std::vector<std::string>({"1", "2"}));
    }
  }
  CHECK(writer_name(writer_in_life(0, 0)) == "A");
  CHECK(writer_name(writer_in_life(27, 2)) == "AB#3");
}

TEST_CASE("what a scenario may say of logs and of the pause within a turn") {
  CHECK(complaint(R"({"cluster":{"log":false}})").empty());
  CHECK(complaint(R"({"cluster":{"log":true,"store":"lsm"}})").empty());
  CHECK(complaint(R"({"cluster":{"log":1}})").find("/cluster/log: ") == 0);
  for (const std::string other :
       {R"("store":"lsm")", R"("store":"tiers","memory_bytes":9)", R"("mode":"single_owner")"}) {
    CHECK(complaint(R"({"cluster":{"log":false,)" + other + "}}").find("/cluster/log: ") == 0);
  }
  const std::string five = R"("traffic":"five-records")";
  CHECK(complaint(R"({"workload":{"turn_ms":0,)" + five + "}}").empty());
  CHECK(complaint(R"({"workload":{"turn_ms":-1,)" + five + "}}").find("/workload/turn_ms: ") == 0);
  CHECK(complaint(R"({"workload":{"turn_ms":5}})").find("/workload/turn_ms: belongs") == 0);
  CHECK(complaint(R"({"workload":{"turn_ms":5,"loop":"open",)" + five + "}}")
            .find("/workload/turn_ms: belongs") == 0);
  const Scenario scenario =
      test::scenario_of(R"({"cluster":{"log":false},"workload":{"turn_ms":2.5,)" + five + "}}");
  const Scenario again = test::scenario_of(write_scenario(scenario));
  CHECK(!again.setup.cluster.store.log);
  CHECK(again.setup.workload.turn_ms == 2.5);
  CHECK(!test::scenario_of("{}").setup.workload.turn_ms.has_value());
}

TEST_CASE(
    "the second call of a turn comes after its own pause, and all others after the usual one") {
  const auto pauses = [](const std::string& turn) {
    const Scenario scenario = test::scenario_of(
        R"({"seed":7,"network":{"latency":{"profile":"constant"}},"workload":{"clients":1,
            "duration_ms":400000,"think_ms":100,"traffic":"five-records")" +
        turn + "}}");
    test::Watch watch;
    test::run_whole(scenario, watch);
    struct {
      double within_ms = 0;
      double between_ms = 0;
      int turns = 0;
      int others = 0;
    } sum;
    const auto& operations = watch.list.operations();
    for (size_t i = 1; i < operations.size(); ++i) {
      const Operation& before = operations[i - 1];
      const Operation& now = operations[i];
      const double ms = static_cast<double>(now.begin_us - before.end_us) / 1000.0;
      // A put of the cart or the counter is always the second of a turn.
      const bool second = now.verb == Verb::put && (now.key == key_of(FiveRecord::cart) ||
                                                    now.key == key_of(FiveRecord::counter));
      (second ? sum.within_ms : sum.between_ms) += ms;
      ++(second ? sum.turns : sum.others);
    }
    REQUIRE(sum.turns > 300);
    return std::make_pair(sum.within_ms / sum.turns, sum.between_ms / sum.others);
  };
  const auto usual = pauses("");
  CHECK(usual.first == doctest::Approx(100).epsilon(0.2));
  const auto own = pauses(R"(,"turn_ms":4)");
  CHECK(own.first == doctest::Approx(4).epsilon(0.2));
  CHECK(own.second > 80);
  const auto none = pauses(R"(,"turn_ms":0)");
  CHECK(none.first == doctest::Approx(0.001));
}

TEST_CASE("in the quiet hour no lamp is out, with every part in and with every part out") {
  const std::vector<Scenario> hours = {test::scenario_of(hour("quiet")),
                                       test::scenario_of(hour("quiet-bare"))};
  for (const Scenario& scenario : hours) {
    for (uint64_t seed = 1; seed <= test::cases(5, 20); ++seed) {
      CAPTURE(seed);
      CHECK(dark(summary_of(scenario, seed)).empty());
    }
  }
}

// The page's list of what breaks without which part, as a sweep over lucks: a lamp that is named is
// out in at least nine of ten, and no other one ever is.
TEST_CASE("in the bad hour each part that is taken out puts out its own lamp, and no other") {
  const std::map<std::string, std::string> lamps = {
      {"bad", ""},
      {"bad-no-gossip", "answers"},
      {"bad-no-hints", "answers"},
      {"bad-no-repair", ""},
      {"bad-no-trees", "agree"},
      {"bad-no-log", "saved"},
      {"bad-no-clocks", "cart"},
      {"bad-no-quorum", "session"},
  };
  const uint64_t lucks = test::cases(5, 20);
  for (const auto& [which, lamp] : lamps) {
    const std::string name = which;
    CAPTURE(name);
    const Scenario scenario = test::scenario_of(hour(name));
    uint64_t out = 0;
    for (uint64_t seed = 1; seed <= lucks; ++seed) {
      CAPTURE(seed);
      std::set<std::string> now = dark(summary_of(scenario, seed));
      out += now.erase(lamp);
      CHECK(now.empty());
    }
    CHECK(out >= (lamp.empty() ? 0 : lucks - (lucks + 9) / 10));
  }
}

// Virtual nodes and filters have lamps of their own, which no other part can put out.
TEST_CASE("of all sets of parts the whole and the whole without read repair survive the bad hour") {
  using Change = void (*)(Setup&);
  const std::vector<std::pair<std::string, Change>> parts = {
      {"gossip", [](Setup& setup) { setup.cluster.healing.gossip.every_us = 0; }},
      {"hints",
       [](Setup& setup) { setup.cluster.healing.sloppy = setup.cluster.healing.hints.on = false; }},
      {"repair", [](Setup& setup) { setup.cluster.calls.read_repair = ReadRepair::off; }},
      {"trees", [](Setup& setup) { setup.cluster.healing.anti_entropy.every_us = 0; }},
      {"log", [](Setup& setup) { setup.cluster.store.log = false; }},
      {"clocks",
       [](Setup& setup) {
         setup.cluster.calls.versions = Versions::lww;
         setup.cluster.resolve = Resolve::none;
       }},
      {"quorum", [](Setup& setup) { setup.cluster.w = setup.cluster.r = 1; }},
  };
  const Scenario whole = test::scenario_of(hour("bad"));
  std::set<std::string> survivors;
  for (uint32_t bits = 0; bits < 1U << parts.size(); ++bits) {
    // Without gossip there are no hints either.
    if ((bits & 3) == 1) continue;
    Scenario scenario = whole;
    std::string out;
    for (size_t i = 0; i < parts.size(); ++i) {
      if ((bits >> i & 1) == 0) continue;
      parts[i].second(scenario.setup);
      out += "-" + parts[i].first;
    }
    bool survives = true;
    for (uint64_t seed = 1; survives && seed <= test::cases(2, 20); ++seed) {
      survives = dark(summary_of(scenario, seed)).empty();
    }
    if (survives) survivors.insert(out);
  }
  CHECK(survivors == std::set<std::string>{"", "-repair"});
}

TEST_CASE("stand-ins buy answers with stale reads, and read repair lessens these") {
  const auto counts = [](const std::string& name) {
    const Scenario scenario = test::scenario_of(hour(name));
    std::pair<double, double> sum;  // stale reads; calls without an answer
    for (uint64_t seed = 1; seed <= test::cases(5, 20); ++seed) {
      const Json summary = summary_of(scenario, seed);
      sum.first += at(summary, "/ops/stale").number;
      sum.second += at(summary, "/ops/total").number - at(summary, "/ops/ok").number;
    }
    return sum;
  };
  const auto all = counts("bad");
  const auto no_hints = counts("bad-no-hints");
  CHECK(no_hints.first == 0);
  CHECK(all.first > 0);
  CHECK(no_hints.second > 1.5 * all.second);
  CHECK(counts("bad-no-repair").first > all.first);
}

}  // namespace hours_test
