// The pieces of LevelDB's formats, each against LevelDB's own vectors and files.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "lsm.h"
#include "store/bloom.h"
#include "store/crc32c.h"
#include "store/filter_block.h"
#include "store/log_reader.h"
#include "store/log_writer.h"
#include "store/snappy.h"
#include "store/table.h"
#include "store/table_builder.h"
#include "store/version_edit.h"
#include "store/write_batch.h"
#include "support.h"

namespace lsm_formats_test {

using namespace systemsim;
using namespace systemsim::store;
using store::Call;

namespace {

const nlohmann::json& vectors() {
  static const auto parsed =
      nlohmann::json::parse(test::read_file(test::leveldb_path("vectors.json")));
  return parsed;
}

uint32_t hex32(const std::string& text) {
  return static_cast<uint32_t>(std::stoul(text, nullptr, 16));
}

std::string padded(int i) {
  char text[16];
  std::snprintf(text, sizeof text, "key%06d", i);
  return text;
}

std::string golden_value(int i) {
  return "value-" + std::to_string(i) + "-" + std::to_string(i * 7919 % 1000);
}

std::string golden_table(uint32_t bloom_bits) {
  TableBuilder builder({.bloom_bits = bloom_bits}, KeyForm::plain);
  for (int i = 0; i < 1000; ++i) builder.add(padded(i), golden_value(i));
  return builder.finish();
}

std::shared_ptr<const Table> open_plain(std::string_view bytes) {
  auto table = Table::open({nullptr, bytes}, "000001.ldb", 1, KeyForm::plain);
  REQUIRE_MESSAGE(table.ok(), (table.ok() ? "" : table.error().message));
  return std::move(table).value();
}

std::string log_of(const std::vector<std::string>& records) {
  LogWriter writer;
  std::string log;
  for (const std::string& record : records) writer.add(record, log);
  return log;
}

std::vector<std::string> records_of(std::string_view log, bool* damaged = nullptr) {
  LogReader reader(log);
  std::vector<std::string> records;
  while (const auto record = reader.next()) records.emplace_back(*record);
  if (damaged != nullptr) *damaged = reader.damage().has_value();
  return records;
}

// Of the keys of LevelDB's util/bloom_test.cc.
uint32_t number_hash(uint32_t number) {
  char key[4];
  store32(key, number);
  return bloom_hash({key, 4});
}

}  // namespace

TEST_CASE("varints are read back, and one that is cut off or too long is refused") {
  for (int bits = 0; bits < 64; ++bits) {
    for (const uint64_t value : {1ULL << bits, (1ULL << bits) - 1, ~0ULL >> bits}) {
      std::string bytes;
      put_varint(bytes, value);
      uint64_t back = 0;
      const char* const end = bytes.data() + bytes.size();
      CHECK(read_varint64(bytes.data(), end, back) == end);
      CHECK(back == value);
      CHECK(read_varint64(bytes.data(), end - 1, back) == nullptr);
      if (value <= UINT32_MAX) {
        uint32_t narrow = 0;
        CHECK(read_varint32(bytes.data(), end, narrow) == end);
        CHECK(narrow == value);
        CHECK(read_varint32(bytes.data(), end - 1, narrow) == nullptr);
      }
    }
  }
  const std::string endless(11, '\xff');
  uint64_t value = 0;
  uint32_t narrow = 0;
  CHECK(read_varint64(endless.data(), endless.data() + 11, value) == nullptr);
  CHECK(read_varint32(endless.data(), endless.data() + 11, narrow) == nullptr);
}

TEST_CASE("CRC-32C gives the published checksums, by tables and by whatever this machine has") {
  for (const auto& row : vectors()["crc32c"]) {
    const std::string bytes = *from_hex(row[0].get<std::string>());
    CHECK(crc32c(bytes) == hex32(row[1]));
    CHECK(crc32c_extend_by_tables(0, bytes) == hex32(row[1]));
  }
  test::Dice dice(1);
  for (int i = 0; i < 500; ++i) {
    const std::string bytes = test::random_bytes(dice, dice.below(300));
    const size_t cut = dice.below(static_cast<uint32_t>(bytes.size()) + 1);
    const std::string_view all = bytes;
    CHECK(crc32c_extend(crc32c(all.substr(0, cut)), all.substr(cut)) == crc32c(all));
    CHECK(crc32c_extend_by_tables(0, all) == crc32c(all));
    CHECK(crc32c_unmask(crc32c_mask(crc32c(all))) == crc32c(all));
  }
  CHECK(crc32c_mask(crc32c("foo")) != crc32c("foo"));
}

TEST_CASE("LevelDB's hash gives the values of its own test") {
  for (const auto& row : vectors()["hash32"]) {
    CHECK(leveldb_hash(*from_hex(row[0].get<std::string>()), hex32(row[1])) == hex32(row[2]));
  }
}

TEST_CASE(
    "a Bloom filter passes LevelDB's own test: sizes, no false negative, few false positives") {
  std::string empty;
  add_bloom_filter({}, 10, empty);
  CHECK_FALSE(bloom_may_contain(empty, bloom_hash("hello")));
  CHECK_FALSE(bloom_may_contain("", bloom_hash("hello")));

  int good = 0;
  int mediocre = 0;
  int worst = 0;
  int filters = 0;
  for (uint32_t n = 1; n <= 10000; n += n < 10 ? 1 : n < 100 ? 10 : n < 1000 ? 100 : 1000) {
    std::vector<uint32_t> hashes;
    for (uint32_t i = 0; i < n; ++i) hashes.push_back(number_hash(i));
    std::string filter;
    add_bloom_filter(hashes, 10, filter);
    CHECK(filter.size() <= n * 10 / 8 + 40);
    for (uint32_t i = 0; i < n; ++i) CHECK(bloom_may_contain(filter, number_hash(i)));
    int wrong = 0;
    for (uint32_t i = 0; i < 10000; ++i)
      wrong += bloom_may_contain(filter, number_hash(i + 1000000000));
    CHECK(wrong <= 200);
    worst = std::max(worst, wrong);
    ++filters;
    ++(wrong > 125 ? mediocre : good);
  }
  CHECK(mediocre <= good / 5);
  MESSAGE(filters << " filters without a false negative, at most " << worst << " of 10000 wrong");
}

TEST_CASE("at 10 bits a key, as many Bloom answers are wrong as the theory says, within a tenth") {
  const auto rate = [](uint32_t keys, uint32_t filters) {
    constexpr uint32_t kProbes = 10000;
    uint64_t wrong = 0;
    for (uint32_t f = 0; f < filters; ++f) {
      std::vector<uint32_t> hashes;
      for (uint32_t i = 0; i < keys; ++i) hashes.push_back(number_hash(f * keys + i));
      std::string filter;
      add_bloom_filter(hashes, 10, filter);
      for (uint32_t i = 0; i < kProbes; ++i) {
        wrong += bloom_may_contain(filter, number_hash(1000000000 + f * kProbes + i));
      }
    }
    return static_cast<double>(wrong) / (double{kProbes} * filters);
  };
  const double theory = 0.008436;  // (1 - e^(-kn/m))^k with k = 6 and m/n = 10
  const double measured = rate(1000, 100);
  MESSAGE("of filters of 1000 keys " << 100 * measured << " % are wrong, where theory says "
                                     << 100 * theory << " %; of 20 keys, as for 2 KiB of pairs, "
                                     << 100 * rate(20, 100) << " %");
  CHECK(std::abs(measured / theory - 1) < 0.1);
}

TEST_CASE("a filter block without keys is five bytes, and keys are found by their block's offset") {
  FilterBlockBuilder none(10);
  CHECK(to_hex(none.finish()) == vectors()["filter_block_empty"].get<std::string>());

  FilterBlockBuilder builder(10);
  builder.start_block(0);
  builder.add("foo");
  builder.start_block(2000);
  builder.add("bar");
  builder.start_block(3100);
  builder.add("box");
  builder.start_block(9000);
  builder.add("hello");
  const std::string bytes = builder.finish();
  const FilterBlock filter(bytes);
  CHECK(filter.may_contain(0, bloom_hash("foo")));
  CHECK(filter.may_contain(2000, bloom_hash("bar")));
  CHECK_FALSE(filter.may_contain(0, bloom_hash("box")));
  CHECK(filter.may_contain(3100, bloom_hash("box")));
  CHECK_FALSE(filter.may_contain(3100, bloom_hash("foo")));
  CHECK_FALSE(filter.may_contain(4100, bloom_hash("box")));  // no keys there
  CHECK_FALSE(filter.may_contain(9000, bloom_hash("bar")));
  CHECK(filter.may_contain(9000, bloom_hash("hello")));
  CHECK(filter.may_contain(100000, bloom_hash("x")));  // behind the filters: not known
  CHECK(FilterBlock("x").may_contain(0, 1));
}

TEST_CASE("a log gives back its records, whatever their lengths, across the blocks' ends") {
  std::vector<std::string> records = {"", "small", std::string(40000, 'x'), "",
                                      std::string(98300, 'y')};
  CHECK(records_of(log_of(records)) == records);
  // Each length that leaves 0 to 15 bytes of the first block.
  for (size_t left = 0; left < 16; ++left) {
    const std::vector<std::string> three = {
        std::string(kLogBlockBytes - kLogHeaderBytes - left, 'a'), "b", std::string(100, 'c')};
    CHECK(records_of(log_of(three)) == three);
  }
  test::Dice dice(7);
  for (int i = 0; i < 100; ++i) {
    std::vector<std::string> some;
    some.reserve(20);
    for (int k = 0; k < 20; ++k) {
      some.push_back(test::random_bytes(dice, dice.below(1U << dice.below(18))));
    }
    CHECK(records_of(log_of(some)) == some);
  }
}

TEST_CASE("exactly a header's room at a block's end holds an empty first part") {
  const std::string log = log_of({std::string(kLogBlockBytes - 2 * kLogHeaderBytes, 'a'), "b"});
  CHECK(log.size() == kLogBlockBytes + kLogHeaderBytes + 1);
  CHECK(log[kLogBlockBytes - 1] == kFirstRecord);
  CHECK(log[kLogBlockBytes + 6] == kLastRecord);
}

TEST_CASE("a log that is cut off gives the records that are whole, and is not damaged") {
  const std::vector<std::string> records = {"one", std::string(300, '2'), std::string(70000, '3'),
                                            "4"};
  const std::string log = log_of(records);
  bool damaged = false;
  size_t whole = 0;
  for (size_t size = 0; size <= log.size(); size += size < 400 ? 1 : 97) {
    const auto some = records_of(log.substr(0, size), &damaged);
    CHECK(some.size() <= records.size());
    CHECK(std::equal(some.begin(), some.end(), records.begin()));
    CHECK(some.size() >= whole);
    CHECK_FALSE(damaged);
    whole = some.size();
  }
}

TEST_CASE(
    "a flipped bit in a log drops records and is reported, or nothing that is whole is lost") {
  const std::vector<std::string> records = {"one", std::string(300, '2'), std::string(40000, '3'),
                                            "4"};
  const std::string log = log_of(records);
  for (size_t at = 0; at < log.size(); at += at < 400 || at > log.size() - 60 ? 1 : 331) {
    std::string bad = log;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    bool damaged = false;
    const auto some = records_of(bad, &damaged);
    // What is left are records of the log, in order; of a log's last block LevelDB takes a length
    // that is too long for a write that never ended.
    size_t next = 0;
    for (const std::string& record : some) {
      while (next < records.size() && records[next] != record) ++next;
      CHECK(next < records.size());
      ++next;
    }
    if (at < kLogBlockBytes) CHECK(damaged);
  }
}

TEST_CASE("separators and successors are LevelDB's, for plain and for internal keys") {
  const auto separator = [](KeyForm form, std::string key, const std::string& limit) {
    shorten_to_separator(form, key, limit);
    return key;
  };
  const auto successor = [](KeyForm form, std::string key) {
    shorten_to_successor(form, key);
    return key;
  };
  CHECK(separator(KeyForm::plain, "abcdefg", "abzz") == "abd");
  CHECK(separator(KeyForm::plain, "abc", "abcd") == "abc");
  CHECK(separator(KeyForm::plain, "ab1", "ab2") == "ab1");
  CHECK(separator(KeyForm::plain, "ab\xffz", "ac") == "ab\xffz");
  CHECK(successor(KeyForm::plain, "\xff\xff") == "\xff\xff");
  CHECK(successor(KeyForm::plain,
                  "\xff"
                  "abc") ==
        "\xff"
        "b");

  // db/dbformat_test.cc.
  const auto key = [](const char* user, Sequence s, KeyKind kind = kValue) {
    return internal_key(user, tag_of(s, kind));
  };
  const KeyForm form = KeyForm::internal;
  CHECK(separator(form, key("foo", 100), key("foo", 99)) == key("foo", 100));
  CHECK(separator(form, key("foo", 100), key("foo", 100)) == key("foo", 100));
  CHECK(separator(form, key("foo", 100), key("foo", 100, kDeletion)) == key("foo", 100));
  CHECK(separator(form, key("foo", 100), key("bar", 99)) == key("foo", 100));
  CHECK(separator(form, key("foo", 100), key("hello", 200)) == key("g", kMaxSequence));
  CHECK(separator(form, key("foo", 100), key("foobar", 200)) == key("foo", 100));
  CHECK(separator(form, key("foobar", 100), key("foo", 200)) == key("foobar", 100));
  CHECK(successor(form, key("foo", 100)) == key("g", kMaxSequence));
  CHECK(successor(form, key("\xff\xff", 100)) == key("\xff\xff", 100));
}

TEST_CASE("the golden tables come out byte for byte") {
  CHECK(golden_table(0) == test::read_file(test::leveldb_path("table-1000-nobloom.ldb")));
  CHECK(golden_table(10) == test::read_file(test::leveldb_path("table-1000-bloom10.ldb")));
}

TEST_CASE("a golden table is walked both ways, and each of its keys is found") {
  for (const char* name : {"table-1000-nobloom.ldb", "table-1000-bloom10.ldb"}) {
    const std::string bytes = test::read_file(test::leveldb_path(name));
    const auto table = open_plain(bytes);
    Reading reading;
    BlockCursor index(KeyForm::plain);
    index.reset(table->index());
    int i = 0;
    for (index.seek_first(); index.valid(); index.next()) {
      auto block = table->read_block(reading, index);
      REQUIRE(block.ok());
      BlockCursor cursor(KeyForm::plain);
      cursor.reset(block.value().bytes);
      const int first = i;
      for (cursor.seek_first(); cursor.valid(); cursor.next(), ++i) {
        CHECK(cursor.key() == padded(i));
        CHECK(cursor.value() == golden_value(i));
        CHECK(table->may_contain(index, bloom_hash(cursor.key())));
      }
      int back = i;
      for (cursor.seek_last(); cursor.valid(); cursor.prev()) CHECK(cursor.key() == padded(--back));
      CHECK(back == first);
      for (int k = first; k < i; ++k) {
        cursor.seek(padded(k));
        REQUIRE(cursor.valid());
        CHECK(cursor.key() == padded(k));
        cursor.seek(padded(k) + "+");
        CHECK(cursor.valid() == (k + 1 < i));
        if (cursor.valid()) CHECK(cursor.key() == padded(k + 1));
      }
      CHECK_FALSE(cursor.damaged());
    }
    CHECK(i == 1000);
  }
}

TEST_CASE("blocks of any keys and values are walked both ways, from every key") {
  test::Dice dice(3);
  for (int round = 0; round < 200; ++round) {
    std::map<std::string, std::string> pairs;
    const uint32_t count = dice.below(60);
    for (uint32_t i = 0; i < count; ++i) {
      pairs[std::string(dice.below(200), 'p') + test::random_bytes(dice, dice.below(4))] =
          test::random_bytes(dice, dice.below(300));
    }
    BlockBuilder builder(1 + dice.below(20));
    for (const auto& [key, value] : pairs) builder.add(key, value);
    const std::string bytes(builder.finish());
    BlockCursor cursor(KeyForm::plain);
    cursor.reset(bytes);
    cursor.seek_first();
    for (const auto& [key, value] : pairs) {
      REQUIRE(cursor.valid());
      CHECK(cursor.key() == key);
      CHECK(cursor.value() == value);
      cursor.next();
    }
    CHECK_FALSE(cursor.valid());
    cursor.seek_last();
    for (auto at = pairs.rbegin(); at != pairs.rend(); ++at, cursor.prev()) {
      REQUIRE(cursor.valid());
      CHECK(cursor.key() == at->first);
    }
    CHECK_FALSE(cursor.valid());
    for (int i = 0; i < 20; ++i) {
      const std::string target = std::string(dice.below(200), 'p') + test::random_bytes(dice, 2);
      cursor.seek(target);
      const auto expected = pairs.lower_bound(target);
      REQUIRE(cursor.valid() == (expected != pairs.end()));
      if (!cursor.valid()) continue;
      CHECK(cursor.key() == expected->first);
      if (expected == pairs.begin()) continue;
      cursor.prev();
      CHECK(cursor.key() == std::prev(expected)->first);
      cursor.next();
      CHECK(cursor.key() == expected->first);
    }
  }
}

TEST_CASE("whatever the bytes, a block is walked to its end or found damaged") {
  test::Dice dice(5);
  BlockBuilder builder(4);
  for (int i = 0; i < 50; ++i) builder.add(internal_key(padded(i), tag_of(i, kValue)), "v");
  const std::string good(builder.finish());
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good;
    for (uint32_t i = 1 + dice.below(3); i > 0; --i) {
      bytes[dice.below(static_cast<uint32_t>(bytes.size()))] = static_cast<char>(dice.next());
    }
    if (dice.chance(0.2)) bytes.resize(dice.below(static_cast<uint32_t>(bytes.size())));
    // In a place of its own, so that sanitizers see a step over its ends.
    const std::vector<char> place(bytes.begin(), bytes.end());
    BlockCursor cursor(KeyForm::internal);
    cursor.reset({place.data(), place.size()});
    size_t steps = 0;
    for (cursor.seek_first(); cursor.valid() && steps <= bytes.size(); cursor.next()) ++steps;
    CHECK(steps <= bytes.size());
    for (cursor.seek_last(); cursor.valid() && steps-- > 0; cursor.prev()) {
    }
    cursor.seek(internal_key(padded(static_cast<int>(dice.below(50))), seek_tag(100)));
  }
}

