// Whatever the bytes: as a table they are refused, or walked and searched to their end. Behind a
// byte 0xff they are pairs instead: the table that is built of them shows them again, and with one
// byte of it flipped an error, or them.
#include <set>

#include "directory.h"
#include "store/bloom.h"
#include "store/snappy.h"
#include "store/table_builder.h"

using namespace fuzz;

namespace {

// Gives a block its right checksum; its content, or nothing when it does not lie in the file.
std::string mend_block(std::string& file, BlockHandle handle) {
  if (handle.offset > file.size() || handle.size > file.size() - handle.offset ||
      file.size() - handle.offset - handle.size < kBlockTrailerBytes) {
    return {};
  }
  const std::string_view checked = std::string_view(file).substr(handle.offset, handle.size + 1);
  store32(file.data() + handle.offset + handle.size + 1, crc32c_mask(crc32c(checked)));
  std::string decoded;
  if (checked.back() != kSnappyBlock) return std::string(checked.substr(0, handle.size));
  return decode_snappy(checked.substr(0, handle.size), decoded) ? decoded : std::string();
}

std::string mended_table(std::string_view text) {
  std::string file(text);
  if (file.size() < kFooterBytes) return file;
  store64(file.data() + file.size() - 8, kTableMagic);
  const std::string footer = file.substr(file.size() - kFooterBytes);
  Reader in(footer);
  BlockHandle handles[2];
  if (!read_handle(in, handles[0]) || !read_handle(in, handles[1])) return file;
  for (const BlockHandle handle : handles) {
    const std::string index = mend_block(file, handle);
    BlockCursor cursor(KeyForm::plain);
    cursor.reset(index);
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      Reader value(cursor.value());
      BlockHandle block;
      if (read_handle(value, block)) mend_block(file, block);
    }
  }
  return file;
}

struct Entries {
  std::vector<std::pair<std::string, std::string>> list;
  bool whole = true;
};

Entries walk_table(const Table& table, bool backward) {
  Entries seen;
  Reading reading;
  BlockCursor index(table.form());
  index.reset(table.index());
  for (backward ? index.seek_last() : index.seek_first(); index.valid();
       backward ? index.prev() : index.next()) {
    const auto block = table.read_block(reading, index);
    if (!block) {
      must(block.error().code == ErrorCode::damaged, "a block is refused for damage");
      seen.whole = false;
      continue;
    }
    BlockCursor cursor(table.form());
    cursor.reset(block.value().bytes);
    for (backward ? cursor.seek_last() : cursor.seek_first(); cursor.valid();
         backward ? cursor.prev() : cursor.next()) {
      seen.list.emplace_back(cursor.key(), cursor.value());
    }
    seen.whole = seen.whole && !cursor.damaged();
  }
  seen.whole = seen.whole && !index.damaged();
  return seen;
}

void use_table(std::string_view bytes, KeyForm form) {
  const auto opened = Table::open({nullptr, bytes}, "000005.ldb", 5, form);
  if (!opened) {
    must(opened.error().code == ErrorCode::damaged, "a table is refused for damage");
    return;
  }
  const Table& table = *opened.value();
  const Entries seen = walk_table(table, false);
  walk_table(table, true);
  for (size_t i = 0; i < seen.list.size() && i < 50; ++i) {
    const std::string& key = seen.list[i].first;
    (void)table.approximate_offset(key);
    if (form == KeyForm::plain) continue;
    Reading reading;
    Found found;
    (void)table.find(reading, 0, key, found);
  }
  if (form == KeyForm::plain || seen.list.empty()) return;
  // And as the only table of a database.
  VersionEdit edit;
  edit.comparator = kComparatorName;
  edit.log_number = 6;
  edit.next_file_number = 7;
  edit.last_sequence = kMaxSequence / 2;
  edit.added.push_back({1, 5, bytes.size(), seen.list.front().first, seen.list.back().first});
  LogWriter writer;
  std::string manifest;
  writer.add(edit.encode(), manifest);
  MemoryEnv disk;
  must(disk.write("000005.ldb", std::string(bytes), true).ok() &&
           disk.write("000006.log", {}, true).ok() &&
           disk.write("MANIFEST-000004", manifest, true).ok() &&
           disk.write(kCurrentName, "MANIFEST-000004\n", true).ok(),
       "a disk in memory takes it");
  use_directory_each_way(disk, false);
}

// Equal entries, or an error in between.
void build_table(std::string_view text) {
  Bytes luck(text);
  const uint32_t flip = luck.below(1 << 16);
  const auto bits = static_cast<uint8_t>(1U << luck.below(8));
  const TableOptions options{.block_bytes = 16U << luck.below(9),
                             .restart_interval = 1 + luck.below(20),
                             .bloom_bits = luck.below(20)};
  std::map<std::string, std::string> pairs;
  while (!luck.empty()) {
    std::string key(luck.below(8), 'k');
    for (uint32_t i = luck.below(4); i > 0; --i) key.push_back(static_cast<char>(luck.below(256)));
    pairs.emplace(key, std::string(luck.below(256), static_cast<char>(luck.below(256))));
  }
  TableBuilder builder(options, KeyForm::internal);
  Entries expected;
  for (const auto& [key, value] : pairs) {
    expected.list.emplace_back(internal_key(key, tag_of(7, kValue)), value);
    builder.add(expected.list.back().first, value);
  }
  std::string bytes = builder.finish();
  for (const bool flipped : {false, true}) {
    if (flipped) bytes[flip % bytes.size()] = static_cast<char>(bytes[flip % bytes.size()] ^ bits);
    const auto table = Table::open({nullptr, bytes}, "000005.ldb", 5, KeyForm::internal);
    must(table.ok() || flipped, "a table that was built opens");
    if (!table) continue;
    Entries back = walk_table(*table.value(), true);
    std::reverse(back.list.begin(), back.list.end());
    const Entries seen = walk_table(*table.value(), false);
    must((seen.whole && back.whole) || flipped, "a table that was built is whole");
    must(!seen.whole || seen.list == expected.list, "it shows its pairs");
    must(!back.whole || back.list == expected.list, "both ways");
    for (const auto& [key, value] : expected.list) {
      Reading reading;
      Found found;
      const Outcome looked = table.value()->find(reading, 0, key, found);
      must(looked.ok() || flipped, "a search in it succeeds");
      if (looked) must(found.state == Found::value_found && found.value == value, "and finds");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('\xff')) {
    build_table(text.substr(1));
    return 0;
  }
  const std::string mended = mended_table(text);
  for (const KeyForm form : {KeyForm::plain, KeyForm::internal}) {
    use_table(text, form);
    use_table(mended, form);
  }
  return 0;
}
