#include "lab/claim.h"

#include <doctest/doctest.h>

#include "support.h"

namespace claim_test {

using namespace systemsim;
using namespace systemsim::test;

namespace {

Json json_of(const std::string& text) {
  auto json = parse_json(text);
  REQUIRE(json.ok());
  return std::move(json).value();
}

std::optional<double> measured(const std::string& measure,
                               const std::vector<std::string>& results) {
  auto read = Measure::read(json_of(measure), "/measure");
  REQUIRE(read.ok());
  for (const std::string& result : results) read.value().add(json_of(result));
  return read.value().value();
}

std::string complaint(const std::string& measure) {
  const auto read = Measure::read(json_of(measure), "/measure");
  return read ? "" : read.error().path + " " + read.error().message;
}

// A read that may miss a finished write, W = R = 1, and what is expected of the share that does
// not.
std::string claim(const std::string& expect, const std::string& more = "") {
  return R"({"id":"fresh-at-once","sentence":"About {value} of the reads are fresh.",
    "experiment":{"kind":"trials","probe":1,"ages_us":[0],"seeds":{"from":1,"to":4000},
      "scenario":{"cluster":{"nodes":3,"n":3,"w":1,"r":1},
        "actions":[{"do":"put","key":"x","value":"1"},
                   {"do":"get","client":"c2","key":"x","after":0}]}},
    "measure":{"of":"/fresh/0","over":["/fresh/0","/stale/0"]},
    "expect":)" +
         expect + more + "}";
}

Claims run(const std::string& text, uint64_t seed_offset = 0) {
  auto read = Claims::read(json_of(text), "", seed_offset, Experiment::read);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().path + read.error().message));
  Claims claim = std::move(read).value();
  while (claim.done() < claim.total()) claim.advance(500);
  return claim;
}

}  // namespace

TEST_CASE("a JSON pointer leads to a member, an item, or nowhere") {
  const Json json = json_of(R"({"a":{"b/c":[10,20,{"~":5}]},"":1})");
  CHECK(resolve(json, "/a/b~1c/1")->integer == 20);
  CHECK(resolve(json, "/a/b~1c/2/~0")->integer == 5);
  CHECK(resolve(json, "/")->integer == 1);
  CHECK(resolve(json, "") == &json);
  CHECK(resolve(json, "/a/b~1c/3") == nullptr);
  CHECK(resolve(json, "/a/b~1c/-1") == nullptr);
  CHECK(resolve(json, "/x/y") == nullptr);
}

TEST_CASE("measures: mean, extremes, root mean square, ratio, sum, share and count") {
  const std::vector<std::string> results = {R"({"v":1,"n":10,"s":"broken"})",
                                            R"({"v":3,"n":30,"s":"held"})"};
  CHECK(measured(R"({"of":"/v"})", results) == 2.0);
  CHECK(measured(R"({"of":"/v","as":"max"})", results) == 3.0);
  CHECK(measured(R"({"of":"/v","as":"min"})", results) == 1.0);
  CHECK(measured(R"({"of":"/v","as":"rms"})", results).value() == doctest::Approx(2.2360679));
  CHECK(measured(R"({"of":"/v","over":["/n"]})", results) == 0.1);
  CHECK(measured(R"({"sum":["/v","/n"]})", results) == 22.0);
  CHECK(measured(R"({"sum":["/v","/n"],"over":["/n"]})", results) ==
        1.0 + *measured(R"({"of":"/v","over":["/n"]})", results));
  CHECK(measured(R"({"share":"/s","equals":"broken"})", results) == 0.5);
  CHECK(measured(R"({"count":"/s","equals":"held"})", results) == 1.0);
  CHECK_FALSE(measured(R"({"of":"/w"})", results).has_value());
  CHECK_FALSE(measured(R"({"of":"/v"})", {}).has_value());
  CHECK_FALSE(measured(R"({"of":"/v","over":["/z"]})", {R"({"v":1,"z":0})"}).has_value());
}

TEST_CASE("a measure that says nothing, or two things, is refused with its place") {
  CHECK(complaint("{}") == "/measure expected one of \"of\", \"sum\", \"share\" and \"count\"");
  CHECK(complaint(R"({"of":"/a","share":"/b","equals":1})").starts_with("/measure expected one"));
  CHECK(complaint(R"({"of":"a"})").starts_with("/measure/of expected a JSON pointer"));
  CHECK(complaint(R"({"share":"/a"})").starts_with("/measure/equals missing"));
  CHECK(complaint(R"({"of":"/a","as":"median"})").starts_with("/measure/as"));
}

TEST_CASE(
    "a claim stands when what is measured is what it says, and falls when the number is changed") {
  const Claims right = run(claim(R"({"value":0.436,"within":0.03})"));
  CHECK(right.stands());
  CHECK_FALSE(run(claim(R"({"value":0.536,"within":0.03})")).stands());
  CHECK(run(claim(R"({"at_least":0.4,"at_most":0.5})")).stands());
  CHECK_FALSE(run(claim(R"({"at_least":0.5})")).stands());
}

