// The job "torn_log": its report against the log reader, and against what must be so.
#include "lab/torn_log.h"

#include "command.h"
#include "lab/log_pieces.h"
#include "lab/measure.h"
#include "lsm.h"
#include "store/log_reader.h"
#include "store/log_writer.h"
#include "store/write_batch.h"

namespace torn_log_test {

using namespace systemsim;

namespace {

Json torn(const std::string& job) {
  auto read = TornLog::read(parse_json(job).value());
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().path + ": " + read.error().message));
  while (!read.value().finished()) read.value().advance(7);
  return parse_json(read.value().result()).value();
}

const Json& at(const Json& json, const std::string& pointer) {
  const Json* found = resolve(json, pointer);
  REQUIRE_MESSAGE(found != nullptr, pointer);
  return *found;
}

int64_t integer(const Json& json, const std::string& pointer) { return at(json, pointer).integer; }

std::string bytes_of(const Json& json, const std::string& pointer) {
  return from_hex(at(json, pointer).text).value();
}

std::string complaint(const std::string& job) {
  const auto read = TornLog::read(parse_json(job).value());
  return read.ok() ? "none" : read.error().path + ": " + read.error().message;
}

// The records that a reader of logs finds, an oracle of the job's own way over the database.
size_t records_in(const std::string& log) {
  store::LogReader reader(log);
  size_t records = 0;
  while (reader.next()) ++records;
  return records;
}

}  // namespace

TEST_CASE("a log that is cut within a record gives back the records before it, at every byte") {
  const Json report = torn(R"({"each_byte":true})");
  const std::string log = bytes_of(report, "/log/hex");
  REQUIRE(records_in(log) == 3);
  const Json& cuts = at(report, "/each_cut");
  REQUIRE(cuts.items.size() == log.size() + 1);
  for (size_t cut = 0; cut <= log.size(); ++cut) {
    CAPTURE(cut);
    CHECK(static_cast<size_t>(cuts.items[cut].integer) == records_in(log.substr(0, cut)));
  }
  for (int64_t record = 0; record < 3; ++record) {
    const std::string place = "/inside/" + std::to_string(record);
    CHECK(integer(report, place + "/fewest") == record);
    CHECK(integer(report, place + "/most") == record);
    CHECK(integer(report, place + "/always") == record);
    CHECK(integer(report, place + "/refused") == 0);
  }
}

TEST_CASE("no power cut takes a put that was synced") {
  // Every power cut leaves the synced bytes, and any number of those behind them.
  const Json whole = torn("{}");
  const int64_t synced = integer(whole, "/log/synced_bytes");
  CHECK(synced == integer(whole, "/records/1/to"));
  for (int64_t cut = synced; cut <= integer(whole, "/log/bytes"); ++cut) {
    const Json report = torn(R"({"cut":)" + std::to_string(cut) + "}");
    CHECK(at(report, "/ours/lost_synced").items.empty());
    CHECK(at(report, "/leveldb/lost_synced").items.empty());
  }
  const Json lied = torn(R"({"cut":)" + std::to_string(synced - 1) + "}");
  REQUIRE(at(lied, "/ours/lost_synced").items.size() == 1);
  CHECK(integer(lied, "/ours/lost_synced/0") == 1);
  CHECK(at(lied, "/ours/lost").items.size() == 2);
}

