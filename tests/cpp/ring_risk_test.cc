#include "cluster/ring_risk.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "lab/ring_report.h"
#include "support.h"

namespace ring_risk_test {

using namespace systemsim;

namespace {

RingSettings settings_of(uint32_t vnodes, uint64_t ring_seed) {
  RingSettings settings;
  settings.vnodes = vnodes;
  settings.ring_seed = ring_seed;
  return settings;
}

Ring ring_of(uint32_t nodes, uint32_t vnodes, uint64_t seed, uint32_t racks = 1) {
  RingSettings settings = settings_of(vnodes, seed);
  settings.topology.racks = racks;
  return Ring(settings, first_machines(nodes));
}

// The sets of machines that hold something, with the share of the keys that each holds.
struct Held {
  std::set<Endpoint> machines;
  double share = 0;
};

std::vector<Held> held_by(const Ring& ring, uint32_t n) {
  std::vector<Held> all;
  Token before = ring.points().back().token;
  for (const Ring::Point& point : ring.points()) {
    const auto list = ring.preference_list(point.token, n);
    const double share =
        static_cast<double>(static_cast<uint64_t>(point.token) - static_cast<uint64_t>(before)) *
        0x1p-64;
    all.push_back({{list.begin(), list.end()}, share});
    before = point.token;
  }
  return all;
}

struct Losses {
  double chance = 0;
  double share = 0;
};

// What every choice of `dead` among all members (at most 20) loses, by trying them all.
Losses try_all(const Ring& ring, uint32_t n, uint32_t dead) {
  const auto held = held_by(ring, n);
  const auto& members = ring.members();
  Losses losses;
  int tried = 0;
  for (uint32_t mask = 0; mask < 1U << members.size(); ++mask) {
    std::set<Endpoint> gone;
    for (size_t i = 0; i < members.size(); ++i) {
      if ((mask >> i & 1) != 0) gone.insert(members[i]);
    }
    if (gone.size() != dead) continue;
    ++tried;
    bool lost = false;
    for (const Held& one : held) {
      if (!std::includes(gone.begin(), gone.end(), one.machines.begin(), one.machines.end())) {
        continue;
      }
      lost = true;
      losses.share += one.share;
    }
    losses.chance += lost ? 1 : 0;
  }
  return {losses.chance / tried, losses.share / tried};
}

double binomial(uint32_t count, uint32_t size) {
  return std::round(std::exp(std::lgamma(count + 1.0) - std::lgamma(size + 1.0) -
                             std::lgamma(count - size + 1.0)));
}

}  // namespace

TEST_CASE("ring risk: chance and share of what is lost are what trying all dead machines finds") {
  test::Dice dice(21);
  for (int i = 0; i < 150; ++i) {
    RingSettings settings = settings_of(1 + dice.below(5), dice.next() >> 12);
    settings.topology.racks = 1 + dice.below(3);
    settings.skip_same_machine = dice.chance(0.5);
    settings.skip_same_rack = dice.chance(0.5);
    std::vector<Endpoint> members;
    for (Endpoint machine = 0; machine < 12; ++machine) {
      if (dice.chance(0.7)) members.push_back(machine);
    }
    if (members.empty()) members.push_back(5);
    const Ring ring(settings, members);
    const auto count = static_cast<uint32_t>(members.size());
    const uint32_t n = 1 + dice.below(std::min(count, 4U));
    const uint32_t dead = 1 + dice.below(count);
    const RingRisk risk = risk_of(ring, n, dead);
    const Losses losses = try_all(ring, n, dead);
    CAPTURE(i);
    CHECK(risk.loss_draws == 0);
    CHECK(risk.loss_chance == doctest::Approx(losses.chance));
    CHECK(risk.loss_expected == doctest::Approx(losses.share));
    std::set<std::set<Endpoint>> sets;
    double fewer = 0;
    for (const Held& one : held_by(ring, n)) {
      sets.insert(one.machines);
      fewer += one.machines.size() < n ? one.share : 0;
    }
    CHECK(risk.replica_sets == sets.size());
    CHECK(risk.fewer_machines == doctest::Approx(fewer));
    const double formula = 1 - std::pow(1 - (dead < n ? 0 : binomial(dead, n)) / binomial(count, n),
                                        static_cast<double>(ring.points().size()));
    CHECK(risk.loss_chance_formula == doctest::Approx(formula));
  }
}

TEST_CASE("ring risk: which copies share a rack or a data centre is counted key by key") {
  RingSettings settings = settings_of(8, 5);
  settings.topology = {.racks = 2, .data_centres = 2};
  const Ring ring(settings, first_machines(10));
  const RingRisk risk = risk_of(ring, 2, 2);
  test::Dice dice(22);
  const int keys = 100'000;
  double one_rack = 0;
  double one_data_centre = 0;
  for (int i = 0; i < keys; ++i) {
    const auto list = ring.preference_list(static_cast<Token>(dice.next()), 2);
    one_data_centre += list[0] % 2 == list[1] % 2 ? 1.0 / keys : 0;
    one_rack += list[0] % 4 == list[1] % 4 ? 1.0 / keys : 0;
  }
  // Two copies in two data centres: one in each.
  CHECK(risk.one_data_centre == 0);
  CHECK(one_data_centre == 0);
  CHECK(risk.one_rack == 0);
  settings.topology = {.racks = 4, .data_centres = 1};
  const Ring flat(settings, first_machines(10));
  one_rack = 0;
  for (int i = 0; i < keys; ++i) {
    const auto list = flat.preference_list(static_cast<Token>(dice.next()), 2);
    one_rack += list[0] % 4 == list[1] % 4 ? 1.0 / keys : 0;
  }
  const RingRisk flat_risk = risk_of(flat, 2, 2);
  CHECK(flat_risk.one_data_centre == 1);
  CHECK(std::abs(flat_risk.one_rack - one_rack) < 3 * std::sqrt(one_rack * (1 - one_rack) / keys));
}

TEST_CASE("ring risk: drawn sets of dead machines agree with the exact chance") {
  // Three dead of 50 are 19 600 sets; that the chance is exact there, with whole lists, is tried
  // above. Without skipping the same machine a list may be shorter, and sets are drawn.
  const Ring whole = ring_of(50, 16, 3);
  RingSettings settings = whole.settings();
  settings.skip_same_machine = false;
  const Ring short_lists(settings, first_machines(50));
  const RingRisk drawn = risk_of(short_lists, 3, 3);
  CHECK(drawn.loss_draws == kRiskDraws);
  std::vector<std::set<Endpoint>> sets;
  for (const Held& one : held_by(short_lists, 3)) sets.push_back(one.machines);
  int lost = 0;
  int tried = 0;
  for (Endpoint a = 0; a < 50; ++a) {
    for (Endpoint b = 0; b < a; ++b) {
      for (Endpoint c = 0; c < b; ++c) {
        const std::set<Endpoint> gone = {a, b, c};
        ++tried;
        lost += std::any_of(sets.begin(), sets.end(), [&](const std::set<Endpoint>& set) {
          return std::includes(gone.begin(), gone.end(), set.begin(), set.end());
        });
      }
    }
  }
  const double exact = static_cast<double>(lost) / tried;
  CHECK(std::abs(drawn.loss_chance - exact) < 3 * std::sqrt(exact * (1 - exact) / kRiskDraws));
  CHECK(risk_of(whole, 3, 3).loss_draws == 0);
  CHECK(risk_of(whole, 3, 4).loss_draws == kRiskDraws);
  // The same ring, the same draws.
  CHECK(risk_of(short_lists, 3, 3).loss_chance == drawn.loss_chance);
}

TEST_CASE("page 04: twelve machines in three racks, 16 points each") {
  double fewer = 0;
  double one_rack = 0;
  const int rings = 2000;
  for (uint64_t seed = 0; seed < rings; ++seed) {
    RingSettings settings = settings_of(16, seed);
    settings.topology.racks = 3;
    one_rack += risk_of(Ring(settings, first_machines(12)), 3, 3).one_rack / rings;
    settings.skip_same_rack = true;
    CHECK(risk_of(Ring(settings, first_machines(12)), 3, 3).one_rack == 0);
    settings.skip_same_rack = false;
    settings.skip_same_machine = false;
    fewer += risk_of(Ring(settings, first_machines(12)), 3, 3).fewer_machines / rings;
  }
  // The next two of 191 points are of two other machines; the next two of 11 machines are the
  // other three of the rack.
  CHECK(fewer == doctest::Approx(1 - 176.0 / 191 * 160.0 / 190).epsilon(0.02));
  CHECK(one_rack == doctest::Approx(3.0 / 11 * 2 / 10).epsilon(0.03));
}

TEST_CASE("page 04: more points lose something more often, and the same share on average") {
  struct Page {
    uint32_t vnodes;
    double chance;
    double within;
  };
  for (const Page& page : {Page{1, 0.0074, 0.0001}, {16, 0.102, 0.002}, {256, 0.82, 0.01}}) {
    double chance = 0;
    double formula = 0;
    const uint64_t rings = page.vnodes == 256 ? 50 : 500;
    for (uint64_t seed = 0; seed < rings; ++seed) {
      const RingRisk risk = risk_of(ring_of(30, page.vnodes, seed), 3, 3);
      chance += risk.loss_chance / static_cast<double>(rings);
      formula += risk.loss_chance_formula / static_cast<double>(rings);
      CHECK(risk.loss_draws == 0);
      CHECK(risk.loss_expected == doctest::Approx(1.0 / 4060));
    }
    CAPTURE(page.vnodes);
    CHECK(std::abs(chance - page.chance) < page.within);
    // Nearly independent draws; neighbours that share a list make it less.
    CHECK(std::abs(chance / formula - 1) < 0.1);
    if (page.vnodes > 1) CHECK(chance < formula);
  }
}

}  // namespace ring_risk_test
