// Messages held at their receivers' doors, and let go again.
#include "base/archive.h"
#include "lab/session.h"
#include "lab/views.h"
#include "sim/doors.h"
#include "support.h"

namespace holds_test {

using namespace systemsim;

namespace {

// What became of one kind of message: a line an event.
class Diary : public Observer {
 public:
  std::vector<std::string> lines;
  std::vector<Operation> ended;

  void on_end(const Operation& operation) override { ended.push_back(operation); }
  void on_deliver(uint32_t, const Message& message, uint64_t now_us, uint64_t) override {
    note("deliver", message, now_us);
  }
  void on_hold(uint32_t, const Message& message, uint64_t now_us, uint64_t) override {
    note("hold", message, now_us);
  }
  void on_release(uint32_t, const Message& message, uint64_t now_us, uint64_t arrive_us,
                  uint64_t) override {
    CHECK(arrive_us == now_us + 1);
    note("release", message, now_us);
  }
  void on_drop(uint32_t, const Message&, DropReason reason, uint64_t now_us, uint64_t) override {
    lines.push_back(std::to_string(now_us) + " drop " + std::to_string(static_cast<int>(reason)));
  }

 private:
  void note(const char* what, const Message& message, uint64_t now_us) {
    if (message.kind != MessageKind::write) return;
    lines.push_back(std::to_string(now_us) + " " + what + " " + endpoint_name(message.to));
  }
};

// One write to the three machines of a small cluster; each leg takes 1 ms.
Diary write_with(const std::string& actions, const std::string& more = "") {
  const Scenario scenario = test::scenario_of(
      R"({"cluster":{"nodes":3,"w":3,"r":1,"timeout_ms":50},
      "network":{"latency":{"profile":"constant","ms":1}},"actions":[)" +
      actions + R"({"do":"put","id":9,"client":"c1","key":"x","value":"1","at_ms":10})" + more +
      "]}");
  Diary diary;
  (void)test::run_whole(scenario, diary);
  return diary;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a held message is kept at its door, and arrives a microsecond after its release") {
  const Diary diary = write_with(R"({"do":"hold","op":9,"kind":"write","to":"B","at_ms":1},)",
                                 R"(,{"do":"release","op":9,"at_ms":20})");
  CHECK(diary.lines == Lines{"11000 hold B", "11000 deliver A", "11000 deliver C",
                             "20000 release B", "20001 deliver B"});
  REQUIRE(diary.ended.size() == 1);
  CHECK(diary.ended[0].outcome == OperationOutcome::ok);
  CHECK(diary.ended[0].end_us == 21'001);
}

TEST_CASE("being stopped at the door costs one event, and so does arriving later") {
  const auto events = [](const std::string& actions) {
    Observer nobody;
    return test::run_whole(
               test::scenario_of(R"({"actions":[{"do":"get","id":9,"key":"x","at_ms":10})" +
                                 actions + "]}"),
               nobody)
        .position();
  };
  CHECK(events(R"(,{"do":"hold","op":7,"at_ms":1},{"do":"release","at_ms":90})") == 1 + 6 + 2);
  CHECK(events(R"(,{"do":"hold","kind":"response","at_ms":1},{"do":"release","at_ms":90})") ==
        1 + 6 + 2 + 3);
}

TEST_CASE("a message that still travels when its rule ends arrives at its own time") {
  const Diary diary = write_with(R"({"do":"hold","kind":"write","at_ms":1},)",
                                 R"(,{"do":"release","kind":"write","at_us":10500})");
  CHECK(diary.lines == Lines{"11000 deliver B", "11000 deliver A", "11000 deliver C"});
}

TEST_CASE("a message that is already under way when a rule begins is held too") {
  const Diary diary = write_with("", R"(,{"do":"hold","to":"A","at_us":10999})");
  CHECK(diary.lines == Lines{"11000 deliver B", "11000 hold A", "11000 deliver C"});
}

TEST_CASE("a release may let one message go and leave the rule to the others") {
  const Diary diary = write_with(R"({"do":"hold","op":9,"at_ms":1},)",
                                 R"(,{"do":"release","op":9,"to":"C","at_ms":12})");
  CHECK(diary.lines == Lines{"11000 hold B", "11000 hold A", "11000 hold C", "12000 release C",
                             "12001 deliver C"});
  // Its answer is held by the same rule.
  CHECK(diary.ended[0].answered.empty());
}

TEST_CASE("an operation times out while its messages are held, and they arrive all the same") {
  const Diary diary =
      write_with(R"({"do":"hold","op":9,"at_ms":1},)", R"(,{"do":"release","at_ms":500},
      {"do":"get","client":"c2","key":"x","at_ms":600})");
  REQUIRE(diary.ended.size() == 2);
  CHECK(diary.ended[0].outcome == OperationOutcome::timeout);
  CHECK(diary.ended[0].end_us == 60'000);
  CHECK(diary.ended[1].value == "1");
}

TEST_CASE("what is released to a machine that is down, or across a cut, is dropped as ever") {
  const Diary down =
      write_with(R"({"do":"hold","to":"B","at_ms":1},)",
                 R"(,{"do":"crash","node":"B","at_ms":20},{"do":"release","at_ms":30})");
  CHECK(down.lines.back() == "30001 drop 3");
  const Diary back =
      write_with(R"({"do":"hold","to":"B","at_ms":1},)",
                 R"(,{"do":"crash","node":"B","at_ms":20},{"do":"restart","node":"B","at_ms":25},
                                {"do":"release","at_ms":30})");
  CHECK(back.lines.back() == "30001 deliver B");
  const Diary cut = write_with(R"({"do":"hold","to":"B","at_ms":1},)",
                               R"(,{"do":"partition","groups":[["B"],["c1"]],"at_ms":20},
                               {"do":"release","at_ms":30})");
  CHECK(cut.lines.back() == "30001 drop 2");
}

TEST_CASE("what comes to a machine that is down is dropped, not kept") {
  const Diary diary =
      write_with(R"({"do":"hold","to":"B","at_ms":1},{"do":"crash","node":"B","at_ms":2},)",
                 R"(,{"do":"restart","node":"B","at_ms":20},{"do":"release","at_ms":30})");
  CHECK(diary.lines.front() == "11000 drop 3");
  CHECK(diary.lines.size() == 3);
}

TEST_CASE("what is held when nothing else is left never arrives, and the run is over") {
  const Diary diary = write_with(R"({"do":"hold","at_ms":1},)");
  CHECK(diary.lines == Lines{"11000 hold B", "11000 hold A", "11000 hold C"});
  CHECK(diary.ended[0].outcome == OperationOutcome::timeout);
}

TEST_CASE("the newest rule that matches decides, whatever was forgotten of the older ones") {
  const auto pick = [](test::Dice& dice) {
    MessagePattern pattern;
    if (dice.chance(0.5)) pattern.operation = dice.below(2);
    if (dice.chance(0.5)) pattern.kind = static_cast<MessageKind>(dice.below(2));
    if (dice.chance(0.5)) pattern.from = static_cast<Endpoint>(dice.below(2));
    if (dice.chance(0.5)) pattern.to = static_cast<Endpoint>(dice.below(2));
    return pattern;
  };
  // Written again here: every field that is given is the message's.
  const auto fits = [](const MessagePattern& pattern, const Message& message) {
    if (pattern.operation && *pattern.operation != message.request.operation) return false;
    if (pattern.kind && *pattern.kind != message.kind) return false;
    if (pattern.from && *pattern.from != message.from) return false;
    return !pattern.to || *pattern.to == message.to;
  };
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    test::Dice dice(seed);
    Doors doors;
    std::vector<std::pair<bool, MessagePattern>> said;
    for (int i = 0; i < 12; ++i) {
      said.emplace_back(dice.chance(0.6), pick(dice));
      if (said.back().first) {
        doors.hold(said.back().second);
      } else {
        (void)doors.release(said.back().second);
      }
      for (uint32_t m = 0; m < 16; ++m) {
        Message message;
        message.request.operation = m & 1U;
        message.kind = static_cast<MessageKind>(m >> 1 & 1U);
        message.from = static_cast<Endpoint>(m >> 2 & 1U);
        message.to = static_cast<Endpoint>(m >> 3 & 1U);
        bool held = false;
        for (const auto& rule : said) {
          if (fits(rule.second, message)) held = rule.first;
        }
        REQUIRE(doors.closed_to(message) == held);
      }
    }
  }
}

TEST_CASE("the state knows its rules and what is held, and a snapshot counts it") {
  const auto doors = [](const std::string& rule) {
    Doors doors;
    const Scenario scenario = test::scenario_of(R"({"actions":[)" + rule + "]}");
    doors.hold(scenario.actions[0].messages);
    return doors;
  };
  const Doors one = doors(R"({"do":"hold","op":9,"kind":"ack"})");
  CHECK(walk(one).digest() != walk(Doors()).digest());
  CHECK(walk(one).digest() != walk(doors(R"({"do":"hold","op":8,"kind":"ack"})")).digest());
  CHECK(walk(one).digest() != walk(doors(R"({"do":"hold","op":9})")).digest());
  CHECK(walk(one).digest() == walk(doors(R"({"do":"hold","op":9,"kind":"ack"})")).digest());
  Doors two = one;
  two.keep(5, Event());
  CHECK(walk(one).digest() != walk(two).digest());

  const Scenario large =
      test::scenario_of(R"({"actions":[{"do":"hold"},{"do":"put","key":"x","at_ms":1,"value":")" +
                        std::string(5000, 'v') + R"("}]})");
  Observer nobody;
  CHECK(walk<SizeArchive>(test::run_whole(large, nobody)).size_bytes() > 3 * 5000);
}

