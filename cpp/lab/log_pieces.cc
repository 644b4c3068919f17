#include "lab/log_pieces.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "store/coding.h"
#include "store/log_format.h"
#include "store/write_batch.h"

namespace systemsim {
namespace {

// Walks over a log and names what it passes.
class PartWalk {
 public:
  explicit PartWalk(std::string_view log) : log_(log) {}

  uint64_t at() const { return at_; }
  void begin_record() { record_ = records_++; }
  uint64_t number(const char* name, int bytes) {
    const uint64_t number = get_le(log_.data() + at_, bytes);
    take(name, static_cast<uint64_t>(bytes), std::to_string(number));
    return number;
  }
  // A number whose bytes mean something to people.
  uint64_t named(const char* name, int bytes, std::string (*says)(uint64_t)) {
    const uint64_t number = get_le(log_.data() + at_, bytes);
    take(name, static_cast<uint64_t>(bytes), says(number));
    return number;
  }
  uint64_t varint(const char* name) {
    uint64_t number = 0;
    uint64_t bytes = 0;
    uint8_t byte = 0x80;
    for (; (byte & 0x80U) != 0; ++bytes) {
      byte = static_cast<uint8_t>(log_[at_ + bytes]);
      number |= static_cast<uint64_t>(byte & 0x7fU) << (7 * bytes);
    }
    take(name, bytes, std::to_string(number));
    return number;
  }
  void text(const char* name, uint64_t bytes) {
    const std::string_view text = log_.substr(at_, bytes);
    take(name, bytes, is_utf8(text) ? std::string(text) : to_hex(text));
  }
  std::vector<LogPiece> parts() { return std::move(parts_); }

 private:
  void take(const char* name, uint64_t bytes, std::string says) {
    SYSTEMSIM_ASSERT(at_ + bytes <= log_.size());
    parts_.push_back({record_, name, at_, at_ + bytes, std::move(says)});
    at_ += bytes;
  }

  std::string_view log_;
  uint64_t at_ = 0;
  uint32_t record_ = 0;
  uint32_t records_ = 0;
  std::vector<LogPiece> parts_;
};

std::string checksum_text(uint64_t number) {
  char bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>((number >> (24 - 8 * i)) & 0xff);
  return "0x" + to_hex({bytes, sizeof bytes});
}

std::string type_text(uint64_t type) {
  SYSTEMSIM_ASSERT(type == store::kFullRecord);
  return "FULL";
}

std::string kind_text(uint64_t kind) { return kind == store::kValue ? "put" : "delete"; }

}  // namespace

std::vector<LogPiece> log_pieces(std::string_view log) {
  PartWalk walk(log);
  while (walk.at() < log.size()) {
    walk.begin_record();
    (void)walk.named("checksum", 4, checksum_text);
    const uint64_t length = walk.number("length", 2);
    (void)walk.named("type", 1, type_text);
    const uint64_t end = walk.at() + length;
    (void)walk.number("sequence", 8);
    (void)walk.number("count", 4);
    while (walk.at() < end) {
      const bool is_put = walk.named("kind", 1, kind_text) == store::kValue;
      walk.text("key", walk.varint("key_length"));
      if (is_put) walk.text("value", walk.varint("value_length"));
    }
  }
  return walk.parts();
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
