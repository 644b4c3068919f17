// LSM trees and tiers as the stores of simulated machines: the same answers as the hash table
// gives, the disk's time, crashes, copies, and a machine's directory.
#include <fstream>

#include "cluster/replicated_log.h"
#include "command.h"
#include "lab/batch.h"
#include "lab/json.h"
#include "lab/session.h"
#include "lab/views.h"
#include "lsm.h"
#include "random_runs.h"
#include "store/posix_env.h"

namespace machine_stores_test {

using namespace systemsim;
using test::scenario_of;

std::string hash_of(const Scenario& scenario) {
  Observer nobody;
  return test::run_whole(scenario, nobody).trace().sha256();
}

// A run of puts long enough to flush and compact on each machine.
std::string busy(const std::string& more, const std::string& cluster = "") {
  return R"({"cluster":{"nodes":3,"store":"lsm")" + cluster +
         R"(},"workload":{"clients":4,"duration_ms":4000,"think_ms":2,"read_share":0.3,
            "keys":400,"value_bytes":200})" +
         more + "}";
}

// Against a map, through crashes, with a copy now and then; watch(store) before each crash.
template <class Engine, class Make, class Watch>
void answers_as_a_map_does(Make make, Watch watch) {
  for (const uint32_t sync_every : {1U, 7U}) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      test::Dice dice(seed);
      Engine store = make(sync_every);
      std::vector<std::map<std::string, std::string>> history(1);  // after each write
      std::optional<Engine> snapshot;
      size_t snapshot_at = 0;
      const uint32_t steps = 3000;
      for (uint32_t i = 0; i < steps; ++i) {
        const std::string key = "k" + std::to_string(dice.below(300));
        auto pairs = history.back();
        if (dice.chance(0.2)) {
          (void)store.erase(key);
          pairs.erase(key);
        } else {
          const std::string value = test::random_bytes(dice, dice.below(300));
          const StoreCost cost = store.put(key, value);
          CHECK(cost.bytes_written > key.size() + value.size());
          pairs[key] = value;
        }
        history.push_back(std::move(pairs));
        std::optional<std::string> held;
        const std::string other = "k" + std::to_string(dice.below(300));
        (void)store.get(other, held);
        const auto expected = history.back().find(other);
        REQUIRE(held.has_value() == (expected != history.back().end()));
        if (held) REQUIRE(*held == expected->second);
        if (dice.below(500) == 0) {
          snapshot = store;
          snapshot_at = history.size() - 1;
        }
        if (dice.below(700) == 0) {
          watch(store);
          store.crash();
          const auto left = store.everything();  // while it is down
          CHECK((store.restart().bytes_read > 0 || left.empty()));
          REQUIRE(store.everything() == left);
          const std::map<std::string, std::string> now(left.begin(), left.end());
          // What was acknowledged, but for the last few writes where not each is synced.
          size_t lost = 0;
          while (lost < sync_every && now != history[history.size() - 1 - lost]) ++lost;
          REQUIRE(lost < sync_every);
          history.resize(history.size() - lost);
        }
        if (history.size() > 2000) {
          if (snapshot_at < 1000) snapshot.reset();
          history.erase(history.begin(), history.begin() + 1000);
          snapshot_at -= std::min<size_t>(snapshot_at, 1000);
        }
      }
      if (snapshot && snapshot_at < history.size()) {
        const auto then = snapshot->everything();
        const std::map<std::string, std::string> pairs(then.begin(), then.end());
        CHECK(pairs == history[snapshot_at]);
      }
    }
  }
}

TEST_CASE("a tree answers as a map does, through crashes, and its copies are snapshots") {
  uint64_t compactions = 0;
  answers_as_a_map_does<LsmStore>(
      [](uint32_t sync_every) { return LsmStore(sync_every); },
      [&](const LsmStore& tree) { compactions += tree.report().compactions; });
  CHECK(compactions > 20);
}