TEST_CASE("a turned bit is refused where whole records follow it, and looks torn in the last one") {
  const Json report = torn(R"({"each_byte":true})");
  const Json& bytes = at(report, "/each_flip/bytes");
  const auto last_begins = static_cast<size_t>(integer(report, "/records/2/from"));
  int64_t silent = 0;
  for (size_t i = 0; i < bytes.items.size(); ++i) {
    CAPTURE(i);
    const bool is_last = i >= last_begins;
    CHECK(integer(bytes.items[i], "/ours/refused") == (is_last ? 0 : 8));
    CHECK(integer(bytes.items[i], "/ours/silent") == (is_last ? 8 : 0));
    // LevelDB refuses nothing, and what it drops is the rest of the block.
    CHECK(integer(bytes.items[i], "/leveldb/silent") == 8);
    CHECK(integer(bytes.items[i], "/leveldb/hole") == 0);
    silent += integer(bytes.items[i], "/ours/silent");
  }
  CHECK(integer(report, "/each_flip/ours/silent") == silent);
  CHECK(integer(report, "/each_flip/flips") == static_cast<int64_t>(8 * bytes.items.size()));

  const Json first = torn(R"({"flip":{"byte":30,"bit":3}})");
  CHECK(at(first, "/ours/is").text == "refused");
  CHECK(at(first, "/ours/error").text.starts_with("000003.log at 0: "));
  CHECK(at(first, "/ours/puts").type == Json::Type::null);
  CHECK(at(first, "/ours/lost").items.empty());
  CHECK(integer(first, "/damage/record") == 0);
  CHECK(at(first, "/leveldb/is").text == "prefix");
  CHECK(integer(first, "/leveldb/puts") == 0);
  CHECK(at(first, "/leveldb/lost_synced").items.size() == 2);
  const std::string log = bytes_of(first, "/log/hex");
  const std::string found = bytes_of(first, "/found_hex");
  for (size_t i = 0; i < log.size(); ++i) CHECK((log[i] ^ found[i]) == (i == 30 ? 8 : 0));
}

TEST_CASE("the pieces of a log cover each of its bytes once, and say what they hold") {
  const Json report = torn(
      R"({"records":[{"key":"a","value":""},{"key":{"hex":"00ff"},"value":"two words","sync":true}]})");
  const std::string log = bytes_of(report, "/log/hex");
  const std::vector<LogPiece> pieces = log_pieces(log);
  uint64_t end = 0;
  for (const LogPiece& piece : pieces) {
    CHECK(piece.from == end);
    end = piece.to;
  }
  CHECK(end == log.size());
  // As the formats have it (doc/log_format.md, db/write_batch.cc); texts are as long as they say.
  const std::map<std::string, uint64_t> widths = {
      {"checksum", 4}, {"length", 2}, {"type", 1},       {"sequence", 8},
      {"count", 4},    {"kind", 1},   {"key_length", 1}, {"value_length", 1}};
  REQUIRE(pieces.size() == 20);
  for (const LogPiece& piece : pieces) {
    CAPTURE(piece.name);
    const auto width = widths.find(piece.name);
    if (width != widths.end()) CHECK(piece.to - piece.from == width->second);
  }
  const auto says = [&](uint32_t record, const std::string& name) {
    for (const LogPiece& piece : pieces) {
      if (piece.record == record && piece.name == name) return piece.says;
    }
    return std::string("nothing");
  };
  CHECK(says(0, "type") == "FULL");
  CHECK(says(0, "value") == "");
  CHECK(says(1, "sequence") == "2");
  CHECK(says(1, "kind") == "put");
  CHECK(says(1, "key") == "00ff");
  CHECK(says(1, "value_length") == "9");
  CHECK(says(1, "value") == "two words");
  // The length that the header says is what follows it.
  CHECK(says(1, "length") == std::to_string(log.size() - pieces[9].to - 7));
}

