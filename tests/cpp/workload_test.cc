// The clients' own traffic: which keys it is about, when its calls start, and that a change of it
// leaves everybody else's luck alone.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include "base/zipf.h"
#include "sim/client.h"
#include "support.h"

namespace workload_test {

using namespace systemsim;

namespace {

// How often each of k1, k2, ... is drawn; [0] is not used.
std::vector<uint64_t> keys_drawn(const Workload& workload, uint32_t draws) {
  std::vector<uint64_t> counts(workload.keys + 1, 0);
  for (uint32_t i = 0; i < draws; ++i) {
    const Request request =
        next_request(workload, 77, client_endpoint(0), operation_id(1 + i % 900, i / 900));
    ++counts[std::stoul(request.key.substr(1))];
  }
  return counts;
}

void check_count(uint64_t count, double p, double draws) {
  CAPTURE(count);
  CAPTURE(p * draws);
  CHECK(std::abs(static_cast<double>(count) - p * draws) <=
        4.0 * std::sqrt(draws * p * (1.0 - p)) + 1.0);
}

// Where and when calls start and how long messages take.
class Watch : public Observer {
 public:
  using Name = std::tuple<OperationId, MessageKind, Endpoint, Endpoint>;
  std::map<OperationId, uint64_t> begins;
  std::map<Name, uint64_t> latencies;

