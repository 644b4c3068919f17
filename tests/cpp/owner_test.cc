// The parts of a single owner, message by message: lock service, log, and owner.
#include "cluster/owner.h"

#include <algorithm>
#include <utility>

#include "base/murmur3.h"
#include "cluster/lock_service.h"
#include "cluster/record.h"
#include "cluster/replicated_log.h"
#include "support.h"

namespace owner_test {

using namespace systemsim;

namespace {

Message lease_request(Endpoint from, uint32_t number, uint32_t term) {
  Message message;
  message.kind = MessageKind::lease;
  message.from = from;
  message.to = kLockService;
  message.epoch = term;
  message.request.operation = operation_id(kLeaseLane, number);
  message.request.key = "x";
  return message;
}

// A lock service whose leases last 100 us.
struct Lock {
  Ring ring = Ring(3, 1, 1);
  LockService service;

  Message ask(Endpoint from, uint32_t number, uint32_t term, uint64_t clock_us) {
    Output out;
    service.handle(lease_request(from, number, term), ring, clock_us, 100, out);
    REQUIRE(out.messages.size() == 1);
    Message answer = out.messages[0].message;
    CHECK(answer.kind == MessageKind::granted);
    CHECK(answer.to == from);
    CHECK(answer.request.operation == operation_id(kLeaseLane, number));
    return answer;
  }
};

LogEntry entry(uint32_t term, OperationId operation, const char* key, const char* value) {
  return {term, operation, Verb::put, false, key, value, std::nullopt};
}

LogEntry conditional(OperationId operation, const char* key, std::optional<std::string> expected,
                     const char* value) {
  return {1, operation, Verb::cas, false, key, value, std::move(expected)};
}

std::string held(const Store& store, const char* key) {
  std::optional<std::string> bytes;
  store.peek(key, bytes);
  if (!bytes) return "nothing";
  const Record record = decode_record(*bytes);
  return record.deleted ? "deleted" : record.value;
}

}  // namespace

TEST_CASE("a lease is one machine's until it ends, and each new ownership has a later term") {
  Lock lock;
  Message answer = lock.ask(0, 1, 0, 1000);
  CHECK(!answer.refused);
  CHECK(answer.epoch == 1);
  CHECK(answer.lease_us == 100);
  answer = lock.ask(1, 1, 0, 1099);
  CHECK(answer.refused);
  CHECK(answer.about == 0);
  CHECK(answer.lease_us == 1);
  answer = lock.ask(1, 2, 0, 1100);
  CHECK(!answer.refused);
  CHECK(answer.epoch == 2);
  CHECK(lock.ask(0, 2, 1, 1150).refused);
}

TEST_CASE("who asks with its term keeps it, also after the end when nobody else has asked") {
  Lock lock;
  CHECK(lock.ask(0, 1, 0, 1000).epoch == 1);
  CHECK(lock.ask(0, 2, 1, 1050).epoch == 1);
  CHECK(lock.ask(1, 1, 0, 1149).refused);
  CHECK(lock.ask(0, 3, 1, 5000).epoch == 1);
  // Having lost its term in a crash it gets a new one at once: the old one was its own.
  CHECK(lock.ask(0, 4, 0, 5001).epoch == 2);
  // The network's copy of a request makes no new term.
  CHECK(lock.ask(0, 4, 0, 5002).epoch == 2);
  CHECK(lock.ask(0, 5, 0, 5003).epoch == 3);
}

TEST_CASE("a log takes what fits, replaces what an older owner put there, and keeps what is done") {
  ReplicatedLog log;
  Store store;
  CHECK(log.take(0, 0, {entry(1, 10, "x", "a"), entry(1, 11, "x", "b"), entry(1, 12, "x", "c")}));
  CHECK(log.size() == 3);
  // An older message cuts nothing off; one beyond the end does not fit.
  CHECK(log.take(0, 0, {entry(1, 10, "x", "a")}));
  CHECK(log.size() == 3);
  CHECK(!log.take(4, 1, {entry(1, 14, "x", "e")}));
  CHECK(!log.take(3, 2, {entry(2, 13, "x", "d")}));
  (void)log.commit(1, store);
  CHECK(held(store, "x") == "a");
  // The next owner has 10 and, in its own term, 20.
  CHECK(log.take(1, 1, {entry(2, 20, "x", "z")}));
  CHECK(log.size() == 2);
  CHECK(log.find(20) == 2U);
  CHECK(!log.find(11));
  // What is done is equal whatever term it stands in.
  CHECK(log.take(0, 0, {entry(3, 10, "x", "a"), entry(2, 20, "x", "z")}));
  CHECK(log.term_at(1) == 1);
  (void)log.commit(2, store);
  CHECK(held(store, "x") == "z");
  CHECK(log.take(0, 0, {entry(3, 30, "x", "?")}));
  CHECK(log.find(30) == std::nullopt);
}

TEST_CASE("a new owner gives its term to what is not known to be done, and to nothing else") {
  ReplicatedLog log;
  Store store;
  CHECK(log.take(0, 0, {entry(1, 10, "x", "a"), entry(1, 11, "x", "b")}));
  (void)log.commit(1, store);
  log.take_over(4);
  CHECK(log.term_at(1) == 1);
  CHECK(log.term_at(2) == 4);
}

TEST_CASE("a cas is done where the key holds what is expected, and says so where not") {
  ReplicatedLog log;
  Store store;
  log.append(conditional(1, "x", std::nullopt, "a"));
  log.append(conditional(2, "x", std::nullopt, "b"));
  log.append(conditional(3, "x", "a", "c"));
  log.append(conditional(4, "x", "a", "d"));
  LogEntry erase = entry(1, 5, "x", "");
  erase.verb = Verb::erase;
  log.append(erase);
  log.append(conditional(6, "x", "", "e"));
  log.append(conditional(7, "x", std::nullopt, "f"));
  (void)log.commit(4, store);
  CHECK(held(store, "x") == "c");
  (void)log.commit(5, store);
  CHECK(held(store, "x") == "deleted");
  (void)log.commit(7, store);
  CHECK(held(store, "x") == "f");
  std::string refused;
  for (uint32_t i = 1; i <= 7; ++i) refused += log.at(i).refused ? 'x' : '.';
  CHECK(refused == ".x.x.x.");
}

namespace {

// Machine A of a range of three, and what it sends.
struct Desk {
  Ring ring = Ring(3, 1, 1);
  Store store;
  Owner owner;
  uint64_t clock_us = 1000;
  bool fence = true;
  Output out;
  uint32_t range = static_cast<uint32_t>(ring.first_point(token_of("x")));

