#include "cluster/coordinator.h"

#include "cluster/node.h"
#include "support.h"

namespace coordinator_test {

using namespace systemsim;

namespace {

Request request_of(OperationId operation, Verb verb, uint8_t w, uint8_t r) {
  Request request;
  request.operation = operation;
  request.client = client_endpoint(0);
  request.verb = verb;
  request.n = 3;
  request.w = w;
  request.r = r;
  request.key = "x";
  request.value = verb == Verb::put ? "1" : "";
  return request;
}

Message answer_of(OperationId operation, MessageKind kind, Endpoint from) {
  Message message;
  message.kind = kind;
  message.from = from;
  message.request.operation = operation;
  return message;
}

// A coordinator beside three machines.
struct Desk {
  Membership membership = Membership(Ring(3, 1, 1), 3, true);
  CoordinatorSettings settings;
  uint64_t clock_us = 100;
  Coordinator coordinator;
  Output out;
  Version written;

  Coordinator::Context context() const {
    return {client_endpoint(0), 0, clock_us, membership, settings};
  }
  void start(const Request& request) { coordinator.start(request, 0, context(), out); }
  void time_is_up(OperationId operation, uint32_t tries = 0) {
    const Timer timer = {client_endpoint(0), operation, tries};
    REQUIRE(coordinator.wants(timer));
    coordinator.time_is_up(timer, true, context(), out);
  }
  // An ack of the version that was last written.
  void ack(OperationId operation, Endpoint from) {
    note_written();
    Message message = answer_of(operation, MessageKind::ack, from);
    message.record.version = written;
    coordinator.receive(message, context(), out);
  }
  void note_written() {
    for (const auto& sending : out.messages) {
      if (sending.message.kind == MessageKind::write) written = sending.message.record.version;
    }
  }
  void forget_sent() {
    note_written();
    out.clear();
  }
  void response(OperationId operation, Endpoint from, const std::optional<Record>& record) {
    Message message = answer_of(operation, MessageKind::response, from);
    message.found = record.has_value();
    if (record) message.record = *record;
    coordinator.receive(message, context(), out);
  }
  // Whom messages of a kind were sent to since the last look, in ascending order.
  std::vector<Endpoint> sent(MessageKind kind) {
    std::vector<Endpoint> to;
    for (const auto& sending : out.messages) {
      if (sending.message.kind == kind) to.push_back(sending.message.to);
    }
    std::sort(to.begin(), to.end());
    return to;
  }
};

using List = std::vector<Endpoint>;
const Record kOld = {{40, 1}, false, "old"};
const Record kNew = {{50, 2}, false, "new"};

}  // namespace

TEST_CASE("a write is sent to all n replicas and done at the w-th delivered ack") {
  Desk desk;
  desk.settings.timeout_us = 5000;
  desk.start(request_of(7, Verb::put, 2, 1));
  CHECK(desk.sent(MessageKind::write) == List{0, 1, 2});
  CHECK(desk.out.messages[0].message.record.version == Version{100, 7});
  REQUIRE(desk.out.timers.size() == 1);
  CHECK(desk.out.timers[0].delay_us == 5000);
  desk.forget_sent();
  desk.ack(7, 0);
  CHECK(desk.out.answers.empty());
  desk.ack(7, 0);  // the same replica again: no new copy
  CHECK(desk.out.answers.empty());
  desk.ack(7, 2);
  REQUIRE(desk.out.answers.size() == 1);
  CHECK(desk.out.answers[0].outcome == OperationOutcome::ok);
  CHECK(desk.out.answers[0].answered == List{0, 2});
  CHECK_FALSE(desk.coordinator.wants(7));
  desk.forget_sent();
  desk.ack(7, 1);  // late: ignored
  CHECK(desk.out.answers.empty());
}

TEST_CASE("a read returns the newest of the first r answers") {
  Desk desk;
  desk.start(request_of(9, Verb::get, 1, 2));
  desk.forget_sent();
  desk.response(9, 2, kNew);
  desk.response(9, 1, kOld);
  REQUIRE(desk.out.answers.size() == 1);
  CHECK(desk.out.answers[0].found);
  CHECK(desk.out.answers[0].record.value == "new");
  CHECK(desk.out.messages.empty());  // and repairs nothing unless it is told to
}

TEST_CASE("a call that nobody answers ends as a timeout, once, and tells nothing") {
  Desk desk;
  desk.start(request_of(9, Verb::get, 1, 2));
  desk.forget_sent();
  desk.response(9, 1, kOld);
  CHECK(desk.coordinator.wants(9));
  desk.time_is_up(9);
  REQUIRE(desk.out.answers.size() == 1);
  CHECK(desk.out.answers[0].outcome == OperationOutcome::timeout);
  CHECK_FALSE(desk.out.answers[0].found);
  CHECK_FALSE(desk.coordinator.wants(9));
}

TEST_CASE("with fanout quorum as many replicas are asked as have to answer") {
  Desk desk;
  desk.settings.fanout = Fanout::quorum;
  desk.start(request_of(1, Verb::put, 2, 1));
  CHECK(desk.sent(MessageKind::write).size() == 2);
  desk.start(request_of(2, Verb::get, 2, 1));
  CHECK(desk.sent(MessageKind::read).size() == 1);
}

TEST_CASE("a call that names replicas asks those alone") {
  Desk desk;
  Request request = request_of(1, Verb::get, 1, 2);
  request.asked = {2, 0};
  desk.start(request);
  CHECK(desk.sent(MessageKind::read) == List{0, 2});
}

TEST_CASE("background read repair writes to whoever is behind, late answers too") {
  Desk desk;
  desk.settings.read_repair = ReadRepair::background;
  desk.start(request_of(9, Verb::get, 1, 2));
  desk.forget_sent();
  desk.response(9, 0, kOld);
  desk.response(9, 1, std::nullopt);
  REQUIRE(desk.out.answers.size() == 1);
  CHECK(desk.out.answers[0].record.value == "old");
  CHECK(desk.sent(MessageKind::write) == List{1});
  desk.forget_sent();
  CHECK(desk.coordinator.wants(9));  // one answer is still to come
  SUBCASE("it is as old: nothing to do") {
    desk.response(9, 2, kOld);
    CHECK(desk.out.messages.empty());
  }
  SUBCASE("it is behind") {
    desk.response(9, 2, std::nullopt);
    CHECK(desk.sent(MessageKind::write) == List{2});
  }
  SUBCASE("it is newer: now the others are behind") {
    desk.response(9, 2, kNew);
    CHECK(desk.sent(MessageKind::write) == List{0, 1});
    CHECK(desk.out.messages[0].message.record.value == "new");
  }
  SUBCASE("it never comes") { desk.time_is_up(9); }
  CHECK(desk.out.answers.size() <= 1);  // no second answer
  CHECK_FALSE(desk.coordinator.wants(9));
}

TEST_CASE("blocking read repair answers once those that were behind have the newest") {
  Desk desk;
  desk.settings.read_repair = ReadRepair::blocking;
  desk.start(request_of(9, Verb::get, 1, 2));
  desk.forget_sent();
  desk.response(9, 0, kNew);
  SUBCASE("both are as new: at once") {
    desk.response(9, 1, kNew);
    CHECK(desk.out.messages.empty());
  }
  SUBCASE("one is behind") {
    desk.response(9, 1, kOld);
    CHECK(desk.out.answers.empty());
    CHECK(desk.sent(MessageKind::write) == List{1});
    desk.response(9, 2, kOld);  // no longer asked about
    CHECK(desk.sent(MessageKind::write) == List{1});
    desk.ack(9, 1);
  }
  REQUIRE(desk.out.answers.size() == 1);
  CHECK(desk.out.answers[0].record.value == "new");
  CHECK(desk.out.answers[0].answered == List{0, 1});
}

TEST_CASE("write-back answers once w replicas have what is returned") {
  Desk desk;
  desk.settings.write_back = true;
  desk.start(request_of(9, Verb::get, 2, 2));
  desk.forget_sent();
  desk.response(9, 0, kNew);
  SUBCASE("two have it already: at once, and nothing is sent") {
    desk.response(9, 2, kNew);
    CHECK(desk.out.messages.empty());
  }
  SUBCASE("one has: all others are written to, and one of them has to ack") {
    desk.response(9, 1, kOld);
    CHECK(desk.out.answers.empty());
    CHECK(desk.sent(MessageKind::write) == List{1, 2});
    desk.ack(9, 2);
  }
  REQUIRE(desk.out.answers.size() == 1);
  CHECK(desk.out.answers[0].record.value == "new");
}

TEST_CASE("a logical stamp is one above the highest that r replicas return") {
  Desk desk;
  desk.settings.versions = Versions::logical;
  desk.start(request_of(9, Verb::put, 2, 2));
  CHECK(desk.sent(MessageKind::write).empty());
  CHECK(desk.sent(MessageKind::read) == List{0, 1, 2});
  desk.response(9, 1, kOld);
  desk.response(9, 2, kNew);
  REQUIRE(desk.sent(MessageKind::write) == List{0, 1, 2});
  CHECK(desk.out.messages.back().message.record.version == Version{51, 9});
  CHECK(desk.out.messages.back().message.record.value == "1");
  desk.ack(9, 1);
  desk.ack(9, 0);
  REQUIRE(desk.out.answers.size() == 1);
  CHECK(desk.out.answers[0].answered == List{1, 0});
}

TEST_CASE("a refused write begins again under the next epoch, with the stamp that it has") {
  Desk desk;
  desk.settings.versions = Versions::logical;
  desk.start(request_of(9, Verb::put, 1, 1));
  desk.response(9, 1, kNew);
  desk.forget_sent();
  Message refusal = answer_of(9, MessageKind::ack, 0);
  refusal.refused = true;
  desk.coordinator.receive(refusal, desk.context(), desk.out);
  CHECK(desk.sent(MessageKind::read).empty());
  REQUIRE(desk.sent(MessageKind::write) == List{0, 1, 2});
  CHECK(desk.out.messages[0].message.attempt == 1);
  CHECK(desk.out.messages[0].message.record.version == Version{51, 9});
  desk.forget_sent();
  desk.ack(9, 2);  // of the first attempt
  CHECK(desk.out.answers.empty());
}

TEST_CASE("a client asks again those who have not answered, and answers to earlier tries count") {
  Desk desk;
  desk.settings.retries = 1;
  desk.start(request_of(7, Verb::put, 3, 1));
  desk.ack(7, 1);
  desk.forget_sent();
  desk.clock_us = 900;
  desk.time_is_up(7);
  CHECK(desk.out.answers.empty());
  REQUIRE(desk.sent(MessageKind::write) == List{0, 2});
  CHECK(desk.out.messages[0].message.attempt != 0);                       // with luck of its own
  CHECK(desk.out.messages[0].message.record.version == Version{100, 7});  // and the same stamp
  CHECK_FALSE(desk.coordinator.wants(Timer{client_endpoint(0), 7, 0}));
  desk.ack(7, 0);
  SUBCASE("the last one answers the first try") { desk.ack(7, 2); }
  SUBCASE("nobody does, and no try is left") { desk.time_is_up(7, 1); }
  REQUIRE(desk.out.answers.size() == 1);
}

TEST_CASE("a request that comes again is one call: a copy is ignored, a later try asks again") {
  Desk desk;
  const Request request = request_of(7, Verb::put, 2, 1);
  desk.start(request);
  desk.forget_sent();
  desk.start(request);
  CHECK(desk.out.messages.empty());
  desk.coordinator.start(request, 1, desk.context(), desk.out);
  CHECK(desk.sent(MessageKind::write) == List{0, 1, 2});
  desk.ack(7, 0);
  desk.ack(7, 1);
  CHECK(desk.out.answers.size() == 1);
}

TEST_CASE("an ack counts for the version that it is about") {
  Desk desk;
  desk.settings.write_back = true;
  desk.start(request_of(9, Verb::get, 2, 2));
  desk.response(9, 0, kNew);
  desk.response(9, 1, kOld);
  CHECK(desk.out.answers.empty());
  Message late = answer_of(9, MessageKind::ack, 2);  // of an earlier life of this call
  late.record.version = kOld.version;
  desk.coordinator.receive(late, desk.context(), desk.out);
  CHECK(desk.out.answers.empty());
  desk.ack(9, 2);
  CHECK(desk.out.answers.size() == 1);
}

TEST_CASE("a write that its client stamped bears that stamp, whatever this clock says") {
  Desk desk;
  Request request = request_of(7, Verb::put, 2, 1);
  request.stamp_us = 33;
  desk.start(request);
  CHECK(desk.out.messages[0].message.record.version == Version{33, 7});
}

TEST_CASE("a delete wins against a put of the same stamp, then the larger operation") {
  const Record put = {{50, 9}, false, "x"};
  const Record erase = {{50, 2}, true, ""};
  CHECK(newer(erase, put));
  CHECK_FALSE(newer(put, erase));
  CHECK(newer(put, kNew));
  CHECK_FALSE(newer(put, put));
  CHECK(newer({{51, 1}, false, "y"}, erase));
}

TEST_CASE("a replica keeps the later version, in whichever order they arrive") {
  Node node(0);
  const Membership membership(Ring(1, 1, 1), 1, true);
  const CoordinatorSettings settings;
  const HealingSettings healing;
  const auto write = [&](uint64_t stamp_us, const std::string& value) {
    Message message = answer_of(1, MessageKind::write, client_endpoint(0));
    message.to = 0;
    message.request.key = "x";
    message.record = {{stamp_us, 1}, false, value};
    Output out;
    node.handle(message, {0, membership, settings, true, healing}, out);
    REQUIRE(out.messages.size() == 1);
    CHECK(out.messages[0].message.kind == MessageKind::ack);
    return out.messages[0].cost;
  };
  CHECK(write(20, "later").syncs == 1);
  CHECK(write(10, "earlier").syncs == 0);  // acknowledged, and nothing is written
  std::optional<std::string> held;
  node.store().peek("x", held);
  REQUIRE(held);
  CHECK(decode_record(*held).value == "later");
}

}  // namespace coordinator_test
