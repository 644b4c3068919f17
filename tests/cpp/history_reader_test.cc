// Histories of others: whose rules apply, and what is refused.
#include "check/history_reader.h"

#include "base/bytes.h"
#include "check/history_text.h"
#include "check/linearizability.h"
#include "support.h"

namespace history_reader_test {

using namespace systemsim;
using test::Dice;

namespace {

HistoryOptions with_model(Model model) {
  HistoryOptions options;
  options.model = model;
  return options;
}

std::string text_of(const ReadHistory& read, ValueId id) {
  return id == kAbsent ? "nothing" : read.history.values.text(id);
}

// "3 write x=5 ok 0-1; ..." : process, what, key and value, fate, ranks; or the complaint.
std::string calls(std::string_view text, HistoryFormat format = HistoryFormat::edn,
                  const HistoryOptions& options = {}) {
  auto result = read_history(text, format, options);
  if (!result) return result.error().message;
  const ReadHistory& read = result.value();
  std::string out;
  for (const Call& call : read.history.calls) {
    static const char* const kKinds[] = {"read", "write", "cas", "append"};
    static const char* const kFates[] = {"ok", "refused", "unknown"};
    if (!out.empty()) out += "; ";
    out += read.processes[call.process] + " " + kKinds[static_cast<size_t>(call.kind)] + " ";
    out += read.history.keys[call.key].name + "=";
    if (call.kind == Call::Kind::cas) out += text_of(read, call.expected) + ">";
    out += call.any ? "any" : text_of(read, call.value);
    out += std::string(" ") + kFates[static_cast<size_t>(call.fate)] + " ";
    out += std::to_string(call.begin) + "-";
    if (call.end != kNever) out += std::to_string(call.end);
  }
  return out;
}

std::string log_calls(std::string_view text) { return calls(text, HistoryFormat::jepsen_log); }

Linearizability::State judged(std::string_view text, HistoryFormat format = HistoryFormat::edn,
                              const HistoryOptions& options = {}) {
  auto read = read_history(text, format, options);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
  return check_linearizability(read.value().history, kDefaultStates).state;
}

constexpr auto kYes = Linearizability::State::yes;
constexpr auto kNo = Linearizability::State::no;

}  // namespace

TEST_CASE("an operation is an invocation and its process's next completion") {
  CHECK(calls("{:process 0, :type :invoke, :f :write, :value 1}"
              "{:process 1, :type :invoke, :f :read, :value nil}"
              "{:process 0, :type :ok, :f :write, :value 1}"
              "{:process 1, :type :ok, :f :read, :value 1}") ==
        "0 write =1 ok 0-2; 1 read =1 ok 1-3");
  // As one vector or one list, with comments, as records, with other fields: the same.
  CHECK(calls("[{:process 0, :type :invoke, :f :write, :value 1, :time 12.5, :index 0}\n"
              "; a remark\n"
              "#jepsen.history.Op{:process 0 :type :ok :f :write :value 1 :error [:x nil]}]") ==
        "0 write =1 ok 0-1");
  CHECK(calls("({:process 0 :type :invoke :f :write :value 1})") == "0 write =1 unknown 0-");
  CHECK(calls("") == "");
  CHECK(calls("[]") == "");
}

TEST_CASE("Knossos' rules: what failed did not happen, what is unknown stays open, nil fits all") {
  CHECK(calls("{:process 0 :type :invoke :f :write :value 1}"
              "{:process 0 :type :fail :f :write :value 1}"
              "{:process 1 :type :invoke :f :read}"
              "{:process 1 :type :fail :f :read}") == "");
  CHECK(calls("{:process 0 :type :invoke :f :write :value 1}"
              "{:process 0 :type :info :f :write :value :timed-out}"
              "{:process 1 :type :invoke :f :read}"
              "{:process 1 :type :info :f :read}") == "0 write =1 unknown 0-");
  CHECK(calls("{:process 1 :type :invoke :f :read :value nil}"
              "{:process 1 :type :ok :f :read :value nil}") == "1 read =any ok 0-1");
  // What a read returned is what its completion says, whatever the invocation said.
  CHECK(calls("{:process 1 :type :invoke :f :read :value 3}"
              "{:process 1 :type :ok :f :read}") == "1 read =any ok 0-1");
  CHECK(calls("{:process 1 :type :invoke :f :read :value 3}"
              "{:process 1 :type :ok :f :read :value nil}") == "1 read =any ok 0-1");
  CHECK(calls("{:process 1 :type :invoke :f :get :key 1 :value 3}"
              "{:process 1 :type :ok :f :get :key 1 :value nil}") == "1 read 1=nothing ok 0-1");
  CHECK(calls("{:process 1 :type :invoke :f :read :value 3}"
              "{:process 1 :type :ok :f :read :value 4}") == "1 read =4 ok 0-1");
  CHECK(calls("{:process 1 :type :invoke :f :cas :value [1 nil]}"
              "{:process 1 :type :ok :f :cas :value (1 nil)}") == "1 cas =1>nothing ok 0-1");
  CHECK(calls("{:process 1 :type :invoke :f :read}"
              "{:process 1 :type :ok :f :read :value :absent}") == "1 read =nothing ok 0-1");
}

TEST_CASE("who goes on after an :info is another session; others are not clients") {
  auto read = read_history(
      "{:process 7 :type :invoke :f :write :value 1}{:process 7 :type :info :f :write}"
      "{:process 7 :type :invoke :f :write :value 2}{:process 7 :type :ok :f :write}"
      "{:process :nemesis :type :info :f :start}{:process :nemesis :type :info :f :start}"
      "{:process 7 :type :invoke :f :write :value 3}{:process 7 :type :fail :f :write}"
      "{:process 7 :type :invoke :f :write :value 4}{:process 7 :type :ok :f :write}",
      HistoryFormat::edn, {});
  REQUIRE(read.ok());
  const auto& made = read.value().history.calls;
  REQUIRE(made.size() == 3);
  CHECK(made[0].process != made[1].process);
  CHECK(made[1].process == made[2].process);
  for (const Call& call : made) CHECK(read.value().processes[call.process] == "7");
  // What is unknown without a call says nothing: before a client's calls and between them.
  CHECK(calls("{:process 7 :type :info :f :start :value :awake}"
              "{:process 7 :type :invoke :f :write :value 1}{:process 7 :type :ok :f :write}"
              "{:process 7 :type :info :f :read}{:process 7 :type :info}"
              "{:process 7 :type :invoke :f :write :value 2}{:process 7 :type :ok :f :write}") ==
        "7 write =1 ok 0-1; 7 write =2 ok 2-3");
  CHECK(log_calls("INFO jepsen.util - 0 :info :start nil") == "");
}

TEST_CASE("Porcupine's rules for the etcd logs") {
  CHECK(log_calls("INFO  jepsen.util - 0\t:invoke\t:read\tnil\n"
                  "INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]\r\n"
                  "INFO  jepsen.util - 0\t:ok\t:read\tnil\n"
                  "\n"
                  "INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]\n"
                  "INFO  jepsen.core - something else\n"
                  "INFO  jepsen.util - :nemesis\t:info\t:start\tnil\n"
                  "INFO  jepsen.util - 0 :invoke :read nil\n"
                  "INFO  jepsen.util - 0 :fail :read :timed-out\n"
                  "INFO  jepsen.util - 1 :invoke :cas [1 2]\n"
                  "INFO  jepsen.util - 1 :info :cas :timed-out\n"
                  "INFO  jepsen.util - 2 :invoke :write 4\n"
                  "INFO  jepsen.util - 3 :invoke :read nil") ==
        "0 read =nothing ok 0-2; 1 cas =1>2 refused 1-3; 0 read =any ok 4-5; "
        "1 cas =1>2 unknown 6-; 2 write =4 unknown 7-");
  CHECK(judged("INFO jepsen.util - 0 :invoke :cas [1 2]\nINFO jepsen.util - 0 :fail :cas [1 2]\n",
               HistoryFormat::jepsen_log) == kYes);
  CHECK(judged("INFO jepsen.util - 0 :invoke :write 1\nINFO jepsen.util - 0 :ok :write 1\n"
               "INFO jepsen.util - 0 :invoke :cas [1 2]\nINFO jepsen.util - 0 :fail :cas [1 2]\n",
               HistoryFormat::jepsen_log) == kNo);
}

TEST_CASE("a register of EDN begins with 0, of a log and a key with nothing, or as told") {
  const std::string read = "{:process 0 :type :invoke :f :read}{:process 0 :type :ok :f :read ";
  HistoryOptions five;
  five.initial = "5";
  HistoryOptions nil;
  nil.initial = "nil";
  CHECK(judged(read + ":value 0}") == kYes);
  CHECK(judged(read + ":value 5}") == kNo);
  CHECK(judged(read + ":value 5}", HistoryFormat::edn, five) == kYes);
  CHECK(judged(read + ":value :absent}") == kNo);
  CHECK(judged(read + ":value :absent}", HistoryFormat::edn, nil) == kYes);
  const std::string get =
      "{:process 0 :type :invoke :f :get :key \"k\"}{:process 0 :type :ok :f :get :key \"k\" ";
  CHECK(judged(get + ":value \"\"}") == kYes);
  CHECK(judged(get + ":value nil}") == kYes);
  CHECK(judged(get + ":value \"0\"}") == kNo);
  CHECK(judged(get + ":value \"5\"}", HistoryFormat::edn, five) == kYes);
  CHECK(judged(get + ":value nil}", HistoryFormat::edn, five) == kNo);
  const std::string line =
      "INFO jepsen.util - 0 :invoke :read nil\nINFO jepsen.util - 0 :ok :read ";
  CHECK(judged(line + "nil", HistoryFormat::jepsen_log) == kYes);
  CHECK(judged(line + "0", HistoryFormat::jepsen_log) == kNo);
  CHECK(judged(line + "5", HistoryFormat::jepsen_log, five) == kYes);
  for (const char* const wrong : {"", "1 2", "[", "007"}) {
    HistoryOptions options;
    options.initial = wrong;
    CHECK(!read_history("[]", HistoryFormat::edn, options).ok());
  }
}

TEST_CASE("keys are apart: get, put, append and delete, and registers with a :key") {
  CHECK(calls("{:process 0, :type :invoke, :f :append, :key \"a\", :value \"x\"}"
              "{:process 0, :type :ok, :f :append, :key \"a\", :value \"x\"}"
              "{:process 0, :type :invoke, :f :put, :key 5, :value \"\"}"
              "{:process 0, :type :ok, :f :put, :key \"5\"}"
              "{:process 0, :type :invoke, :f :delete, :key \"5\"}"
              "{:process 1, :type :invoke, :f :get, :key \"a\", :value nil}"
              "{:process 1, :type :ok, :f :get, :key \"a\", :value \"x\"}") ==
        "0 append a=x ok 0-1; 0 write 5=nothing ok 2-3; 0 write 5=nothing unknown 4-; "
        "1 read a=x ok 5-6");
  CHECK(
      calls(
          "{:process 0 :type :invoke :f :write :value 1 :key :a}"
          "{:process 1 :type :invoke :f :read :key :b}{:process 1 :type :ok :f :read :value 0}") ==
      "0 write :a=1 unknown 0-; 1 read :b=0 ok 1-2");
}

TEST_CASE("Jepsen's independent keys: every value is a pair, and the first of it is the key") {
  CHECK(calls("{:process 0 :type :invoke :f :write :value [5 1]}"
              "{:process 1 :type :invoke :f :read :value [5 nil]}"
              "{:process 2 :type :invoke :f :cas :value [7 [0 2]]}"
              "{:process :nemesis :type :info :f :start :value 3}"
              "{:process 0 :type :ok :f :write :value [5 1]}"
              "{:process 1 :type :ok :f :read :value [5 1]}"
              "{:process 2 :type :ok :f :cas :value [7 [0 2]]}"
              "{:process 0 :type :invoke :f :cas :value [7 [2 3]]}"
              "{:process 1 :type :invoke :f :read :value [7 nil]}"
              "{:process 0 :type :fail :f :cas :value [7 [2 3]]}"
              "{:process 1 :type :ok :f :read :value [7 nil]}"
              "{:process 2 :type :invoke :f :write :value [\"k\" [1 2]]}"
              "{:process 2 :type :info :f :write :value :timed-out}"
              "{:process 1 :type :info :f :start :value 9}") ==
        "0 write 5=1 ok 0-3; 1 read 5=1 ok 1-4; 2 cas 7=0>2 ok 2-5; 1 read 7=any ok 7-8; "
        "2 write k=[1 2] unknown 9-");
  CHECK(log_calls("INFO jepsen.util - 0 :invoke :write [1 5]\n"
                  "INFO jepsen.util - 0 :ok :write [1 5]\n"
                  "INFO jepsen.util - 0 :invoke :cas [2 [5 6]]\n"
                  "INFO jepsen.util - 0 :fail :cas [2 [5 6]]\n"
                  "INFO jepsen.util - 1 :invoke :read [1 nil]\n"
                  "INFO jepsen.util - 1 :ok :read [1 nil]\n") ==
        "0 write 1=5 ok 0-1; 0 cas 2=5>6 refused 2-3; 1 read 1=nothing ok 4-5");
  // Keys are apart: as one register of pairs this would be broken.
  const std::string one =
      "{:process 0 :type :invoke :f :write :value [1 5]}\n"
      "{:process 0 :type :ok :f :write :value [1 5]}\n";
  const std::string two =
      "{:process 0 :type :invoke :f :read :value [2 nil]}\n"
      "{:process 0 :type :ok :f :read :value [2 0]}\n";
  CHECK(judged(one + two) == kYes);
  CHECK(judged("[" + one + two + "]") == kYes);
  CHECK(calls(one + "{:process 0 :type :invoke :f :write :value [1 5]}\n"
                    "{:process 0 :type :ok :f :write :value [2 5]}") ==
        "line 4: expected the :key, as in line 3, found \"2\"");
  // A mixture is of plain values, as is what has a :key.
  const std::string plain = "0 write =[1 5] ok 0-1";
  CHECK(calls(one + "{:process 0 :type :invoke :f :write :value 3}") ==
        plain + "; 0 write =3 unknown 2-");
  CHECK(calls(one + "{:process 0 :type :invoke :f :read}{:process 0 :type :ok :f :read :value "
                    "[1 5]}") == plain + "; 0 read =[1 5] ok 2-3");
  CHECK(calls(one + "{:process 0 :type :invoke :f :read :value [1 nil]}"
                    "{:process 0 :type :ok :f :read :value 7}") == plain + "; 0 read =7 ok 2-3");
  CHECK(calls(one + "{:process 0 :type :invoke :f :cas :value [7 3]}") ==
        plain + "; 0 cas =7>3 unknown 2-");
  CHECK(calls(one + "{:process 0 :type :invoke :f :write :value [1 2 3]}") ==
        plain + "; 0 write =[1 2 3] unknown 2-");
  CHECK(calls(one + "{:process 0 :type :invoke :f :write :value [nil 2]}") ==
        plain + "; 0 write =[nil 2] unknown 2-");
  CHECK(calls("{:process 0 :type :invoke :f :write :key 9 :value [1 5]}") ==
        "0 write 9=[1 5] unknown 0-");
}

TEST_CASE("the model is what the operations say, unless it is named") {
  const auto model = [](std::string_view text, const HistoryOptions& options = {}) {
    auto read = read_history(text, HistoryFormat::edn, options);
    return read ? name_of(read.value().model) : read.error().message;
  };
  const std::string write = "{:process 0 :type :invoke :f :write :value 1}";
  const std::string cas = "\n{:process 1 :type :invoke :f :cas :value [1 2]}";
  const std::string put = "\n{:process 2 :type :invoke :f :put :key 1 :value 1}";
  CHECK(model(write) == "register");
  CHECK(model(write + cas) == "cas-register");
  CHECK(model(write, with_model(Model::cas_register)) == "cas-register");
  CHECK(model(put) == "kv");
  CHECK(model(write + cas, with_model(Model::reg)) ==
        "line 2: expected :read or :write as :f (the model is register), found \":cas\"");
  CHECK(
      model(write, with_model(Model::kv)) ==
      "line 1: expected :get, :put, :append or :delete as :f (the model is kv), found \":write\"");
  CHECK(model(write + put) ==
        "line 2: expected :read, :write or :cas as :f, as before, found \":put\"");
  CHECK(model(put + write) ==
        "line 2: expected :get, :put, :append or :delete as :f, as before, found \":write\"");
}

TEST_CASE("a value counts by its text, and no two texts become one") {
  const auto value = [](const char* edn) {
    auto read = read_history(std::string("{:process 0 :type :invoke :f :write :value ") + edn + "}",
                             HistoryFormat::edn, {});
    REQUIRE_MESSAGE(read.ok(), edn);
    return text_of(read.value(), read.value().history.calls[0].value);
  };
  CHECK(value("1") == value("\"1\""));
  CHECK(value("1N") == "1");
  CHECK(value("nil") == "nothing");
  CHECK(value(":absent") == "nothing");
  CHECK(value("\":absent\"") == ":absent");
  CHECK(value("\"\"") == "");
  CHECK(value("[1 (2) 3]") == "[1 [2] 3]");
  CHECK(value("\"0xff\"") == "\xff");
  CHECK(value("\"0x41\"") == "0x41");
  CHECK(value("\"0x30786666\"") == "0xff");
}

TEST_CASE("bytes and their text form are one to one, both ways") {
  Dice dice(3);
  const std::vector<std::string> pieces = {"0x", "ff", "41", "30", "78", "\xff", "é", "a", "F"};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (uint32_t k = dice.below(6); k > 0; --k) {
      bytes += pieces[dice.below(static_cast<uint32_t>(pieces.size()))];
    }
    if (i % 3 == 0) bytes.insert(0, "\xff");
    for (uint32_t k = dice.below(4); k > 0 && i % 3 == 0; --k) bytes = text_of_bytes(bytes);
    const std::string text = text_of_bytes(bytes);
    CHECK(is_utf8(text));
    CHECK(bytes_of_text(text) == bytes);
    if (is_utf8(bytes)) CHECK(text_of_bytes(bytes_of_text(bytes)) == bytes);
  }
}