  void on_begin(const Operation& operation) override { begins[operation.id] = operation.begin_us; }
  void on_send(uint32_t, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t) override {
    latencies[{message.request.operation, message.kind, message.from, message.to}] =
        arrive_us == 0 ? 0 : arrive_us - now_us;
  }
};

Watch watched(const std::string& json) {
  Watch watch;
  test::run_whole(test::scenario_of(json), watch);
  return watch;
}

}  // namespace

TEST_CASE("Zipf ranks come as often as theory says, from ten keys to a million") {
  constexpr uint32_t kDraws = 200'000;
  struct Case {
    uint32_t keys;
    double exponent;
  };
  for (const Case& one :
       {Case{1, 0.99}, Case{2, 1.5}, Case{10, 0.99}, Case{100, 0.01}, Case{100, 0.5}, Case{50, 5.0},
        Case{1000, 1.0}, Case{1000, 1.0000001}, Case{20'000, 0.9999}, Case{1'000'000, 0.99},
        Case{1'000'000, 1.2}, Case{1'000'000, 5.0}}) {
    const uint32_t keys = one.keys;
    const double exponent = one.exponent;
    CAPTURE(keys);
    CAPTURE(exponent);
    Workload workload;
    workload.keys = keys;
    workload.keys_drawn = KeysDrawn::zipf;
    workload.zipf_exponent = exponent;
    const std::vector<uint64_t> counts = keys_drawn(workload, kDraws);
    double total = 0.0;
    for (uint32_t k = keys; k >= 1; --k) total += std::pow(k, -exponent);
    for (uint32_t k = 1; k <= std::min(keys, 10U); ++k) {
      check_count(counts[k], std::pow(k, -exponent) / total, kDraws);
    }
    // The tail as a whole, and the ranks from 11 on by their chi-square where all are common.
    double tail = 0.0;
    uint64_t tail_count = 0;
    for (uint32_t k = keys / 2 + 1; k <= keys; ++k) {
      tail += std::pow(k, -exponent) / total;
      tail_count += counts[k];
    }
    check_count(tail_count, tail, kDraws);
    if (keys != 100) continue;
    double chi_square = 0.0;
    for (uint32_t k = 1; k <= keys; ++k) {
      const double expected = kDraws * std::pow(k, -exponent) / total;
      chi_square += (static_cast<double>(counts[k]) - expected) *
                    (static_cast<double>(counts[k]) - expected) / expected;
    }
    // 99 degrees of freedom: mean 99, variance 198.
    CHECK(std::abs(chi_square - 99.0) < 4.0 * std::sqrt(198.0));
  }
}

TEST_CASE("a hot key gets its share of the calls, and the others the rest, evenly") {
  constexpr uint32_t kDraws = 200'000;
  for (const double share : {0.0, 0.2, 0.9, 1.0}) {
    Workload workload;
    workload.keys = 21;
    workload.keys_drawn = KeysDrawn::hot;
    workload.hot_share = share;
    const std::vector<uint64_t> counts = keys_drawn(workload, kDraws);
    check_count(counts[1], share, kDraws);
    for (uint32_t k = 2; k <= 21; ++k) check_count(counts[k], (1.0 - share) / 20.0, kDraws);
  }
  Workload lonely;
  lonely.keys = 1;
  lonely.keys_drawn = KeysDrawn::hot;
  CHECK(keys_drawn(lonely, 100)[1] == 100);
}

TEST_CASE("which key is drawn says nothing of whether it is read") {
  for (const KeysDrawn way : {KeysDrawn::uniform, KeysDrawn::zipf, KeysDrawn::hot}) {
    Workload workload;
    workload.keys_drawn = way;
    workload.hot_share = 0.4;
    uint64_t first = 0;
    uint64_t first_read = 0;
    for (uint32_t i = 0; i < 100'000; ++i) {
      const Request request = next_request(workload, 5, client_endpoint(0), operation_id(1, i));
      first += request.key == "k1" ? 1 : 0;
      first_read += request.key == "k1" && request.verb == Verb::get ? 1 : 0;
    }
    check_count(first_read, 0.5, static_cast<double>(first));
  }
}

TEST_CASE("an open loop starts calls at its rate, whatever becomes of them") {
  const auto open = [](const std::string& latency, const std::string& actions) {
    return watched(R"({"network":{"latency":)" + latency +
                   R"(},"workload":{"clients":3,"duration_ms":20000,"think_ms":10,"loop":"open"},
                      "cluster":{"timeout_ms":300},"actions":[)" +
                   actions + "]}");
  };
  const Watch quick = open(R"({"profile":"constant","ms":1})", "");
  // Poisson: 3 clients, 20 s, one call each 10 ms.
  CHECK(std::abs(static_cast<double>(quick.begins.size()) - 6000.0) < 4.0 * std::sqrt(6000.0));
  CHECK(open(R"({"profile":"constant","ms":200})", "").begins == quick.begins);
  CHECK(open(R"({"profile":"lnkd-disk"})",
             R"({"do":"partition","groups":[["A","B","C","D","E"],["c1","c2","c3"]]})")
            .begins == quick.begins);
}

TEST_CASE("a closed loop waits for its answers: slow ones thin its calls out") {
  const auto closed = [](const std::string& latency) {
    return watched(R"({"network":{"latency":{"profile":"constant","ms":)" + latency +
                   R"(}},"workload":{"clients":3,"duration_ms":20000,"think_ms":10}})")
        .begins.size();
  };
  // A cycle is a pause and a call of two legs: its length has mean 10 + 2 ms and deviation 10, so
  // that the count's deviation is sqrt(60 000 / 12) * 10 / 12.
  CHECK(std::abs(static_cast<double>(closed("1")) - 5000.0) < 4.0 * 59.0 + 3.0);
  CHECK(std::abs(static_cast<double>(closed("45")) - 600.0) < 4.0 * 2.5 + 3.0);
}

TEST_CASE("another mix of calls changes no latency of a message that both runs send") {
  const auto run = [](const std::string& workload) {
    return watched(R"({"network":{"loss":0.01},"cluster":{"coordinator":"any"},
                       "workload":{"clients":3,"duration_ms":3000,"think_ms":10,)" +
                   workload + "}}");
  };
  const Watch base = run(R"("read_share":0.5)");
  for (const char* other :
       {R"("read_share":0.9)", R"("keys_drawn":"zipf")", R"("keys_drawn":"hot","hot_share":0.9)",
        R"("loop":"open")", R"("keys":1000,"value_bytes":500)"}) {
    CAPTURE(other);
    const Watch changed = run(other);
    uint64_t both = 0;
    for (const auto& [name, latency] : changed.latencies) {
      const auto same = base.latencies.find(name);
      if (same == base.latencies.end()) continue;
      ++both;
      CHECK(same->second == latency);
    }
    CHECK(both > 300);
  }
}

}  // namespace workload_test