TEST_CASE("the pieces of any bytes are those of the whole records in them, and nothing aborts") {
  const Json report = torn("{}");
  const std::string log = bytes_of(report, "/log/hex");
  const size_t all = log_pieces(log).size();
  const auto edge = [&](int64_t record) {
    return static_cast<size_t>(integer(report, "/records/" + std::to_string(record) + "/to"));
  };
  for (size_t cut = 0; cut <= log.size(); ++cut) {
    CAPTURE(cut);
    const size_t whole = records_in(log.substr(0, cut));
    CHECK(log_pieces(log.substr(0, cut)).size() == whole * all / 3);
    std::string flipped = log;
    if (cut < log.size()) flipped[cut] = static_cast<char>(flipped[cut] ^ 16);
    const size_t before = cut < edge(0) ? 0 : cut < edge(1) ? 1 : cut < edge(2) ? 2 : 3;
    CHECK(log_pieces(flipped).size() == before * all / 3);
  }
  CHECK(log_pieces(std::string(40000, '\0')).empty());
  CHECK(log_pieces(std::string(40000, '\xff')).empty());

  // A whole record that holds no batch, or one that breaks off, and a record in several pieces.
  store::WriteBatch small;
  small.put("key", std::string(200, 'v'));  // its length takes two bytes
  small.erase("key");
  store::WriteBatch large;
  large.put("key", std::string(store::kLogBlockBytes, 'v'));
  std::string bytes;
  store::LogWriter writer;
  for (const std::string_view record :
       {std::string_view("short"), std::string_view("no batch is like this one"),
        small.bytes().substr(0, small.bytes().size() - 1), large.bytes(), small.bytes()}) {
    writer.add(record, bytes);
  }
  const std::vector<LogPiece> pieces = log_pieces(bytes);
  REQUIRE(pieces.size() == 13);
  CHECK(pieces.front().record == 4);
  CHECK(pieces[8].says == "200");
  CHECK(pieces[8].to - pieces[8].from == 2);
  CHECK(pieces[10].says == "delete");
  CHECK(pieces.back().to == bytes.size());
}

TEST_CASE("torn_log says what is wrong and where") {
  CHECK(complaint(R"({"cut":124})") == "/cut: 124 is too large; the most is 123");
  CHECK(complaint(R"({"flip":{"byte":123}})") == "/flip/byte: 123 is too large; the most is 122");
  CHECK(complaint(R"({"flip":{"bit":1}})") == "/flip/byte: missing; expected a byte of the log");
  CHECK(complaint(R"({"flip":{"byte":1,"bit":8}})") == "/flip/bit: 8 is too large; the most is 7");
  CHECK(complaint(R"({"cut":1,"flip":{"byte":1}})") ==
        "/flip: a cut is given as well; expected one of the two");
  CHECK(complaint(R"({"records":[]})") == "/records: expected a list of 1 to 8 puts");
  CHECK(complaint(R"({"records":[{"key":"a"}]})") == "/records/0/value: missing; expected a value");
  CHECK(complaint(R"({"records":[{"key":"a","value":"1"},{"key":"a","value":"2"}]})")
            .starts_with("/records/1/key: is there already"));
  CHECK(complaint(R"({"records":[{"key":")" + std::string(41, 'k') + R"(","value":""}]})") ==
        "/records/0/key: expected at most 40 bytes");
  CHECK(complaint(R"({"nonsense":1})").starts_with("/nonsense: "));
}

TEST_CASE("systemsim lsm torn-log prints the job's report, and complains of its options") {
  const auto ran = test::systemsim_command("lsm torn-log --flip 90 --bit 4 --each-byte");
  CHECK(ran.exit == 0);
  auto job = TornLog::read(parse_json(R"({"flip":{"byte":90,"bit":4},"each_byte":true})").value());
  while (!job.value().finished()) job.value().advance(1000);
  CHECK(ran.out == job.value().result() + "\n");
  const auto wrong = [](const std::string& words) {
    const auto ran = test::systemsim_command("lsm " + words);
    CHECK(ran.exit == 2);
    return ran.out;
  };
  CHECK(wrong("torn-log --cut 999") == "systemsim: --cut: 999 is too large; the most is 123\n");
  CHECK(wrong("torn-log --bit 1") == "systemsim: --bit: belongs to --flip, which is missing\n");
  CHECK(wrong("torn-log word") == "systemsim: lsm: did not expect \"word\"\n");
  CHECK(wrong("lookups --bloom-bits 21").starts_with("systemsim: --bloom-bits: 21 is too large"));
  CHECK(wrong("deletions --archive all").starts_with("systemsim: --archive: expected "));
  CHECK(wrong("sing").starts_with("systemsim: lsm: expected torn-log, lookups or deletions"));
}

}  // namespace torn_log_test
