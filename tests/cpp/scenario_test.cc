#include "lab/scenario.h"

#include "support.h"

namespace scenario_test {

using namespace systemsim;

namespace {

// The complaint about a scenario: "/path: message".
std::string complaint(const std::string& json) {
  const auto parsed = parse_scenario(json);
  if (parsed.ok()) return "none";
  CHECK(parsed.error().code == ErrorCode::bad_input);
  return parsed.error().path + ": " + parsed.error().message;
}

}  // namespace

TEST_CASE("every mistake is refused with its place and what was expected") {
  CHECK(complaint(R"({"cluster":{"n":3,"w":4}})") == "/cluster/w: 4 is more than n, which is 3");
  CHECK(complaint(R"({"cluster":{"r":9}})") == "/cluster/r: 9 is more than n, which is 3");
  CHECK(complaint(R"({"cluster":{"n":0}})") == "/cluster/n: 0 is too small; the least is 1");
  CHECK(complaint(R"({"cluster":{"n":6}})") == "/cluster/n: 6 is more than nodes, which is 5");
  CHECK(complaint(R"({"cluster":{"nodes":-1}})") ==
        "/cluster/nodes: -1 is too small; the least is 1");
  CHECK(complaint(R"({"cluster":{"nodes":1001}})") ==
        "/cluster/nodes: 1001 is too large; the most is 1000");
  CHECK(complaint(R"({"cluster":{"nodes":"5"}})") ==
        "/cluster/nodes: expected a whole number, found \"5\"");
  CHECK(complaint(R"({"cluster":{"w":1.5}})") == "/cluster/w: expected a whole number, found 1.5");
  CHECK(complaint(R"({"clutser":{}})") == "/clutser: unknown field");
  CHECK(complaint(R"({"cluster":{"x/y~z":1}})") == "/cluster/x~1y~0z: unknown field");
  CHECK(complaint(R"([])") == ": expected an object, found a list");
  CHECK(complaint(R"({"seed":9007199254740992})") ==
        "/seed: 9007199254740992 is too large; the most is 9007199254740991");
  CHECK(complaint(R"({"network":{"loss":2}})") == "/network/loss: 2 is not between 0 and 1");
  CHECK(complaint(R"({"network":{"latency":{"profile":"lnkd"}}})") ==
        "/network/latency/profile: expected constant, exponential, lnkd-ssd, lnkd-disk, ymmr, wan, "
        "uniform, pareto or table, found \"lnkd\"");
  CHECK(complaint(R"({"version":2})").starts_with("/version: 2 is not a version"));
  CHECK(complaint(R"({"actions":[{"do":"jump"}]})")
            .starts_with("/actions/0/do: expected put, get, delete"));
  CHECK(complaint(R"({"actions":[{}]})") == "/actions/0/do: missing; every action says what to do");
  CHECK(complaint(R"({"actions":[{"do":"get"}]})") ==
        "/actions/0/key: missing; a key is expected here");
  CHECK(complaint(R"({"actions":[{"do":"get","key":""}]})") ==
        "/actions/0/key: a key must not be empty");
  CHECK(complaint(R"({"actions":[{"do":"put","key":"x"}]})") ==
        "/actions/0/value: missing; a value is expected here");
  CHECK(complaint(R"({"actions":[{"do":"put","key":"x","value":1}]})") ==
        "/actions/0/value: expected a string or {\"hex\": \"…\"}, found a number");
  CHECK(complaint(R"({"actions":[{"do":"put","key":"x","value":{"hex":"0"}}]})") ==
        "/actions/0/value/hex: expected pairs of hexadecimal digits, found \"0\"");
  CHECK(complaint(R"({"actions":[{"do":"put","key":"x","value":"1","w":4}]})") ==
        "/actions/0/w: 4 is more than n, which is 3");
  CHECK(complaint(R"({"actions":[{"do":"get","key":"x","client":"c3"}]})") ==
        "/actions/0/client: expected a client (c1 to c2), found \"c3\"");
  CHECK(complaint(R"({"actions":[{"do":"crash","node":"F"}]})") ==
        "/actions/0/node: expected a machine (A to E), found \"F\"");
  CHECK(complaint(R"({"actions":[{"do":"get","key":"x","after":0}]})") ==
        "/actions/0/after: expected the index of an earlier put, get, delete or cas, found 0");
  CHECK(complaint(R"({"actions":[{"do":"get","key":"x","at_us":1,"at_ms":1}]})") ==
        "/actions/0/at_ms: give at_us or at_ms, not both");
  CHECK(complaint(R"({"actions":[{"do":"get","key":"x","at_ms":0.0005}]})") ==
        "/actions/0/at_ms: is not a whole number of microseconds");
  CHECK(complaint(R"({"actions":[{"do":"get","key":"x","value":"1"}]})") ==
        "/actions/0/value: unknown field");
  CHECK(complaint(R"({"actions":[{"do":"hold","kind":"writes"}]})") ==
        "/actions/0/kind: expected request, reply, write, ack, read, response, announce, prepare, "
        "stream, streamed, settle, settled, take, taken, lease, granted, learn, learned, append, "
        "appended, commit, gossip, gossiped, beat, hand_off, handed, compare, compared, sync, "
        "synced, restore or restored, found \"writes\"");
  CHECK(complaint(R"({"actions":[{"do":"release","to":"c9"}]})") ==
        "/actions/0/to: expected a machine (A to E) or a client (c1 to c2), found \"c9\"");
  CHECK(complaint(R"({"actions":[{"do":"hold","op":4294967294}]})") ==
        "/actions/0/op: 4294967294 is too large; the most is 4294967293");
  CHECK(complaint(R"({"actions":[{"do":"partition","groups":[["A"],["A"]]}]})") ==
        "/actions/0/groups/1/0: \"A\" is named twice");
  CHECK(complaint(
            R"({"cluster":{"nodes":300,"n":255},"actions":[{"do":"get","key":"x","n":255}]})") ==
        "none");
  CHECK(complaint(R"({"cluster":{"nodes":300},"actions":[{"do":"get","key":"x","n":256}]})") ==
        "/actions/0/n: 256 is too large; the most is 255");
  CHECK(
      complaint(
          R"({"records":[{"key":"a","value":"1"},{"key":"b","value":"1"},{"key":"a","value":"2"}]})") ==
      "/records/2/key: is also the key of record 0; keys are unique");
  CHECK(complaint(R"({"workload":{"keys":1000000,"value_bytes":10000}})")
            .starts_with("/workload: keys times value_bytes times n is more than"));
  std::string wide = "{";
  for (int i = 0; i < 1001; ++i) wide += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
  CHECK(complaint(wide + "}").find("more than 1000 fields") != std::string::npos);
  CHECK(complaint(R"({"cluster":{"nodes":5,"nodes":6}})").find("given twice") != std::string::npos);
  CHECK(complaint("{\"seed\":\n  x}").find("line 2, column 3") != std::string::npos);
  CHECK(complaint("").find("not valid JSON") != std::string::npos);
  CHECK(complaint(std::string(100, '[')).find("64 levels") != std::string::npos);
}

TEST_CASE(
    "how calls are coordinated, and clocks that are wrong, are refused where they make no sense") {
  const auto cluster = [](const std::string& fields) {
    return complaint(R"({"cluster":{)" + fields + "}}");
  };
  CHECK(cluster(R"("read_repair":"sometimes")") ==
        "/cluster/read_repair: expected off, background or blocking, found \"sometimes\"");
  CHECK(cluster(R"("write_back":true,"read_repair":"blocking")")
            .starts_with("/cluster/read_repair: write_back stores what is read"));
  CHECK(cluster(R"("retries":8)") == "/cluster/retries: 8 is too large; the most is 7");
  CHECK(cluster(R"("versions":"logical","retries":1,"coordinator":"any")")
            .starts_with("/cluster/versions: with retries or duplicates, logical stamps need"));
  CHECK(cluster(R"("versions":"logical","retries":1)") == "none");
  CHECK(complaint(R"({"cluster":{"versions":"logical"},"network":{"duplicates":0.1},"actions":[
            {"do":"put","key":"x","value":"1","coordinator":"A"}]})")
            .starts_with("/actions/0/coordinator: with retries or duplicates"));
  CHECK(cluster(R"("clocks":[{"node":"Z","skew_ms":1}])") ==
        "/cluster/clocks/0/node: expected a machine (A to E) or a client (c1 to c2), found \"Z\"");
  CHECK(cluster(R"("clocks":[{"node":"A"}])").starts_with("/cluster/clocks/0/skew_ms: missing"));
  CHECK(cluster(R"("clocks":[{"skew_ms":1}])").starts_with("/cluster/clocks/0/node: missing"));
  CHECK(cluster(R"("clocks":[{"node":"A","skew_ms":1},{"node":"A","skew_ms":2}])") ==
        "/cluster/clocks/1/node: A has a clock in this list already");
  CHECK(cluster(R"("clocks":[{"node":"A","drift_ppm":1.5}])") ==
        "/cluster/clocks/0/drift_ppm: is not a whole number");
  CHECK(cluster(R"("clocks":[{"node":"A","skew_ms":0.0001}])") ==
        "/cluster/clocks/0/skew_ms: is not a whole number of microseconds");
  CHECK(complaint(
            R"({"workload":{"clients":3},"cluster":{"clocks":[{"node":"c3","skew_ms":-1}]}})") ==
        "none");
  const auto call = [](const std::string& fields) {
    return complaint(R"({"actions":[{"do":"get","key":"x",)" + fields + "}]}");
  };
  CHECK(call(R"("from":["A"])") == "/actions/0/from: names 1 machines; fewer than r, which is 2");
  CHECK(call(R"("from":["A","A"])") == "/actions/0/from/1: \"A\" is named twice");
  CHECK(call(R"("from":["A"],"r":1)") == "none");
  CHECK(call(R"("client":"c1","coordinator":"c2")") ==
        "/actions/0/coordinator: expected a machine, or c1, whose call it is, found \"c2\"");
  CHECK(call(R"("client":"c2","coordinator":"c2")") == "none");
  CHECK(complaint(R"({"actions":[{"do":"skew","node":"A"}]})")
            .starts_with("/actions/0/skew_ms: missing"));
}

