// The same bits everywhere: every golden scenario's trace hash is frozen. The same file is checked
// by wasm in Node and in the browser.
#include <filesystem>

#include "lab/json.h"
#include "lab/tally.h"
#include "support.h"

namespace parity_test {

using namespace systemsim;

TEST_CASE("every golden scenario has its frozen trace hash") {
  auto goldens = parse_json(test::read_file(test::source_path("tests/golden/traces.json")));
  REQUIRE(goldens.ok());
  CHECK(goldens.value().members.size() >= 20);
  size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_path("tests/golden/scenarios"))) {
    files += entry.path().extension() == ".json";
  }
  CHECK(files == goldens.value().members.size());
  for (const Json::Member& golden : goldens.value().members) {
    CAPTURE(golden.name);
    const Scenario scenario = test::scenario_of(
        test::read_file(test::source_path("tests/golden/scenarios/" + golden.name + ".json")));
    Tally tally(scenario.setup);
    CHECK(test::run_whole(scenario, tally).trace().sha256() == golden.value.text);
  }
}

TEST_CASE("the profile wan has its 75 ms between data centres, where nothing else is said") {
  const auto hash = [](const std::string& latency, const std::string& centres) {
    const Scenario scenario = test::scenario_of(R"({"cluster":{"nodes":6,"data_centres":)" +
                                                centres + R"(},"workload":{"duration_ms":900},
            "network":{"latency":{"profile":)" + latency +
                                                "}}");
    Observer nobody;
    return test::run_whole(scenario, nobody).trace().sha256();
  };
  CHECK(hash(R"("wan"})", "3") == hash(R"("lnkd-disk"},"between_ms":75)", "3"));
  CHECK(hash(R"("wan"})", "3") != hash(R"("wan"},"between_ms":0)", "3"));
  CHECK(hash(R"("wan"})", "1") == hash(R"("lnkd-disk"})", "1"));
}

TEST_CASE("one more bit of luck, or one record less, is another hash") {
  const std::string text = R"({"workload":{"duration_ms":200,"think_ms":5}})";
  Scenario scenario = test::scenario_of(text);
  Observer nobody;
  const std::string hash = test::run_whole(scenario, nobody).trace().sha256();
  CHECK(test::run_whole(scenario, nobody).trace().sha256() == hash);
  scenario.setup.seed += 1;
  CHECK(test::run_whole(scenario, nobody).trace().sha256() != hash);
  TraceHash one;
  TraceHash two;
  one.add({.time_us = 1});
  two.add({.time_us = 1});
  CHECK(one.sha256() == two.sha256());
  two.add({.time_us = 2});
  CHECK(one.sha256() != two.sha256());
}

TEST_CASE("the trace file holds the records that the hash is over") {
  class Fold : public Observer {
   public:
    TraceHash hash;
    void on_trace(const TraceRecord& record) override {
      char bytes[kTraceRecordBytes];
      record.write(bytes);
      TraceRecord back;
      back.time_us = get_le(bytes, 8);
      back.kind = static_cast<TraceKind>(get_le(bytes + 8, 1));
      back.flags = static_cast<uint8_t>(get_le(bytes + 9, 1));
      back.node = static_cast<uint16_t>(get_le(bytes + 10, 2));
      back.peer = static_cast<uint16_t>(get_le(bytes + 12, 2));
      back.detail = static_cast<uint16_t>(get_le(bytes + 14, 2));
      back.message = static_cast<uint32_t>(get_le(bytes + 16, 4));
      back.operation = static_cast<uint32_t>(get_le(bytes + 20, 4));
      back.payload = get_le(bytes + 24, 8);
      hash.add(back);
    }
  } fold;
  const World world = test::run_whole(
      test::scenario_of(
          R"({"network":{"loss":0.1},"workload":{"duration_ms":30000,"think_ms":5}})"),
      fold);
  CHECK(world.trace().count() > 4096);  // more than one chunk
  CHECK(fold.hash.sha256() == world.trace().sha256());
}

}  // namespace parity_test
