#include "lab/sample_tree.h"

#include <utility>

#include "base/draw.h"
#include "lab/shuffled.h"
#include "sim/setup.h"

namespace systemsim {

void SampleTree::read(Fields& fields) {
  fields.integer("keys", keys, 100U, 50'000U);
  fields.integer("value_bytes", value_bytes, 0U, 1000U);
  fields.integer("seed", seed, uint64_t{0}, Limits::kMaxInteger);
}

void SampleTree::write(JsonWriter& writer) const {
  writer.field("keys", keys).field("value_bytes", value_bytes).field("seed", seed);
}

std::string SampleTree::numbered(uint32_t number) {
  constexpr size_t kDigits = 8;
  const std::string digits = std::to_string(number);
  return "user:" + std::string(kDigits - digits.size(), '0') + digits;
}

std::string SampleTree::value(uint32_t i) const {
  const std::string word = "value " + std::to_string(i) + ", ";
  std::string value;
  while (value.size() < value_bytes) value += word;
  value.resize(value_bytes);
  return value;
}

std::vector<uint32_t> SampleTree::order(uint64_t use) const {
  return shuffled(keys, seed, Stream::operation, use);
}

store::Options SampleTree::options(uint32_t bloom_bits) {
  store::Options options;
  options.write_buffer_bytes = 32 << 10;
  options.table_bytes = 32 << 10;
  options.level1_bytes = 64 << 10;
  options.table.bloom_bits = bloom_bits;
  return options;
}

void write_levels(JsonWriter& writer, const store::Version& version) {
  writer.begin_array();
  for (uint32_t level = 0; level <= version.deepest_level(); ++level) {
    const store::Files& files = version.levels[level];
    writer.begin_object().field("tables", files.size());
    writer.field("bytes", store::total_bytes(files)).end_object();
  }
  writer.end_array();
}

}  // namespace systemsim