TEST_CASE("a latency takes the fields of its profile, in their ranges, and no others") {
  const auto latency = [](const std::string& fields) {
    return complaint(R"({"network":{"latency":{)" + fields + "}}}");
  };
  CHECK(latency(R"("profile":"lnkd-ssd","ms":2)") ==
        "/network/latency/ms: does not belong to the profile lnkd-ssd; it is for constant and "
        "exponential");
  CHECK(latency(R"("ms":2)").starts_with("/network/latency/ms: does not belong"));
  CHECK(latency(R"("profile":"wan","alpha":2)") ==
        "/network/latency/alpha: does not belong to the profile wan; it is for ymmr and pareto");
  CHECK(latency(R"("profile":"uniform","xm_ms":2)") ==
        "/network/latency/xm_ms: does not belong to the profile uniform; it is for pareto");
  CHECK(latency(R"("profile":"pareto","min_ms":2)")
            .starts_with("/network/latency/min_ms: does not belong"));
  CHECK(latency(R"("profile":"constant","max_ms":2)")
            .starts_with("/network/latency/max_ms: does not belong"));
  CHECK(latency(R"("profile":"ymmr","quantiles":[[0,1],[1,2]])")
            .starts_with("/network/latency/quantiles: does not belong"));
  CHECK(latency(R"("profile":"ymmr","alpha":3.35)") == "none");
  CHECK(latency(R"("profile":"ymmr","alpha":0.09)") ==
        "/network/latency/alpha: 0.09 is not between 0.1 and 1000");
  CHECK(latency(R"("profile":"pareto","xm_ms":0)") ==
        "/network/latency/xm_ms: 0 is not between 0.001 and 60000");
  CHECK(latency(R"("profile":"uniform","min_ms":5)") ==
        "/network/latency/max_ms: 2 is less than min_ms, which is 5");
  CHECK(latency(R"("profile":"uniform","min_ms":5,"max_ms":5)") == "none");
  CHECK(latency(R"("kinds":{"w":{"profile":"table"}})") ==
        "/network/latency/kinds/w/quantiles: missing; expected 2 to 16 points, each [share, ms]");

  const auto table = [&](const std::string& points) {
    const std::string text = latency(R"("profile":"table","quantiles":)" + points);
    const std::string place = "/network/latency/quantiles";
    return text.starts_with(place) ? text.substr(place.size()) : text;
  };
  CHECK(table("[[0,1],[0.5,1],[1,60000]]") == "none");
  CHECK(table("[[0,1]]") == ": too few; expected 2 to 16 points, each [share, ms]");
  CHECK(table("[[0,1],[0.5],[1,2]]").starts_with("/1: expected [share, ms], found "));
  CHECK(table("[[0,1],[0.5,\"x\"],[1,2]]") ==
        "/1/1: expected a number between 0 and 60000, found \"x\"");
  CHECK(table("[[0,1],[1.5,2]]") == "/1/0: expected a number between 0 and 1, found 1.5");
  CHECK(table("[[0.1,1],[1,2]]") == "/0/0: the first share is 0");
  CHECK(table("[[0,1],[0.9,2]]") == "/1/0: the last share is 1");
  CHECK(table("[[0,1],[0.5,2],[0.5,3],[1,4]]")
            .starts_with("/2/0: the shares ascend; this one is not above"));
  CHECK(table("[[0,1],[0.5,3],[1,2]]").starts_with("/2/1: the times do not fall; this one"));
  std::string many = "[";
  for (int i = 0; i < 17; ++i) many += "[" + std::to_string(i / 16.0) + ",1],";
  many.back() = ']';
  CHECK(table(many) == ": 17 entries; the most is 16");
}

