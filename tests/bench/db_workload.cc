#include "db_workload.h"

#include <string_view>

#include "base/mix.h"

namespace systemsim::bench {
namespace {

constexpr size_t kKeyBytes = 16;
constexpr size_t kValueBytes = 100;

// 16 decimal digits, as db_bench's keys; of a missing key the last is no digit.
class Key {
 public:
  std::string_view of(uint64_t number, char last = 0) {
    for (size_t i = kKeyBytes; i-- > 0; number /= 10) {
      digits_[i] = static_cast<char>('0' + number % 10);
    }
    if (last != 0) digits_[kKeyBytes - 1] = last;
    return {digits_, kKeyBytes};
  }

 private:
  char digits_[kKeyBytes] = {};
};

// Pieces of a megabyte of noise.
class Values {
 public:
  Values() {
    for (uint64_t i = 0; noise_.size() < (1 << 20); ++i) {
      const uint64_t draw = mix64(i + 1);
      noise_.append(reinterpret_cast<const char*>(&draw), sizeof draw);
    }
  }
  std::string_view next() {
    at_ = at_ + 2 * kValueBytes > noise_.size() ? 0 : at_ + kValueBytes;
    return std::string_view(noise_).substr(at_, kValueBytes);
  }

 private:
  std::string noise_;
  size_t at_ = 0;
};

Values& values() {
  static Values all;
  return all;
}

}  // namespace

uint64_t run_slice(Engine& engine, Row row, uint64_t entries, uint64_t first, uint64_t end) {
  Key key;
  std::string value;
  uint64_t result = 0;
  for (uint64_t i = first; i < end; ++i) {
    const uint64_t random = mix64(i ^ (static_cast<uint64_t>(row) << 32)) % entries;
    switch (row) {
      case Row::fillseq:
        engine.put(key.of(i), values().next(), false);
        break;
      case Row::fillrandom:
      case Row::overwrite:
        engine.put(key.of(random), values().next(), false);
        break;
      case Row::readrandom:
        result += engine.get(key.of(random), value) ? value.size() : 0;
        break;
      case Row::readmissing:
        result += engine.get(key.of(random, '.'), value) ? 1 : 0;
        break;
      case Row::seekrandom:
        result += engine.seek(key.of(random)) ? 1 : 0;
        break;
      case Row::readseq:
        result += engine.scan();
        break;
    }
  }
  return result;
}

void run_fillsync(Engine& engine, uint64_t writes) {
  Key key;
  for (uint64_t i = 0; i < writes; ++i) engine.put(key.of(mix64(i)), values().next(), true);
}

}  // namespace systemsim::bench
