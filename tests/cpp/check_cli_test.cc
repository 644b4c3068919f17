// `systemsim check`, and `systemsim run --history`: what a script may rely on.
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "command.h"
#include "lab/json.h"
#include "support.h"

namespace check_cli_test {

using namespace systemsim;
using test::Ran;
using test::systemsim_command;

namespace {

// A folder for one test, gone with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "systemsim-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  // A file's path, quoted for the shell.
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return "'" + path(name) + "'";
  }

 private:
  std::string path_;
};

Json json_of(const std::string& text) {
  auto json = parse_json(text);
  REQUIRE_MESSAGE(json.ok(), text);
  return std::move(json).value();
}

// A member, which has to be there.
const Json& at(const Json& json, const std::string& name) {
  for (const auto& [member, value] : json.members) {
    if (member == name) return value;
  }
  FAIL("no member " << name);
  return json;
}
bool has(const Json& json, const std::string& name) {
  for (const auto& [member, value] : json.members) {
    if (member == name) return true;
  }
  return false;
}

std::string numbers(const Json& list) {
  std::string out;
  for (const Json& item : list.items) out += std::to_string(item.integer) + " ";
  return out;
}

constexpr const char* kGood =
    "{:process 0, :type :invoke, :f :write, :value 1}\n"
    "{:process 0, :type :ok, :f :write, :value 1}\n"
    "{:process 1, :type :invoke, :f :read, :value nil}\n"
    "{:process 1, :type :ok, :f :read, :value 1}\n";
// The write is answered, then a read finds what was there before.
constexpr const char* kBad =
    "{:process 0, :type :invoke, :f :write, :value 1}\n"
    "{:process 0, :type :ok, :f :write, :value 1}\n"
    "{:process 1, :type :invoke, :f :read, :value nil}\n"
    "{:process 1, :type :ok, :f :read, :value 0}\n";

}  // namespace

TEST_CASE("systemsim check says yes with exit 0") {
  const Folder folder;
  const Ran ran = systemsim_command("check " + folder.file("good.edn", kGood));
  CHECK(ran.exit == 0);
  const Json json = json_of(ran.out);
  CHECK(at(json, "linearizable").boolean);
  CHECK(at(json, "model").text == "register");
  CHECK(at(json, "ops").integer == 2);
  CHECK(at(at(at(json, "verdict"), "linearizable"), "state").text == "held");
  CHECK(at(json, "weakest_broken").type == Json::Type::null);
  CHECK(!has(json, "counterexample"));
  CHECK(!has(json, "file"));
  CHECK(systemsim_command("check - < " + folder.file("good.edn", kGood)).out == ran.out);
}

TEST_CASE("systemsim check says no with exit 1, the guilty lines and the orders it tried") {
  const Folder folder;
  const Ran ran = systemsim_command("check " + folder.file("bad.edn", kBad));
  CHECK(ran.exit == 1);
  const Json json = json_of(ran.out);
  CHECK(at(json, "linearizable").type == Json::Type::boolean);
  CHECK(!at(json, "linearizable").boolean);
  const Json& calls = at(json, "counterexample");
  REQUIRE(calls.items.size() == 2);
  CHECK(at(calls.items[0], "line").integer == 1);
  CHECK(at(calls.items[0], "process").integer == 0);
  CHECK(at(calls.items[0], "f").text == "write");
  CHECK(at(calls.items[0], "value").text == "1");
  CHECK(at(calls.items[1], "line").integer == 3);
  CHECK(at(at(json, "first_unexplained"), "line").integer == 3);
  REQUIRE(at(json, "tried").items.size() == 1);
  CHECK(numbers(at(at(json, "tried").items[0], "order")) == "1 ");
  CHECK(at(at(json, "tried").items[0], "value").text == "1");
  const Json& verdict = at(json, "verdict");
  CHECK(at(at(verdict, "regular"), "state").text == "broken");
  CHECK(numbers(at(at(verdict, "regular"), "ops")) == "1 3 ");
  CHECK(at(at(verdict, "k_staleness"), "k").integer == 2);
  CHECK(at(at(verdict, "convergence"), "state").text == "untested");
  CHECK(at(json, "weakest_broken").text == "regular");
  // As people read it: the strongest first.
  CHECK(verdict.members[0].name == "linearizable");
  CHECK(verdict.members[10].name == "no_resurrection");
}

