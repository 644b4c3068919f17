#include "cluster/dotted_versions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "support.h"

namespace dotted_versions_test {

using namespace systemsim;

namespace {

using Dots = DottedVersions::Entry;

constexpr Endpoint kA = 0;
constexpr Endpoint kB = 1;
constexpr Endpoint kC = 2;
constexpr Endpoint kX = 23;

Record v(const std::string& value, uint64_t stamp_us = 0) { return {{stamp_us, 0}, false, value}; }

std::vector<Record> values(const std::vector<std::string>& texts) {
  std::vector<Record> all;
  all.reserve(texts.size());
  for (const std::string& text : texts) all.push_back(v(text));
  return all;
}

DottedVersions set_of(std::vector<Dots> entries, std::vector<Record> fresh = {}) {
  return DottedVersions(std::move(entries), std::move(fresh));
}

// "a3[v3 v2] b1[] | v9": the entries with their values, then the fresh ones.
std::string text_of(const DottedVersions& set) {
  std::string text;
  const auto list = [&](const std::vector<Record>& records) {
    for (size_t i = 0; i < records.size(); ++i) {
      if (i > 0) text += ' ';
      text += records[i].value;
    }
  };
  for (const Dots& entry : set.entries()) {
    if (!text.empty()) text += ' ';
    text += static_cast<char>('a' + entry.server);
    text += std::to_string(entry.counter) + "[";
    list(entry.values);
    text += ']';
  }
  if (set.fresh().empty()) return text;
  text += " | ";
  list(set.fresh());
  return text;
}

DottedVersions taken(const DottedVersions& write, DottedVersions copy, Endpoint server) {
  copy.take(write, server);
  return copy;
}

DottedVersions synced(DottedVersions one, const DottedVersions& other) {
  one.sync(other);
  return one;
}

}  // namespace

// The cases below are those of ricardobcl/Dotted-Version-Vectors, src/dvvset.erl (3bb5b7b6).
TEST_CASE("what a client has seen is its entries without their values") {
  CHECK(text_of(DottedVersions(v("v1")).context()).empty());
  const DottedVersions a1 = taken(DottedVersions(v("v1")), {}, kA);
  CHECK(text_of(a1.context()) == "a1[]");
  const DottedVersions b1 = taken(a1.context().with(v("v2")), a1, kB);
  CHECK(text_of(b1.context()) == "a1[] b1[]");
}

TEST_CASE("a write replaces what its context had seen, and nothing else") {
  const DottedVersions a0 = taken(DottedVersions(v("v1")), {}, kA);
  CHECK(text_of(a0) == "a1[v1]");
  const DottedVersions a1 = taken(a0.context().with(v("v2")), a0, kA);
  CHECK(text_of(a1) == "a2[v2]");
  CHECK(text_of(taken(a1.context().with(v("v3")), a1, kB)) == "a2[] b1[v3]");
  CHECK(text_of(taken(a0.context().with(v("v4")), a1, kB)) == "a2[v2] b1[v4]");
  CHECK(text_of(taken(a0.context().with(v("v5")), a1, kA)) == "a3[v5 v2]");
}

TEST_CASE("the lost update of plain vectors: a write that had seen v1 keeps v2") {
  const DottedVersions a0 = taken(DottedVersions(v("v1")), {}, kA);
  const DottedVersions seen = a0.context();
  const DottedVersions a1 = taken(DottedVersions(v("v2")), a0, kA);
  CHECK(text_of(a1) == "a2[v2 v1]");
  CHECK(text_of(taken(seen.with(v("v3")), a1, kA)) == "a3[v3 v2]");
}

TEST_CASE("copies that meet keep what neither of them knows to be replaced, whichever asks") {
  const auto both = [](const DottedVersions& one, const DottedVersions& other) {
    CHECK(text_of(synced(one, other)) == text_of(synced(other, one)));
    return text_of(synced(one, other));
  };
  CHECK(both(set_of({{kA, 1, {}}}), set_of({{kA, 2, values({"v2", "v1"})}})) == "a2[v2]");
  const DottedVersions a3 = set_of({{kA, 2, {}}, {kB, 1, values({"v3"})}});
  const DottedVersions a4 = set_of({{kA, 2, {}}, {kB, 1, values({"v3"})}, {kC, 1, values({"v3"})}});
  CHECK(both(a4, a3) == "a2[] b1[v3] c1[v3]");
  CHECK(both(set_of({{kX, 1, {}}}), set_of({{kA, 1, values({"v1"})}})) == "a1[v1] x1[]");
  CHECK(both(set_of({{kA, 1, values({"v1"})}}), set_of({{kB, 1, values({"v2"})}})) ==
        "a1[v1] b1[v2]");
}

TEST_CASE("an event of a server is its next number") {
  const DottedVersions a = set_of({{kA, 1, values({"v1"})}});
  CHECK(text_of(taken(DottedVersions(v("v2")), a, kA)) == "a2[v2 v1]");
  CHECK(text_of(taken(DottedVersions(v("v2")), a, kB)) == "a1[v1] b1[v2]");
}

TEST_CASE("siblings are counted, those that no server has taken yet among them") {
  const DottedVersions set = set_of(
      {{kA, 4, values({"v5", "v0"})}, {kB, 0, {}}, {kC, 1, values({"v3"})}}, values({"v4", "v1"}));
  CHECK(set.count() == 5);
  CHECK(set.siblings().size() == 5);
}

TEST_CASE("the latest alone is kept, or a client's own value in place of all") {
  const auto number = [](uint64_t n) { return v(std::to_string(n), n); };
  const std::vector<Dots> entries = {
      {kA, 4, {number(5), number(2)}}, {kB, 1, {}}, {kC, 1, {number(3)}}};
  DottedVersions latest = set_of(entries);
  latest.keep_latest();
  CHECK(text_of(latest) == "a4[5] b1[] c1[]");
  latest = set_of(entries, {number(10), number(0)});
  latest.keep_latest();
  CHECK(text_of(latest) == "a4[] b1[] c1[] | 10");

  const auto sum = [](const DottedVersions& set) {
    uint64_t total = 0;
    for (const Record& sibling : set.siblings()) total += std::stoull(sibling.value);
    return v(std::to_string(total));
  };
  DottedVersions summed = set_of(entries);
  summed.reconcile(sum(summed));
  CHECK(text_of(summed) == "a4[] b1[] c1[] | 10");
  summed = set_of(entries, {number(10), number(0)});
  summed.reconcile(sum(summed));
  CHECK(text_of(summed) == "a4[] b1[] c1[] | 20");
}

// The oracle: a copy knows a set of events, and holds those of them that nobody has replaced, as
// far as it knows.
TEST_CASE(
    "random runs (100 000 with SYSTEMSIM_LONG=1): siblings are exactly the values that nobody had "
    "seen and replaced") {
  struct Copy {
    DottedVersions set;
    std::set<uint32_t> known;
    std::set<uint32_t> held;
  };
  struct Client {
    DottedVersions context;
    std::set<uint32_t> seen;
  };
  test::Dice dice(20'100'525);
  uint64_t several = 0;
  uint64_t replaced = 0;
  const uint64_t runs = test::cases(20'000, 100'000);
  for (uint64_t run = 0; run < runs; ++run) {
    constexpr uint32_t kServers = 3;
    constexpr uint32_t kClients = 3;
    std::vector<Copy> copies(kServers);
    std::vector<Client> clients(kClients);
    uint32_t next = 0;
    const uint32_t steps = 4 + dice.below(16);
    for (uint32_t step = 0; step < steps; ++step) {
      const auto server = static_cast<Endpoint>(dice.below(kServers));
      Copy& copy = copies[server];
      Client& client = clients[dice.below(kClients)];
      const uint32_t what = dice.below(3);
      if (what == 0) {  // a read
        client.context = copy.set.context();
        client.seen = copy.known;
      } else if (what == 1) {  // a write
        const uint32_t event = next++;
        copy.set.take(client.context.with({{0, event}, false, std::to_string(event)}), server);
        for (const uint32_t seen : client.seen) replaced += copy.held.erase(seen);
        copy.held.insert(event);
        copy.known.insert(client.seen.begin(), client.seen.end());
        copy.known.insert(event);
      } else {  // two copies meet, one way
        const Copy& other = copies[dice.below(kServers)];
        copy.set.sync(other.set);
        std::set<uint32_t> held;
        for (const uint32_t event : copy.held) {
          if (other.known.count(event) == 0 || other.held.count(event) == 1) held.insert(event);
        }
        for (const uint32_t event : other.held) {
          if (copy.known.count(event) == 0 || copy.held.count(event) == 1) held.insert(event);
        }
        copy.held = held;
        copy.known.insert(other.known.begin(), other.known.end());
      }
      std::set<uint32_t> siblings;
      for (const Record& sibling : copy.set.siblings()) siblings.insert(sibling.version.operation);
      several += siblings.size() > 1;
      if (siblings != copy.held || copy.set.count() != copy.held.size()) {
        CAPTURE(run);
        CAPTURE(step);
        CHECK(siblings == copy.held);
        return;
      }
    }
  }
  CHECK(several > runs);
  CHECK(replaced > runs / 10);
}

}  // namespace dotted_versions_test