  void take(const Message& message) {
    owner.handle(message, {0, clock_us, ring, 3, 100, fence, store}, out);
  }
  Message message(MessageKind kind, Endpoint from, uint32_t term, OperationId operation) const {
    Message made;
    made.kind = kind;
    made.from = from;
    made.to = 0;
    made.epoch = term;
    made.request.operation = operation;
    made.request.key = "x";
    return made;
  }
  void call(Verb verb, OperationId operation, uint8_t tries = 0) {
    Message made = message(MessageKind::request, client_endpoint(0), 0, operation);
    made.attempt = tries;
    made.request.client = client_endpoint(0);
    made.request.verb = verb;
    if (verb == Verb::put) made.request.value = "v" + std::to_string(operation);
    take(made);
  }
  // What was sent of a kind since the last look.
  std::vector<Message> sent(MessageKind kind) {
    std::vector<Message> found;
    for (const auto& sending : out.messages) {
      if (sending.message.kind == kind) found.push_back(sending.message);
    }
    return found;
  }
  // The lease that it asked for last, in `term`, for `lease_us`.
  void grant(uint32_t term, uint64_t lease_us) {
    const auto asked = sent(MessageKind::lease);
    REQUIRE(!asked.empty());
    Message granted =
        message(MessageKind::granted, kLockService, term, asked.back().request.operation);
    granted.lease_us = lease_us;
    out.clear();
    take(granted);
  }
  void learned(Endpoint from, uint32_t term, LogPart log) {
    Message answer = message(MessageKind::learned, from, term, 0);
    answer.log = std::move(log);
    take(answer);
  }
  void appended(Endpoint from, uint32_t term, uint32_t index, uint32_t committed = 0) {
    Message answer = message(MessageKind::appended, from, term, 0);
    answer.found = true;
    answer.log.index = index;
    answer.log.committed = committed;
    take(answer);
  }
  bool serves() const { return owner.serves(range, clock_us); }
  // What the first message of a kind since the last look costs on the disk.
  StoreCost cost(MessageKind kind) const {
    for (const auto& sending : out.messages) {
      if (sending.message.kind == kind) return sending.cost;
    }
    FAIL("nothing of that kind was sent");
    return {};
  }
};

// The owner in term 1 of an empty range, until 1200.
Desk owning() {
  Desk desk;
  desk.call(Verb::get, 1);
  desk.grant(1, 200);
  desk.learned(1, 1, {});
  desk.out.clear();
  return desk;
}

}  // namespace

TEST_CASE("a machine that is asked asks for the lease, learns from a majority, and then answers") {
  Desk desk;
  desk.call(Verb::get, 1);
  REQUIRE(desk.sent(MessageKind::lease).size() == 1);
  CHECK(desk.sent(MessageKind::lease)[0].to == kLockService);
  // While that is on its way, nobody else makes it ask again.
  desk.call(Verb::get, 2);
  CHECK(desk.sent(MessageKind::lease).size() == 1);
  desk.clock_us += 20;
  desk.grant(1, 200);
  CHECK(desk.sent(MessageKind::learn).size() == 2);
  CHECK(!desk.serves());
  CHECK(desk.sent(MessageKind::reply).empty());
  desk.learned(1, 1, {});
  CHECK(desk.serves());
  CHECK(desk.sent(MessageKind::reply).size() == 2);
  // Counted from when it asked, not from when it was told.
  desk.clock_us = 1199;
  CHECK(desk.serves());
  desk.clock_us = 1200;
  CHECK(!desk.serves());
}

TEST_CASE(
    "a call in the second half of a lease makes the owner ask for more; no call, no request") {
  Desk desk = owning();
  desk.clock_us = 1099;
  desk.call(Verb::get, 2);
  CHECK(desk.sent(MessageKind::lease).empty());
  desk.clock_us = 1100;
  desk.call(Verb::get, 3);
  REQUIRE(desk.sent(MessageKind::lease).size() == 1);
  CHECK(desk.sent(MessageKind::lease)[0].epoch == 1);
  desk.grant(1, 200);
  desk.clock_us = 1299;
  CHECK(desk.serves());
  CHECK(desk.sent(MessageKind::learn).empty());
}

TEST_CASE("a write is done when a majority has it, once, however often it is asked for") {
  Desk desk = owning();
  desk.call(Verb::put, 7);
  CHECK(desk.sent(MessageKind::append).size() == 2);
  CHECK(desk.sent(MessageKind::reply).empty());
  // The same try again is a copy; the next one goes to who has not answered.
  desk.call(Verb::put, 7);
  CHECK(desk.sent(MessageKind::append).size() == 2);
  desk.call(Verb::put, 7, 1);
  CHECK(desk.sent(MessageKind::append).size() == 4);
  CHECK(desk.owner.log(desk.range)->size() == 1);
  desk.appended(2, 1, 1);
  REQUIRE(desk.sent(MessageKind::reply).size() == 1);
  CHECK(desk.sent(MessageKind::reply)[0].attempt == 1);
  CHECK(desk.sent(MessageKind::reply)[0].answered == std::vector<Endpoint>{0, 2});
  CHECK(held(desk.store, "x") == "v7");
  CHECK(desk.sent(MessageKind::commit).size() == 1);
  desk.out.clear();
  desk.call(Verb::put, 7, 2);
  CHECK(desk.sent(MessageKind::append).empty());
  CHECK(desk.sent(MessageKind::reply).size() == 1);
  CHECK(desk.owner.log(desk.range)->size() == 1);
}

TEST_CASE("who lacks what came before is sent it, from where its log is the owner's") {
  Desk desk = owning();
  desk.call(Verb::put, 7);
  desk.appended(1, 1, 1);
  desk.call(Verb::put, 8);
  desk.out.clear();
  Message gap = desk.message(MessageKind::appended, 2, 1, 8);
  desk.take(gap);
  REQUIRE(desk.sent(MessageKind::append).size() == 1);
  const Message again = desk.sent(MessageKind::append)[0];
  CHECK(again.to == 2);
  CHECK(again.attempt == 1);
  CHECK(again.log.index == 0);
  CHECK(again.log.entries.size() == 2);
  CHECK(again.log.committed == 1);
}

TEST_CASE("a new owner takes the furthest log of a majority, and serves when a majority has it") {
  Desk desk;
  desk.call(Verb::get, 1);
  desk.grant(5, 200);
  desk.learned(2, 5, {2, 4, 1, {entry(3, 30, "x", "a"), entry(4, 40, "x", "b")}});
  const ReplicatedLog& log = *desk.owner.log(desk.range);
  CHECK(log.size() == 2);
  CHECK(log.committed() == 1);
  CHECK(log.term_at(1) == 3);
  CHECK(log.term_at(2) == 5);
  CHECK(!desk.serves());
  REQUIRE(desk.sent(MessageKind::append).size() == 2);
  desk.appended(1, 5, 2);
  CHECK(desk.serves());
  REQUIRE(desk.sent(MessageKind::reply).size() == 1);
  CHECK(desk.sent(MessageKind::reply)[0].record.value == "b");
}

TEST_CASE("who has heard of a later term refuses an older owner, which then is none") {
  Desk desk = owning();
  Message learn = desk.message(MessageKind::learn, 1, 2, 0);
  desk.take(learn);
  CHECK(!desk.serves());
  CHECK(!desk.sent(MessageKind::learned).back().refused);
  desk.out.clear();
  Message late = desk.message(MessageKind::append, 2, 1, 9);
  late.log.entries = {entry(1, 9, "x", "late")};
  desk.take(late);
  REQUIRE(desk.sent(MessageKind::appended).size() == 1);
  CHECK(desk.sent(MessageKind::appended)[0].refused);
  CHECK(desk.sent(MessageKind::appended)[0].epoch == 2);
  CHECK(desk.owner.log(desk.range)->size() == 0);
  // Without the fence it is taken.
  desk.fence = false;
  desk.take(late);
  CHECK(desk.owner.log(desk.range)->size() == 1);
}

TEST_CASE("an owner that is refused is none any more") {
  Desk desk = owning();
  Message refusal = desk.message(MessageKind::appended, 1, 2, 9);
  refusal.refused = true;
  desk.take(refusal);
  CHECK(!desk.serves());
}

TEST_CASE("a crash keeps the log and the highest term, and loses the ownership") {
  Desk desk = owning();
  desk.call(Verb::put, 7);
  desk.owner.crash();
  CHECK(!desk.serves());
  CHECK(desk.owner.log(desk.range)->size() == 1);
  CHECK(desk.owner.log(desk.range)->promised() == 1);
  desk.out.clear();
  desk.call(Verb::get, 8);
  // It asks anew, by another number: an answer to what it had asked before is not meant.
  REQUIRE(desk.sent(MessageKind::lease).size() == 1);
  CHECK(desk.sent(MessageKind::lease)[0].epoch == 0);
  CHECK(desk.sent(MessageKind::lease)[0].request.operation == operation_id(kLeaseLane, 2));
}

TEST_CASE("calls are passed on to the owner that the lock service names, while its lease lasts") {
  Desk desk;
  desk.call(Verb::get, 1);
  Message refusal = desk.message(MessageKind::granted, kLockService, 0,
                                 desk.sent(MessageKind::lease)[0].request.operation);
  refusal.refused = true;
  refusal.about = 2;
  refusal.lease_us = 50;
  desk.out.clear();
  desk.take(refusal);
  REQUIRE(desk.sent(MessageKind::request).size() == 1);
  CHECK(desk.sent(MessageKind::request)[0].to == 2);
  CHECK(desk.sent(MessageKind::request)[0].request.client == client_endpoint(0));
  desk.out.clear();
  desk.clock_us += 49;
  desk.call(Verb::get, 2);
  CHECK(desk.sent(MessageKind::request).size() == 1);
  // One that was passed on to it is not passed on by hearsay: it asks.
  Message passed = desk.message(MessageKind::request, 1, 0, 3);
  passed.request.client = client_endpoint(1);
  desk.take(passed);
  CHECK(desk.sent(MessageKind::request).size() == 1);
  CHECK(desk.sent(MessageKind::lease).size() == 1);
  desk.clock_us += 1;
  desk.out.clear();
  desk.call(Verb::get, 4);
  CHECK(desk.sent(MessageKind::request).empty());
}

TEST_CASE("a machine does what it is told is done only where its log is the owner's") {
  Desk desk;
  Message append = desk.message(MessageKind::append, 1, 2, 9);
  append.log.entries = {entry(2, 9, "x", "of 2")};
  desk.take(append);
  const ReplicatedLog& log = *desk.owner.log(desk.range);
  REQUIRE(log.size() == 1);
  // A later owner has something else there, which this machine has not been sent.
  Message commit = desk.message(MessageKind::commit, 2, 3, 10);
  commit.log.index = 1;
  commit.log.term = 3;
  desk.take(commit);
  CHECK(log.committed() == 0);
  commit.log.index = 2;
  desk.take(commit);
  CHECK(log.committed() == 0);
  append = desk.message(MessageKind::append, 2, 3, 10);
  append.log.entries = {entry(3, 10, "x", "of 3")};
  desk.take(append);
  commit.log.index = 1;
  desk.take(commit);
  CHECK(log.committed() == 1);
  CHECK(held(desk.store, "x") == "of 3");
}

TEST_CASE("what is done is told again with a read, until everybody has said that they know") {
  Desk desk = owning();
  desk.call(Verb::put, 7);
  desk.appended(1, 1, 1);
  CHECK(desk.sent(MessageKind::commit).size() == 1);
  // Not at once: what was said may be on its way.
  desk.out.clear();
  desk.clock_us += 49;
  desk.call(Verb::get, 8);
  CHECK(desk.sent(MessageKind::append).empty());
  desk.clock_us += 1;
  desk.call(Verb::get, 9);
  auto again = desk.sent(MessageKind::append);
  REQUIRE(again.size() == 2);
  CHECK(again[0].request.operation == 9);
  CHECK(again[0].log.index == 1);
  CHECK(again[0].log.entries.empty());
  CHECK(again[0].log.committed == 1);
  // The first knew; the other lacks the entry, and is sent it.
  desk.out.clear();
  desk.appended(1, 1, 1, 1);
  CHECK(desk.out.messages.empty());
  desk.take(desk.message(MessageKind::appended, 2, 1, 9));
  again = desk.sent(MessageKind::append);
  REQUIRE(again.size() == 1);
  CHECK(again[0].log.entries.size() == 1);
  desk.out.clear();
  desk.appended(2, 1, 1, 1);
  CHECK(desk.out.messages.empty());
  desk.clock_us += 50;
  desk.call(Verb::get, 10);
  CHECK(desk.sent(MessageKind::append).empty());
}

TEST_CASE("who takes entries says how far it knows them to be done") {
  Desk desk;
  Message append = desk.message(MessageKind::append, 1, 2, 9);
  append.log.entries = {entry(2, 9, "x", "a"), entry(2, 10, "x", "b")};
  append.log.committed = 1;
  desk.take(append);
  CHECK(desk.sent(MessageKind::appended)[0].log.index == 2);
  CHECK(desk.sent(MessageKind::appended)[0].log.committed == 1);
}

TEST_CASE("a new owner writes what it takes over to its disk, before it counts as written") {
  Desk desk;
  desk.call(Verb::get, 1);
  desk.grant(5, 200);
  desk.learned(2, 5, {2, 4, 1, {entry(3, 30, "x", "a"), entry(4, 40, "x", "b")}});
  // The second entry alone is not known to be done, and gets the new term: 24 bytes and "x", "b".
  const StoreCost cost = desk.cost(MessageKind::append);
  CHECK(cost.syncs == 1);
  CHECK(cost.bytes_written == 26);
  // With nothing to settle there is nothing to write.
  Desk other = owning();
  other.call(Verb::put, 7);
  other.appended(1, 1, 1);
  other.out.clear();
  other.clock_us += 50;
  other.call(Verb::get, 8);
  CHECK(other.cost(MessageKind::append).syncs == 0);
}

TEST_CASE("the first answer in a new term waits for the disk, and so does one to new entries") {
  Desk desk;
  Message append = desk.message(MessageKind::append, 1, 2, 9);
  desk.take(append);
  CHECK(desk.cost(MessageKind::appended).syncs == 1);
  desk.out.clear();
  desk.take(append);
  CHECK(desk.cost(MessageKind::appended).syncs == 0);
  CHECK(desk.cost(MessageKind::appended).bytes_written == 0);
  desk.out.clear();
  append.log.entries = {entry(2, 9, "x", "a"), entry(2, 10, "x", "b")};
  desk.take(append);
  CHECK(desk.cost(MessageKind::appended).syncs == 1);
  CHECK(desk.cost(MessageKind::appended).bytes_written == 52);
  // What does not fit is not written.
  desk.out.clear();
  append.log.index = 7;
  desk.take(append);
  CHECK(desk.cost(MessageKind::appended).syncs == 0);
}

TEST_CASE("whatever a new owner sends again has luck of its own") {
  Desk desk;
  desk.call(Verb::get, 1);
  desk.grant(5, 200);
  desk.learned(2, 5, {1, 4, 0, {entry(4, 40, "x", "b")}});
  std::vector<std::pair<OperationId, int>> lucks;
  const auto look = [&] {
    for (const Message& append : desk.sent(MessageKind::append)) {
      if (append.to == 1) lucks.emplace_back(append.request.operation, append.attempt);
    }
  };
  // Sent again because it did not fit, and twice because a client asked again.
  for (int turn = 0; turn < 2; ++turn) {
    for (const Message& append : desk.sent(MessageKind::append)) {
      if (append.to != 1) continue;
      Message gap = desk.message(MessageKind::appended, 1, 5, append.request.operation);
      gap.attempt = append.attempt;
      desk.take(gap);
      break;
    }
    look();
    desk.out.clear();
    desk.clock_us += 50;
    desk.call(Verb::get, 2);
  }
  look();
  CHECK(lucks.size() == 5);
  std::sort(lucks.begin(), lucks.end());
  CHECK(std::unique(lucks.begin(), lucks.end()) == lucks.end());
}

TEST_CASE("what is said of a log counts in a message's bytes, and so does each entry's header") {
  Desk desk;
  const auto bytes = [&](MessageKind kind, std::vector<LogEntry> entries = {}) {
    Message message = desk.message(kind, 1, 2, 9);
    message.log.entries = std::move(entries);
    return size_bytes(message);
  };
  CHECK(bytes(MessageKind::lease) == 32 + 1);
  for (const MessageKind kind : {MessageKind::learn, MessageKind::appended, MessageKind::commit}) {
    CHECK(bytes(kind) == 32 + 1 + 16);
  }
  CHECK(bytes(MessageKind::append, {entry(2, 9, "x", "abc"), conditional(10, "x", "old", "new")}) ==
        32 + 1 + 16 + (24 + 1 + 3) + (24 + 1 + 3 + 3));
}

}  // namespace owner_test