TEST_CASE("systemsim check obeys --model, --format, --initial and --states") {
  const Folder folder;
  const std::string bad = folder.file("bad.edn", kBad);
  const std::string read = folder.file(
      "read", "INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok :read 7\n");
  CHECK(systemsim_command("check " + read).exit == 1);
  CHECK(systemsim_command("check " + read + " --initial 7 --format jepsen-log").exit == 0);
  CHECK(systemsim_command("check " + read + " --format edn").exit == 2);
  CHECK(systemsim_command("check " + bad + " --model kv").exit == 2);
  CHECK(
      at(json_of(systemsim_command("check " + bad + " --model cas-register").out), "model").text ==
      "cas-register");
  CHECK(systemsim_command("check " + bad + " --model set").exit == 2);
  CHECK(systemsim_command("check " + bad + " --format xml").exit == 2);
  CHECK(systemsim_command("check " + bad + " --initial '1 2'").exit == 2);
  CHECK(systemsim_command("check " + bad + " --states 0").exit == 2);
  CHECK(systemsim_command("check").exit == 2);
  CHECK(systemsim_command("check --fast " + bad).exit == 2);
}

TEST_CASE("systemsim check that runs out of states is undecided with exit 3") {
  const Folder folder;
  std::string hard;
  for (int i = 0; i < 7; ++i) {
    hard += "{:process " + std::to_string(i) + " :type :invoke :f :append :key 1 :value \"" +
            std::string(1, static_cast<char>('a' + i)) + "\"}\n";
  }
  for (int i = 0; i < 7; ++i) hard += "{:process " + std::to_string(i) + " :type :ok}\n";
  hard += "{:process 0 :type :invoke :f :get :key 1}{:process 0 :type :ok :value \"gfedcba\"}";
  const std::string file = folder.file("hard.edn", hard);
  const Ran ran = systemsim_command("check " + file + " --states 2");
  CHECK(ran.exit == 3);
  CHECK(at(json_of(ran.out), "linearizable").type == Json::Type::null);
  CHECK(systemsim_command("check " + file).exit == 0);
}

