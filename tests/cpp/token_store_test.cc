// A store in the order of tokens against a map.
#include "cluster/token_store.h"

#include <map>

#include "merkle_replica.h"
#include "support.h"

namespace token_store_test {

using namespace systemsim;

namespace {

struct Twin {
  TokenStore store;
  std::map<std::string, std::string> held;

  void check(const TokenRange& range) const {
    std::map<std::string, std::string> found;
    uint64_t before = 0;
    bool first = true;
    store.for_each(range, [&](Token token, std::string_view key, std::string_view copy) {
      CHECK(token == token_of(key));
      CHECK(range.holds(token));
      CHECK((first || range.offset(token) >= before));
      before = range.offset(token);
      first = false;
      CHECK(found.emplace(key, copy).second);
    });
    std::map<std::string, std::string> wanted;
    for (const auto& [key, copy] : held) {
      if (range.holds(token_of(key))) wanted.emplace(key, copy);
    }
    CHECK(found == wanted);
    CHECK(store.size() == held.size());
  }
};

}  // namespace

TEST_CASE("a store in the order of tokens holds what a map holds, range by range") {
  test::Dice dice(3);
  std::vector<Twin> twins(1);
  for (int i = 0; i < 4000; ++i) {
    Twin& twin = twins[dice.below(static_cast<uint32_t>(twins.size()))];
    const std::string key = "key" + std::to_string(dice.below(500));
    if (dice.chance(0.3)) {
      twin.store.erase(key);
      twin.held.erase(key);
    } else {
      const std::string copy(dice.below(40), static_cast<char>('a' + dice.below(26)));
      twin.store.put(key, copy);
      twin.held[key] = copy;
    }
    const std::string other = "key" + std::to_string(dice.below(500));
    const auto at = twin.held.find(other);
    CHECK(twin.store.get(other) ==
          (at == twin.held.end() ? std::nullopt : std::optional(at->second)));
    // A copy is a snapshot: what is done to one does not touch the other.
    if (dice.chance(0.002)) twins.push_back(Twin(twin));
    if (i % 100 == 0) {
      for (const Twin& each : twins) {
        each.check(test::merkle::kRanges[dice.below(test::merkle::kRanges.size())]);
        each.check({static_cast<Token>(dice.next()), static_cast<Token>(dice.next())});
      }
    }
  }
  CHECK(twins.size() > 3);
}

TEST_CASE("what is loaded at once lies below what is written later") {
  std::map<uint64_t, std::string> order;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = "key" + std::to_string(i);
    order.emplace(TokenRange().offset(token_of(key)), key);
  }
  TokenLoader loader;
  Twin twin;
  for (const auto& [offset, key] : order) {
    loader.add(token_of(key), key, "loaded " + std::string(200, 'x'));
    twin.held[key] = "loaded " + std::string(200, 'x');
  }
  twin.store = loader.finish();
  CHECK(twin.store.disk_bytes() > 4'000'000);  // two tables and more
  const Twin before = twin;
  test::Dice dice(5);
  for (int i = 0; i < 3000; ++i) {
    const std::string key = "key" + std::to_string(dice.below(25'000));
    if (dice.chance(0.3)) {
      twin.store.erase(key);
      twin.held.erase(key);
    } else {
      twin.store.put(key, "written");
      twin.held[key] = "written";
    }
  }
  twin.check({});
  before.check({});
  twin.check({1'000'000'007, -1'000'000'009});
}

}  // namespace token_store_test
