// Idle time that is skipped: nobody is told of the rounds in it, and the state afterwards is that
// of the run in which they are told.
#include <array>
#include <set>
#include <vector>

#include "base/archive.h"
#include "lab/session.h"
#include "lab/views.h"
#include "support.h"

namespace idle_test {

using namespace systemsim;

namespace {

// A machine is away for hours or days, and something is written meanwhile.
std::string away(bool skips, const std::string& hours, const std::string& more = "") {
  return R"({"seed":5,"cluster":{"nodes":5,"n":3,"w":2,"r":2,"coordinator":"any","gossip":{"every_ms":60000},
      "hints":{},"anti_entropy":{"every_ms":600000})" +
         more + R"(},"skip_idle":)" + (skips ? "true" : "false") + R"(,"settle_ms":3600000,
      "records":[{"key":"a","value":"1"},{"key":"b","value":"2"},{"key":"c","value":"3"}],
      "upkeep_ms":)" +
         hours + R"(00000,"actions":[{"do":"crash","node":"C","at_ms":7200000},
      {"do":"put","client":"c1","key":"a","value":"4","at_ms":7300000},
      {"do":"put","client":"c1","key":"b","value":"5","at_ms":20000000},
      {"do":"delete","client":"c1","key":"c","at_ms":20000500},
      {"do":"restart","node":"C","at_ms":)" +
         hours + R"(00000},{"do":"get","client":"c2","key":"a","at_ms":)" + hours + R"(00001}]})";
}

// All but what is told of a run: its positions, and the numbers of its messages.
struct State {
  std::vector<std::string> machines;
  uint64_t now_us = 0;
  std::vector<std::string> answers;
};

State end_of(const std::string& text, uint64_t& told, uint64_t& skipped) {
  const Scenario scenario = test::scenario_of(text);
  test::Watch watch;
  const World world = test::run_whole(scenario, watch);
  State state;
  for (const World::Machine& machine : world.machines()) {
    state.machines.push_back(walk(machine).digest());
  }
  state.now_us = world.now_us();
  for (const Operation& operation : watch.list.operations()) {
    state.answers.push_back(std::to_string(operation.id) + " " + name_of(operation.outcome) + " " +
                            operation.value + " " + std::to_string(operation.end_us));
  }
  told = world.position();
  skipped = world.skipped();
  return state;
}

}  // namespace

TEST_CASE("the state after skipped idle time is that of the run in which nothing is skipped") {
  for (const char* more : {"", R"(,"gc_grace_ms":3600000)", R"(,"sloppy":true)"}) {
    for (const char* hours : {"288", "900"}) {
      CAPTURE(more);
      CAPTURE(hours);
      uint64_t told = 0;
      uint64_t skipped = 0;
      uint64_t all = 0;
      uint64_t none = 0;
      const State quick = end_of(away(true, hours, more), told, skipped);
      const State slow = end_of(away(false, hours, more), all, none);
      CHECK(quick.machines == slow.machines);
      CHECK(quick.answers == slow.answers);
      CHECK(quick.now_us == slow.now_us);
      CHECK(none == 0);
      CHECK(skipped + told == all);
      CHECK(told < all / 10);
    }
  }
}

namespace {

// The digest of a part of the state, without what is told of messages: their numbers and digests.
class Untold {
 public:
  template <class... Members>
  void operator()(const Members&... members) {
    (one(members), ...);
  }
  std::string digest() const { return archive_.digest(); }

 private:
  template <class T>
  void one(const T& member) {
    archive_(member);
  }
  template <class T>
  void all(const std::vector<T>& list) {
    archive_(list.size());
    for (const T& item : list) one(item);
  }
  void one(const std::vector<World::Machine>& machines) { all(machines); }
  void one(const World::Machine& machine) { World::Machine::visit(machine, *this); }
  void one(const std::vector<Event>& stalled) { all(stalled); }
  void one(const Event& event) {
    archive_(event.kind, event.message, event.sent_us, event.incarnation, event.timer, event.index);
  }
  void one(const Doors& doors) { Doors::visit(doors, *this); }
  void one(const std::vector<Doors::Kept>& kept) { all(kept); }
  void one(const Doors::Kept& kept) { Doors::Kept::visit(kept, *this); }
  // What is left to happen, in the order in which it will.
  void one(const EventQueue& queue) {
    for (EventQueue left = queue; !left.empty();) {
      archive_(left.top_time_us());
      one(left.pop());
    }
  }

