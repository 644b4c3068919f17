// What each byte of a write-ahead log is: the header of each record (checksum, length, type), the
// batch in it (sequence number, count), and the writes of the batch (kind, lengths, key, value).
// For people who look at the bytes; nothing is recovered with it. Chapter section 09.
//
// Sources: LevelDB doc/log_format.md (headers), db/write_batch.cc (batches).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lab/json_writer.h"

namespace systemsim {

struct LogPiece {
  uint32_t record = 0;    // from 0
  const char* name = "";  // "checksum", "length", "type", "sequence", "count", "kind",
                          // "key_length", "key", "value_length", "value"
  uint64_t from = 0;      // in the log
  uint64_t to = 0;        // the byte after its last
  std::string says;       // what it holds, for people: a number, "FULL", "put", or the text itself
};

// The parts of each record that is whole and of one piece and holds a batch, in the order of its
// bytes. The log may be any bytes: what is damaged, or in several pieces, has no parts here.
std::vector<LogPiece> log_pieces(std::string_view log);

// [{"record", "part", "from", "to", "says"}]
void write_log_pieces(JsonWriter& writer, const std::vector<LogPiece>& parts);

}  // namespace systemsim
