// What scenarios say of healing: what is refused, with its place, and that what is read is written.
#include <filesystem>

#include "support.h"

namespace healing_text_test {

using namespace systemsim;

namespace {

std::string complaint(const std::string& json) {
  const auto parsed = parse_scenario(json);
  if (parsed) return "";
  return parsed.error().path + ": " + parsed.error().message;
}

std::string in_cluster(const std::string& fields) {
  return complaint(R"({"cluster":{"coordinator":"any",)" + fields + "}}");
}

}  // namespace

TEST_CASE("what does not fit is refused with its place and what was expected") {
  CHECK(in_cluster(R"("hints":{})") == "/cluster/hints: needs gossip, which tells who is away");
  CHECK(in_cluster(R"("sloppy":true)") == "/cluster/sloppy: needs gossip, which tells who is away");
  CHECK(in_cluster(R"("detector":{})") ==
        "/cluster/detector: needs gossip, which tells who is away");
  CHECK(complaint(R"({"cluster":{"gossip":{},"hints":{}}})") ==
        "/cluster/hints: is kept by machines that coordinate: coordinator any or replica");
  CHECK(in_cluster(R"("gossip":{"every_ms":0.5})") ==
        "/cluster/gossip/every_ms: is too small; the least is 1000 microseconds");
  CHECK(in_cluster(R"("gossip":{"every_ms":200000})").find("/cluster/gossip/every_ms: ") == 0);
  CHECK(in_cluster(R"("gossip":{"spread":"shout"})") ==
        "/cluster/gossip/spread: expected push, pull, push-pull or multicast, found \"shout\"");
  CHECK(in_cluster(R"("gossip":{"seeds":["Z"]})").find("/cluster/gossip/seeds/0: ") == 0);
  CHECK(in_cluster(R"("gossip":{"seeds":["A","A"]})") ==
        "/cluster/gossip/seeds/1: \"A\" is named twice");
  CHECK(
      in_cluster(R"("gossip":{},"detector":{"kind":"timeout","threshold":8})") ==
      "/cluster/detector/threshold: belongs to the detector \"exponential\" and \"normal\" alone");
  CHECK(in_cluster(R"("gossip":{},"detector":{"timeout_ms":8})") ==
        "/cluster/detector/timeout_ms: belongs to the detector \"timeout\" alone");
  CHECK(in_cluster(R"("gossip":{},"detector":{"threshold":17})")
            .find("/cluster/detector/threshold: ") == 0);
  CHECK(in_cluster(R"("anti_entropy":{"fan_out":3})") ==
        "/cluster/anti_entropy/fan_out: 3 is not a power of two");
  CHECK(in_cluster(R"("anti_entropy":{"fan_out":256,"depth":3})") ==
        "/cluster/anti_entropy/depth: a tree would have more than 65536 leaves");
  CHECK(
      in_cluster(R"("gc_grace_ms":10)") ==
      "/cluster/gc_grace_ms: needs gossip or anti_entropy, in whose rounds markers are forgotten");
  CHECK(in_cluster(R"("gossip":{},"versions":"dotted","gc_grace_ms":10)") ==
        "/cluster/gc_grace_ms: is measured by the stamps of clocks, which only versions \"lww\" "
        "have");
  CHECK(complaint(R"({"cluster":{"mode":"single_owner","gossip":{}}})") ==
        "/cluster/gossip: means nothing where each range has one owner (mode \"single_owner\")");
  CHECK(complaint(R"({"skip_idle":true})") ==
        "/skip_idle: belongs to clusters with gossip or anti_entropy");
  CHECK(complaint(R"({"nemesis":{}})") == "/nemesis/until_ms: missing; all faults have ended then");
  CHECK(complaint(R"({"nemesis":{"mix":"war","until_ms":1}})")
            .find("/nemesis/mix: expected crash, partition,") == 0);
  CHECK(complaint(R"({"nemesis":{"from_ms":2,"until_ms":1}})") ==
        "/nemesis/until_ms: is before from_ms");
  CHECK(complaint(R"({"nemesis":{"until_ms":1000000,"every_ms":1}})") ==
        "/nemesis/every_ms: there would be more than 10000 faults in that time");
  // Rounds that would take the engine hours are refused, wherever they come from.
  CHECK(complaint(R"({"cluster":{"gossip":{}},"upkeep_ms":31536000000})").empty());
  CHECK(complaint(R"({"cluster":{"gossip":{"every_ms":1}},"upkeep_ms":864000000})")
            .find("/upkeep_ms: in its rounds machines would call on one another 43") == 0);
  CHECK(
      complaint(R"({"cluster":{"nodes":1000,"gossip":{"spread":"multicast"}},"settle_ms":1000000})")
          .find("/settle_ms: in its rounds machines would call on one another 999000000 times; the "
                "most is 200000000: take a shorter time") == 0);
  CHECK(complaint(R"({"cluster":{"anti_entropy":{"every_ms":1}},"nemesis":{"until_ms":100000000,)"
                  R"("every_ms":100000},"workload":{"duration_ms":90000000}})")
            .find("/nemesis: in its rounds") == 0);
  const std::string dots =
      "a machine that forgets which versions it has given would give them again: with versions "
      "\"vector-clocks\" and \"dotted\" no disk is lost";
  CHECK(complaint(R"({"cluster":{"versions":"dotted"},"nemesis":{"mix":"disk","until_ms":1}})") ==
        "/nemesis/mix: " + dots);
  CHECK(
      complaint(R"({"cluster":{"versions":"dotted"},"actions":[{"do":"lose_disk","node":"A"}]})") ==
      "/actions/0/do: " + dots);
  CHECK(
      complaint(R"({"cluster":{"mode":"single_owner"},"actions":[{"do":"repair","node":"A"}]})") ==
      "/actions/0/do: where each range has one owner, its log does this: there is no repair");
  CHECK(complaint(R"({"actions":[{"do":"slow","node":"A"}]})") ==
        "/actions/0/ms: missing; how much later it takes what it is sent, 0 for no later");
  CHECK(complaint(R"({"actions":[{"do":"pause"}]})") ==
        "/actions/0/node: missing; a machine is expected here");
  CHECK(
      complaint(R"({"actions":[{"do":"set","duplicates":0.1}]})").find("/actions/0/duplicates: ") ==
      0);
  CHECK(complaint(R"({"network":{"spikes":{"share":0.1}}})") ==
        "/network/spikes/ms: missing; a number is expected here");
}

TEST_CASE("what is read of a run with faults is written, and read again it is the same run") {
  uint32_t seen = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(test::source_path("tests/golden/scenarios"))) {
    const std::string name = file.path().filename().string();
    if (name.find("fault-") != 0 && name.find("ce") != 0) continue;
    const Scenario first = test::scenario_of(test::read_file(file.path().string()));
    const std::string written = write_scenario(first);
    const Scenario second = test::scenario_of(written);
    CHECK_MESSAGE(write_scenario(second) == written, name);
    ++seen;
    if (seen % 8 != 0) continue;
    Observer nobody;
    CHECK_MESSAGE(test::run_whole(first, nobody).trace().sha256() ==
                      test::run_whole(second, nobody).trace().sha256(),
                  name);
  }
  CHECK(seen >= 100);
}

}  // namespace healing_text_test