  StateArchive archive_;
};

// The parts of a world, as its visit() has them.
constexpr std::array kPartNames = {
    "seed",         "time",     "position", "w",       "r",        "next timed action",
    "next message", "machines", "clients",  "network", "queue",    "doors",
    "trace",        "changes",  "waiting",  "lock",    "activity", "rests"};

class Parts {
 public:
  explicit Parts(const World& world) {
    World::visit(world, *this);
    REQUIRE(digests_.size() == kPartNames.size());
  }
  template <class... Members>
  void operator()(const Members&... members) {
    (add(members), ...);
  }
  // The first that is not the other's; empty: there is none.
  std::string differs_from(const Parts& other) const {
    static const std::set<std::string> kTold = {"position", "next message", "trace"};
    for (size_t i = 0; i < kPartNames.size(); ++i) {
      if (!kTold.contains(kPartNames[i]) && digests_[i] != other.digests_[i]) return kPartNames[i];
    }
    return "";
  }

 private:
  template <class T>
  void add(const T& member) {
    Untold part;
    part(member);
    digests_.push_back(part.digest());
  }

  std::vector<std::string> digests_;
};

struct Compared {
  std::string difference;  // the first, and when; empty: there is none
  uint64_t skipped = 0;
  uint64_t all = 0;
};

// Two runs of a scenario, one that skips and one that does not, looked at at all these times and at
// their end.
Compared compare(const std::string& text, const std::vector<uint64_t>& times_us) {
  Scenario scenario = test::scenario_of(text);
  const Script script(scenario.actions);
  scenario.setup.skip_idle = true;
  World quick(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  scenario.setup.skip_idle = false;
  World slow(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  test::Watch quick_watch;
  test::Watch slow_watch;
  Compared compared;
  const auto look = [&](uint64_t us) {
    (void)run(quick, script, quick_watch, us);
    (void)run(slow, script, slow_watch, us);
    const std::string part = Parts(quick).differs_from(Parts(slow));
    if (part.empty() || !compared.difference.empty()) return;
    compared.difference = part + " at " + std::to_string(us) + " us";
  };
  for (const uint64_t us : times_us) look(us);
  look(Limits::kTimeUs);
  const auto& quick_calls = quick_watch.list.operations();
  const auto& slow_calls = slow_watch.list.operations();
  REQUIRE(quick_calls.size() == slow_calls.size());
  for (size_t i = 0; i < quick_calls.size(); ++i) {
    const Operation& one = quick_calls[i];
    const Operation& other = slow_calls[i];
    const bool same = one.id == other.id && one.outcome == other.outcome &&
                      one.value == other.value && one.found == other.found &&
                      one.begin_us == other.begin_us && one.end_us == other.end_us &&
                      one.answered == other.answered && one.siblings == other.siblings;
    if (!same && compared.difference.empty()) compared.difference = "answer " + std::to_string(i);
  }
  CHECK(slow.skipped() == 0);
  CHECK(quick.skipped() + quick.position() == slow.position());
  compared.skipped = quick.skipped();
  compared.all = slow.position();
  return compared;
}

// What goes wrong, and what ends it; each but for its time.
struct Trouble {
  const char* name;
  const char* begins;
  const char* ends;
};
const std::vector<Trouble> kTroubles = {
    {"crash", R"("do":"crash","node":"C")", R"("do":"restart","node":"C")"},
    {"losses and copies", R"("do":"set","loss":0.2,"duplicates":0.2)",
     R"("do":"set","loss":0,"duplicates":0)"},
    {"spikes", R"("do":"set","spikes":{"share":0.3,"ms":9000})",
     R"("do":"set","spikes":{"share":0,"ms":0})"},
    {"pause", R"("do":"pause","node":"B")", R"("do":"resume","node":"B")"},
    {"pause that ends in a crash", R"("do":"pause","node":"D")", R"("do":"crash","node":"D")"},
    {"partition", R"("do":"partition","groups":[["A","B","c1"],["C","D","E","c2"]])",
     R"("do":"heal")"},
    {"one way", R"("do":"partition","one_way":true,"groups":[["A","B","C","c1"],["D","E","c2"]])",
     R"("do":"heal")"},
    {"slow machine", R"("do":"slow","node":"E","ms":50000)", R"("do":"slow","node":"E","ms":0)"},
    {"slow link", R"("do":"link","between":["A","E"],"ms":40000)",
     R"("do":"link","between":["A","E"],"ms":0)"},
    {"lost disk", R"("do":"lose_disk","node":"C")", R"("do":"restart","node":"C")"},
    {"join", R"("do":"join","node":"F")", R"("do":"leave","node":"F")"},
    {"leave", R"("do":"leave","node":"B")", R"("do":"join","node":"B")"},
    {"wrong clock", R"("do":"skew","node":"A","skew_ms":7200000,"drift_ppm":500)",
     R"("do":"skew","node":"A","skew_ms":0)"},
    {"held", R"("do":"hold","to":"E")", R"("do":"release","to":"E")"},
    {"repair", R"("do":"repair","node":"A")", R"("do":"repair","node":"C")"},
};

constexpr uint64_t kHourMs = 3'600'000;

// These troubles, each at one of the first hours and ended some hours later, among calls; and the
// times at which it is worthwhile to look.
std::string among(const std::vector<Trouble>& troubles, test::Dice& dice, const std::string& more,
                  std::vector<uint64_t>& times_us) {
  const uint32_t seed = dice.below(1000);
  const uint32_t ring_seed = dice.below(100);
  std::string text = R"({"seed":)" + std::to_string(seed) +
                     R"(,"cluster":{"nodes":5,"n":3,"w":2,"r":2,"ring_seed":)" +
                     std::to_string(ring_seed) +
                     R"(,"retries":1,"anti_entropy":{"every_ms":600000},)" + more +
                     R"(,"settle_ms":5400000,"upkeep_ms":36000000,
      "records":[{"key":"a","value":"1"},{"key":"b","value":"2"},{"key":"c","value":"3"}],
      "actions":[)";
  bool first = true;
  const auto add = [&](const std::string& action, uint64_t at_ms) {
    text += (first ? "{" : ",{") + action + R"(,"at_ms":)" + std::to_string(at_ms) + "}";
    first = false;
    for (const uint64_t later_us : {0, 900, 5'000, 100'000, 60'000'000}) {
      times_us.push_back(at_ms * 1000 + later_us);
    }
  };
  for (const Trouble& trouble : troubles) {
    const uint64_t at_ms = kHourMs + dice.below(3 * kHourMs);
    add(trouble.begins, at_ms);
    add(trouble.ends, at_ms + 60'000 + dice.below(4 * kHourMs));
  }
  for (uint32_t i = 0; i < 16; ++i) {
    std::string call = R"(,"client":")";
    call.append(dice.chance(0.5) ? "c1" : "c2").append(R"(","key":")");
    call.append(1, static_cast<char>('a' + dice.below(3))).append("\"");
    const uint64_t at_ms = kHourMs / 2 + dice.below(11 * kHourMs);
    const double kind = dice.unit();
    if (kind < 0.5) {
      add(R"("do":"put","value":"v)" + std::to_string(i) + "\"" + call, at_ms);
    } else {
      add((kind < 0.7 ? R"("do":"delete")" : R"("do":"get")") + call, at_ms);
    }
  }
  for (int i = 0; i < 20; ++i) times_us.push_back(uint64_t{dice.below(15 * kHourMs)} * 1000);
  std::sort(times_us.begin(), times_us.end());
  return text + "]}";
}

bool loses_disk(const Trouble& trouble) {
  return std::string(trouble.begins).find("lose_disk") != std::string::npos;
}

void check_same(const std::vector<Trouble>& troubles, test::Dice& dice, const std::string& more,
                Compared& sum) {
  std::vector<uint64_t> times_us;
  const std::string text = among(troubles, dice, more, times_us);
  const Compared compared = compare(text, times_us);
  CHECK_MESSAGE(compared.difference.empty(), compared.difference << ": " << text);
  sum.skipped += compared.skipped;
  sum.all += compared.all;
}

// The rest of a cluster, and what follows it.
const std::vector<std::string> kClusters = {
    R"("coordinator":"any","gossip":{"every_ms":60000},"hints":{}})",
    R"("coordinator":"any","gossip":{"every_ms":60000},"hints":{},"gc_grace_ms":3600000,
       "read_repair":"background"},
       "workload":{"clients":3,"duration_ms":30000000,"think_ms":1500000,"keys":5})",
    R"("coordinator":"any","gossip":{"every_ms":60000},"hints":{},"sloppy":true},"disk":"hdd")",
    R"("coordinator":"outside","gossip":{"every_ms":60000,"spread":"multicast"}})",
    R"("coordinator":"replica","gossip":{"every_ms":60000,"spread":"push","fanout":2},"hints":{},
       "sloppy":true,"versions":"dotted","detector":{"kind":"timeout","timeout_ms":200000}})"};

