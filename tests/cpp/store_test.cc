#include "store/store.h"

#include <map>

#include "support.h"

namespace store_test {

using namespace systemsim;

TEST_CASE("a hash table holds what a map holds, through puts, overwrites and removals") {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    test::Dice dice(seed);
    Store store;
    std::map<std::string, std::string> oracle;
    for (int i = 0; i < 2000; ++i) {
      const std::string key = "k" + std::to_string(dice.below(120));
      if (dice.chance(0.6)) {
        const std::string value = std::to_string(dice.next());
        const StoreCost cost = store.put(key, value);
        CHECK(cost.syncs == 1);
        CHECK(cost.bytes_written == 12 + key.size() + value.size());
        oracle[key] = value;
      } else {
        (void)store.erase(key);
        oracle.erase(key);
      }
    }
    size_t walked = 0;
    store.for_each([&](const std::string& key, const std::string& value) {
      ++walked;
      CHECK(oracle.at(key) == value);
    });
    CHECK(walked == oracle.size());
    for (int i = 0; i < 120; ++i) {
      const std::string key = "k" + std::to_string(i);
      std::optional<std::string> value;
      (void)store.get(key, value);
      const auto expected = oracle.find(key);
      CHECK(value.has_value() == (expected != oracle.end()));
      if (value) CHECK(*value == expected->second);
    }
  }
}

TEST_CASE("a copy of a store is a snapshot") {
  Store store;
  (void)store.put("x", "1");
  const Store snapshot = store;
  (void)store.put("x", "2");
  std::optional<std::string> value;
  snapshot.peek("x", value);
  CHECK(value == "1");
}

}  // namespace store_test