TEST_CASE("long values made by many appends outgrow neither memory nor seconds") {
  const Folder folder;
  const std::string piece(1000, 'x');
  const auto appends = [&](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += "{:process 0 :type :invoke :f :append :key 1 :value \"" + piece + "\"}";
      text += "{:process 0 :type :ok}\n";
    }
    return text;
  };
  CHECK(systemsim_command("check " + folder.file("unread.edn", appends(20'000))).exit == 0);
  const auto read = [&](size_t bytes) {
    return "{:process 0 :type :invoke :f :get :key 1 :value nil}{:process 0 :type :ok :value \"" +
           std::string(bytes, 'x') + "\"}\n";
  };
  const std::string some = appends(1000);
  CHECK(systemsim_command("check " + folder.file("right.edn", some + read(1'000'000))).exit == 0);
  CHECK(systemsim_command("check " + folder.file("short.edn", some + read(999'000))).exit == 1);
}

TEST_CASE("of several histories each has a line, and the worst decides: 4, 2, 1, 3, 0") {
  const Folder folder;
  const std::string good = folder.file("good.edn", kGood);
  const std::string bad = folder.file("bad.edn", kBad);
  const std::string broken = folder.file("broken.edn", "{:process 0}");
  const Ran ran = systemsim_command("check " + good + " " + bad + " 2>/dev/null");
  CHECK(ran.exit == 1);
  const size_t end = ran.out.find('\n');
  CHECK(at(json_of(ran.out.substr(0, end)), "file").text == folder.path("good.edn"));
  CHECK(at(json_of(ran.out.substr(end + 1)), "file").text == folder.path("bad.edn"));
  CHECK(systemsim_command("check " + good + " " + good).exit == 0);
  CHECK(systemsim_command("check " + broken + " " + bad).exit == 2);
  CHECK(systemsim_command("check " + bad + " " + broken + " " + good).exit == 2);
  CHECK(systemsim_command("check " + broken + " '" + folder.path("") + "' " + bad).exit == 4);
}

TEST_CASE("a malformed history exits 2 with its line and what was expected") {
  const Folder folder;
  const auto complaint = [&](const std::string& text) {
    const Ran ran = systemsim_command("check " + folder.file("h", text));
    CHECK(ran.exit == 2);
    return ran.out;
  };
  CHECK(complaint("{:process 0 :type :invoke :f :read}\n{:process 0 :type :okay}")
            .find("line 2: expected :invoke, :ok, :fail or :info as :type, found \":okay\" "
                  "(taken for edn; --format says otherwise)") != std::string::npos);
  CHECK(complaint("hello\n").find("line 1: expected a log line such as") != std::string::npos);
  CHECK(
      complaint("{\"operations\": [{}]}").find("/operations/0/client: expected a client's name") !=
      std::string::npos);
  CHECK(systemsim_command("check '" + folder.path("none") + "'").exit == 2);
  CHECK(systemsim_command("check '" + folder.path("") + "'").exit == 4);
}

TEST_CASE("10 MB of noise is refused within seconds, whatever it looks like") {
  const Folder folder;
  test::Dice dice(9);
  std::string noise;
  while (noise.size() < 10'000'000) noise += static_cast<char>(dice.next());
  const auto start = std::chrono::steady_clock::now();
  for (const char* const beginning :
       {"", "{", "[", "{\"", "({:process 0 :type :invoke :f :read}", "\"", "; ", "#_[", "INFO "}) {
    const Ran ran = systemsim_command("check " + folder.file("noise", beginning + noise));
    CHECK_MESSAGE(ran.exit == 2, beginning);
    CHECK_MESSAGE(ran.out.find("line ") != std::string::npos, ran.out.substr(0, 200));
    CHECK(ran.out.size() < 1000);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  CHECK(took.count() < 30);
}

TEST_CASE("what a run's clients saw is exported in three forms, and judged the same in each") {
  const Folder folder;
  const std::string file = folder.path("history");
  std::string states;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_path("tests/golden/scenarios"))) {
    const std::string scenario = "run '" + entry.path().string() + "'";
    std::string first;
    const std::string text = test::read_file(entry.path());
    const bool has_cas = text.find("\"cas\"") != std::string::npos ||
                         text.find("\"conditional\"") != std::string::npos;
    const bool has_siblings = text.find("\"dotted\"") != std::string::npos ||
                              text.find("\"vector-clocks\"") != std::string::npos;
    for (const char* const form : {"knossos", "porcupine-kv", "json"}) {
      std::string exporting = scenario;
      exporting += " --history '" + file + "' --history-format ";
      exporting += form;
      const Ran run = systemsim_command(exporting);
      // Porcupine's kv model has no conditional put, and no read of several versions.
      if (std::string(form) == "porcupine-kv" && (has_cas || (has_siblings && run.exit != 0))) {
        CHECK(run.exit == 2);
        continue;
      }
      REQUIRE(run.exit == 0);
      // To look on changes nothing.
      CHECK(run.out == systemsim_command(scenario).out);
      const Ran ran = systemsim_command("check '" + file + "'");
      REQUIRE_MESSAGE(ran.exit <= 1, ran.out);
      const std::string state = at(json_of(ran.out), "linearizable").boolean ? "yes " : "no ";
      if (first.empty()) first = state;
      CHECK_MESSAGE(state == first, entry.path().string() << " " << form);
    }
    states += first;
  }
  CHECK(states.find("yes") != std::string::npos);
  CHECK(states.find("no") != std::string::npos);
}

TEST_CASE("one key's history is what a checker of one register reads") {
  const Folder folder;
  const std::string file = folder.path("history");
  const std::string scenario = folder.file("s.json", R"({"actions": [
      {"at_ms": 1, "do": "put", "client": "c1", "key": "x", "value": "1"},
      {"at_ms": 1, "do": "put", "client": "c2", "key": "y", "value": "2"},
      {"at_ms": 500, "do": "get", "client": "c1", "key": "x"}]})");
  const std::string run = "run " + scenario + " --history '" + file + "' --history-key ";
  CHECK(systemsim_command(run + "x").exit == 0);
  CHECK(test::read_file(file) ==
        "{:process 1, :type :invoke, :f :write, :value :absent}\n"
        "{:process 1, :type :ok, :f :write, :value :absent}\n"
        "{:process 0, :type :invoke, :f :write, :value 1}\n"
        "{:process 0, :type :ok, :f :write, :value 1}\n"
        "{:process 0, :type :invoke, :f :read, :value nil}\n"
        "{:process 0, :type :ok, :f :read, :value 1}\n");
  CHECK(systemsim_command("check '" + file + "'").exit == 0);
  const Ran typo = systemsim_command(run + "z");
  CHECK(typo.exit == 2);
  CHECK(typo.out.find("--history-key: no operation of this run is on \"z\"") != std::string::npos);
  CHECK(systemsim_command("run " + scenario + " --history-key x").exit == 2);
  CHECK(
      systemsim_command("run " + scenario + " --history '" + file + "' --history-format x").exit ==
      2);
  CHECK(systemsim_command("run " + scenario + " --history /nowhere/h").exit == 4);
}

}  // namespace check_cli_test