// The next of them; where a disk is lost not the last, whose versions do not bear that.
const std::string& cluster_of(uint64_t number, bool disk_is_lost) {
  return kClusters[number % (kClusters.size() - (disk_is_lost ? 1 : 0))];
}

}  // namespace

TEST_CASE(
    "whatever goes wrong, skipped time leaves machines, clients, network and queue the same") {
  test::Dice dice(31);
  for (const Trouble& trouble : kTroubles) {
    CAPTURE(std::string(trouble.name));
    Compared sum;
    for (uint64_t i = 0; i < test::cases(5, 200); ++i) {
      check_same({trouble}, dice, cluster_of(i, loses_disk(trouble)), sum);
    }
    CHECK(sum.skipped > sum.all / 4);
  }
}

TEST_CASE("a round in which hints find other machines, because theirs has left, is not skipped") {
  // Each side keeps hints for the other, which it takes for dead. As soon as they can speak to each
  // other B leaves, before anybody has heard of anybody.
  for (const std::string by :
       {R"("client":"c1","coordinator":"B")", R"("client":"c2","coordinator":"C")"}) {
    std::string writes;
    for (int i = 0; i < 12; ++i) {
      writes.append(R"(,{"do":"put","value":"v","at_ms":5400000,)")
          .append(by)
          .append(R"(,"key":"k)");
      writes.append(std::to_string(i)).append("\"}");
    }
    const Compared compared = compare(
        R"({"cluster":{"nodes":5,"n":3,"w":1,"r":1,"coordinator":"any","gossip":{"every_ms":60000},
          "hints":{}},"settle_ms":5400000,"upkeep_ms":36000000,
          "actions":[{"do":"partition","groups":[["A","B","c1"],["C","D","E","c2"]],
           "at_ms":3600000},{"do":"leave","node":"B","at_ms":7200000},{"do":"heal","at_ms":7320000})" +
            writes + "]}",
        {5'500'000'000, 7'320'500'000, 7'500'000'000, 9'000'000'000});
    CHECK(compared.difference.empty());
    CHECK(compared.skipped > compared.all / 2);
  }
}