TEST_CASE("a workload takes the fields of its way to draw keys, and an open loop has a limit") {
  const auto workload = [](const std::string& fields) {
    return complaint(R"({"workload":{)" + fields + "}}");
  };
  CHECK(workload(R"("loop":"half")") == "/workload/loop: expected closed or open, found \"half\"");
  CHECK(workload(R"("keys_drawn":"even")") ==
        "/workload/keys_drawn: expected uniform, zipf or hot, found \"even\"");
  CHECK(workload(R"("zipf_exponent":1)") ==
        "/workload/zipf_exponent: belongs to keys_drawn \"zipf\" alone");
  CHECK(workload(R"("keys_drawn":"zipf","hot_share":0.5)") ==
        "/workload/hot_share: belongs to keys_drawn \"hot\" alone");
  CHECK(workload(R"("keys_drawn":"zipf","zipf_exponent":5.1)") ==
        "/workload/zipf_exponent: 5.1 is not between 0.01 and 5");
  CHECK(workload(R"("keys_drawn":"zipf","zipf_exponent":0.01)") == "none");
  CHECK(workload(R"("keys_drawn":"hot","hot_share":1.1)") ==
        "/workload/hot_share: 1.1 is not between 0 and 1");
  CHECK(workload(R"("traffic":"five-records","keys":3)") ==
        "/workload/keys: belongs to the traffic \"keys\" alone");
  CHECK(workload(R"("traffic":"five-records","read_share":0.5)")
            .starts_with("/workload/read_share: belongs to the traffic"));
  CHECK(workload(R"("traffic":"four-records")") ==
        "/workload/traffic: expected keys or five-records, found \"four-records\"");
  CHECK(workload(R"("loop":"open","think_ms":0)") ==
        "/workload/think_ms: clients times timeout_ms (of all tries) over think_ms is more than "
        "10000, the most "
        "calls of an open loop that may wait at once");
  CHECK(workload(R"("loop":"open","think_ms":0.2)") == "none");
  CHECK(workload(R"("loop":"open","think_ms":0.199)").starts_with("/workload/think_ms: "));
}

