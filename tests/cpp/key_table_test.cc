// The table of keys: how it grows, and that a copy is a snapshot.
#include "store/key_table.h"

#include <map>

#include "lsm.h"
#include "store/hash_table.h"

namespace key_table_test {

using namespace systemsim;

TEST_CASE("a table of keys grows by one bucket a key, and no bucket becomes long") {
  KeyTable<uint32_t> table;
  const uint32_t count = 200'000;
  uint32_t longest = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t at = table.find_or_add("key" + std::to_string(i));
    if (at != i) FAIL_CHECK("the entry of key " << i << " stands at " << at);
    table.own_value(at) = i;
    if ((i & (i + 1)) == 0 || i % 50'000 == 0) {
      longest = std::max(longest, table.longest_chain());
    }
  }
  longest = std::max(longest, table.longest_chain());
  // At most one key a bucket on average, in half of a table that is just being doubled two.
  CHECK(longest <= 14);
  CHECK(longest >= 3);
  for (uint32_t i = 0; i < count; i += 7) {
    const uint32_t at = table.find("key" + std::to_string(i));
    REQUIRE(at != KeyTable<uint32_t>::kNone);
    CHECK(table.value(at) == i);
  }
  CHECK(table.find("key200000") == KeyTable<uint32_t>::kNone);
}

TEST_CASE("a copy of a table of keys is a snapshot, whichever of the two goes on") {
  test::Dice dice(7);
  HashTable table;
  std::map<std::string, std::string> model;
  std::vector<std::pair<HashTable, std::map<std::string, std::string>>> snapshots;
  for (int i = 0; i < 4000; ++i) {
    const std::string key = "k" + std::to_string(dice.below(700));
    if (dice.chance(0.7)) {
      const std::string value = std::to_string(i);
      (void)table.put(key, value);
      model[key] = value;
    } else {
      (void)table.erase(key);
      model.erase(key);
    }
    if (i % 400 == 0) snapshots.emplace_back(table, model);
  }
  for (const auto& [copy, expected] : snapshots) {
    CHECK(copy.size() == expected.size());
    copy.for_each([&expected = expected](const std::string& key, const std::string& value) {
      CHECK(expected.at(key) == value);
    });
  }
}

}  // namespace key_table_test