TEST_CASE("several troubles at once, or a nemesis, leave the same after skipped time, too") {
  test::Dice dice(32);
  Compared sum;
  // What is on its way for long comes to a door that was closed meanwhile.
  const auto named = [](const std::string& name) {
    const auto at = std::find_if(kTroubles.begin(), kTroubles.end(),
                                 [&](const Trouble& trouble) { return trouble.name == name; });
    REQUIRE(at != kTroubles.end());
    return *at;
  };
  for (uint64_t i = 0; i < test::cases(8, 200); ++i) {
    check_same({named("slow machine"), named("held")}, dice, cluster_of(i, false), sum);
  }
  for (uint64_t i = 0; i < test::cases(40, 5000); ++i) {
    std::vector<Trouble> several;
    for (uint32_t k = 2 + dice.below(4); k > 0; --k) {
      several.push_back(kTroubles[dice.below(static_cast<uint32_t>(kTroubles.size()))]);
    }
    const bool lossy = std::any_of(several.begin(), several.end(), loses_disk);
    check_same(several, dice, cluster_of(i, lossy), sum);
  }
  for (const char* mix : {"all-and-clocks", "all-and-disks", "machines", "network"}) {
    CAPTURE(std::string(mix));
    for (uint64_t i = 0; i < test::cases(5, 500); ++i) {
      check_same(
          {}, dice,
          cluster_of(i, mix[0] == 'a') +
              R"(,"nemesis":{"from_ms":3600000,"until_ms":36000000,"every_ms":900000,"mix":")" +
              mix + "\"}",
          sum);
    }
  }
  CHECK(sum.skipped > sum.all / 4);
  MESSAGE(sum.skipped << " of " << sum.all << " events were skipped");
}

