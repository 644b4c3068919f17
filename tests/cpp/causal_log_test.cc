#include "lab/causal_log.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>

#include "lab/json.h"
#include "lab/tally.h"
#include "support.h"

namespace causal_log_test {

using namespace systemsim;

namespace {

using Clock = std::map<std::string, int64_t>;
struct Happening {
  std::string host;
  Clock clock;
};

Clock clock_in(const std::string& json) {
  const auto parsed = parse_json(json);
  REQUIRE(parsed.ok());
  Clock clock;
  for (const Json::Member& member : parsed.value().members) {
    clock[member.name] = member.value.integer;
  }
  return clock;
}

// Our form, which is what ShiViz expects when nothing is said.
std::vector<Happening> parse(const std::string& log) {
  std::istringstream lines(log);
  std::vector<Happening> events;
  std::string words;
  std::string place;
  while (std::getline(lines, words) && std::getline(lines, place)) {
    CHECK_FALSE(words.empty());
    const size_t space = place.find(' ');
    REQUIRE(space != std::string::npos);
    events.push_back({place.substr(0, space), clock_in(place.substr(space + 1))});
  }
  return events;
}

// What ShiViz itself demands of a log (its model: VectorTimestamp and Graph), in our words; ""
// when it is satisfied.
std::string fault(const std::vector<Happening>& events) {
  std::map<std::string, std::vector<const Clock*>> hosts;
  for (const Happening& event : events) {
    const auto own = event.clock.find(event.host);
    if (own == event.clock.end()) return event.host + " does not count itself";
    auto& mine = hosts[event.host];
    if (own->second != static_cast<int64_t>(mine.size()) + 1) {
      return event.host + " counts " + std::to_string(own->second) + " as its event " +
             std::to_string(mine.size() + 1);
    }
    mine.push_back(&event.clock);
  }
  const auto value = [](const Clock& clock, const std::string& host) {
    const auto at = clock.find(host);
    return at == clock.end() ? int64_t{0} : at->second;
  };
  for (const auto& [host, clocks] : hosts) {
    Clock before;
    for (const Clock* clock : clocks) {
      Clock implied = before;
      for (const auto& [other, count] : *clock) {
        const auto known = hosts.find(other);
        if (known == hosts.end()) return "an unknown host is counted";
        if (count > static_cast<int64_t>(known->second.size())) {
          return "an event was seen that never was";
        }
        if (other == host || count <= value(before, other)) continue;
        const Clock& cause = *known->second[static_cast<size_t>(count - 1)];
        if (value(cause, host) >= value(*clock, host)) return host + " is caused by its future";
        for (const auto& [third, seen] : cause) {
          implied[third] = std::max(value(implied, third), seen);
        }
      }
      implied[host] = value(*clock, host);
      if (implied != *clock) return host + " has a clock that no cause implies";
      before = *clock;
    }
  }
  return "";
}

std::string log_of(const std::string& scenario_json) {
  const Scenario scenario = test::scenario_of(scenario_json);
  std::ostringstream out;
  class Writer : public Observer {
   public:
    explicit Writer(std::ostream& out) : log(out) {}
    // Causes come first, so the beginning of a log is a log.
    void on_trace(const TraceRecord& record) override {
      if (events++ < 2000) log.add(record);
    }
    CausalLog log;
    int events = 0;
  } writer(out);
  test::run_whole(scenario, writer);
  return out.str();
}

}  // namespace

TEST_CASE("every golden scenario's causal log is one that ShiViz accepts") {
  size_t events = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_path("tests/golden/scenarios"))) {
    const std::string text = test::read_file(entry.path().string());
    CAPTURE(entry.path().filename().string());
    const std::vector<Happening> log = parse(log_of(text));
    CHECK(fault(log) == "");
    events += log.size();
  }
  CHECK(events > 50'000);
}

TEST_CASE("a causal log in which one clock was tampered with is refused") {
  const std::vector<Happening> log = parse(
      log_of(R"({"cluster":{"nodes":3,"coordinator":"any"},"workload":{"duration_ms":300}})"));
  REQUIRE(log.size() > 50);
  CHECK(fault(log) == "");
  size_t own = 0;
  size_t foreign = 0;
  size_t refused = 0;
  for (size_t i = 0; i < log.size(); ++i) {
    for (const auto& entry : log[i].clock) {
      const std::string host = entry.first;
      for (const int64_t by : {-1, 1}) {
        std::vector<Happening> changed = log;
        int64_t& count = changed[i].clock[host];
        count += by;
        if (count == 0) changed[i].clock.erase(host);
        const bool found = !fault(changed).empty();
        if (host == log[i].host) {
          CAPTURE(i);
          CHECK(found);
          ++own;
        } else {
          // It may have become what another order of messages would have given.
          refused += found ? 1 : 0;
          ++foreign;
        }
      }
    }
  }
  CHECK(own > 100);
  CHECK(foreign > 500);
  CHECK(refused > foreign * 9 / 10);
}

TEST_CASE("the rules accept a log that ShiViz ships, and refuse it with one clock changed") {
  const std::string path =
      test::source_path("../shared/facts/shiviz/simple-reliable-broadcast.log");
  if (!std::filesystem::exists(path)) {
    MESSAGE("the log that ShiViz ships is not here; not checked");
    return;
  }
  std::istringstream lines(test::read_file(path));
  std::vector<Happening> log;
  const std::regex line(R"(.*/user/(\S+)\] (\{.*?\}) .*)");
  for (std::string text; std::getline(lines, text);) {
    std::smatch match;
    REQUIRE(std::regex_match(text, match, line));
    log.push_back({match[1], clock_in(match[2])});
  }
  CHECK(log.size() == 39);
  CHECK(fault(log) == "");
  ++log[20].clock.begin()->second;
  CHECK(fault(log) != "");
}

TEST_CASE("two lines an event: what happened, and where with its clock") {
  const std::string log = log_of(R"({"cluster":{"nodes":1,"n":1},"network":{"latency":
    {"profile":"constant","ms":1}},"actions":[{"do":"put","key":"x","value":"1"}]})");
  CHECK(log.starts_with("0.000 ms  invoke c1 put  op 0.0\nc1 {\"c1\":1}\n"));
  CHECK(log.find("deliver write A <- c1  op 0.0\nA {\"A\":1,\"c1\":2}\n") != std::string::npos);
}

}  // namespace causal_log_test
