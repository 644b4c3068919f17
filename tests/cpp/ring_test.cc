#include "cluster/ring.h"

#include <cmath>
#include <set>

#include "cluster/ring_balance.h"
#include "support.h"

using namespace systemsim;

namespace {

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

RingBalance usual_balance(uint32_t nodes, uint32_t vnodes, uint32_t n, uint64_t ring_seed) {
  return balance_of({.vnodes = vnodes, .ring_seed = ring_seed, .weights = {}, .topology = {}},
                    first_machines(nodes), n);
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

TEST_CASE("a machine that joins moves only what it takes, about its fair share") {
  double moved = 0;
  const int rings = 2000;
  for (int seed = 0; seed < rings; ++seed) {
    const RingBalance balance = usual_balance(5, 16, 3, static_cast<uint64_t>(seed));
    CHECK(balance.moved_only_to_new);
    moved += balance.moved_on_join / rings;
  }
  // Mean 1/6; the share is Beta(16, 80) distributed: sd 0.0378 a ring, 3 sigma of the mean below.
  CHECK(std::abs(moved - 1.0 / 6.0) < 3 * 0.0378 / std::sqrt(rings));
}

TEST_CASE("how evenly points spread the keys follows the formula") {
  // FACTS: node share ~ Beta(V, V(N-1)); sd / mean = sqrt((N-1)/(N V + 1)).
  for (const auto& pair : {std::pair{10U, 1U}, {10U, 16U}, {10U, 100U}, {30U, 8U}}) {
    const uint32_t nodes = pair.first;
    const uint32_t vnodes = pair.second;
    double squares = 0;
    const int rings = 1500;
    for (int seed = 0; seed < rings; ++seed) {
      const double ratio =
          usual_balance(nodes, vnodes, 1, static_cast<uint64_t>(seed)).share_stddev_over_mean;
      squares += ratio * ratio / rings;
    }
    const double expected = std::sqrt((nodes - 1.0) / (nodes * vnodes + 1.0));
    CAPTURE(nodes);
    CAPTURE(vnodes);
    CHECK(std::sqrt(squares) == doctest::Approx(expected).epsilon(0.04));
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