TEST_CASE("so do tiers") {
  uint64_t hits = 0;
  uint64_t misses = 0;
  answers_as_a_map_does<TierStore>([](uint32_t sync_every) { return TierStore(5000, sync_every); },
                                   [&](const TierStore& tiers) {
                                     CHECK(tiers.report().memory_bytes <= 5000);
                                     hits += tiers.report().hits;
                                     misses += tiers.report().misses;
                                   });
  CHECK(hits > 1000);
  CHECK(misses > 1000);
}

TEST_CASE("where the disk takes no time, runs on trees and on tiers are those on hash tables") {
  const auto moves = [](const Action& action) {
    return action.kind == Action::Kind::join || action.kind == Action::Kind::leave;
  };
  uint32_t compared = 0;
  const uint64_t seeds = test::cases(100, 3000);
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    Scenario scenario = test::random_run(seed);
    // A range that moves is read in the order of the store, and a message's digest shows it.
    if (std::any_of(scenario.actions.begin(), scenario.actions.end(), moves)) continue;
    scenario.setup.disk = DiskModel::none;
    const std::string hash = hash_of(scenario);
    CAPTURE(seed);
    for (const StoreEngine engine : {StoreEngine::lsm, StoreEngine::tiers}) {
      scenario.setup.cluster.store = {.engine = engine, .memory_bytes = 10};
      REQUIRE(hash_of(scenario) == hash);
    }
    ++compared;
  }
  CHECK(compared > seeds / 3);
}

TEST_CASE("the disk's time is in the trace, and another store's is another trace") {
  const std::string tree = hash_of(scenario_of(busy(R"(,"disk":"hdd")")));
  CHECK(tree != hash_of(scenario_of(busy(""))));
  Scenario table = scenario_of(busy(R"(,"disk":"hdd")"));
  table.setup.cluster.store.engine = StoreEngine::hash;
  CHECK(tree != hash_of(table));
}