TEST_CASE("views show what is held, at each position, also after going back") {
  Session session(test::scenario_of(
      R"({"cluster":{"nodes":3,"w":1},"network":{"latency":{"profile":"constant","ms":1}},"actions":[
      {"do":"hold","op":9,"to":"B","at_ms":1},
      {"do":"put","id":9,"client":"c1","key":"x","value":"1","at_ms":10},
      {"do":"release","at_ms":20},{"do":"hold","op":9,"to":"B","at_us":20001},
      {"do":"release","at_ms":40}]})"));
  const auto message_to_b = [&](const char* name) {
    const auto json = parse_json(view(session, name).value());
    for (const Json::Member& member : json.value().members) {
      if (member.name != "messages") continue;
      for (const Json& message : member.value.items) {
        std::string state = "flight";
        std::string us;
        bool to_b = false;
        for (const auto& [field, value] : message.members) {
          if (field == "to") to_b = value.text == "B";
          if (field == "state") state = value.text;
          if (field == "held" && value.boolean) state = "held";
          if (field == "arrive_us") us = std::to_string(value.integer);
        }
        if (to_b) return state.append(" ").append(us);
      }
    }
    return std::string("none");
  };
  std::vector<std::string> on_the_way;
  const auto both = [&] {
    return message_to_b("messages").append(", ").append(message_to_b("stage"));
  };
  Lines changes;
  on_the_way.push_back(both());
  while (session.next_us()) {
    session.step(1, Session::kNoBound);
    on_the_way.push_back(both());
    if (on_the_way.back() == on_the_way[on_the_way.size() - 2]) continue;
    changes.push_back(std::to_string(session.now_us()));
    changes.back().append(" ").append(on_the_way.back());
  }
  CHECK(changes == Lines{"10000 in_flight 11000, flight 11000", "11000 held 11000, held 11000",
                         "20000 in_flight 20001, flight 20001", "20001 held 20001, held 20001",
                         "40000 in_flight 40001, flight 40001", "40001 delivered 40001, none"});
  for (size_t i = on_the_way.size(); i-- > 0;) {
    REQUIRE(session.seek(i, -1).ok());
    CHECK(both() == on_the_way[i]);
  }
  // The copy on B is as old as its arrival, not as the time at which it first came to the door.
  session.step(1000, Session::kNoBound);
  CHECK(view(session, "stage").value().find(R"("op":9,"since_us":40001)") != std::string::npos);
}

TEST_CASE("a hold made live in the past is a branch, and the old branch is kept") {
  Session session(test::scenario_of(
      R"({"seed":1,"cluster":{"w":1},"actions":[{"do":"put","key":"x","value":"1","at_ms":10}]})"));
  session.step(1000, Session::kNoBound);
  const std::string end = walk(session.world()).digest();
  session.seek_time(9000);
  REQUIRE(session.apply(R"({"do":"hold","op":0,"kind":"write"})").ok());
  session.step(1000, Session::kNoBound);
  CHECK(session.branches().size() == 2);
  CHECK(session.world().doors().kept().size() == 3);
  REQUIRE(session.seek(1000, 0).ok());
  CHECK(session.world().doors().kept().empty());
  CHECK(walk(session.world()).digest() == end);
  REQUIRE(session.seek(1000, 1).ok());
  REQUIRE(session.apply(R"({"do":"release"})").ok());
  session.step(1000, Session::kNoBound);
  CHECK(session.world().doors().kept().empty());
  const auto again = parse_scenario(view(session, "scenario").value());
  REQUIRE(again.ok());
  Observer nobody;
  CHECK(walk(test::run_whole(again.value(), nobody)).digest() == walk(session.world()).digest());
}

}  // namespace holds_test
