#include "cluster/ring.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "cluster/ring_balance.h"
#include "support.h"

namespace ring_test {

using namespace systemsim;

namespace {

RingSettings settings_of(uint32_t vnodes, uint64_t ring_seed) {
  RingSettings settings;
  settings.vnodes = vnodes;
  settings.ring_seed = ring_seed;
  return settings;
}

// Clockwise from the key, by definition: sort all points by their distance ahead of the token.
std::vector<Endpoint> walk_by_distance(const Ring& ring, Token token, uint32_t n) {
  std::vector<std::pair<uint64_t, Endpoint>> ahead;
  for (const Ring::Point& point : ring.points()) {
    ahead.emplace_back(static_cast<uint64_t>(point.token) - static_cast<uint64_t>(token),
                       point.node);
  }
  std::sort(ahead.begin(), ahead.end());
  std::vector<Endpoint> list;
  for (const auto& [distance, node] : ahead) {
    if (list.size() < n && std::find(list.begin(), list.end(), node) == list.end())
      list.push_back(node);
  }
  return list;
}

// The same for racks and data centres, by ranks instead of by walking: in each round a machine is
// taken when, put behind all machines that are nearer, it raises how many could be taken from them.
std::vector<Endpoint> walk_by_rank(const Ring& ring, Token token, uint32_t n) {
  const RingSettings& settings = ring.settings();
  const Topology& topology = settings.topology;
  const auto near = walk_by_distance(ring, token, UINT32_MAX);
  const uint32_t share = (n + topology.data_centres - 1) / topology.data_centres;
  std::vector<Endpoint> list;
  for (const bool different_racks : {true, false}) {
    if (different_racks && !settings.skip_same_rack) continue;
    const auto rank = [&](const std::set<Endpoint>& machines) {
      std::map<uint32_t, std::set<uint32_t>> in_centre;
      for (const Endpoint node : machines) {
        in_centre[node % topology.data_centres].insert(
            different_racks ? node / topology.data_centres % topology.racks : node);
      }
      size_t total = 0;
      for (const auto& [centre, places] : in_centre)
        total += std::min<size_t>(share, places.size());
      return total;
    };
    std::set<Endpoint> seen(list.begin(), list.end());
    for (const Endpoint node : near) {
      const size_t without = rank(seen);
      if (!seen.insert(node).second) continue;
      if (rank(seen) > without) list.push_back(node);
    }
  }
  for (const Endpoint node : near) {
    if (std::find(list.begin(), list.end(), node) == list.end()) list.push_back(node);
  }
  list.resize(std::min<size_t>(n, list.size()));
  return list;
}

// Each machine's share, by the ranges that end in its points. Machines 0 .. .
std::vector<double> shares(const Ring& ring) {
  std::vector<double> share(ring.members().size(), 0.0);
  Token before = ring.points().back().token;
  for (const Ring::Point& point : ring.points()) {
    share[point.node] +=
        static_cast<double>(static_cast<uint64_t>(point.token) - static_cast<uint64_t>(before)) *
        0x1p-64;
    before = point.token;
  }
  return share;
}

// Standard deviation over mean, of shares that sum to one; divisor: how many there are.
double spread(const std::vector<double>& share) {
  double squares = 0;
  const auto count = static_cast<double>(share.size());
  for (const double one : share) squares += (one * count - 1) * (one * count - 1);
  return std::sqrt(squares / count);
}

// Of the mean of `draws` values of a Beta(a, b) distribution.
double beta_sd(double a, double b, int draws) {
  return std::sqrt(a * b / ((a + b) * (a + b) * (a + b + 1)) / draws);
}

RingBalance usual_balance(uint32_t nodes, uint32_t vnodes, uint32_t n, uint64_t ring_seed) {
  return balance_of(settings_of(vnodes, ring_seed), first_machines(nodes), n);
}

}  // namespace

TEST_CASE("a key's copies lie on the first n distinct machines clockwise from the key") {
  test::Dice dice(3);
  for (int i = 0; i < 3000; ++i) {
    const uint32_t nodes = 1 + dice.below(12);
    const Ring ring(nodes, 1 + dice.below(20), dice.next());
    const auto token = static_cast<Token>(dice.next());
    const uint32_t n = 1 + dice.below(nodes);
    const auto list = ring.preference_list(token, n);
    CHECK(list == walk_by_distance(ring, token, n));
    CHECK(std::set<Endpoint>(list.begin(), list.end()).size() == n);
  }
}

TEST_CASE("a point owns the range up to and including its own token") {
  const Ring ring(5, 16, 1);
  const auto& points = ring.points();
  for (size_t i = 0; i < points.size(); ++i) {
    CHECK(ring.preference_list(points[i].token, 1).front() == points[i].node);
    const Ring::Point& next = points[(i + 1) % points.size()];
    CHECK(ring.preference_list(points[i].token + 1, 1).front() == next.node);
  }
}

TEST_CASE("racks and data centres: the list is what a slow definition says, on random rings") {
  test::Dice dice(11);
  int racks_told_apart = 0;
  int shares_told_apart = 0;
  for (int i = 0; i < 4000; ++i) {
    RingSettings settings = settings_of(1 + dice.below(6), dice.next() >> 12);
    settings.topology = {.racks = 1 + dice.below(4), .data_centres = 1 + dice.below(4)};
    settings.skip_same_rack = dice.chance(0.7);
    std::vector<Endpoint> members;
    for (Endpoint machine = 0; machine < 14; ++machine) {
      if (dice.chance(0.6)) members.push_back(machine);
    }
    if (members.empty()) members.push_back(3);
    const Ring ring(settings, members);
    const auto token = static_cast<Token>(dice.next());
    const uint32_t n = 1 + dice.below(static_cast<uint32_t>(members.size()));
    const auto list = ring.preference_list(token, n);
    REQUIRE(list == walk_by_rank(ring, token, n));
    const auto near = walk_by_distance(ring, token, n);
    racks_told_apart += settings.skip_same_rack && list != near ? 1 : 0;
    shares_told_apart += !settings.skip_same_rack && list != near ? 1 : 0;
  }
  CHECK(racks_told_apart > 500);
  CHECK(shares_told_apart > 100);
}

TEST_CASE("with enough racks no two copies share one, and no data centre has more than its share") {
  RingSettings settings = settings_of(16, 1);
  settings.skip_same_rack = true;
  settings.topology = {.racks = 2, .data_centres = 2};
  const Ring ring(settings, first_machines(12));
  test::Dice dice(12);
  for (int i = 0; i < 2000; ++i) {
    const auto list = ring.preference_list(static_cast<Token>(dice.next()), 3);
    std::set<uint32_t> racks;
    uint32_t in_first = 0;
    for (const Endpoint node : list) {
      racks.insert(settings.topology.rack_of(node));
      in_first += settings.topology.data_centre_of(node) == 0 ? 1 : 0;
    }
    CHECK(racks.size() == 3);
    CHECK((in_first == 1 || in_first == 2));
  }
}

TEST_CASE("a machine's share of the keys is in proportion to its weight") {
  const std::vector<double> weights = {1, 1, 2, 0.5};  // the fifth, beyond the list, weighs 1
  const double points[] = {16, 16, 32, 8, 16};
  double mean[5] = {};
  const int rings = 4000;
  for (int seed = 0; seed < rings; ++seed) {
    RingSettings settings = settings_of(16, static_cast<uint64_t>(seed));
    settings.weights = weights;
    const Ring ring(settings, first_machines(5));
    const auto share = shares(ring);
    for (size_t i = 0; i < 5; ++i) mean[i] += share[i] / rings;
  }
  for (size_t i = 0; i < 5; ++i) {
    CAPTURE(i);
    CHECK(std::abs(mean[i] - points[i] / 88) < 3 * beta_sd(points[i], 88 - points[i], rings));
  }
}

TEST_CASE("a join moves one key in N + 1 on average over 1000 joins, and only to the newcomer") {
  test::Dice dice(13);
  for (const auto& [nodes, vnodes] : {std::pair{5U, 16U}, {10U, 1U}, {10U, 16U}, {24U, 8U}}) {
    const int joins = 1000;
    const int keys = 500;
    double moved = 0;
    bool only_to_the_newcomer = true;
    for (int join = 0; join < joins; ++join) {
      const uint64_t seed = dice.next() >> 12;
      const Ring before(nodes, vnodes, seed);
      const Ring after(nodes + 1, vnodes, seed);
      for (int key = 0; key < keys; ++key) {
        const Token token = token_of("key" + std::to_string(dice.next()));
        const Endpoint owner = after.preference_list(token, 1).front();
        if (owner == before.preference_list(token, 1).front()) continue;
        moved += 1.0 / (joins * keys);
        only_to_the_newcomer = only_to_the_newcomer && owner == nodes;
      }
    }
    // What moves is the newcomer's share, Beta(V, V N); then keys are sampled.
    const double p = 1.0 / (nodes + 1);
    const double sd =
        std::hypot(beta_sd(vnodes, vnodes * nodes, joins), std::sqrt(p * (1 - p) / (joins * keys)));
    const uint32_t machines = nodes;
    const uint32_t points = vnodes;
    CAPTURE(machines);
    CAPTURE(points);
    CHECK(std::abs(moved - p) < 3 * sd);
    CHECK(only_to_the_newcomer);
  }
}

TEST_CASE("where a key's machine is hash mod N, one more machine moves N keys in N + 1") {
  const uint32_t keys = 100'000;
  for (const uint32_t nodes : {1U, 2U, 5U, 10U, 37U, 999U}) {
    // hash mod N = hash mod (N + 1) for N of the N (N + 1) remainders that decide it.
    const double p = nodes / (nodes + 1.0);
    CAPTURE(nodes);
    CHECK(std::abs(moved_by_modulo(nodes, keys) - p) < 3 * std::sqrt(p * (1 - p) / keys));
  }
}

TEST_CASE("how evenly points spread the keys follows the formula: eight pairs, 4000 rings each") {
  // FACTS: node share ~ Beta(V, V(N-1)); sd / mean = sqrt((N-1)/(N V + 1)).
  for (const auto& [nodes, vnodes] : {std::pair{10U, 1U},
                                      {10U, 16U},
                                      {10U, 100U},
                                      {10U, 256U},
                                      {30U, 8U},
                                      {5U, 64U},
                                      {100U, 1U},
                                      {100U, 16U}}) {
    double squares = 0;
    const int rings = 4000;
    for (int seed = 0; seed < rings; ++seed) {
      const double ratio = spread(shares(Ring(nodes, vnodes, static_cast<uint64_t>(seed))));
      squares += ratio * ratio / rings;
    }
    const double expected = std::sqrt((nodes - 1.0) / (nodes * vnodes + 1.0));
    const uint32_t machines = nodes;
    const uint32_t points = vnodes;
    CAPTURE(machines);
    CAPTURE(points);
    CAPTURE(squares);
    CHECK(std::abs(std::sqrt(squares) / expected - 1) < 0.03);
  }
}

TEST_CASE("the balance of a ring is what its points' ranges add up to") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const RingBalance balance = usual_balance(7, 9, 3, seed);
    const auto share = shares(Ring(7, 9, seed));
    for (size_t i = 0; i < 7; ++i) CHECK(balance.share[i] == doctest::Approx(share[i]));
    CHECK(balance.share_stddev_over_mean == doctest::Approx(spread(share)));
    CHECK(balance.moved_only_to_new);
    // Machine 7's points are the same, so it takes what it has afterwards.
    CHECK(balance.moved_on_join == doctest::Approx(shares(Ring(8, 9, seed))[7]));
  }
}

