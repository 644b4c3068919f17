// The records that the jobs about a whole tree write: keys with room between them, so that there
// are keys that nobody wrote within the range of every table, in an order that a seed shuffles.
// Small buffers and levels, so that few records make a tree of several levels. Section 09.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lab/json.h"
#include "lab/json_writer.h"
#include "store/db.h"

namespace systemsim {

struct SampleTree {
  uint32_t keys = 5000;        // 100 .. 50 000
  uint32_t value_bytes = 100;  // 0 .. 1000
  uint64_t seed = 1;

  // Reads "keys", "value_bytes" and "seed" where they are there.
  void read(Fields& fields);
  void write(JsonWriter& writer) const;

  // Of record i; and of a key between it and the next, which nobody writes.
  static std::string key(uint32_t i) { return numbered(2 * i); }
  static std::string missing_key(uint32_t i) { return numbered(2 * i + 1); }
  std::string value(uint32_t i) const;
  // The records in the order in which they are written; another `use` is another order.
  std::vector<uint32_t> order(uint64_t use) const;

  static store::Options options(uint32_t bloom_bits);

 private:
  static std::string numbered(uint32_t number);
};

// [{"tables", "bytes"}, ...], from level 0 to the deepest with tables.
void write_levels(JsonWriter& writer, const store::Version& version);

}  // namespace systemsim
