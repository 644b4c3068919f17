// systemsim db DIR put K V | get K | delete K | scan [FROM [TO]] | fill N [--seed S] | compact |
//                  verify | stats
//   [--hex] [--inline] [--sync] [--policy leveled|size-tiered] [--bloom-bits B]
//   [--write-buffer BYTES] [--salvage]
//
// A directory that LevelDB opens. get and scan print lines, the others one JSON object. scan goes
// from FROM to before TO. Bytes that are not printable are written \xHH; with --hex all are
// hexadecimal, also those of the command. get, scan, verify and stats change nothing. --salvage
// opens a database whose log is damaged, and takes what can be read; what is left out is told on
// standard error. Space amplification is the whole directory's: log, tables and manifest.
//
// Exit: 0 done, 1 no such key or damage found by verify, 2 bad input, 4 a file is damaged or the
// system refused.
#include <charconv>
#include <cstdio>

#include "base/bytes.h"
#include "base/mix.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "lab/json_writer.h"
#include "store/background_db.h"
#include "store/file_name.h"
#include "store/posix_env.h"
#include "store/verify.h"

namespace systemsim::cli {
namespace {

using store::BackgroundDb;
using store::Call;
using store::CompactionPolicy;
using store::compare_bytes;
using store::Db;
using store::Env;
using store::FilePtr;
using store::Files;
using store::Options;
using store::PosixEnv;
using store::total_bytes;
using store::Version;
using store::WriteCounters;

constexpr uint64_t kMostFilled = 1000000000;
constexpr size_t kFilledValueBytes = 100;

struct Asked {
  std::string directory;
  std::string what;
  std::vector<std::string> words;  // keys and values, as bytes
  Options options;
  bool hex = false;
  bool in_line = false;
  uint64_t seed = 1;
};

int failed(const Asked& asked, Error error) {
  if (error.code == ErrorCode::damaged && asked.options.paranoid &&
      error.message.find(".log at ") != std::string::npos) {
    error.message += " (--salvage takes what can be read of a log)";
  }
  const int code = complain(error, asked.directory);
  const bool not_asked_wrongly = error.code == ErrorCode::io || error.code == ErrorCode::damaged ||
                                 error.code == ErrorCode::limit ||
                                 error.code == ErrorCode::not_found;
  return not_asked_wrongly ? kInternal : code;
}

// Says what did not come back. It may be what a power cut left of the last write, and may be more.
void tell_log_end(const Asked& asked, const Db& db) {
  if (!db.log_end()) return;
  const auto& [number, offset, bytes] = *db.log_end();
  std::fprintf(stderr,
               "systemsim: %s/%s: from byte %llu of %llu on, what could not be trusted was left "
               "out\n",
               asked.directory.c_str(), store::log_name(number).c_str(),
               static_cast<unsigned long long>(offset), static_cast<unsigned long long>(bytes));
}

// Appends the bytes as they are printed.
void print_bytes(std::string& out, std::string_view bytes, bool hex) {
  if (hex) {
    out += to_hex(bytes);
    return;
  }
  constexpr const char* kDigits = "0123456789abcdef";
  for (const char byte : bytes) {
    const auto code = static_cast<uint8_t>(byte);
    if (code >= 0x20 && code < 0x7f && byte != '\\') {
      out += byte;
    } else {
      out += "\\x";
      out += kDigits[code >> 4];
      out += kDigits[code & 15];
    }
  }
}

int print(const Asked& asked, const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return kDone;
  return failed(asked, {ErrorCode::io, "cannot write to standard output", ""});
}

int print_json(const Asked& asked, JsonWriter& json) { return print(asked, json.take() + "\n"); }

uint64_t table_bytes(const Version& version) {
  uint64_t bytes = 0;
  for (const Files& files : version.levels) bytes += total_bytes(files);
  return bytes;
}

void levels_field(JsonWriter& json, const Version& version) {
  json.key("levels").begin_array();
  for (uint32_t level = 0; level <= version.deepest_level(); ++level) {
    json.begin_object()
        .field("level", level)
        .field("tables", version.levels[level].size())
        .field("bytes", total_bytes(version.levels[level]))
        .end_object();
  }
  json.end_array();
}

int change(const Asked& asked, Call& call, Db& db) {
  const bool erase = asked.what == "delete";
  const Outcome done =
      erase ? db.erase(call, asked.words[0]) : db.put(call, asked.words[0], asked.words[1]);
  if (!done) return failed(asked, done.error());
  JsonWriter json;
  json.begin_object()
      .field("sequence", db.last_sequence())
      .field("bytes_written", call.cost.bytes_written)
      .field("syncs", call.cost.syncs)
      .end_object();
  return print_json(asked, json);
}

int get(const Asked& asked, Call& call, const Db& db) {
  std::string value;
  const auto found = db.get(call, asked.words[0], value);
  if (!found) return failed(asked, found.error());
  if (!found.value()) return kNo;
  std::string line;
  print_bytes(line, value, asked.hex);
  return print(asked, line + "\n");
}

int scan(const Asked& asked, Call& call, const Db& db) {
  auto cursor = db.cursor(call);
  std::string lines;
  for (asked.words.empty() ? cursor.seek_first() : cursor.seek(asked.words[0]); cursor.valid();
       cursor.next()) {
    if (asked.words.size() > 1 && compare_bytes(cursor.key(), asked.words[1]) >= 0) break;
    print_bytes(lines, cursor.key(), asked.hex);
    lines += '\t';
    print_bytes(lines, cursor.value(), asked.hex);
    lines += '\n';
    if (lines.size() < (1U << 16)) continue;
    const int printed = print(asked, lines);
    if (printed != kDone) return printed;
    lines.clear();
  }
  const int printed = print(asked, lines);
  if (cursor.error() != nullptr) return failed(asked, *cursor.error());
  return printed;
}

int stats(const Asked& asked, Call& call, const Db& db) {
  uint64_t keys = 0;
  uint64_t live_bytes = 0;
  auto cursor = db.cursor(call);
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    ++keys;
    live_bytes += cursor.key().size() + cursor.value().size();
  }
  if (cursor.error() != nullptr) return failed(asked, *cursor.error());
  uint64_t filter_bytes = 0;
  for (const Files& files : db.version().levels) {
    for (const FilePtr& file : files) {
      if (file->table != nullptr) filter_bytes += file->table->filter_bytes();
    }
  }
  auto names = call.env.list();
  if (!names) return failed(asked, names.error());
  uint64_t directory_bytes = 0;
  for (const std::string& name : names.value()) {
    const auto file = call.env.read(name);
    if (file) directory_bytes += file.value().bytes.size();
  }
  JsonWriter json;
  json.begin_object()
      .field("keys", keys)
      .field("live_bytes", live_bytes)
      .field("table_bytes", table_bytes(db.version()))
      .field("directory_bytes", directory_bytes)
      .field("filter_bytes", filter_bytes)
      .field("log_entries", db.memtable_entries())
      .field("last_sequence", db.last_sequence());
  json.key("space_amplification");
  if (live_bytes == 0) {
    json.null();
  } else {
    json.value(static_cast<double>(directory_bytes) / static_cast<double>(live_bytes));
  }
  levels_field(json, db.version());
  json.end_object();
  return print_json(asked, json);
}

int report_written(const Asked& asked, const Db& db, uint64_t entries) {
  const WriteCounters& counters = db.counters();
  JsonWriter json;
  json.begin_object();
  if (asked.what == "fill") json.field("entries", entries);
  json.field("user_bytes", counters.user_bytes)
      .field("log_bytes", counters.log_bytes)
      .field("flushes", counters.flushes)
      .field("flushed_bytes", counters.flushed_bytes)
      .field("compactions", counters.compactions)
      .field("moves", counters.moves)
      .field("compaction_read_bytes", counters.compaction_read_bytes)
      .field("compaction_written_bytes", counters.compaction_written_bytes);
  if (counters.user_bytes > 0) {
    json.field("write_amplification",
               static_cast<double>(counters.log_bytes + counters.flushed_bytes +
                                   counters.compaction_written_bytes) /
                   static_cast<double>(counters.user_bytes));
  }
  levels_field(json, db.version());
  json.end_object();
  return print_json(asked, json);
}

// Different keys of 16 bytes in random order, each with 100 printable bytes; equal seeds, equal
// pairs.
template <class Put>
Outcome put_all(uint64_t count, uint64_t seed, Put put) {
  Progress progress;
  const uint64_t start = mix64(seed);
  for (uint64_t i = 0; i < count; ++i) {
    char raw[8];
    put_le(raw, mix64(start + i), 8);
    const std::string key = to_hex({raw, sizeof raw});
    std::string value(kFilledValueBytes, ' ');
    uint64_t draw = 0;
    for (size_t k = 0; k < value.size(); ++k) {
      if (k % 8 == 0) draw = mix64(draw ^ (start + i) * 31 ^ k);
      value[k] = static_cast<char>('a' + ((draw >> (k % 8 * 8)) & 0xff) % 26);
    }
    Outcome done = put(key, value);
    if (!done) return done;
    if (i % 10000 == 0) {
      progress.show(std::to_string(i) + " of " + std::to_string(count) + " pairs");
    }
  }
  return Done{};
}

int fill(const Asked& asked, Env& env, uint64_t count) {
  Call call(env);
  if (asked.in_line) {
    auto db = Db::open(call, asked.options);
    if (!db) return failed(asked, db.error());
    tell_log_end(asked, db.value());
    const Outcome done =
        put_all(count, asked.seed, [&](const std::string& key, const std::string& value) {
          return db.value().put(call, key, value);
        });
    const int code = done ? report_written(asked, db.value(), count) : failed(asked, done.error());
    db.value().close(call);
    return code;
  }
  auto opened = BackgroundDb::open(env, asked.options);
  if (!opened) return failed(asked, opened.error());
  BackgroundDb& db = *opened.value();
  db.ask([&](const Db& quiet) { tell_log_end(asked, quiet); });
  Outcome done = put_all(count, asked.seed, [&](const std::string& key, const std::string& value) {
    return db.put(call, key, value);
  });
  if (done) done = db.settle();
  if (!done) return failed(asked, done.error());
  return db.ask([&](const Db& quiet) { return report_written(asked, quiet, count); });
}

int check_all(const Asked& asked, Call& call) {
  const auto report = verify(call, asked.options);
  if (!report) return failed(asked, report.error());
  const auto& [damages, tables, blocks, entries, log_entries, log_end] = report.value();
  JsonWriter json;
  json.begin_object()
      .field("ok", damages.empty())
      .field("tables", tables)
      .field("blocks", blocks)
      .field("entries", entries)
      .field("log_entries", log_entries);
  json.key("log_end");
  if (log_end) {
    json.begin_object().field("file", store::log_name(log_end->log_number));
    json.field("offset", log_end->offset).field("bytes", log_end->bytes).end_object();
  } else {
    json.null();
  }
  json.key("damages").begin_array();
  for (const std::string& damage : damages) json.bytes(damage);
  json.end_array().end_object();
  const int printed = print_json(asked, json);
  return printed == kDone && !damages.empty() ? kNo : printed;
}

Result<Asked> parse(Arguments& arguments) {
  Asked asked;
  asked.hex = arguments.flag("--hex");
  asked.in_line = arguments.flag("--inline");
  asked.options.sync = arguments.flag("--sync");
  asked.options.paranoid = !arguments.flag("--salvage");
  const auto seed = arguments.number("--seed", 0, (1ULL << 53) - 1);
  if (!seed) return seed.error();
  if (seed.value()) asked.seed = *seed.value();
  const auto bits = arguments.number("--bloom-bits", 0, 100);
  if (!bits) return bits.error();
  if (bits.value()) asked.options.table.bloom_bits = static_cast<uint32_t>(*bits.value());
  const auto buffer = arguments.number("--write-buffer", 4096, 1 << 30);
  if (!buffer) return buffer.error();
  if (buffer.value()) asked.options.write_buffer_bytes = static_cast<uint32_t>(*buffer.value());
  const auto policy = arguments.option("--policy");
  if (!policy) return policy.error();
  if (policy.value() && *policy.value() == "size-tiered") {
    asked.options.policy = CompactionPolicy::size_tiered;
  } else if (policy.value() && *policy.value() != "leveled") {
    return bad_input(
        "", "--policy: expected leveled or size-tiered, found \"" + *policy.value() + "\"");
  }
  auto rest = arguments.rest();
  if (!rest) return rest.error();
  auto& words = rest.value();
  struct Kind {
    const char* name;
    size_t least;
    size_t most;
  };
  for (const Kind& kind : {Kind{"put", 2, 2},
                           {"get", 1, 1},
                           {"delete", 1, 1},
                           {"scan", 0, 2},
                           {"fill", 1, 1},
                           {"compact", 0, 0},
                           {"verify", 0, 0},
                           {"stats", 0, 0}}) {
    if (words.size() < 2 || words[1] != kind.name) continue;
    const size_t given = words.size() - 2;
    if (given < kind.least || given > kind.most) {
      return bad_input("", "db: " + words[1] + " expects " + std::to_string(kind.least) +
                               (kind.most > kind.least ? " to " + std::to_string(kind.most) : "") +
                               (kind.most == 1 ? " argument" : " arguments") + ", found " +
                               std::to_string(given));
    }
    asked.directory = words[0];
    asked.what = words[1];
    asked.words.assign(words.begin() + 2, words.end());
  }
  if (asked.what.empty()) {
    return bad_input("",
                     "db: expected DIR and one of put, get, delete, scan, fill, compact, verify, "
                     "stats; systemsim help tells their options");
  }
  if (asked.hex && asked.what != "fill") {
    for (std::string& word : asked.words) {
      const auto bytes = from_hex(word);
      if (!bytes) {
        return bad_input("", "db: expected pairs of hexadecimal digits, found \"" + word + "\"");
      }
      word = *bytes;
    }
  }
  asked.options.create = asked.what == "put" || asked.what == "fill";
  asked.options.read_only = asked.what == "get" || asked.what == "scan" || asked.what == "stats";
  return asked;
}

}  // namespace

int db(Arguments arguments) {
  const auto parsed = parse(arguments);
  if (!parsed) return complain(parsed.error());
  const Asked& asked = parsed.value();
  PosixEnv env(asked.directory);
  Call call(env);
  if (asked.what == "verify") return check_all(asked, call);
  if (asked.what == "fill") {
    const std::string& text = asked.words[0];
    uint64_t count = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (problem != std::errc() || end != text.data() + text.size() || count > kMostFilled) {
      return complain(bad_input("", "db: fill expects a whole number from 0 to " +
                                        std::to_string(kMostFilled) + ", found \"" + text + "\""));
    }
    return fill(asked, env, count);
  }
  auto opened = Db::open(call, asked.options);
  if (!opened) return failed(asked, opened.error());
  Db& db = opened.value();
  tell_log_end(asked, db);
  const int code = [&] {
    if (asked.what == "get") return get(asked, call, db);
    if (asked.what == "scan") return scan(asked, call, db);
    if (asked.what == "stats") return stats(asked, call, db);
    if (asked.what != "compact") return change(asked, call, db);
    const Outcome done = db.compact(call);
    return done ? report_written(asked, db, 0) : failed(asked, done.error());
  }();
  db.close(call);
  return code;
}

}  // namespace systemsim::cli
