// Whatever the bytes: as a log they give records, which are those that a plain reading of the
// format gives up to the first fault; and as the log of a database they are refused, or are a
// prefix of what was written that can be used. Three inputs in one: the bytes as they are; with
// right checksums; and as a list of lengths, since a log's block is longer than an input.
#include <optional>

#include "directory.h"
#include "store/log_reader.h"
#include "store/log_writer.h"

using namespace fuzz;

namespace {

// A log of parts: each of four bytes that say its type, its length, and what is wrong with it.
std::string expanded(std::string_view text) {
  Bytes luck(text);
  std::string log;
  while (!luck.empty() && log.size() < 4 * kLogBlockBytes) {
    const uint32_t faults = luck.below(256);
    const auto type = static_cast<char>(faults < 250 ? 1 + faults % 4 : faults);
    const uint32_t length = luck.below(1 << 15);
    const uint32_t wrong = luck.below(256);
    const size_t left = kLogBlockBytes - log.size() % kLogBlockBytes;
    if (left < kLogHeaderBytes) log.append(left, '\0');
    const std::string data(wrong % 2 == 0 ? length : std::min<size_t>(length, 20), 'd');
    std::string checked(1, type);
    checked += data;
    put_fixed32(log, crc32c_mask(crc32c(checked)) ^ (wrong > 250 ? 1U : 0U));
    put_fixed32(log, static_cast<uint32_t>(data.size()) + (wrong == 249 ? 9U : 0U));
    log.resize(log.size() - 2);
    log += checked;
  }
  return log;
}

// The records before anything is wrong (doc/log_format.md, and nothing else), and whether all was
// right to the end.
bool plain_records(std::string_view log, std::vector<std::string>& records) {
  std::optional<std::string> begun;
  for (size_t at = 0; at < log.size();) {
    const size_t left = std::min(kLogBlockBytes - at % kLogBlockBytes, log.size() - at);
    if (left < kLogHeaderBytes) {
      at += left;
      if (at == log.size()) return false;
      continue;
    }
    const size_t length = load32(log.data() + at + 3) >> 8 & 0xffff;
    if (kLogHeaderBytes + length > left) return false;
    const std::string_view checked = log.substr(at + 6, 1 + length);
    if (crc32c_mask(crc32c(checked)) != load32(log.data() + at)) return false;
    const char type = checked[0];
    const bool begins = type == kFullRecord || type == kFirstRecord;
    const bool ends = type == kFullRecord || type == kLastRecord;
    // An empty beginning may be left alone: early writers made one at the end of a block.
    if (begins && begun && begun->empty()) begun.reset();
    if (type < kFullRecord || type > kLastRecord || begins == begun.has_value()) return false;
    if (begins) begun.emplace();
    begun->append(checked.substr(1));
    if (ends) {
      records.push_back(std::move(*begun));
      begun.reset();
    }
    at += kLogHeaderBytes + length;
  }
  return !begun.has_value();
}

std::vector<std::string> read_log(std::string_view log) {
  LogReader reader(log);
  std::vector<std::string> records;
  uint64_t bytes = 0;
  uint64_t last = 0;
  while (const auto record = reader.next()) {
    bytes += kLogHeaderBytes + record->size();
    must(bytes <= log.size(), "records lie in the log");
    must(records.empty() || reader.record_offset() > last, "one behind the other");
    last = reader.record_offset();
    records.emplace_back(*record);
  }
  std::vector<std::string> plain;
  const bool whole = plain_records(log, plain);
  must(plain.size() <= records.size() && std::equal(plain.begin(), plain.end(), records.begin()),
       "what stands before the first fault is read");
  must(whole == (!reader.damage() && !reader.torn()), "a fault is told");
  if (whole) {
    must(plain.size() == records.size(), "nothing is read that is not there");
  } else {
    must(reader.damage_offset() < log.size(), "the fault is in the log");
    uint64_t from = reader.damage_offset();
    while (const auto behind = reader.follower(from)) {
      must(behind->offset > from, "what may follow stands behind the fault");
      must(behind->offset + kLogHeaderBytes + behind->record.size() <= log.size(),
           "and in the log");
      from = behind->offset;
    }
  }
  return records;
}

// What is written is read, whole and torn.
void write_log(const std::vector<std::string>& records) {
  LogWriter writer;
  std::string log;
  std::vector<size_t> ends;
  for (const std::string& record : records) {
    writer.add(record, log);
    ends.push_back(log.size());
  }
  must(read_log(log) == records, "what is written is read");
  for (size_t i = 0; i < ends.size() && i < 4; ++i) {
    must(read_log(std::string_view(log).substr(0, ends[i] - 1)).size() == i, "a torn end is left");
  }
}

// A database of which nothing but a log is there.
const MemoryEnv& empty_database() {
  static const MemoryEnv disk = [] {
    MemoryEnv env;
    Call call(env);
    auto db = Db::open(call, small_options());
    must(db.ok(), "a database can be made");
    db.value().close(call);
    return env;
  }();
  return disk;
}

void as_database(std::string_view log) {
  MemoryEnv disk = empty_database();
  must(disk.write(log_name(3), std::string(log), true).ok(), "a disk in memory takes it");
  use_directory_each_way(disk, true);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_log(text);
  const std::string mended = mended_log(text);
  write_log(read_log(mended));
  as_database(mended);
  write_log(read_log(expanded(text)));
  return 0;
}