TEST_CASE("flushes and compactions delay nobody but who comes before the last is over") {
  DiskQueue disk;
  const StoreCost plain = {.syncs = 1, .bytes_written = 1500};
  CHECK(disk.delay_us(DiskModel::hdd, plain, 1000) == 8010);
  StoreCost flush = plain;
  flush.background_places = 2;
  flush.background_bytes = 150'000;
  CHECK(disk.delay_us(DiskModel::hdd, flush, 1000) == 8010);
  CHECK(disk.background_until_us() == 1000 + 16'000 + 1000);
  CHECK(disk.delay_us(DiskModel::hdd, plain, 5000) == 8010);
  CHECK(disk.delay_us(DiskModel::hdd, flush, 5000) == 8010 + 13'000);
  CHECK(disk.background_until_us() == 18'000 + 17'000);
  CHECK(disk.delay_us(DiskModel::hdd, flush, 100'000) == 8010);
  // Switched on again, it answers nobody before its log is read.
  disk.start(DiskModel::hdd, {.seeks = 2, .bytes_read = 300}, 200'000);
  CHECK(disk.ready_us() == 216'002);
  CHECK(disk.delay_us(DiskModel::hdd, plain, 210'000) == 8010 + 6002);
  CHECK(disk.delay_us(DiskModel::none, plain, 300'000) == 0);
}

TEST_CASE("a machine that comes back answers when its log is read") {
  const auto answered_ms = [](const std::string& disk) {
    const Scenario scenario =
        scenario_of(R"({"cluster":{"nodes":1,"store":"lsm"},"disk":")" + disk +
                    R"(","network":{"latency":{"profile":"constant","ms":0.01}},
        "actions":[{"do":"put","client":"c1","key":"x","value":"1","at_ms":0},
                   {"do":"crash","node":"A","at_ms":100},{"do":"restart","node":"A","at_ms":200},
                   {"do":"get","client":"c1","key":"x","at_ms":200}]})");
    RunLog log(scenario.setup);
    (void)test::run_whole(scenario, log);
    const Operation& read = log.operations().back().operation;
    CHECK(read.value == "1");
    return static_cast<double>(read.end_us - read.begin_us) / 1000.0;
  };
  CHECK(answered_ms("none") == 0.02);
  CHECK(answered_ms("hdd") > 4 * 8.0);  // CURRENT, manifest, log; the new ones
  CHECK(answered_ms("ssd") > 4 * 0.1);
  CHECK(answered_ms("ssd") < answered_ms("hdd") / 50);
}

// One machine that holds a hundred kilobytes; a read at 2 s and the same at 3 s, in ms.
std::array<double, 2> two_reads(const std::string& store) {
  std::string records;
  for (int i = 0; i < 100; ++i) {
    records += (i > 0 ? "," : "") + (R"({"key":"k)" + std::to_string(i)) + R"(","value":")" +
               std::string(1000, 'v') + "\"}";
  }
  const Scenario scenario = scenario_of(R"({"cluster":{"nodes":1,)" + store + R"(},"disk":"hdd",
      "network":{"latency":{"profile":"constant","ms":1}},"records":[)" +
                                        records + R"(],
      "actions":[{"do":"get","client":"c1","key":"k5","at_ms":2000},
                 {"do":"get","client":"c1","key":"k5","at_ms":3000}]})");
  RunLog log(scenario.setup);
  (void)test::run_whole(scenario, log);
  std::array<double, 2> ms{};
  for (size_t i = 0; i < 2; ++i) {
    const Operation& read = log.operations()[i].operation;
    CHECK(read.value.size() == 1000);
    ms[i] = static_cast<double>(read.end_us - read.begin_us) / 1000.0;
  }
  return ms;
}

TEST_CASE("a read pays for the block that it needs, once") {
  const auto [cold, again] = two_reads(R"("store":"lsm")");
  CHECK(cold >= 2.0 + 8.0);  // a seek, and a block of about 4 KiB
  CHECK(cold < 2.0 + 8.1);
  CHECK(again == 2.0);
  const auto [tier, tier_again] = two_reads(R"("store":"tiers","memory_bytes":2000)");
  CHECK(tier >= 2.0 + 8.0);
  CHECK(tier < 2.0 + 8.1);
  CHECK(tier_again == 2.0);
  const auto [hash, hash_again] = two_reads(R"("store":"hash")");
  CHECK(hash == 2.0);
  CHECK(hash_again == 2.0);
}

TEST_CASE("the largest pair and many large siblings fit into each store") {
  const auto scenario_with = [](const std::string& store, const std::string& puts) {
    return scenario_of(R"({"cluster":{"nodes":3,"versions":"dotted",)" + store +
                       R"(},"actions":[)" + puts +
                       R"(,{"do":"get","client":"c1","key":"x","at_ms":2000}]})");
  };
  for (const std::string store :
       {R"("store":"hash")", R"("store":"lsm")", R"("store":"tiers","memory_bytes":100)"}) {
    std::string puts;
    for (int i = 0; i < 6; ++i) {
      puts += (i > 0 ? "," : "") +
              (R"({"do":"put","client":"c1","context":"none","key":"x","at_ms":)" +
               std::to_string(10 * i)) +
              R"(,"value":")" + std::string(10'238, 'a') + "\"}";
    }
    const Scenario scenario = scenario_with(store, puts);
    RunLog log(scenario.setup);
    (void)test::run_whole(scenario, log);
    CHECK(log.operations().back().operation.siblings.size() == 6);
  }
}

TEST_CASE("what a tree counts goes on through a crash") {
  LsmStore tree(1);
  std::optional<std::string> held;
  for (int i = 0; i < 300; ++i) (void)tree.put("k" + std::to_string(i), std::string(1000, 'v'));
  (void)tree.get("k5", held);
  const LsmReport before = tree.report();
  CHECK(before.user_bytes > 300'000);
  tree.crash();
  (void)tree.restart();
  (void)tree.put("k", "v");
  const LsmReport after = tree.report();
  CHECK(after.user_bytes == before.user_bytes + 2);
  CHECK(after.flushes >= before.flushes);
  CHECK(after.blocks_read == before.blocks_read);
  CHECK(after.table_bytes_written < 3 * after.user_bytes);
}

TEST_CASE("a cold value is read from the disk, a hot one is not") {
  const auto read_ms = [](uint32_t memory_bytes) {
    const Scenario scenario =
        scenario_of(R"({"cluster":{"nodes":1,"store":"tiers","memory_bytes":)" +
                    std::to_string(memory_bytes) + R"(},"disk":"hdd",
        "network":{"latency":{"profile":"constant","ms":1}},
        "actions":[{"do":"put","client":"c1","key":"x","value":"1","at_ms":0},
                   {"do":"get","client":"c1","key":"x","at_ms":200}]})");
    RunLog log(scenario.setup);
    const World world = test::run_whole(scenario, log);
    const Operation& read = log.operations().back().operation;
    CHECK(read.value == "1");
    const TierReport report = world.machines()[0].node.store().tiers()->report();
    CHECK(report.misses == (memory_bytes == 0 ? 1 : 0));
    return static_cast<double>(read.end_us - read.begin_us) / 1000.0;
  };
  CHECK(read_ms(1000) == 2.0);
  CHECK(read_ms(0) >= 10.0);
}

TEST_CASE("a log that is synced now and then loses what was acknowledged") {
  const auto lost = [](uint32_t sync_every) {
    uint32_t runs = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      Scenario scenario = scenario_of(R"({"cluster":{"nodes":1,"n":1,"store":"lsm"},
          "workload":{"duration_ms":400,"think_ms":5},
          "actions":[{"do":"crash","node":"A","at_ms":300},{"do":"restart","node":"A","at_ms":301}]})");
      scenario.setup.cluster.store.sync_every = sync_every;
      scenario.setup.seed = seed;
      const auto summary = run_batch(scenario, {});
      REQUIRE(summary.ok());
      runs += summary.value().find(R"("no_lost_write":{"state":"broken")") != std::string::npos;
    }
    return runs;
  };
  CHECK(lost(1) == 0);
  CHECK(lost(40) > 10);
}

TEST_CASE("an owner's tree pays for what its log applies") {
  ReplicatedLog log;
  LogEntry entry;
  entry.operation = 1;
  entry.key = "x";
  entry.verb = Verb::put;
  entry.value = "1";
  log.append(entry);
  ReplicatedLog same = log;
  Store table;
  Store tree({.engine = StoreEngine::lsm});
  CHECK(log.commit(1, table).syncs == 0);  // made anew from the log when it starts
  const StoreCost cost = same.commit(1, tree);
  CHECK(cost.syncs == 1);
  CHECK(cost.bytes_written > 0);

  // Nobody waits for what a follower applies; its disk is busy with it nevertheless.
  const Scenario scenario =
      scenario_of(R"({"cluster":{"mode":"single_owner","nodes":3,"store":"lsm"},
      "disk":"hdd","actions":[{"do":"put","client":"c1","key":"x","value":"1"},
                              {"do":"put","client":"c1","key":"x","value":"2","at_ms":200}]})");
  Observer nobody;
  const World world = test::run_whole(scenario, nobody);
  uint32_t busy_disks = 0;
  for (const World::Machine& machine : world.machines()) {
    busy_disks += machine.disk.background_until_us() > 0 ? 1 : 0;
  }
  CHECK(busy_disks == 2);
}

TEST_CASE("going back in a run on trees is exact") {
  Session session(scenario_of(busy(R"(,"disk":"ssd","actions":[
      {"do":"crash","node":"B","at_ms":1500},{"do":"restart","node":"B","at_ms":1700}])")));
  std::vector<std::string> digests;
  for (uint64_t position = 0; position <= 12'000; position += 3000) {
    (void)session.seek(position, -1);
    REQUIRE(session.position() == position);
    digests.push_back(walk(session.world()).digest());
  }
  CHECK(session.snapshots() > 2);
  for (size_t i = digests.size(); i > 0; --i) {
    (void)session.seek(3000 * (i - 1), -1);
    CHECK(walk(session.world()).digest() == digests[i - 1]);
  }
}

TEST_CASE("the view \"store\" tells how each machine's tree stands") {
  Session session(scenario_of(busy(R"(,"disk":"hdd")")));
  const auto machine = [&] {
    const auto stores = parse_json(view(session, "store").value());
    REQUIRE(stores.ok());
    CHECK(member(stores.value(), "engine")->text == "lsm");
    return member(stores.value(), "machines")->items.at(0);
  };
  Json first = machine();
  CHECK(member(first, "write_amplification")->type == Json::Type::null);
  CHECK(member(first, "levels")->items.empty());
  session.seek_time(3'900'000);
  first = machine();
  CHECK(member(first, "write_amplification")->number > 1.5);
  CHECK(member(first, "flushes")->number > 2);
  CHECK(!member(first, "levels")->items.empty());
  const LsmReport report = session.world().machines()[0].node.store().lsm()->report();
  CHECK(member(first, "memtable_entries")->number == static_cast<double>(report.memtable_entries));
  CHECK(member(first, "disk_bytes")->number == static_cast<double>(report.disk_bytes));
  Session table(scenario_of("{\"records\":[{\"key\":\"x\",\"value\":\"1\"}]}"));
  CHECK(view(table, "store").value().find("\"engine\":\"hash\"") != std::string::npos);
}

TEST_CASE("a machine's directory is a database that others open") {
  const test::TemporaryDirectory there;
  const std::string file = there.path + "/busy.json";
  std::ofstream(file) << busy(R"(,"disk":"ssd")");
  const auto run = [&](const std::string& what) {
    return test::systemsim_command("run '" + file + "' --export-node " + what).exit;
  };
  const std::string directory = there.path + "/B";
  REQUIRE(run("B '" + directory + "'") == 0);
  Observer nobody;
  const World world = test::run_whole(scenario_of(test::read_file(file)), nobody);
  store::PosixEnv env(directory);
  store::Options options;
  options.create = false;
  const auto expected = world.machines()[1].node.store().lsm()->everything();
  const test::Pairs pairs = test::pairs_of(env, test::open_db(env, options));
  CHECK(pairs == test::Pairs(expected.begin(), expected.end()));
  CHECK(pairs.size() > 100);
  // Not over what is there, not of a machine that is none, and not of a hash table.
  CHECK(run("B '" + directory + "'") == 2);
  const std::string other = there.path + "/other";
  CHECK(run("c1 '" + other + "'") == 2);
  CHECK(run("H '" + other + "'") == 2);
  CHECK(run("B") == 2);
  std::ofstream(file) << "{}";
  CHECK(run("B '" + other + "'") == 2);
  CHECK(!std::filesystem::exists(other));
}

TEST_CASE("what a scenario may say of its stores") {
  const auto complaint = [](const std::string& cluster) {
    const auto scenario = parse_scenario(R"({"cluster":{)" + cluster + "}}");
    return scenario.ok() ? "" : scenario.error().path + ": " + scenario.error().message;
  };
  CHECK(complaint(R"("store":"lsm","sync_every":5)").empty());
  CHECK(complaint(R"("store":"tiers","memory_bytes":0,"sync_every":5)").empty());
  CHECK(complaint(R"("store":"tiers")").find("/cluster/memory_bytes: missing") == 0);
  CHECK(complaint(R"("memory_bytes":10)").find("/cluster/memory_bytes: belongs") == 0);
  CHECK(complaint(R"("store":"tree")").find("/cluster/store: ") == 0);
  CHECK(complaint(R"("sync_every":5)").find("/cluster/sync_every: belongs to the stores") == 0);
  CHECK(complaint(R"("store":"lsm","sync_every":0)").find("/cluster/sync_every: ") == 0);
  CHECK(complaint(R"("store":"lsm","sync_every":2,"versions":"dotted")")
            .find("/cluster/sync_every") == 0);
  CHECK(complaint(R"("store":"lsm","sync_every":2,"mode":"single_owner")")
            .find("/cluster/sync_every") == 0);
  for (const std::string store : {R"("store":"lsm")", R"("store":"tiers","memory_bytes":77)"}) {
    const Scenario scenario = scenario_of(R"({"cluster":{)" + store + R"(,"sync_every":5}})");
    CHECK(scenario_of(write_scenario(scenario)).setup.cluster.store ==
          scenario.setup.cluster.store);
  }
}

}  // namespace machine_stores_test
