#include "base/murmur3.h"

#include <sstream>
#include <vector>

#include "support.h"

namespace murmur3_test {

using namespace systemsim;

namespace {

struct Row {
  std::string key;
  Token token = 0;
  bool differs = false;  // from standard MurmurHash3
};

std::vector<Row> rows_of(const std::string& name, bool published) {
  std::istringstream lines(test::read_file(test::source_path("tests/data/murmur3/" + name)));
  std::vector<Row> rows;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string hex;
    std::string token;
    std::string standard;
    std::string differs;
    std::getline(fields, hex, ',');
    std::getline(fields, token, ',');
    std::getline(fields, standard, ',');
    std::getline(fields, differs, ',');
    const auto key = from_hex(hex);
    REQUIRE(key);
    rows.push_back({*key, std::stoll(token), published && differs == "true"});
  }
  return rows;
}

}  // namespace

TEST_CASE("every published and generated Cassandra token is reproduced") {
  const auto published = rows_of("published_vectors.csv", true);
  const auto generated = rows_of("generated_vectors.csv", false);
  CHECK(published.size() == 18);
  CHECK(generated.size() == 100);
  for (const auto& rows : {published, generated}) {
    for (const Row& row : rows) {
      if (row.key.empty()) continue;
      CAPTURE(to_hex(row.key));
      CHECK(token_of(row.key) == row.token);
    }
  }
}

TEST_CASE("with unsigned tail bytes exactly the rows marked as differing fail") {
  int failed = 0;
  for (const Row& row : rows_of("published_vectors.csv", true)) {
    CAPTURE(to_hex(row.key));
    const bool wrong = static_cast<Token>(murmur3_hash<uint8_t>(row.key)) != row.token;
    CHECK(wrong == row.differs);
    failed += wrong;
  }
  CHECK(failed > 0);
}

TEST_CASE("the empty key has the smallest token") {
  CHECK(token_of("") == std::numeric_limits<Token>::min());
  CHECK(murmur3_hash<>("") == 0);  // what the drivers' bare hash gives
}

}  // namespace murmur3_test