TEST_CASE("page 03: the busiest and the idlest of ten servers") {
  struct Page {
    uint32_t vnodes;
    double busiest;
    double idlest;
    double within;
  };
  // With one point: 1 + 1/2 + ... + 1/10 and 1/10, exactly.
  for (const Page& page :
       {Page{1, 2.929, 0.1, 0.03}, {16, 1.42, 0.65, 0.01}, {256, 1.10, 0.91, 0.005}}) {
    double busiest = 0;
    double idlest = 0;
    const int rings = 4000;
    for (uint64_t seed = 0; seed < rings; ++seed) {
      const auto share = shares(Ring(10, page.vnodes, seed));
      busiest += *std::max_element(share.begin(), share.end()) * 10 / rings;
      idlest += *std::min_element(share.begin(), share.end()) * 10 / rings;
    }
    CAPTURE(page.vnodes);
    CAPTURE(busiest);
    CAPTURE(idlest);
    CHECK(std::abs(busiest - page.busiest) < page.within);
    CHECK(std::abs(idlest - page.idlest) < page.within);
  }
}

TEST_CASE("page 03: the eleventh server moves 91 % of the keys by modulo, 9 % on the ring") {
  CHECK(moved_by_modulo(10, 100'000) == doctest::Approx(0.91).epsilon(0.005));
  for (const uint32_t vnodes : {1U, 16U}) {
    double moved = 0;
    double givers = 0;
    const int rings = 4000;
    for (uint64_t seed = 0; seed < rings; ++seed) {
      const RingBalance balance = usual_balance(10, vnodes, 1, seed);
      moved += balance.moved_on_join / rings;
      givers += static_cast<double>(balance.givers_on_join) / rings;
      if (vnodes == 1) CHECK(balance.givers_on_join == 1);
    }
    CAPTURE(givers);
    CHECK(std::abs(moved - 1.0 / 11) < 3 * beta_sd(vnodes, 10 * vnodes, rings));
    // A machine gives nothing when each of its V points falls behind one of the others' 9 V among
    // the 10 V that are not its own, the newcomer's V with them.
    double gives_nothing = 1;
    for (uint32_t i = 0; i < vnodes; ++i) {
      gives_nothing *= static_cast<double>(9 * vnodes + i) / (10 * vnodes + i);
    }
    CHECK(std::abs(givers - 10 * (1 - gives_nothing)) < 0.06);
  }
}

TEST_CASE("shares of a ring sum to one, and equal what counting keys finds") {
  const RingBalance balance = usual_balance(7, 8, 3, 11);
  const Ring ring(7, 8, 11);
  std::vector<int> counted(7, 0);
  const int keys = 200'000;
  for (int i = 0; i < keys; ++i) {
    ++counted[ring.preference_list(token_of("key" + std::to_string(i)), 1).front()];
  }
  double sum = 0;
  for (size_t i = 0; i < 7; ++i) {
    sum += balance.share[i];
    CHECK(counted[i] / static_cast<double>(keys) ==
          doctest::Approx(balance.share[i]).epsilon(0.03));
  }
  CHECK(sum == doctest::Approx(1.0));
  CHECK(usual_balance(1, 1, 1, 1).max_over_mean == doctest::Approx(1.0));
}

}  // namespace ring_test
