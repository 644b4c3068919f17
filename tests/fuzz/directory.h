// What the fuzzers of the storage engine share: right checksums, so that what lies behind them is
// reached, and a directory that is used as far as it can be.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fuzz.h"
#include "store/crc32c.h"
#include "store/db.h"
#include "store/file_name.h"
#include "store/log_format.h"
#include "store/memory_env.h"
#include "store/verify.h"

namespace fuzz {

using namespace systemsim;
using namespace systemsim::store;

using Pairs = std::map<std::string, std::string>;

// The log with a right checksum in each record's header, walked as its lengths say.
inline std::string mended_log(std::string_view text) {
  std::string log(text);
  size_t at = 0;
  while (at + kLogHeaderBytes <= log.size()) {
    const size_t left = kLogBlockBytes - at % kLogBlockBytes;
    if (left < kLogHeaderBytes) {
      at += left;
      continue;
    }
    const size_t length = load32(log.data() + at + 3) >> 8 & 0xffff;
    if (kLogHeaderBytes + length > std::min(left, log.size() - at)) break;
    const std::string_view checked = std::string_view(log).substr(at + 6, 1 + length);
    store32(log.data() + at, crc32c_mask(crc32c(checked)));
    at += kLogHeaderBytes + length;
  }
  return log;
}

inline Options small_options() {
  Options options;
  options.write_buffer_bytes = 4 << 10;
  options.table_bytes = 4 << 10;
  options.level1_bytes = 4 << 10;
  options.table.block_bytes = 256;
  return options;
}

struct Walked {
  Pairs pairs;
  bool whole = false;  // no error, each key greater than the one before
  bool sorted = true;
};

inline Walked walk(MemoryEnv& env, const Db& db, bool backward) {
  Call call(env);
  Walked seen;
  auto cursor = db.cursor(call);
  std::string last;
  for (backward ? cursor.seek_last() : cursor.seek_first(); cursor.valid();
       backward ? cursor.prev() : cursor.next()) {
    const std::string key(cursor.key());
    if (!seen.pairs.empty() && !(backward ? key < last : last < key)) {
      seen.sorted = false;  // a table that nobody would write may make an endless walk backward
      return seen;
    }
    seen.pairs.emplace(key, cursor.value());
    last = key;
  }
  seen.whole = cursor.error() == nullptr;
  if (!seen.whole) must(cursor.error()->code == ErrorCode::damaged, "a walk fails for damage");
  return seen;
}

// Opens the directory, if it can be, and does with it what can be done. `honest`: every table was
// made by a builder and every number by a database; so all answers must agree with each other.
inline void use_directory(MemoryEnv env, const Options& options, bool honest) {
  Call call(env);
  const std::string before = env.archive();
  auto opened = Db::open(call, options);
  if (!opened) {
    must(!opened.error().message.empty(), "a refusal says why");
    must(env.archive() == before, "a directory that is refused is as it was");
    return;
  }
  Db& db = opened.value();
  const Walked seen = walk(env, db, false);
  const Walked back = walk(env, db, true);
  std::string value;
  if (honest) {
    must(seen.sorted && back.sorted, "keys are in order");
    must(seen.whole == back.whole && (!seen.whole || seen.pairs == back.pairs),
         "both ways show the same");
    for (const auto& [key, known] : seen.pairs) {
      const auto found = db.get(call, key, value);
      must(!found || (found.value() && value == known), "a key that is seen is found");
    }
  }
  const Outcome put = db.put(call, "fuzz", "1");
  must(put.ok() == !options.read_only || !honest, "a database can be written to");
  if (put.ok()) {
    const auto found = db.get(call, "fuzz", value);
    must(found.ok() && found.value() && value == "1", "what is put is there");
  }
  const Outcome compacted = options.read_only ? Outcome(Done{}) : db.compact(call);
  must(compacted.ok() || !honest || !seen.whole, "a good database can be compacted");
  db.close(call);
  if (options.read_only) {
    must(env.archive() == before, "reading changes nothing");
    return;
  }
  auto again = Db::open(call, options);
  must(again.ok() || !honest, "what was open opens again");
  if (!again || !honest || !seen.whole) return;
  Pairs expected = seen.pairs;
  expected["fuzz"] = "1";
  must(walk(env, again.value(), false).pairs == expected, "and shows the same");
}

// With each way of opening.
inline void use_directory_each_way(const MemoryEnv& env, bool honest) {
  Options options = small_options();
  options.create = false;
  use_directory(env, options, honest);
  options.paranoid = false;
  options.policy = CompactionPolicy::size_tiered;
  use_directory(env, options, honest);
  options.read_only = true;
  use_directory(env, options, honest);
  MemoryEnv disk = env;
  Call call(disk);
  const std::string before = disk.archive();
  (void)verify(call, options);
  must(disk.archive() == before, "verify changes nothing");
}

}  // namespace fuzz