TEST_CASE("what is malformed is refused with its line, what was expected and what was found") {
  const std::string call = "{:process 0 :type :invoke :f :write :value 1}\n";
  const std::string read = "{:process 0 :type :invoke :f :read}\n";
  CHECK(calls(call + call) ==
        "line 2: expected an answer to what process 0 asked in line 1, found another call");
  CHECK(calls("\n\n{:process 3 :type :ok :f :read :value 1}") ==
        "line 3: expected an :invoke, as process 3 has no call, found :ok");
  CHECK(calls("{:process 3 :type :fail :f :read}") ==
        "line 1: expected an :invoke, as process 3 has no call, found :fail");
  CHECK(calls(call + "{:process 0 :type :ok :f :write :value 2}") ==
        "line 2: expected the :value of line 1, found \"2\"");
  CHECK(calls(call + "{:process 0 :type :ok :f :read :value 2}") ==
        "line 2: expected :write as :f, as in line 1, found \":read\"");
  CHECK(calls("{:type :invoke :f :read}") == "line 1: expected a :process, found none");
  CHECK(calls("{:process 0 :f :read}") ==
        "line 1: expected :invoke, :ok, :fail or :info as :type, found none");
  CHECK(calls("{:process 0 :type :invok :f :read}") ==
        "line 1: expected :invoke, :ok, :fail or :info as :type, found \":invok\"");
  CHECK(calls("{:process 0 :type :invoke :f :enqueue}") ==
        "line 1: expected :read, :write, :cas, :get, :put, :append or :delete as :f, found "
        "\":enqueue\"");
  CHECK(calls("{:process 0 :type :invoke :f :write}") == "line 1: expected a :value, found none");
  CHECK(calls("{:process 0 :type :invoke :f :cas :value 5}") ==
        "line 1: expected a pair [expected new] as :value, found \"5\"");
  CHECK(calls("{:process 0 :type :invoke :f :get}") == "line 1: expected a :key, found none");
  CHECK(calls("{:process 0 :type :invoke :f :read :key 1}\n{:process 1 :type :invoke :f :read}") ==
        "line 2: expected a :key, as in line 1, found none");
  CHECK(calls(read + "{:process 0 :type :ok :f :read :key 2}") ==
        "line 2: expected the :key, as in line 1, found \"2\"");
  CHECK(calls("[1 2 3]") == "line 1: expected a map with :process, :type and :f, found \"1\"");
  CHECK(log_calls("\nhello world") ==
        "line 2: expected a log line such as \"INFO  jepsen.util - 0 :invoke :read nil\", found "
        "\"hello world\"");
  CHECK(log_calls("INFO jepsen.util - 0 :invoke :write") ==
        "line 1: expected a :value, found none");
  CHECK(log_calls("\nINFO jepsen.util - 0 :invoke :write 1 2 3") ==
        "line 2: expected the end of the line after the value, found \"2\"");
  CHECK(log_calls("INFO jepsen.util - :nemesis :info :start nil 7") == "");
  // An error may follow the value of what failed or is unknown, as any text.
  CHECK(log_calls("INFO jepsen.util - 0 :invoke :write 1\n"
                  "INFO jepsen.util - 0 :info :write 1 #<Timeout 5 ]") == "0 write =1 unknown 0-");
  CHECK(log_calls("INFO jepsen.util - 0 :invoke :write 1\n"
                  "INFO jepsen.util - 0 :ok :write 1 :late") ==
        "line 2: expected the end of the line after the value, found \":late\"");
  CHECK(log_calls("INFO jepsen.util - 0 :invoke :write 1 ; a remark") == "0 write =1 unknown 0-");
  CHECK(log_calls("INFO jepsen.util - 0 :ok :write 3") ==
        "line 1: expected an :invoke, as process 0 has no call, found :ok");
}