TEST_CASE("a claim may be of how far copies are apart at a moment") {
  // B misses the second write and gets the third.
  const auto behind = [](const std::string& at_ms, const std::string& copies) {
    return run(R"({"id":"apart","sentence":"{value} copy is behind.","experiment":{"kind":"run",
      "scenario":{"cluster":{"nodes":3,"n":3,"w":1,"r":1,"coordinator":"outside"},
        "network":{"latency":{"profile":"constant","ms":1}},"actions":[
        {"do":"put","key":"x","value":"1","at_ms":1},{"do":"crash","node":"B","at_ms":5},
        {"do":"put","key":"x","value":"2","at_ms":10},{"do":"restart","node":"B","at_ms":15},
        {"do":"put","key":"x","value":"3","at_ms":20},{"do":"heal","at_ms":30}]}},
      "measure":{"of":"/counters/divergence/moments/)" +
               at_ms + R"(/behind"},"expect":{"value":)" + copies +
               R"(,"within":0},"source":"counted by hand"})")
        .stands();
  };
  CHECK(behind("9", "0"));
  CHECK(behind("12", "1"));
  CHECK_FALSE(behind("12", "0"));
  CHECK(behind("25", "0"));
}

TEST_CASE("a textbook error stands when it does not hold") {
  CHECK(run(claim(R"({"at_least":0.999})", R"(,"fails":true)")).stands());
  CHECK_FALSE(run(claim(R"({"at_least":0.4})", R"(,"fails":true)")).stands());
}

TEST_CASE("what could not be measured proves nothing, not even that a textbook is wrong") {
  std::string typo = claim(R"({"at_least":0.999})", R"(,"fails":true)");
  typo.replace(typo.find("/fresh/0"), 8, "/frehs/0");
  CHECK_FALSE(run(typo).stands());
}

TEST_CASE("that quorums are strong is refuted by runs that broke, not by undecided ones") {
  const std::string text = read_file(source_path("content/claims/quorum-is-strong.json"));
  const Json claim = json_of(text);
  const auto stands = [&](const std::string& state) {
    auto measure = Measure::read(*resolve(claim, "/measure"), "/measure");
    REQUIRE(measure.ok());
    measure.value().add(json_of(R"({"verdict":{"linearizable":{"state":")" + state + "\"}}}"));
    const double value = measure.value().value().value();
    const Json* const least = resolve(claim, "/expect/at_least");
    const Json* const most = resolve(claim, "/expect/at_most");
    REQUIRE((least != nullptr || most != nullptr));
    const bool holds =
        (least == nullptr || value >= least->number) && (most == nullptr || value <= most->number);
    return holds != resolve(claim, "/fails")->boolean;
  };
  CHECK(stands("broken"));
  CHECK_FALSE(stands("held"));
  CHECK_FALSE(stands("undecided"));
}

TEST_CASE("a claim can be run again with other seeds, and measures something else") {
  const std::string text = claim(R"({"value":0.436,"within":0.03})");
  const std::string first = run(text).json(1);
  CHECK(run(text).json(1) == first);
  const Claims other = run(text, 1'000'000);
  CHECK(other.json(1) != first);
  CHECK(other.stands());
}

TEST_CASE("claims about one experiment run it once, and each says what it says alone") {
  const std::string fresh = claim(R"({"value":0.436,"within":0.03})");
  std::string stale = claim(R"({"at_most":0.5})", R"(,"fails":true)");
  const std::string of = R"("of":"/fresh/0")";
  stale.replace(stale.find(of), of.size(), R"("of":"/stale/0")");
  const auto job = [](const std::string& claims) {
    return Claims::read_several(json_of(R"({"job":"claims","claims":[)" + claims + "]}"),
                                Experiment::read);
  };
  Claims both = job(fresh + "," + stale).value();
  const uint64_t alone = run(fresh).total();
  CHECK(both.total() == alone);
  CHECK(json_of(both.json(1)).members.back().value.items[0].members[1].value.type ==
        Json::Type::null);
  while (both.done() < both.total()) both.advance(500);
  CHECK(both.size() == 2);
  const Json report = json_of(both.json(1));
  for (size_t i = 0; i < 2; ++i) {
    const Json one = json_of(run(i == 0 ? fresh : stale).json(1));
    for (const char* name : {"measured", "holds", "stands"}) {
      const std::string place = "/claims/" + std::to_string(i) + "/" + name;
      CHECK(same_json(*resolve(report, place), *member(one, name)));
    }
  }
  CHECK(both.stands(0));
  CHECK(both.stands(1));

  const auto path = [&](const std::string& claims) { return job(claims).error().path; };
  CHECK(path("") == "/claims");
  std::string other = fresh;
  other.replace(other.find("4000"), 4, "3999");
  CHECK(path(fresh + "," + other) == "/claims/1/experiment");
  CHECK(path(fresh + R"(,{"id":"x"})") == "/claims/1/experiment");
  CHECK(path(fresh + "," + claim(R"({"value":1})")) == "/claims/1/expect");
  CHECK(path(claim(R"({"value":1})") + "," + fresh) == "/claims/0/expect");
}

