// The job "torn_log": a few puts to a real database, whose log is then cut off at a byte or damaged
// in a bit, and what is there when the database is opened again. Chapter section 09.
//
// {"job": "torn_log",
//  "records": [{"key", "value", "sync": false}],  1 to 8 puts with different keys; three without it
//  "cut": B,                           the log ends after its first B bytes, or else
//  "flip": {"byte": B, "bit": 0..7},   that bit is turned, or neither of the two
//  "each_byte": false,                 also every cut and every flip, one after the other
//  "archive": false}                   the directory as it is found, as a tar archive
//
// A put with "sync" is on the disk before its caller is told "saved"; one without is told so while
// the bytes may still be in memory (LevelDB's default). So a power cut leaves the synced bytes and
// any number of those behind them.
//
// Each damage is put to two readers of our engine: with Options::paranoid ("ours"), and without it,
// which recovers what LevelDB recovers ("leveldb"; tests/peers prove it with the real one).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "store/memory_env.h"

namespace systemsim {

class TornLog : public AnswerJob {
 public:
  static constexpr uint32_t kMaxRecords = 8;
  static constexpr size_t kMaxKeyBytes = 40;
  static constexpr size_t kMaxValueBytes = 80;

  // Errors: bad_input with the field's place, also for a byte that the log does not have.
  static Result<TornLog> read(const Json& job);

  // In openings of the database.
  uint64_t total() const override;
  uint64_t done() const override { return done_; }
  void advance(uint64_t budget) override;

 private:
  struct Record {
    std::string key;
    std::string value;
    bool sync = false;
    uint64_t from = 0;
    uint64_t to = 0;
  };
  struct Flip {
    uint64_t byte = 0;
    uint32_t bit = 0;
  };
  // What came of opening.
  struct Opened {
    std::string error;  // "": it opened
    std::vector<uint32_t> recovered;
    // Nothing: it was refused.
    std::optional<uint32_t> puts() const {
      if (!error.empty()) return std::nullopt;
      return static_cast<uint32_t>(recovered.size());
    }
  };
  enum class Is : uint32_t { all, prefix, hole, refused };
  struct Tally {
    uint64_t refused = 0;
    uint64_t whole = 0;
    uint64_t silent = 0;  // holes among them
    uint64_t hole = 0;
    void add(Is is);
    Tally& operator+=(const Tally& other);
    void write(JsonWriter& writer) const;
  };

  TornLog() = default;
  Outcome write_puts();
  std::string cut_at(uint64_t bytes) const { return log_.substr(0, bytes); }
  std::string flipped(const Flip& flip) const;
  store::MemoryEnv disk_with(std::string log) const;
  Opened open_with(const std::string& log, bool paranoid) const;
  Is judge(const Opened& opened) const;
  void step(uint64_t index);
  // The answer:
  // {"log": {"file", "bytes", "synced_bytes", "hex", "parts": as write_log_pieces()},
  //  "records": [{"key", "value", "sync", "from", "to"}],
  //  "damage": null | {"cut"} | {"flip": {"byte", "bit"}}, with "record" (from 0; null: a cut at an
  //  edge), "found_hex": the log as it is found,
  //  "ours", "leveldb": {"opened", "error", "is": "all"|"prefix"|"hole"|"refused",
  //     "recovered": [record], "lost": [record], "lost_synced": [record], "puts"},
  //     `puts`: how many came back, null when it was refused
  //  "each_cut": [puts after a cut of 0, 1, ... bytes; null: refused],
  //  "inside": [{"fewest", "most", "always", "refused"}]: puts after the cuts within each record:
  //     of those that opened (null: none did); their number where each opened with the same, or
  //     else null; and how many were refused,
  //  "each_flip": {"flips", "ours", "leveldb": {"refused", "whole", "silent", "hole"}, "bytes": [{
  //     the same for the eight bits of each byte}]}: `silent`: opened, and puts are missing,
  //  "archive": base64}
  // The last four only where they were asked for.
  void write(JsonWriter& writer) const override;
  void write_damage(JsonWriter& writer) const;
  void write_opened(JsonWriter& writer, const Opened& opened) const;
  void write_inside(JsonWriter& writer, const Record& record) const;
  void write_each(JsonWriter& writer) const;

  std::vector<Record> records_;
  std::optional<uint64_t> cut_;
  std::optional<Flip> flip_;
  bool each_byte_ = false;
  bool archive_ = false;
  store::MemoryEnv disk_;  // as the puts left it
  std::string log_name_;
  std::string log_;
  uint64_t synced_bytes_ = 0;

  uint64_t done_ = 0;
  std::string found_;
  Opened ours_;
  Opened leveldb_;
  std::vector<std::optional<uint32_t>> each_cut_;  // puts; nothing: refused
  std::vector<Tally> ours_each_flip_;              // by byte
  std::vector<Tally> leveldb_each_flip_;
};

}  // namespace systemsim
