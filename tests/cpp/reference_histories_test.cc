// Histories with known outcomes, from other projects: Porcupine's etcd logs and key-value logs
// (MIT), Knossos' (EPL-1.0), and the counterexamples to "W + R > N is linearizable" with their
// remedies. They are not part of this repository; where the shared folder beside it is missing, the
// tests say so and check nothing.
#include <filesystem>
#include <sstream>

#include "check/history_reader.h"
#include "check/linearizability.h"
#include "lab/check_history.h"
#include "lab/history_json.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "support.h"

namespace reference_histories_test {

using namespace systemsim;

namespace {

struct Reference {
  std::string name;
  std::string text;
  HistoryFormat format = HistoryFormat::edn;
  bool linearizable = false;
};

std::string facts(const std::string& path) { return test::source_path("../shared/facts/" + path); }

// Whether the shared folder is here.
bool present(const std::string& path) {
  if (std::filesystem::exists(facts(path))) return true;
  MESSAGE("skipped: no " << path << " in ../shared/facts");
  return false;
}

// The histories that a list of outcomes names: file,model,linearizable,...
std::vector<Reference> references(const std::string& list, const std::string& prefix,
                                  const std::string& folder) {
  std::vector<Reference> found;
  std::istringstream lines(test::read_file(facts("histories/" + list)));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    if (!line.starts_with(prefix)) continue;
    const size_t comma = line.find(',');
    const size_t outcome = line.find(',', comma + 1) + 1;
    Reference reference;
    reference.name = folder + line.substr(prefix.size(), comma - prefix.size());
    reference.text = test::read_file(facts("histories/" + reference.name));
    reference.linearizable = line.substr(outcome, 4) == "true";
    if (reference.name.ends_with(".log")) reference.format = HistoryFormat::jepsen_log;
    found.push_back(std::move(reference));
  }
  return found;
}

std::vector<Reference> all_references() {
  std::vector<Reference> all = references("expected-porcupine.csv", "jepsen/", "etcd/");
  for (const auto& more : {references("expected-porcupine.csv", "kv/", "kv/"),
                           references("expected-knossos.csv", "data/cas-register/", "knossos/")}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

ReadHistory read_reference(const Reference& reference) {
  CHECK(detect_format(reference.text) == reference.format);
  auto read = read_history(reference.text, reference.format, {});
  REQUIRE_MESSAGE(read.ok(), reference.name << ": " << (read.ok() ? "" : read.error().message));
  return std::move(read).value();
}

// Operations of one register, as the counterexamples write them, in our own form.
std::string own_form(const Json& history) {
  JsonWriter writer;
  writer.begin_object().key("initial").begin_array();
  writer.begin_object().field("key", "x").field("value", "0").end_object().end_array();
  writer.key("operations").begin_array();
  for (size_t i = 0; i < history.items.size(); ++i) {
    std::optional<Error> error;
    Fields fields(history.items[i], "", error);
    const Json* returned = fields.take("ret");
    const bool write = fields.take("op")->text == "w";
    const Json* value = fields.take(write ? "arg" : "out");
    const bool answered = returned->type != Json::Type::null;
    writer.begin_object().field("op", i).field("client", "c" + std::to_string(i + 1));
    writer.field("do", write ? "put" : "get").field("key", "x").key("value");
    value->type == Json::Type::null ? writer.null() : writer.value(std::to_string(value->integer));
    writer.field("begin_us", fields.take("call")->integer).key("end_us");
    answered ? writer.value(returned->integer) : writer.null();
    writer.field("outcome", answered ? "ok" : "open").end_object();
  }
  return writer.end_array().end_object().take();
}

CheckedHistory checked(const std::string& text) {
  auto checked = check_history(text, {});
  REQUIRE_MESSAGE(checked.ok(), text << (checked.ok() ? "" : checked.error().message));
  CHECK(checked.value().state != Linearizability::State::undecided);
  return std::move(checked).value();
}

bool linearizable(const std::string& text) {
  return checked(text).state == Linearizability::State::yes;
}

}  // namespace

TEST_CASE("every reference history is judged as Porcupine and Knossos publish") {
  if (!present("histories")) return;
  const auto all = all_references();
  CHECK(all.size() >= 35);
  for (const Reference& reference : all) {
    const auto result = check_linearizability(read_reference(reference).history, kDefaultStates);
    const auto expected =
        reference.linearizable ? Linearizability::State::yes : Linearizability::State::no;
    CHECK_MESSAGE(result.state == expected, reference.name);
    CHECK_MESSAGE(linearizable(reference.text) == reference.linearizable, reference.name);
  }
}

TEST_CASE("a read of a value that nobody wrote turns each good reference history into a bad one") {
  if (!present("histories")) return;
  int mutated = 0;
  for (const Reference& reference : all_references()) {
    if (!reference.linearizable) continue;
    CallHistory history = read_reference(reference).history;
    const ValueId unwritten = history.values.of("never written");
    for (Call& call : history.calls) {
      if (call.kind != Call::Kind::read || call.any) continue;
      const ValueId before = std::exchange(call.value, unwritten);
      const auto result = check_linearizability(history, kDefaultStates);
      CHECK_MESSAGE(result.state == Linearizability::State::no,
                    reference.name << " line " << call.source);
      call.value = before;
      ++mutated;
    }
  }
  CHECK(mutated > 300);
}

TEST_CASE("each counterexample to W + R > N is rejected, and accepted with its remedy") {
  if (!present("counterexamples/histories.json")) return;
  const auto json = parse_json(test::read_file(facts("counterexamples/histories.json")));
  REQUIRE(json.ok());
  CHECK(json.value().items.size() == 9);
  for (const Json& item : json.value().items) {
    std::optional<Error> error;
    Fields fields(item, "", error);
    const std::string name = fields.take("id")->text;
    const auto wrong = checked(own_form(*fields.take("history")));
    CHECK_MESSAGE(wrong.state == Linearizability::State::no, name);
    CHECK_FALSE(fields.take("linearizable")->boolean);
    CHECK_MESSAGE(linearizable(own_form(*fields.take("remedy_history"))), name);
    CHECK(fields.take("remedy_linearizable")->boolean);
    // A write that is still under way may be seen, and then not: nothing weaker forbids that.
    const bool under_way = name.starts_with("CE1-") || name.starts_with("CE2-");
    const std::string weakest = under_way ? "linearizable" : "regular";
    CHECK_MESSAGE(wrong.json.ends_with("\"weakest_broken\":\"" + weakest + "\"}"), name);
  }
}

}  // namespace reference_histories_test