TEST_CASE("runs, rings and histories can be claimed about") {
  const auto stands = [](const std::string& experiment, const std::string& measure,
                         const std::string& expect) {
    return run(R"({"id":"x","experiment":)" + experiment + R"(,"measure":)" + measure +
               R"(,"expect":)" + expect + "}")
        .stands();
  };
  CHECK(stands(R"({"kind":"run","seeds":{"from":1,"to":50},"scenario":{"workload":{
                   "duration_ms":200,"think_ms":2,"keys":1}}})",
               R"({"count":"/verdict/regular/state","equals":"broken"})",
               R"({"value":0,"within":0})"));
  CHECK(stands(R"({"kind":"ring","nodes":10,"vnodes":100,"seeds":{"from":1,"to":300}})",
               R"({"of":"/share_stddev_over_mean","as":"rms"})",
               R"({"value":0.0948,"within":0.005})"));
  CHECK(stands(
      R"({"kind":"check","history":"{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type :ok :f :read :value 3}"})",
      R"({"share":"/linearizable","equals":false})", R"({"at_least":1})"));
}

TEST_CASE("a question is proved when the right option holds and every wrong one is refuted") {
  const auto proved = [](const std::string& wrong) {
    const std::string text = R"({"id":"plugs","prompt":"How many?",
      "experiment":{"kind":"run","scenario":{"cluster":{"nodes":3,"n":3,"w":3,"r":1},
        "records":[{"key":"x","value":"1"}],
        "actions":[{"do":"crash","node":"A"},{"do":"get","key":"x","at_ms":1}]}},
      "measure":{"of":"/ops/ok"},
      "options":[{"text":"it is answered","right":true,"expect":{"value":1,"within":0}},
                 {"text":"it is not","misconception":"one machine down, all is down","expect":)" +
                             wrong + "}]}";
    auto read = Question::read(json_of(text), "");
    REQUIRE(read.ok());
    read.value().run();
    return read.value().proved();
  };
  CHECK(proved(R"({"value":0,"within":0})"));
  CHECK_FALSE(proved(R"({"at_most":1})"));  // a wrong option that is not refuted
}

TEST_CASE(
    "a question with a line is proved when the truth lies on it, and says where its line is "
    "wrong") {
  const auto question = [](const std::string& line) {
    return Question::read(json_of(R"({"id":"even","prompt":"How much?","line":)" + line +
                                  R"(,"experiment":{"kind":"ring","nodes":2,"vnodes":1,"n":2,
        "seeds":{"from":1,"to":3}},"measure":{"of":"/nodes"},
      "options":[{"text":"two","right":true,"expect":{"value":2,"within":0}},
                 {"text":"more","misconception":"copies are machines","expect":{"at_least":3}}]})"),
                          "");
  };
  const auto proved = [&](const std::string& line) {
    auto read = question(line);
    REQUIRE(read.ok());
    read.value().run();
    return read.value().proved();
  };
  CHECK(proved(R"({"from":0,"to":10,"step":1})"));
  CHECK_FALSE(proved(R"({"from":3,"to":10,"step":1})"));
  CHECK(question(R"({"from":3,"to":3,"step":1})").error().path == "/line");
  CHECK(question(R"({"from":0,"to":3})").error().path == "/line");
  CHECK(question(R"({"from":"x","to":3,"step":1})").error().path == "/line/from");
  CHECK(question(R"({"from":0,"to":3,"step":1,"by":1})").error().path == "/line/by");
}

TEST_CASE("a claim that cannot be read says where") {
  const auto path = [](const std::string& text) {
    const auto read = Claims::read(json_of(text), "", 0, Experiment::read);
    REQUIRE_FALSE(read.ok());
    return read.error().path;
  };
  CHECK(path(R"({"id":"x"})") == "/experiment");
  CHECK(path(claim(R"({"value":1})")) == "/expect");
  CHECK(path(claim(R"({"at_least":1})", R"(,"why":"?")")) == "/why");
  CHECK(path(R"({"id":"x","measure":{"of":"/a"},"expect":{"at_least":0},
                 "experiment":{"kind":"run","scenario":{"cluster":{"nodes":0}}}})") ==
        "/experiment/scenario/cluster/nodes");
  CHECK(path(R"({"id":"x","measure":{"of":"/a"},"expect":{"at_least":0},
                 "experiment":{"kind":"trials","scenario":{},"probe":3}})") == "/experiment/probe");
}

}  // namespace claim_test
