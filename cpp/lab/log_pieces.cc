#include "lab/log_pieces.h"

#include <utility>

#include "base/bytes.h"
#include "store/coding.h"
#include "store/log_format.h"
#include "store/log_reader.h"
#include "store/write_batch.h"

namespace systemsim {
namespace {

using Writes = std::vector<store::BatchReader::Write>;

// The writes of a batch, and nothing when it makes no sense.
Writes writes_of(std::string_view batch) {
  Writes writes;
  store::BatchReader reader(batch);
  for (store::BatchReader::Write write; reader.next(write);) writes.push_back(write);
  return reader.complete() ? writes : Writes{};
}

std::string checksum_text(std::string_view header) {
  const uint32_t checksum = store::load32(header.data());
  char bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>((checksum >> (24 - 8 * i)) & 0xff);
  return "0x" + to_hex({bytes, sizeof bytes});
}

std::string shown_text(std::string_view bytes) {
  return is_utf8(bytes) ? std::string(bytes) : to_hex(bytes);
}

// Names the parts of a record, one behind the other.
class PieceList {
 public:
  explicit PieceList(std::vector<LogPiece>& pieces) : pieces_(pieces) {}

  void begin(uint32_t record, uint64_t at) {
    record_ = record;
    at_ = at;
  }
  void take(const char* name, uint64_t to, std::string says) {
    pieces_.push_back({record_, name, at_, to, std::move(says)});
    at_ = to;
  }
  void take_next(const char* name, uint64_t bytes, std::string says) {
    take(name, at_ + bytes, std::move(says));
  }

 private:
  std::vector<LogPiece>& pieces_;
  uint32_t record_ = 0;
  uint64_t at_ = 0;
};

}  // namespace

std::vector<LogPiece> log_pieces(std::string_view log) {
  std::vector<LogPiece> pieces;
  PieceList list(pieces);
  store::LogReader reader(log);
  for (uint32_t record = 0; const auto batch = reader.next(); ++record) {
    const std::string_view header = log.substr(reader.record_offset(), store::kLogHeaderBytes);
    if (header[6] != store::kFullRecord || batch->size() < store::kBatchHeaderBytes) continue;
    const Writes writes = writes_of(*batch);
    if (writes.empty()) continue;
    list.begin(record, reader.record_offset());
    list.take_next("checksum", 4, checksum_text(header));
    list.take_next("length", 2, std::to_string(batch->size()));
    list.take_next("type", 1, "FULL");
    list.take_next("sequence", 8, std::to_string(writes.front().sequence));
    list.take_next("count", 4, std::to_string(writes.size()));
    // A record of one piece is read where it stands, and so are its texts.
    const auto place = [&](std::string_view text) {
      return static_cast<uint64_t>(text.data() - log.data());
    };
    const auto text = [&](const char* length_name, const char* name, std::string_view text) {
      list.take(length_name, place(text), std::to_string(text.size()));
      list.take_next(name, text.size(), shown_text(text));
    };
    for (const auto& write : writes) {
      const bool is_put = write.kind == store::kValue;
      list.take_next("kind", 1, is_put ? "put" : "delete");
      text("key_length", "key", write.key);
      if (is_put) text("value_length", "value", write.value);
    }
  }
  return pieces;
}

void write_log_pieces(JsonWriter& writer, const std::vector<LogPiece>& parts) {
  writer.begin_array();
  for (const LogPiece& part : parts) {
    writer.begin_object().field("record", part.record).field("part", part.name);
    writer.field("from", part.from).field("to", part.to).field("says", part.says).end_object();
  }
  writer.end_array();
}

}  // namespace systemsim