TEST_CASE("a record of 10 239 bytes is taken, one more is refused, in scenarios and actions") {
  const auto put = [](size_t value_bytes) {
    return complaint(R"({"actions":[{"do":"put","key":"k","value":")" +
                     std::string(value_bytes, 'v') + "\"}]}");
  };
  CHECK(put(10'238) == "none");
  CHECK(put(10'239) ==
        "/actions/0/value: key and value together are 10240 bytes; the most is 10239");
  const auto record = [](size_t value_bytes) {
    return complaint(R"({"records":[{"key":"k","value":")" + std::string(value_bytes, 'v') +
                     "\"}]}");
  };
  CHECK(record(10'238) == "none");
  CHECK(record(10'239) ==
        "/records/0/value: key and value together are 10240 bytes; the most is 10239");
}

TEST_CASE("what has no meaning beside an owner is refused there, and what needs one elsewhere") {
  const auto cluster = [](const std::string& fields) {
    return complaint(R"({"cluster":{"mode":"single_owner",)" + fields + "}}");
  };
  const std::string no_meaning =
      ": means nothing where each range has one owner (mode \"single_owner\")";
  CHECK(cluster(R"("nodes":3)") == "none");
  CHECK(cluster(R"("w":2)") == "/cluster/w" + no_meaning);
  CHECK(cluster(R"("r":2)") == "/cluster/r" + no_meaning);
  CHECK(cluster(R"("versions":"lww")") == "/cluster/versions" + no_meaning);
  CHECK(cluster(R"("fanout":"all")") == "/cluster/fanout" + no_meaning);
  CHECK(cluster(R"("read_repair":"off")") == "/cluster/read_repair" + no_meaning);
  CHECK(cluster(R"("write_back":false)") == "/cluster/write_back" + no_meaning);
  CHECK(cluster(R"("pending_writes":true)") == "/cluster/pending_writes" + no_meaning);
  CHECK(cluster(R"("local_leg":"zero")") == "/cluster/local_leg" + no_meaning);
  CHECK(cluster(R"("coordinator":"outside")") ==
        "/cluster/coordinator: where each range has one owner, a client asks a machine; expected "
        "any or replica");
  CHECK(cluster(R"("coordinator":"any","lease_ms":0.5)") == "none");
  CHECK(cluster(R"("lease_ms":0)") == "/cluster/lease_ms: 0 is too small; the least is 0.001");
  CHECK(complaint(R"({"cluster":{"lease_ms":100}})") ==
        "/cluster/lease_ms: belongs to the mode \"single_owner\" alone");
  const auto action = [](const std::string& fields) {
    return complaint(R"({"cluster":{"mode":"single_owner"},"actions":[{)" + fields + "}]}");
  };
  const std::string cas = R"("do":"cas","key":"x","value":"1")";
  CHECK(action(cas + R"(,"expected":null)") == "none");
  CHECK(action(cas) ==
        "/actions/0/expected: missing; what the key has to hold is expected here, or null");
  CHECK(action(cas + R"(,"expected":1)").starts_with("/actions/0/expected: "));
  CHECK(action(cas + R"(,"expected":null,"n":1)") == "/actions/0/n" + no_meaning);
  CHECK(action(R"("do":"put","key":"x","value":"1","w":1)") == "/actions/0/w" + no_meaning);
  CHECK(action(R"("do":"get","key":"x","from":["A"])") == "/actions/0/from" + no_meaning);
  CHECK(action(R"("do":"set","r":1)") == "/actions/0/r" + no_meaning);
  CHECK(action(R"("do":"set","loss":0.1)") == "none");
  CHECK(action(R"("do":"join","node":"F")") ==
        "/actions/0/do: machines do not join or leave where each range has one owner");
  CHECK(action(R"("do":"crash","node":"lock")") == "none");
  CHECK(action(R"("do":"partition","groups":[["lock"],["A"]])") == "none");
  CHECK(action(R"("do":"get","key":"x","coordinator":"lock")") ==
        "/actions/0/coordinator: expected a machine, found \"lock\"");
  CHECK(action(R"("do":"get","key":"x","coordinator":"c1")") ==
        "/actions/0/coordinator: expected a machine, found \"c1\"");
  CHECK(action(R"("do":"crash","node":"Z")") ==
        "/actions/0/node: expected a machine (A to E), the lock service (lock), found \"Z\"");
  CHECK(complaint(R"({"actions":[{)" + cas + R"(,"expected":null}]})") ==
        "/actions/0/do: cas needs an owner of its key: cluster/mode \"single_owner\"");
  CHECK(complaint(R"({"actions":[{"do":"crash","node":"lock"}]})") ==
        "/actions/0/node: expected a machine (A to E), found \"lock\"");
  CHECK(complaint(R"({"workload":{"traffic":"five-records","conditional":true}})")
            .starts_with("/workload/conditional: belongs to"));
}

TEST_CASE("an empty scenario is a whole one: everything has a default") {
  const Scenario scenario = test::scenario_of("{}");
  CHECK(scenario.setup.cluster.nodes == 5);
  CHECK(scenario.setup.cluster.n == 3);
  CHECK(scenario.setup.latency.base.profile == Profile::lnkd_disk);
  CHECK(test::scenario_of(R"({"cluster":{"nodes":1}})").setup.cluster.w == 1);
}

TEST_CASE("a scenario that is written and read again is the same run") {
  const char* names[] = {"set-conditions",
                         "partition",
                         "deletes-and-bytes",
                         "exponential-legs",
                         "disk-hdd-crash",
                         "chain-of-afters",
                         "coordinator-replica-local",
                         "heavy-loss",
                         "hold-one-write",
                         "hold-through-faults",
                         "hold-requests",
                         "ids-of-their-own",
                         "latency-kinds",
                         "latency-set-tables",
                         "latency-ymmr-printed",
                         "latency-ymmr",
                         "latency-wan",
                         "open-loop",
                         "zipf-million-open",
                         "hot-key",
                         "owner-cas",
                         "owner-lock-cut-off",
                         "owner-late-append",
                         "owner-five-records"};
  for (const char* name : names) {
    CAPTURE(name);
    const Scenario first = test::scenario_of(test::read_file(
        test::source_path(std::string("tests/golden/scenarios/") + name + ".json")));
    const std::string text = write_scenario(first);
    const Scenario second = test::scenario_of(text);
    CHECK(write_scenario(second) == text);
    Observer nobody;
    CHECK(test::run_whole(first, nobody).trace().sha256() ==
          test::run_whole(second, nobody).trace().sha256());
  }
}

TEST_CASE("no text, however damaged, does more than give an error") {
  const std::string whole =
      test::read_file(test::source_path("tests/golden/scenarios/set-conditions.json"));
  test::Dice dice(9);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = whole;
    for (uint32_t k = 0; k <= dice.below(3); ++k) {
      damaged[dice.below(static_cast<uint32_t>(damaged.size()))] =
          static_cast<char>(dice.below(256));
    }
    refused += !parse_scenario(damaged).ok();
    (void)parse_scenario(damaged.substr(0, dice.below(static_cast<uint32_t>(damaged.size()))));
  }
  CHECK(refused > 1500);
}

TEST_CASE("what belongs to some versions, or to a quorum, is refused beside others") {
  const auto cluster = [](const std::string& fields) {
    return complaint(R"({"cluster":{)" + fields + "}}");
  };
  const std::string only = "belongs to versions \"vector-clocks\" and \"dotted\" alone";
  CHECK(cluster(R"("resolve":"union")") == "/cluster/resolve: " + only);
  CHECK(cluster(R"("versions":"dotted","prune":{})") ==
        "/cluster/prune: belongs to versions \"vector-clocks\" alone");
  CHECK(cluster(R"("versions":"vector-clocks","prune":{"little":1})") ==
        "/cluster/prune/little: unknown field");
  CHECK(cluster(R"("patience_ms":0)") ==
        "/cluster/patience_ms: 0 is too small; the least is 0.001");
  CHECK(cluster(R"("timeout_ms":50,"patience_ms":60)").find("/cluster/patience_ms: ") == 0);
  CHECK(cluster(R"("without_quorum":"answer")") ==
        "/cluster/without_quorum: \"answer\" needs patience_ms: when to do without a quorum");
  CHECK(cluster(R"("without_quorum":"answer","patience_ms":9,"write_back":true)")
            .find("/cluster/without_quorum: write_back and logical") == 0);
  const auto action = [](const std::string& versions, const std::string& fields) {
    return complaint(R"({"cluster":{"versions":")" + versions + R"("},"actions":[{"key":"x",)" +
                     fields + "}]}");
  };
  CHECK(action("lww", R"("do":"put","resolve":"union")") == "/actions/0/resolve: " + only);
  CHECK(action("lww", R"("do":"delete","context":"none")") == "/actions/0/context: " + only);
  CHECK(
      action("dotted", R"("do":"put","resolve":"none")") ==
      "/actions/0/resolve: expected \"latest\", \"union\" or an operation: a put writes one value");
  CHECK(action("dotted", R"("do":"put","resolve":"union","value":"1")") ==
        "/actions/0/value: unknown field");
  CHECK(action("dotted", R"("do":"get","context":"none")") == "/actions/0/context: unknown field");
  const auto link = [](const std::string& fields) {
    return complaint(R"({"actions":[{"do":"link",)" + fields + "}]}");
  };
  CHECK(link(R"("ms":1)") == "/actions/0/between: expected two machines or clients");
  CHECK(link(R"("between":["A","A"],"ms":1)") == "/actions/0/between/1: \"A\" is named twice");
  CHECK(link(R"("between":["A","B"])") ==
        "/actions/0/ms: missing; how much longer a message takes, 0 for no longer");
}

}  // namespace scenario_test