TEST_CASE("any flipped byte of a table's index, filter or frame is found when it is opened") {
  const std::string good = test::read_file(test::leveldb_path("table-1000-bloom10.ldb"));
  const auto table = open_plain(good);
  Reading reading;
  BlockCursor index(KeyForm::plain);
  index.reset(table->index());
  index.seek_last();
  Reader handle_text(index.value());
  BlockHandle last;
  REQUIRE(read_handle(handle_text, last));
  const size_t data_end = last.offset + last.size + kBlockTrailerBytes;
  size_t opened = 0;
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    const auto result = Table::open({nullptr, bad}, "000001.ldb", 1, KeyForm::plain);
    if (at < data_end) {
      REQUIRE(result.ok());
      index.reset(result.value()->index());
      bool found = false;
      for (index.seek_first(); index.valid(); index.next()) {
        const auto block = result.value()->read_block(reading, index);
        if (block) continue;
        CHECK(block.error().code == ErrorCode::damaged);
        CHECK(block.error().message.starts_with("000001.ldb at "));
        found = true;
      }
      CHECK(found);
    } else if (result.ok()) {
      ++opened;  // the padding of the footer
    }
  }
  CHECK(opened < kFooterBytes);
}

TEST_CASE(
    "the data of a Snappy table is what went in, and no prefix or flip of a block passes for one") {
  const std::string bytes = test::read_file(test::leveldb_path("db-snappy/000005.ldb"));
  const auto table = Table::open({nullptr, bytes}, "000005.ldb", 5, KeyForm::internal);
  REQUIRE(table.ok());
  Reading reading;
  BlockCursor index(KeyForm::internal);
  index.reset(table.value()->index());
  int entries = 0;
  bool compressed = false;
  for (index.seek_first(); index.valid(); index.next()) {
    auto block = table.value()->read_block(reading, index);
    REQUIRE(block.ok());
    compressed |= block.value().decoded != nullptr;
    BlockCursor cursor(KeyForm::internal);
    cursor.reset(block.value().bytes);
    for (cursor.seek_first(); cursor.valid(); cursor.next()) ++entries;
  }
  CHECK(entries == 500);
  CHECK(compressed);

  // A literal, an overlapping copy, and copies with offsets of two and four bytes.
  const std::string block = *from_hex(
      "12"
      "08616263"
      "1503"
      "0a0600"
      "0b03000000");
  std::string out;
  REQUIRE(decode_snappy(block, out));
  CHECK(out == "abcabcabcabcabcabc");
  for (size_t size = 0; size < block.size(); ++size)
    CHECK_FALSE(decode_snappy(block.substr(0, size), out));
  CHECK_FALSE(decode_snappy(*from_hex("ffffffff0f00"), out));  // claims 4 GiB
  CHECK_FALSE(decode_snappy(*from_hex("0408616263"
                                      "0100"),
                            out));  // an offset of zero
  CHECK_FALSE(decode_snappy(*from_hex("0408616263"
                                      "0109"),
                            out));  // before the beginning
}

