// The job "tiers" and `systemsim tiers`: what they measure, in slices or at once, and what they
// refuse.
#include "lab/tiers_job.h"

#include <cmath>
#include <sstream>

#include "command.h"
#include "lab/measure.h"
#include "support.h"

namespace tiers_job_test {

using namespace systemsim;
using test::systemsim_command;

namespace {

TiersJob job_of(const std::string& text) {
  const auto json = parse_json(text);
  REQUIRE(json.ok());
  auto job = TiersJob::read(json.value());
  REQUIRE_MESSAGE(job.ok(), (job.ok() ? "" : job.error().path + " " + job.error().message));
  return std::move(job).value();
}

Json report_of(const std::string& text) {
  TiersJob job = job_of(text);
  while (!job.finished()) job.advance(UINT64_MAX);
  REQUIRE_FALSE(job.failed());
  auto report = parse_json(job.result());
  REQUIRE(report.ok());
  return std::move(report).value();
}

double number(const Json& report, const std::string& path) {
  const Json* found = resolve(report, path);
  REQUIRE_MESSAGE(found != nullptr, path);
  return found->number;
}

// The hit rate of LRU under Zipf's law by Che's approximation (IEEE JSAC 20(7), 2002): a key is
// there when it was asked for within the time in which `held` different keys are.
double che(uint32_t keys, double exponent, double held) {
  std::vector<double> share(keys);
  double sum = 0.0;
  for (uint32_t i = 0; i < keys; ++i) sum += share[i] = std::pow(i + 1.0, -exponent);
  double low = 0.0;
  double high = 1e9;
  for (int i = 0; i < 100; ++i) {
    const double time = (low + high) / 2;
    double there = 0.0;
    for (const double one : share) there += 1.0 - std::exp(-one / sum * time);
    (there < held ? low : high) = time;
  }
  double hits = 0.0;
  for (const double one : share) hits += one / sum * (1.0 - std::exp(-one / sum * low));
  return hits;
}

double sum(const Json& report, const std::string& path) {
  const Json* found = resolve(report, path);
  REQUIRE_MESSAGE(found != nullptr, path);
  double all = 0.0;
  for (const Json& one : found->items) all += one.number;
  return all;
}

}  // namespace

TEST_CASE("the hit rate of LRU is what Che's approximation says") {
  for (const double memory : {0.01, 0.1, 0.3}) {
    for (const double exponent : {0.7, 0.99, 1.2}) {
      CAPTURE(memory);
      CAPTURE(exponent);
      std::ostringstream text;
      text << R"({"keys":5000,"warm_up":60000,"operations":100000,"memory":)" << memory
           << R"(,"exponent":)" << exponent << "}";
      const double hit_rate = number(report_of(text.str()), "/hit_rate");
      CHECK(std::abs(hit_rate - che(5000, exponent, memory * 5000)) < 0.01);
    }
  }
}

TEST_CASE("the reports are those of the golden file, in slices as well") {
  std::istringstream lines(test::read_file(test::source_path("tests/golden/tiers.jsonl")));
  std::string asked;
  std::string expected;
  int jobs = 0;
  while (std::getline(lines, asked) && std::getline(lines, expected)) {
    CAPTURE(asked);
    TiersJob job = job_of(asked);
    for (uint64_t slice = 1; !job.finished(); slice = slice * 3 % 50'021) job.advance(slice);
    CHECK_MESSAGE((job.result() == expected), "it is now " << job.result());
    ++jobs;
  }
  CHECK(jobs == 6);
}

TEST_CASE("a crash takes what was not synced, and all that had no log") {
  const std::string some =
      R"({"keys":2000,"warm_up":1000,"operations":20000,"reads":0.5,"memory":0.1,"crash_at":10000)";
  const Json each = report_of(some + "}");
  CHECK(number(each, "/crash/writes_lost") == 0);
  CHECK(number(each, "/crash/keys_gone") + number(each, "/crash/keys_behind") == 0);
  CHECK(number(each, "/crash/in_memory") > 0);
  CHECK(number(each, "/crash/in_memory_after") == 0);
  CHECK(number(each, "/crash/restart_ms") > 0);
  CHECK(number(each, "/background/segments") > 0);
  CHECK(sum(each, "/held") == number(each, "/in_memory"));
  CHECK(sum(each, "/logged") == 2000);
  CHECK(sum(each, "/crash/logged") == 2000);
  const Json seldom = report_of(some + R"(,"sync_every":50})");
  CHECK(number(seldom, "/crash/writes_lost") > 0);
  CHECK(number(seldom, "/crash/writes_lost") < 50);
  CHECK(number(seldom, "/crash/keys_gone") == 0);
  CHECK(number(seldom, "/write_mean_ms") < 0.2 * number(each, "/write_mean_ms"));
  const Json none = report_of(
      R"({"keys":2000,"warm_up":1000,"operations":20000,"reads":0.5,"log":false,"crash_at":10000})");
  CHECK(number(none, "/crash/keys_gone") == 2000);
  CHECK(number(none, "/crash/log_bytes") == 0);
  CHECK(sum(none, "/held") == number(none, "/in_memory"));
  CHECK(sum(none, "/logged") + sum(none, "/crash/logged") == 0);
  CHECK(number(none, "/absent") > 0);
  CHECK(number(none, "/misses") == 0);
}

TEST_CASE("systemsim tiers prints the job's report, and says what it does not take") {
  const auto ran =
      systemsim_command("tiers --keys 1000 --memory 0.2 --warm-up 500 --operations 900");
  CHECK(ran.exit == 0);
  TiersJob job = job_of(R"({"keys":1000,"memory":0.2,"warm_up":500,"operations":900})");
  while (!job.finished()) job.advance(77);
  CHECK(ran.out == job.result() + "\n");
  const auto refused = [](const std::string& options, const std::string& why) {
    const auto ran = systemsim_command("tiers " + options);
    CHECK(ran.exit == 2);
    CHECK_MESSAGE(ran.out.find(why) != std::string::npos, ran.out);
  };
  refused("--memory 1.5", "--memory:");
  refused("--no-log --memory 0.5", "--memory: without a log");
  refused("--no-log --sync-every 2", "--sync-every: there is no log");
  refused("--traffic even --exponent 1", "--exponent: even traffic has none");
  refused("--traffic odd", "--traffic:");
  refused("--keys 200000 --value-bytes 1000", "--value-bytes:");
  refused("--crash-at 300000", "--crash-at:");
  refused("now", "did not expect \"now\"");
}

}  // namespace tiers_job_test
