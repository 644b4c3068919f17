#include "cluster/coordinator.h"

#include "cluster/node.h"
#include "support.h"

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

Message response_of(OperationId operation, Endpoint from, uint64_t stamp_us,
                    const std::string& value) {
  Message message = answer_of(operation, MessageKind::response, from);
  message.found = true;
  message.record = {{stamp_us, 1}, false, value};
  return message;
}

}  // namespace

TEST_CASE("a write is sent to all n replicas and done at the w-th delivered ack") {
  Coordinator coordinator;
  Output out;
  coordinator.start(request_of(7, Verb::put, 2, 1), {{0, 1, 2}, 0}, 0, client_endpoint(0), 100,
                    5000, out);
  CHECK(out.messages.size() == 3);
  CHECK(out.messages[0].message.record.version == Version{100, 7});
  REQUIRE(out.timers.size() == 1);
  CHECK(out.timers[0].delay_us == 5000);
  out.clear();
  coordinator.receive(answer_of(7, MessageKind::ack, 0), out);
  CHECK(out.answers.empty());
  coordinator.receive(answer_of(7, MessageKind::ack, 0),
                      out);  // the same replica again: no new copy
  CHECK(out.answers.empty());
  coordinator.receive(answer_of(7, MessageKind::ack, 2), out);
  REQUIRE(out.answers.size() == 1);
  CHECK(out.answers[0].outcome == OperationOutcome::ok);
  CHECK(out.answers[0].answered == std::vector<Endpoint>{0, 2});
  CHECK_FALSE(coordinator.wants(7));
  out.clear();
  coordinator.receive(answer_of(7, MessageKind::ack, 1), out);  // late: ignored
  CHECK(out.answers.empty());
}

TEST_CASE("a read returns the newest of the first r answers") {
  Coordinator coordinator;
  Output out;
  coordinator.start(request_of(9, Verb::get, 1, 2), {{0, 1, 2}, 0}, 0, client_endpoint(0), 100,
                    5000, out);
  out.clear();
  coordinator.receive(response_of(9, 2, 50, "new"), out);
  coordinator.receive(response_of(9, 1, 40, "old"), out);
  REQUIRE(out.answers.size() == 1);
  CHECK(out.answers[0].found);
  CHECK(out.answers[0].record.value == "new");
}

TEST_CASE("a call that nobody answers ends as a timeout, once, and tells nothing") {
  Coordinator coordinator;
  Output out;
  coordinator.start(request_of(9, Verb::get, 1, 2), {{0, 1, 2}, 0}, 0, client_endpoint(0), 100,
                    5000, out);
  out.clear();
  coordinator.receive(response_of(9, 1, 40, "half an answer"), out);
  CHECK(coordinator.wants(9));
  coordinator.give_up(9, out);
  REQUIRE(out.answers.size() == 1);
  CHECK(out.answers[0].outcome == OperationOutcome::timeout);
  CHECK_FALSE(out.answers[0].found);
  CHECK_FALSE(coordinator.wants(9));
}

TEST_CASE("a replica keeps the later version, in whichever order they arrive") {
  Node node(0);
  const Membership membership(Ring(1, 1, 1), 1, true);
  const auto write = [&](uint64_t stamp_us, const std::string& value) {
    Message message = answer_of(1, MessageKind::write, client_endpoint(0));
    message.to = 0;
    message.request.key = "x";
    message.record = {{stamp_us, 1}, false, value};
    Output out;
    node.handle(message, {0, membership, 1000, true}, out);
    REQUIRE(out.messages.size() == 1);
    CHECK(out.messages[0].message.kind == MessageKind::ack);
    return out.messages[0].cost;
  };
  CHECK(write(20, "later").syncs == 1);
  CHECK(write(10, "earlier").syncs == 0);  // acknowledged, and nothing is written
  std::optional<std::string> held;
  (void)node.store().get("x", held);
  REQUIRE(held);
  CHECK(decode_record(*held).value == "later");
}
