// Anti-entropy between two replicas, without a network: whatever the two hold, afterwards both hold
// every version that no other has replaced.
#include "cluster/anti_entropy.h"

#include <map>
#include <set>

#include "cluster/siblings.h"
#include "support.h"

namespace anti_entropy_test {

using namespace systemsim;
using test::Dice;

namespace {

// A machine with nothing but its copies and its trees.
struct Replica {
  Endpoint self;
  Store store;
  AntiEntropy trees;

  AntiEntropy::Context context(const Membership& membership, const AntiEntropySettings& settings) {
    return {self, 0, membership, settings, store, 1000};
  }
  void keep(const std::string& key, const std::string& copy, Versions versions,
            const AntiEntropy::Context& context) {
    std::optional<std::string> held;
    (void)store.get(key, held);
    const std::string all = held ? joined(*held, copy, versions) : copy;
    if (all == held) return;
    (void)store.put(key, all);
    trees.changed(key, held, all, context);
  }
};

struct Pair {
  Membership membership{Ring(3, 8, 5), 2, true};
  AntiEntropySettings settings;
  Versions versions = Versions::lww;
  Replica a{0, {}, {}};
  Replica b{1, {}, {}};

  void keep(Replica& replica, const std::string& key, const std::string& copy) {
    replica.keep(key, copy, versions, replica.context(membership, settings));
  }
  // One comparison that a begins, to its end. What is lost is asked for again when its time is up.
  // Returns the messages that it took.
  uint32_t sync(Dice* loses = nullptr) {
    Output out;
    REQUIRE(a.trees.begin(b.self, a.context(membership, settings), out));
    uint32_t messages = 0;
    while (!out.messages.empty() || !out.timers.empty()) {
      Output next;
      for (const Output::Sending& sending : out.messages) {
        ++messages;
        REQUIRE(messages < 10'000);
        if (loses != nullptr && loses->chance(0.2)) continue;
        deliver(sending.message, next);
        if (loses != nullptr && loses->chance(0.1)) deliver(sending.message, next);
      }
      if (next.messages.empty()) {
        for (const auto* wakings : {&out.timers, &next.timers}) {
          for (const Output::Waking& waking : *wakings) {
            if (a.trees.wants(waking.timer)) {
              a.trees.time_is_up(a.context(membership, settings), next);
            }
          }
        }
      } else {
        next.timers.insert(next.timers.end(), out.timers.begin(), out.timers.end());
      }
      out = std::move(next);
    }
    return messages;
  }

 private:
  static Message back(const Message& message, MessageKind kind) {
    Message answer;
    answer.kind = kind;
    answer.from = message.to;
    answer.to = message.from;
    answer.attempt = message.attempt;
    answer.request.operation = message.request.operation;
    return answer;
  }
  void deliver(const Message& message, Output& out) {
    Replica& to = message.to == a.self ? a : b;
    const auto context = to.context(membership, settings);
    for (const Entry& entry : message.entries) to.keep(entry.key, entry.copy, versions, context);
    switch (message.kind) {
      case MessageKind::compare:
        return to.trees.answer_compare(message, back(message, MessageKind::compared), context, out);
      case MessageKind::compared:
        return to.trees.take_compared(message, context, out);
      case MessageKind::sync:
        out.messages.push_back(
            {to.trees.answer_sync(message, back(message, MessageKind::synced), context), {}});
        return;
      default:
        (void)to.trees.take_synced(message, context, out);
    }
  }
};

std::map<std::string, std::string> contents(const Replica& replica) {
  std::map<std::string, std::string> all;
  replica.store.for_each([&](std::string_view key, std::string_view copy) {
    all.emplace(std::string(key), std::string(copy));
  });
  return all;
}

// Whether both of the pair hold the key, by the ring.
bool shared(const Pair& pair, const std::string& key) {
  return share(pair.membership.ring(0), token_of(key), 2, 0, 1);
}

void check_roots(Pair& pair) {
  const auto a = pair.a.context(pair.membership, pair.settings);
  const auto b = pair.b.context(pair.membership, pair.settings);
  REQUIRE(pair.a.trees.root(1, a) == pair.b.trees.root(0, b));
  // The trees that were kept up to date are those that are built anew.
  AntiEntropy anew;
  REQUIRE(anew.root(1, a) == pair.a.trees.root(1, a));
}

std::string key_of(uint32_t number) { return "key" + std::to_string(number); }

}  // namespace

TEST_CASE(
    "after a sync both replicas hold the newest of each key that they share (last write wins)") {
  Dice dice(11);
  uint64_t differing = 0;
  for (uint64_t i = 0; i < test::cases(3000, 100'000); ++i) {
    Pair pair;
    pair.settings.fan_out = 1U << (1 + dice.below(4));
    pair.settings.depth = dice.below(4);
    const uint32_t keys = 1 + dice.below(30);
    std::map<std::string, Record> newest;  // of shared keys
    std::map<std::string, std::string> before[2];
    for (uint32_t k = 0; k < keys; ++k) {
      const std::string key = key_of(dice.below(1000));
      const bool same = dice.chance(0.5);
      std::optional<Record> first;
      for (Replica* replica : {&pair.a, &pair.b}) {
        if (!same && dice.chance(0.3)) continue;
        Record record = {{1 + dice.below(5), dice.below(4)}, dice.chance(0.2), ""};
        if (!record.deleted) {
          record.value = std::to_string(record.version.stamp_us) + "/" +
                         std::to_string(record.version.operation);
        }
        if (same && first) record = *first;
        first = record;
        if (dice.chance(0.3))
          (void)pair.a.trees.root(1, pair.a.context(pair.membership, pair.settings));
        pair.keep(*replica, key, encode_record(record));
        if (!shared(pair, key)) continue;
        const auto held = newest.find(key);
        // Between equal stamps a delete wins, then the later operation.
        const auto rank = [](const Record& r) {
          return std::tuple(r.version.stamp_us, r.deleted, r.version.operation);
        };
        if (held == newest.end() || rank(held->second) < rank(record)) newest[key] = record;
      }
    }
    before[0] = contents(pair.a);
    before[1] = contents(pair.b);
    const bool lossy = dice.chance(0.3);
    for (int tries = 0; tries < (lossy ? 12 : 1); ++tries) (void)pair.sync(lossy ? &dice : nullptr);
    if (lossy) (void)pair.sync();
    for (const Replica* replica : {&pair.a, &pair.b}) {
      const auto after = contents(*replica);
      for (const auto& [key, record] : newest) {
        const auto held = after.find(key);
        REQUIRE(held != after.end());
        REQUIRE(held->second == encode_record(record));
      }
      // What the other has no part in stays as it was.
      for (const auto& [key, copy] : after) {
        if (shared(pair, key)) continue;
        REQUIRE(before[replica->self].at(key) == copy);
      }
      differing += after != before[replica->self] ? 1 : 0;
    }
    check_roots(pair);
  }
  CHECK(differing > 0);
}

TEST_CASE(
    "after a sync both replicas hold every version that no other has seen (dotted versions)") {
  Dice dice(12);
  uint64_t beside = 0;
  for (uint64_t i = 0; i < test::cases(3000, 100'000); ++i) {
    Pair pair;
    pair.versions = Versions::dotted;
    pair.settings.depth = 1 + dice.below(2);
    OperationId next = 1;
    // By key: the write's own past, as a set of writes; and what each replica was told of.
    std::map<std::string, std::map<OperationId, std::set<OperationId>>> past;
    std::map<std::string, std::set<OperationId>> told[2];
    std::map<std::string, std::pair<std::string, std::set<OperationId>>> context;  // of a client
    const uint32_t writes = 1 + dice.below(25);
    for (uint32_t k = 0; k < writes; ++k) {
      const std::string key = key_of(dice.below(6));
      const uint32_t at = dice.below(2);
      Replica& replica = at == 0 ? pair.a : pair.b;
      std::optional<std::string> held;
      (void)replica.store.get(key, held);
      Siblings siblings = held ? Siblings::decode(*held) : Siblings::of(Versions::dotted);
      auto& [seen, seen_set] = context[key];
      if (held && dice.chance(0.6)) {  // the client reads here
        seen = siblings.context();
        for (const OperationId op : told[at][key]) {
          seen_set.insert(op);
          seen_set.insert(past[key][op].begin(), past[key][op].end());
        }
      } else if (dice.chance(0.3)) {
        seen.clear();
        seen_set.clear();
      }
      const OperationId op = next++;
      siblings.take({{op, op}, false, std::to_string(op)}, seen, replica.self, op, {});
      pair.keep(replica, key, siblings.encode());
      past[key][op] = seen_set;
      told[at][key].insert(op);
    }
    (void)pair.sync();
    for (const auto& [key, writes_of] : past) {
      const std::map<OperationId, std::set<OperationId>>& all = writes_of;
      if (!shared(pair, key)) continue;
      std::set<OperationId> known;
      for (const auto& [op, seen] : all) {
        if (told[0][key].contains(op) || told[1][key].contains(op)) known.insert(op);
      }
      std::set<OperationId> maximal;
      for (const OperationId op : known) {
        const bool replaced = std::any_of(known.begin(), known.end(), [&](OperationId other) {
          return all.at(other).contains(op);
        });
        if (!replaced) maximal.insert(op);
      }
      beside += maximal.size() > 1 ? 1 : 0;
      for (const Replica* replica : {&pair.a, &pair.b}) {
        std::optional<std::string> held;
        replica->store.peek(key, held);
        REQUIRE(held);
        std::set<OperationId> kept;
        for (const Record& record : versions_in(*held, Versions::dotted)) {
          kept.insert(record.version.operation);
        }
        REQUIRE(kept == maximal);
      }
    }
    check_roots(pair);
  }
  CHECK(beside > 0);
}

TEST_CASE(
    "equal replicas compare one hash, and one difference costs a path and two more messages") {
  Pair pair;
  for (uint32_t k = 0; k < 2000; ++k) {
    const std::string copy = encode_record({{1, k}, false, "v"});
    pair.keep(pair.a, key_of(k), copy);
    pair.keep(pair.b, key_of(k), copy);
  }
  CHECK(pair.sync() == 2);
  uint32_t changed = 0;
  while (!shared(pair, key_of(changed))) ++changed;
  pair.keep(pair.b, key_of(changed), encode_record({{2, 1}, false, "w"}));
  // The root, and each of three levels; then the copies.
  CHECK(pair.sync() == 2 * 4 + 2);
  check_roots(pair);
  CHECK(pair.sync() == 2);
}

TEST_CASE("a machine compares with those with whom it shares keys that it has") {
  Pair pair;
  CHECK(pair.a.trees.partners(pair.a.context(pair.membership, pair.settings)).empty());
  bool with_b = false;
  bool with_c = false;
  for (uint32_t k = 0; k < 50; ++k) {
    pair.keep(pair.a, key_of(k), encode_record({{1, k}, false, "v"}));
    with_b = with_b || share(pair.membership.ring(0), token_of(key_of(k)), 2, 0, 1);
    with_c = with_c || share(pair.membership.ring(0), token_of(key_of(k)), 2, 0, 2);
  }
  REQUIRE(with_b);
  REQUIRE(with_c);
  CHECK(pair.a.trees.partners(pair.a.context(pair.membership, pair.settings)) ==
        std::vector<Endpoint>({1, 2}));
}

TEST_CASE("two live replicas go on comparing while a third is silent and not yet taken for dead") {
  // C is asked four times, for 15 seconds in all: longer than the ten from round to round. Whose
  // turn comes meanwhile keeps it.
  const std::string text =
      R"({"cluster":{"nodes":3,"n":3,"w":1,"r":1,"coordinator":"any","gossip":{"every_ms":1000},
          "detector":{"kind":"timeout","timeout_ms":3600000},"anti_entropy":{"every_ms":10000}},
          "network":{"latency":{"profile":"constant","ms":1}},"upkeep_ms":1200000,
          "records":[{"key":"x","value":"0"}],"actions":[{"do":"crash","node":"C","at_ms":50000},
          {"do":"put","client":"c1","key":"x","value":"1","coordinator":"A","from":["A"],
           "at_ms":300000},
          {"do":"put","client":"c1","key":"y","value":"1","coordinator":"B","from":["B"],
           "at_ms":700000}]})";
  const Scenario scenario = test::scenario_of(text);
  const Script script(scenario.actions);
  class Diary : public Observer {
   public:
    std::map<std::pair<Endpoint, Endpoint>, uint32_t> compares;  // first tries, by (from, to)
    void on_send(uint32_t, const Message& message, uint64_t now_us, uint64_t, uint64_t) override {
      if (message.kind != MessageKind::compare || message.attempt != 0) return;
      if (now_us >= 100'000'000) ++compares[{message.from, message.to}];
    }
  };
  Diary diary;
  World world(std::make_shared<const Stage>(scenario.setup), 1);
  const auto holds = [&](Endpoint machine, const std::string& key) {
    const auto held = world.machines()[machine].node.versions_of(key, Versions::lww);
    return !held.empty() && held.front().value == "1";
  };
  // Each of the two comes to the other every third round.
  (void)run(world, script, diary, 301'000'000);
  CHECK(holds(0, "x"));
  CHECK_FALSE(holds(1, "x"));
  (void)run(world, script, diary, 332'000'000);
  CHECK(holds(1, "x"));
  (void)run(world, script, diary, 732'000'000);
  CHECK(holds(0, "y"));
  (void)run(world, script, diary, 1'000'000'000);
  for (Endpoint one = 0; one < 2; ++one) {
    CHECK_FALSE(world.machines()[one].node.healing().is_down(2));
    const auto other = static_cast<Endpoint>(1 - one);
    CHECK(diary.compares[{one, 2}] >= 29);
    CHECK(diary.compares[{one, 2}] <= 31);
    CHECK(diary.compares[{one, other}] >= 29);
    CHECK(diary.compares[{one, other}] <= 31);
  }
}

}  // namespace anti_entropy_test
