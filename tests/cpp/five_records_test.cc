// The five records as traffic, and what became of each: every fate is seen to hold and to break.
#include "sim/five_records.h"

#include <map>
#include <set>

#include "lab/fates.h"
#include "lab/measure.h"
#include "lab/run_summary.h"
#include "lab/smaller.h"
#include "lab/views.h"
#include "support.h"

namespace five_records_test {

using namespace systemsim;

namespace {

std::string scenario_text(int seed, const std::string& cluster, const std::string& rest = "",
                          int clients = 4) {
  return R"({"seed":)" + std::to_string(seed) + R"(,"cluster":)" + cluster +
         R"(,"workload":{"traffic":"five-records","clients":)" + std::to_string(clients) +
         R"(,"duration_ms":4000,"think_ms":8})" + rest + "}";
}

// The fates of a whole run, as `systemsim run` prints them.
struct Fates {
  Json json;
  const Json& of(const char* record, const char* field) const {
    const Json* found = resolve(json, std::string("/fates/") + record + "/" + field);
    REQUIRE_MESSAGE(found != nullptr, record << "/" << field);
    return *found;
  }
  std::string state(const char* record) const { return of(record, "state").text; }
  double number(const char* record, const char* field) const { return of(record, field).number; }
};

Fates fates_of(const std::string& scenario) {
  auto parsed = parse_json(run_summary(test::scenario_of(scenario)));
  REQUIRE(parsed.ok());
  return {std::move(parsed).value()};
}

RunRecorder watched(const Scenario& scenario) {
  RunRecorder recorder(scenario.setup);
  test::run_whole(scenario, recorder);
  return recorder;
}

constexpr const char* kWeak = R"({"w":1,"r":1})";
constexpr const char* kQuorum = R"({"w":2,"r":2})";

}  // namespace

TEST_CASE("a turn of two calls makes the second of what the first returned") {
  Turns turns;
  std::map<std::string, int> seconds;
  OperationId id = operation_id(1, 0);
  for (int i = 0; i < 2000; ++i) {
    const Request first = turns.next(7, client_endpoint(0), id, 1'000'000);
    const bool session = first.key == key_of(FiveRecord::session);
    const bool cart = first.key == key_of(FiveRecord::cart);
    const bool counter = first.key == key_of(FiveRecord::counter);
    turns.end(id++, true, cart ? "[a, b]" : counter ? "41" : "x");
    if (!session && !cart && !counter) continue;
    CHECK(first.verb == (session ? Verb::put : Verb::get));
    const Request second = turns.next(7, client_endpoint(0), id, 1'000'000);
    CHECK(second.key == first.key);
    CHECK(second.verb == (session ? Verb::get : Verb::put));
    if (counter) CHECK(second.value == "42");
    if (cart) {
      const std::string more = "[a, b, sku-c1." + std::to_string(operation_number(id)) + "]";
      CHECK((second.value == more || second.value == "[b]"));
    }
    ++seconds[second.value == "[b]" ? "less" : cart ? "more" : second.key];
    turns.end(id++, true, "");
  }
  CHECK(seconds.size() == 4);
  for (const auto& second : seconds) CHECK_MESSAGE(second.second > 20, second.first);
}

TEST_CASE("a call that was given up ends its turn") {
  Turns turns;
  for (uint32_t i = 0; i < 500; ++i) {
    const OperationId id = operation_id(1, i);
    const Request request = turns.next(7, client_endpoint(0), id, 0);
    turns.end(id, false, "");
    const bool needs_two =
        request.key == key_of(FiveRecord::cart) || request.key == key_of(FiveRecord::counter);
    if (needs_two) CHECK(request.verb == Verb::get);
  }
}

TEST_CASE("a cart keeps one item and takes no more than six; what is no cart or count is a start") {
  Turns turns;
  OperationId id = operation_id(2, 0);
  for (int i = 0; i < 3000; ++i) {
    const Request request = turns.next(3, client_endpoint(1), id, 0);
    std::string seen = "[a]";
    if (i % 4 == 1) seen = "[a, b, c, d, e, f]";
    if (i % 4 == 2) seen = "";
    if (i % 4 == 3) seen = "18446744073709551616";
    turns.end(id++, true, seen);
    if (request.key == key_of(FiveRecord::counter)) {
      CHECK(turns.next(3, client_endpoint(1), id, 0).value == "1");
      turns.end(id++, true, "");
    } else if (request.key == key_of(FiveRecord::cart)) {
      const std::string item = "sku-c2." + std::to_string(operation_number(id));
      const std::string made = turns.next(3, client_endpoint(1), id, 0).value;
      turns.end(id++, true, "");
      if (i % 4 == 0) CHECK(made == "[a, " + item + "]");
      if (i % 4 == 1) CHECK(made == "[b, c, d, e, f]");
      if (i % 4 == 2) CHECK(made == "[" + item + "]");
    }
  }
  CHECK(count_of("3") == 3);
  CHECK(count_of("3x") == 0);
  CHECK(count_of("999999999999999") == 999'999'999'999'999);
  CHECK(count_of("1000000000000000") == 0);
  CHECK(count_of("") == 0);
}

TEST_CASE("the flag gets most reads and few writes, the session one client, all five some calls") {
  const Scenario scenario = test::scenario_of(scenario_text(5, kQuorum));
  const RunRecorder run = watched(scenario);
  std::map<std::string, int> reads;
  std::map<std::string, int> writes;
  std::set<Endpoint> at_session;
  for (const Operation& operation : run.operations()) {
    ++(operation.verb == Verb::get ? reads : writes)[operation.key];
    if (operation.key == key_of(FiveRecord::session)) at_session.insert(operation.client);
  }
  int all_reads = 0;
  for (const auto& entry : reads) all_reads += entry.second;
  const std::string flag(key_of(FiveRecord::feature));
  CHECK(reads[flag] * 2 > all_reads);
  CHECK(writes[flag] * 10 < reads[flag]);
  CHECK(writes[flag] > 0);
  CHECK(at_session == std::set<Endpoint>{client_endpoint(0)});
  CHECK(reads.size() == 5);
  CHECK(writes.size() == 5);
}

TEST_CASE("the five records are put in place, and one that the scenario has stays as it is") {
  const auto records = [](const std::string& given) {
    return test::scenario_of(R"({"workload":{"traffic":"five-records"},"records":[)" + given + "]}")
        .setup.records;
  };
  const auto all = records("");
  REQUIRE(all.size() == 5);
  CHECK(all[2].key == "cart:shopper-17");
  CHECK(all[2].value == "[sku-901, sku-742]");
  const auto given =
      records(R"({"key":"rate:ip:10.0.4.7","value":"70"},{"key":"mine","value":"1"})");
  REQUIRE(given.size() == 6);
  CHECK(given[0].value == "70");
  CHECK(given[1].key == "mine");
  CHECK(test::scenario_of(R"({"workload":{"traffic":"keys"}})").setup.records.empty());
}

TEST_CASE("last_login: copies end equal when every write arrives, and unequal when some are lost") {
  CHECK(fates_of(scenario_text(1, kWeak)).state("last_login") == "held");
  const Fates lossy = fates_of(scenario_text(1, kWeak, R"(,"network":{"loss":0.2})"));
  CHECK(lossy.state("last_login") == "broken");
  CHECK(lossy.of("last_login", "needs").text == "convergence");
}

TEST_CASE("session: W = R = 1 on disks forgets what was just written; overlapping quorums do not") {
  const Fates weak = fates_of(scenario_text(2, kWeak));
  CHECK(weak.state("session") == "broken");
  CHECK(weak.of("session", "ops").items.size() == 2);
  CHECK(weak.number("session", "stale") > 0);
  const Fates quorum = fates_of(scenario_text(2, kQuorum));
  CHECK(quorum.state("session") == "held");
  CHECK(quorum.number("session", "tests") > 30);
  CHECK(quorum.number("session", "stale") == 0);
}

TEST_CASE("cart: an item is lost between two shoppers at any W and R; one alone keeps them all") {
  CHECK(fates_of(scenario_text(3, kQuorum)).state("cart") == "broken");
  CHECK(fates_of(scenario_text(3, R"({"w":3,"r":3})")).state("cart") == "broken");
  const Fates alone = fates_of(scenario_text(3, kQuorum, "", 1));
  CHECK(alone.state("cart") == "held");
  CHECK(alone.number("cart", "tests") > 10);
}

TEST_CASE("cart: with dotted versions no change is lost, though a client's calls overlap") {
  // Seed 190: a client reads another's change while its own write is under way, and the answer to
  // that write does not say what it has seen; its next write has seen the change all the same.
  std::string text =
      test::read_file(test::source_path("content/scenarios/five-records-dotted.json"));
  const std::string loop = "\"traffic\"";
  text.insert(text.find(loop), R"("loop":"open",)");
  Scenario scenario = test::scenario_of(text);
  REQUIRE(scenario.setup.workload.loop == Loop::open);
  uint64_t unseen = 0;
  for (const uint64_t seed : {1, 2, 190}) {
    scenario.setup.seed = seed;
    for (const Operation& operation : watched(scenario).operations()) {
      unseen += operation.unseen ? 1 : 0;
    }
    const Json summary = parse_json(run_summary(scenario)).value();
    CHECK(resolve(summary, "/fates/cart/state")->text == "held");
    CHECK(resolve(summary, "/fates/cart/tests")->integer > 20);
  }
  CHECK(unseen > 0);
}

TEST_CASE("feature: the hot flag is read stale at W = R = 1, never by overlapping quorums") {
  const Fates weak = fates_of(scenario_text(4, kWeak, "", 12));
  CHECK(weak.state("feature") == "broken");
  CHECK(weak.number("feature", "stale") > 0);
  CHECK(weak.number("feature", "share_of_reads") > 0.5);
  CHECK(weak.of("feature", "ops").items.size() == 2);
  const Fates quorum = fates_of(scenario_text(4, kQuorum, "", 12));
  CHECK(quorum.state("feature") == "held");
  CHECK(quorum.number("feature", "tests") == quorum.number("feature", "reads"));
}

TEST_CASE("counter: increments are lost at every W and R, but for one client alone") {
  for (const char* cluster : {kWeak, kQuorum, R"({"w":3,"r":3})"}) {
    const Fates fates = fates_of(scenario_text(5, cluster));
    CHECK(fates.state("counter") == "broken");
    CHECK(fates.number("counter", "lost") > 0);
    CHECK(fates.number("counter", "final") ==
          3 + fates.number("counter", "increments") - fates.number("counter", "lost"));
  }
  const Fates alone = fates_of(scenario_text(5, kQuorum, "", 1));
  CHECK(alone.state("counter") == "held");
  CHECK(alone.number("counter", "lost") == 0);
  CHECK(alone.number("counter", "increments") == alone.number("counter", "writes"));
  CHECK(alone.number("counter", "increments") > 10);
}

TEST_CASE("the final count is the newest copy's, and what it lacks was written twice") {
  // By hand: of the increments, those that wrote a number which an earlier one had written.
  const Scenario scenario = test::scenario_of(scenario_text(6, kQuorum));
  RunRecorder recorder(scenario.setup);
  const World world = test::run_whole(scenario, recorder);
  uint64_t most = 3;
  uint64_t acknowledged = 0;
  for (const Operation& operation : recorder.operations()) {
    if (operation.key != key_of(FiveRecord::counter) || operation.verb != Verb::put) continue;
    acknowledged += operation.outcome == OperationOutcome::ok ? 1 : 0;
    most = std::max(most, count_of(operation.value));
  }
  const Fates fates = fates_of(scenario_text(6, kQuorum));
  CHECK(fates.number("counter", "increments") == static_cast<double>(acknowledged));
  CHECK(fates.number("counter", "final") <= static_cast<double>(most));
  bool is_held = false;
  for (const World::Machine& machine : world.machines()) {
    std::optional<std::string> held;
    machine.node.store().peek(std::string(key_of(FiveRecord::counter)), held);
    is_held = is_held || (held && static_cast<double>(count_of(decode_record(*held).value)) ==
                                      fates.number("counter", "final"));
  }
  CHECK(is_held);
}

TEST_CASE("an action that writes to the counter leaves no final count to speak of") {
  const Fates fates = fates_of(scenario_text(
      5, kQuorum, R"(,"actions":[{"do":"put","key":"rate:ip:10.0.4.7","value":"0","at_ms":1}])"));
  CHECK(fates.of("counter", "final").type == Json::Type::null);
  CHECK(fates.of("counter", "lost").type == Json::Type::null);
}

TEST_CASE(
    "a view tells the fates so far: none at first, and the final count when the run is over") {
  Session session(test::scenario_of(scenario_text(5, kQuorum)));
  const auto fates = [&] {
    auto text = view(session, "fates");
    REQUIRE(text.ok());
    auto json = parse_json(text.value());
    REQUIRE(json.ok());
    return Fates{std::move(json).value()};
  };
  for (const FiveRecord record : kFiveRecords) CHECK(fates().state(name_of(record)) == "untested");
  CHECK(fates().of("feature", "share_of_reads").type == Json::Type::null);
  session.step(3000, Session::kNoBound);
  CHECK(fates().of("counter", "final").type == Json::Type::null);
  CHECK(fates().state("last_login") == "untested");
  session.step(1'000'000, Session::kNoBound);
  const Fates whole = fates_of(scenario_text(5, kQuorum));
  for (const FiveRecord record : kFiveRecords) {
    for (const char* field : {"state", "tests", "reads", "writes", "stale"}) {
      CHECK(fates().of(name_of(record), field).text == whole.of(name_of(record), field).text);
      CHECK(fates().number(name_of(record), field) == whole.number(name_of(record), field));
    }
  }
  Session other(test::scenario_of("{}"));
  CHECK(view(other, "fates").value() == R"({"position":0,"fates":null})");
}

TEST_CASE("going back in a run of the five records, and on again, is the same run") {
  Session session(test::scenario_of(
      scenario_text(9, kWeak, R"(,"actions":[{"do":"crash","node":"B","at_ms":500}])")));
  session.step(1'000'000, Session::kNoBound);
  const std::string hash = session.world().trace().sha256();
  const std::string state = walk(session.world()).digest();
  for (const uint64_t position : {0, 777, 3000}) {
    REQUIRE(session.seek(position, -1).ok());
    session.step(1'000'000, Session::kNoBound);
    CHECK(session.world().trace().sha256() == hash);
    CHECK(walk(session.world()).digest() == state);
  }
}

TEST_CASE(
    "the five records' traffic, written out as actions, is the same calls with the same luck") {
  Scenario scenario = test::scenario_of(scenario_text(8, kWeak));
  const RunRecorder run = watched(scenario);
  const Scenario written = with_explicit_traffic(scenario, run.operations(), 0);
  const RunRecorder again = watched(written);
  std::map<OperationId, const Operation*> by_id;
  for (const Operation& operation : again.operations()) by_id[operation.id] = &operation;
  REQUIRE(by_id.size() == run.operations().size());
  for (const Operation& operation : run.operations()) {
    const Operation& other = *by_id.at(operation.id);
    CHECK(other.value == operation.value);
    CHECK(other.begin_us == operation.begin_us);
    CHECK(other.end_us == operation.end_us);
  }
  CHECK(parts_of(scenario) == 0);
}

}  // namespace five_records_test
