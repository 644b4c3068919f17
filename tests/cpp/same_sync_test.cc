// What the lab runs is what the cluster does: two machines of a simulated world compare and repair
// what they share, and the lab's method "tree" over the same two stores asks for the same nodes in
// the same order, finds the same leaves and repairs the same keys.
#include <array>
#include <map>
#include <set>

#include "cluster/anti_entropy.h"
#include "lab/sync_run.h"
#include "support.h"

namespace same_sync_test {

using namespace systemsim;

namespace {

using Contents = std::map<std::string, std::string>;

Contents contents(const Store& store) {
  Contents all;
  store.for_each([&](std::string_view key, std::string_view copy) {
    all.emplace(std::string(key), std::string(copy));
  });
  return all;
}

Contents contents(const TokenStore& store) {
  Contents all;
  store.for_each([&](Token, std::string_view key, std::string_view copy) {
    all.emplace(std::string(key), std::string(copy));
  });
  return all;
}

TokenStore token_store(const Contents& all) {
  TokenStore store;
  for (const auto& [key, copy] : all) store.put(key, copy);
  return store;
}

// The keys that are held otherwise than before.
std::set<std::string> changed(const Contents& before, const Contents& after) {
  std::set<std::string> keys;
  for (const auto& [key, copy] : after) {
    const auto at = before.find(key);
    if (at == before.end() || at->second != copy) keys.insert(key);
  }
  return keys;
}

// What A asks of B, and the leaves that it repairs.
struct Asked {
  std::vector<MerkleRequest> nodes;
  std::vector<uint32_t> leaves;
};

class Diary : public Observer {
 public:
  Asked asked;
  void on_send(uint32_t, const Message& message, uint64_t, uint64_t, uint64_t) override {
    if (message.from != 0) return;
    if (message.kind == MessageKind::compare) asked.nodes.push_back(message.tidings->request);
    if (message.kind != MessageKind::sync) return;
    for (const MerkleRun& run : message.tidings->request.runs) {
      for (uint32_t i = 0; i < run.count; ++i) asked.leaves.push_back(run.first + i);
    }
  }
};

// Two machines that hold everything. Some writes reach one of them alone; long after, and long
// before their first round, A repairs.
constexpr uint64_t kRepairMs = 60'000;

std::string drifting(test::Dice& dice) {
  const uint32_t fan_out = 1U << (1 + dice.below(4));
  const uint32_t keys = 1 + dice.below(150);
  std::string text = R"({"cluster":{"nodes":2,"n":2,"w":1,"r":1,"coordinator":"any","versions":")";
  text += dice.chance(0.5) ? "lww" : "dotted";
  text += R"(","anti_entropy":{"every_ms":1000000000,"fan_out":)" + std::to_string(fan_out) +
          R"(,"depth":)" + std::to_string(1 + dice.below(3)) +
          R"(}},"network":{"latency":{"profile":"constant","ms":1}},"records":[)";
  for (uint32_t k = 0; k < keys; ++k) {
    text +=
        (k > 0 ? "," : "") + std::string(R"({"key":"k)") + std::to_string(k) + R"(","value":"0"})";
  }
  text += R"(],"actions":[)";
  const uint32_t writes = dice.below(40);
  for (uint32_t i = 0; i < writes; ++i) {
    const std::string side = dice.chance(0.5) ? "A" : "B";
    const bool deletes = dice.chance(0.2);
    text += std::string(R"({"do":")") + (deletes ? "delete" : "put") +
            R"(","client":"c1","key":"k)" + std::to_string(dice.below(keys + 10)) + R"(",)" +
            (deletes ? "" : R"("value":"v)" + std::to_string(i) + R"(",)");
    for (const char* part : {R"("coordinator":")", R"(","from":[")"}) (text += part) += side;
    text += R"("],"at_ms":)";
    text += std::to_string(1000 + 100 * i) + "},";
  }
  return text + R"({"do":"repair","node":"A","at_ms":)" + std::to_string(kRepairMs) + "}]}";
}

}  // namespace

TEST_CASE("a run of the lab asks for, finds and repairs what the cluster's anti-entropy does") {
  uint64_t repaired = 0;
  uint64_t asked_several = 0;
  const uint64_t count = test::cases(200, 2000);
  for (uint64_t i = 0; i < count; ++i) {
    test::Dice dice(i);
    const Scenario scenario = test::scenario_of(drifting(dice));
    const Script script(scenario.actions);
    World world(std::make_shared<const Stage>(scenario.setup), i);
    Diary diary;
    (void)run(world, script, diary, kRepairMs * 1000 - 1);
    REQUIRE(diary.asked.nodes.empty());
    const std::array before = {contents(world.machines()[0].node.store()),
                               contents(world.machines()[1].node.store())};
    (void)run(world, script, diary, (kRepairMs + 1000) * 1000);

    const ClusterSettings& cluster = scenario.setup.cluster;
    SyncPair pair{{SyncReplica(cluster.calls.versions, token_store(before[0])),
                   SyncReplica(cluster.calls.versions, token_store(before[1]))},
                  {},
                  {}};
    SyncSettings settings;
    settings.shape = cluster.healing.anti_entropy.shape();
    SyncRun lab(pair, settings, {});
    while (!lab.finished()) lab.step();
    Asked asked;
    for (const SyncRun::Sent& sent : lab.sent()) {
      const SyncMessage& message = sent.message;
      if (message.part == SyncPart::compare) asked.nodes.push_back(message.nodes);
      if (message.part != SyncPart::compared || message.nodes.level != settings.shape.depth)
        continue;
      asked.leaves.insert(asked.leaves.end(), message.differing.begin(), message.differing.end());
    }

    CAPTURE(i);
    REQUIRE(diary.asked.nodes.size() == asked.nodes.size());
    for (size_t at = 0; at < asked.nodes.size(); ++at) {
      REQUIRE(diary.asked.nodes[at].level == asked.nodes[at].level);
      REQUIRE(diary.asked.nodes[at].runs == asked.nodes[at].runs);
    }
    REQUIRE(diary.asked.leaves == asked.leaves);
    for (size_t side = 0; side < 2; ++side) {
      const Contents after = contents(world.machines()[side].node.store());
      const Contents in_lab = contents(pair.replicas[side].store());
      REQUIRE(changed(before[side], after) == changed(before[side], in_lab));
      REQUIRE(after == in_lab);
      repaired += changed(before[side], after).size();
    }
    asked_several += asked.nodes.size() > 1 ? 1 : 0;
  }
  // In proportion: under the sanitizers there are fewer worlds.
  CHECK(repaired > count / 2);
  CHECK(asked_several > count / 20);
}

}  // namespace same_sync_test