TEST_CASE("a batch is read back, and one that is damaged is not complete") {
  WriteBatch batch;
  batch.put("key", "value");
  batch.erase("");
  batch.put("", std::string(300, 'x'));
  batch.set_sequence(100);
  BatchReader reader(batch.bytes());
  BatchReader::Write write;
  REQUIRE(reader.next(write));
  CHECK((write.kind == kValue && write.sequence == 100 && write.key == "key" &&
         write.value == "value"));
  REQUIRE(reader.next(write));
  CHECK((write.kind == kDeletion && write.sequence == 101 && write.key.empty()));
  REQUIRE(reader.next(write));
  CHECK((write.sequence == 102 && write.value.size() == 300));
  CHECK_FALSE(reader.next(write));
  CHECK(reader.complete());
  for (size_t size = kBatchHeaderBytes; size < batch.bytes().size(); ++size) {
    BatchReader cut(batch.bytes().substr(0, size));
    while (cut.next(write)) {
    }
    CHECK_FALSE(cut.complete());
  }
}

TEST_CASE("the golden manifests are read, and an edit's encoding is LevelDB's") {
  const std::string manifest =
      test::read_file(test::leveldb_path("db-compacted-bloom10/MANIFEST-000002"));
  LogReader reader(manifest);
  LogWriter writer;
  std::string again;
  VersionEdit edit;
  while (const auto record = reader.next()) {
    VersionEdit one;
    REQUIRE(decode(*record, one) == nullptr);
    CHECK(one.encode() == *record);
    REQUIRE(decode(*record, edit) == nullptr);
    writer.add(*record, again);
  }
  CHECK(again == manifest);
  CHECK(edit.comparator == kComparatorName);
  CHECK(edit.next_file_number == 6);
  CHECK(edit.last_sequence == 2200);
  REQUIRE(edit.added.size() == 1);
  CHECK(edit.added[0].level == 2);
  CHECK(edit.added[0].size_bytes == 58370);
  CHECK(user_key(edit.added[0].largest) == "key001999");

  const std::string record = edit.encode();
  for (size_t size = 0; size < record.size(); ++size) {
    VersionEdit cut;
    (void)decode(std::string_view(record).substr(0, size), cut);
  }
  CHECK(decode(std::string(1, '\x08'), edit) != nullptr);  // an unknown tag
  CHECK(decode(*from_hex("060704"), edit) != nullptr);     // level 7
}

}  // namespace lsm_formats_test