TEST_CASE(
    "ten days go by in a few thousand events that are told, whoever asks for how much at once") {
  const std::string text = away(true, "8640");
  uint64_t told = 0;
  uint64_t skipped = 0;
  (void)end_of(text, told, skipped);
  CHECK(told < 3000);
  CHECK(skipped > 100'000);
  // A session that goes in small steps of time, or of events, or back and forth, has the same hash.
  Session whole(test::scenario_of(text));
  whole.step(Session::kNoBound, Session::kNoBound);
  const std::string hash = whole.world().trace().sha256();
  Session parts(test::scenario_of(text));
  for (uint64_t us = 0; parts.next_us(); us += 3'600'000'000ULL) parts.step(Session::kNoBound, us);
  CHECK(parts.world().trace().sha256() == hash);
  CHECK(parts.position() == whole.position());
  test::Dice dice(4);
  for (int i = 0; i < 30; ++i) {
    const uint64_t position = dice.below(static_cast<uint32_t>(whole.position()));
    REQUIRE(parts.seek(position, -1).ok());
    CHECK(parts.position() == position);
    const std::string here = walk(parts.world()).digest();
    parts.seek_time(parts.now_us() + dice.below(1'000'000'000));
    REQUIRE(parts.seek(position, -1).ok());
    CHECK(walk(parts.world()).digest() == here);
    parts.seek_time(uint64_t{dice.below(10'000)} * 86'400'000);
  }
  parts.seek_time(Limits::kTimeUs);
  CHECK(parts.world().trace().sha256() == hash);
  CHECK(walk(parts.world()).digest() == walk(whole.world()).digest());
}

TEST_CASE("rounds end some time after the last thing that was done, and come again with the next") {
  Session session(test::scenario_of(
      R"({"cluster":{"nodes":3,"gossip":{"every_ms":1000}},"settle_ms":10000,
          "actions":[{"do":"heal","at_ms":5000}]})"));
  session.step(Session::kNoBound, Session::kNoBound);
  CHECK(session.now_us() < 17'000'000);
  CHECK_FALSE(session.next_us());
  REQUIRE(session.apply(R"({"do":"crash","node":"B","at_ms":60000})").ok());
  session.step(Session::kNoBound, Session::kNoBound);
  CHECK(session.now_us() > 69'000'000);
  CHECK(session.now_us() < 72'000'000);
}

}  // namespace idle_test