TEST_CASE("the format is seen at the first characters") {
  CHECK(detect_format("") == HistoryFormat::edn);
  CHECK(detect_format(" ; c\n{") == HistoryFormat::edn);
  CHECK(detect_format("\xef\xbb\xbf[{:process") == HistoryFormat::edn);
  CHECK(detect_format("{:process 1}") == HistoryFormat::edn);
  CHECK(detect_format("({:process") == HistoryFormat::edn);
  CHECK(detect_format("#jepsen.history.Op{") == HistoryFormat::edn);
  CHECK(detect_format(" {\n  \"operations\"") == HistoryFormat::json);
  CHECK(detect_format("INFO  jepsen.util") == HistoryFormat::jepsen_log);
  CHECK(calls("\xef\xbb\xbf[]") == "");
}

TEST_CASE("noise is refused at once, whatever it is taken for") {
  Dice dice(5);
  std::string noise;
  while (noise.size() < 10'000'000) noise += static_cast<char>(dice.next());
  const auto many = [](const std::string& piece) {
    std::string text;
    while (text.size() < 10'000'000) text += piece;
    return text;
  };
  for (const HistoryFormat format : {HistoryFormat::edn, HistoryFormat::jepsen_log}) {
    CHECK(calls(noise, format).starts_with("line "));
    CHECK(calls("[" + noise, format).starts_with("line "));
    CHECK(calls(many("a"), format).starts_with("line "));
    CHECK(calls(many("{"), format).starts_with("line "));
    CHECK(calls("\n\n" + many("\""), format).starts_with("line 3: "));
  }
  CHECK(
      !read_history(std::string(HistoryLimits::kTextBytes + 1, ' '), HistoryFormat::edn, {}).ok());
}

TEST_CASE("a history may have a million calls, and not one more") {
  std::string text;
  const std::string pair =
      "{:process 0 :type :invoke :f :read}{:process 0 :type :ok}";  // 57 bytes: 57 MB
  for (uint32_t i = 0; i < HistoryLimits::kCalls; ++i) text += pair;
  auto read = read_history(text, HistoryFormat::edn, {});
  REQUIRE(read.ok());
  CHECK(read.value().history.calls.size() == HistoryLimits::kCalls);
  read = read_history(text + "\n" + pair, HistoryFormat::edn, {});
  REQUIRE(!read.ok());
  CHECK(read.error().code == ErrorCode::limit);
  CHECK(read.error().message == "line 2: expected at most 1000000 calls, found more");
}

}  // namespace history_reader_test
