#include <cmath>
#include <limits>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/latency.h"
#include "base/math.h"
#include "base/sha256.h"
#include "base/sort.h"
#include "support.h"

namespace base_test {

using namespace systemsim;
using systemsim::test::Dice;

TEST_CASE("SHA-256 gives the digests of FIPS 180-4's examples") {
  const auto digest = [](const std::string& text) {
    Sha256 hash;
    hash.update(text);
    return hash.hex_digest();
  };
  CHECK(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(digest(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("hexadecimal goes there and back, and wrong digits are refused") {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  CHECK(from_hex(to_hex(all)) == all);
  CHECK(to_hex(std::string("\x00\xff", 2)) == "00ff");
  CHECK(from_hex("FF") == std::string("\xff"));
  CHECK_FALSE(from_hex("f"));
  CHECK_FALSE(from_hex("0g"));
}

TEST_CASE("UTF-8 is told from other bytes") {
  for (const char* good : {"", "abc", "ключ", "session:9c3a…", "\xf0\x9f\x94\x91"})
    CHECK(is_utf8(good));
  for (const char* bad :
       {"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE(
    "our logarithm and exponential agree with the C library's to a few units in the last place") {
  Dice dice(1);
  double worst_log = 0;
  double worst_exp = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::exp((dice.unit() - 0.5) * 200);
    const double expected = std::log(x);
    if (std::abs(expected) > 1e-3) {
      worst_log = std::max(worst_log, std::abs(portable_log(x) / expected - 1));
    }
    const double y = (dice.unit() - 0.5) * 1000;
    worst_exp = std::max(worst_exp, std::abs(portable_exp(y) / std::exp(y) - 1));
  }
  CHECK(worst_log < 4e-16);
  CHECK(worst_exp < 4e-16);
  CHECK(portable_log(1.0) == 0.0);
  CHECK(portable_exp(0.0) == 1.0);
  CHECK(portable_exp(-800) == 0.0);
  CHECK(portable_exp(800) == std::numeric_limits<double>::infinity());
}

TEST_CASE("draws are even, and differ by every part of what they are about") {
  int low = 0;
  for (uint64_t i = 0; i < 100'000; ++i) low += draw_unit(7, Stream::latency, {i, 3}, 0) < 0.25;
  CHECK(low == doctest::Approx(25'000).epsilon(0.03));
  const uint64_t base = draw(1, Stream::latency, {2, 3}, 4);
  CHECK(base != draw(2, Stream::latency, {2, 3}, 4));
  CHECK(base != draw(1, Stream::loss, {2, 3}, 4));
  CHECK(base != draw(1, Stream::latency, {3, 3}, 4));
  CHECK(base != draw(1, Stream::latency, {2, 2}, 4));
  CHECK(base != draw(1, Stream::latency, {2, 3}, 5));
  for (uint64_t i = 0; i < 1000; ++i) CHECK(draw_below(i, Stream::operation, {0, 0}, 0, 7) < 7);
}

TEST_CASE("latencies follow the published fits") {
  // PBS Table 3: LNKD-SSD is 91.22 % Pareto(0.235, 10), else exponential(1.66); the disk's write
  // leg is 38 % Pareto(1.05, 1.51), else exponential(0.183). Checked at fixed points of the
  // distribution function.
  const auto share_below = [](const Distribution& distribution, double ms) {
    int count = 0;
    for (uint64_t i = 0; i < 200'000; ++i)
      count += static_cast<double>(sample_us(distribution, 5, {i, 1})) < ms * 1000;
    return count / 200'000.0;
  };
  const auto cdf = [](double share, double xm, double alpha, double lambda, double x) {
    return (x > xm ? share * (1 - std::pow(xm / x, alpha)) : 0) +
           (1 - share) * (1 - std::exp(-lambda * x));
  };
  for (const double x : {0.2, 0.25, 0.3, 0.5, 1.0, 2.0}) {
    CHECK(share_below(leg_of(Profile::lnkd_ssd, Leg::read, 1), x) ==
          doctest::Approx(cdf(0.9122, 0.235, 10, 1.66, x)).epsilon(0.01));
  }
  for (const double x : {0.5, 1.2, 2.0, 5.0, 20.0, 60.0}) {
    CHECK(share_below(leg_of(Profile::lnkd_disk, Leg::write, 1), x) ==
          doctest::Approx(cdf(0.38, 1.05, 1.51, 0.183, x)).epsilon(0.01));
  }
  CHECK(leg_of(Profile::lnkd_disk, Leg::ack, 1) == leg_of(Profile::lnkd_ssd, Leg::ack, 1));
  CHECK(share_below(leg_of(Profile::exponential, Leg::read, 3), 3) ==
        doctest::Approx(1 - std::exp(-1)).epsilon(0.01));
  CHECK(sample_us(leg_of(Profile::constant, Leg::read, 2.5), 1, {}) == 2500);
  CHECK(sample_us(leg_of(Profile::constant, Leg::read, 0.0001), 1, {}) == 1);
}

TEST_CASE("machines and clients have names, and names lead back") {
  CHECK(endpoint_name(0) == "A");
  CHECK(endpoint_name(25) == "Z");
  CHECK(endpoint_name(26) == "AA");
  CHECK(endpoint_name(701) == "ZZ");
  CHECK(endpoint_name(702) == "AAA");
  CHECK(endpoint_name(client_endpoint(0)) == "c1");
  for (Endpoint i = 0; i < 2000; ++i) CHECK(endpoint_from_name(endpoint_name(i)) == i);
  for (uint32_t i = 0; i < 2000; ++i)
    CHECK(endpoint_from_name(endpoint_name(client_endpoint(i))) == client_endpoint(i));
  for (const char* bad : {"", "a", "c", "c0", "c01", "A1", "c1x", "ABCDEF", "ZZZZZ"})
    CHECK_FALSE(endpoint_from_name(bad));
}

TEST_CASE("sorting has one answer") {
  std::vector<SortKey> keys = {{3, 0, 0}, {1, 2, 1}, {1, 2, 0}, {1, 1, 2}};
  sort_keys(keys);
  CHECK(keys[0].index == 2);
  CHECK(keys[1].index == 0);
  CHECK(keys[2].index == 1);
  CHECK(keys[3].first == 3);
}

}  // namespace base_test
