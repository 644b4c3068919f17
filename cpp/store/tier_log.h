// The records of a tiered store's log, one after another:
//     checksum  u32, masked CRC-32C of all that follows in the record
//     key       u32, its length in bytes
//     value     u32, the stored value's length in bytes; two flags in its highest bits
//     the key, the stored value
// Flags: kTierCompressed, the value is a Snappy block; kTierRemoved, the key was removed (no
// value). Numbers are little-endian. A log is cut into segments, files named by a number
// ("000001.tier"); a record lies in one segment. Section 01.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace systemsim::store {

constexpr size_t kTierHeaderBytes = 12;
constexpr uint32_t kTierCompressed = 1U << 31;
constexpr uint32_t kTierRemoved = 1U << 30;
constexpr uint32_t kMostTierBytes = kTierRemoved - 1;  // of a key, and of a stored value

struct TierRecord {
  std::string_view key;
  std::string_view stored;  // the value as it lies in the log
  uint32_t flags = 0;
  size_t bytes = 0;  // of the whole record
};

// Appends a record to `out`. Precondition: key and stored value have at most kMostTierBytes.
void write_tier_record(std::string_view key, std::string_view stored, uint32_t flags,
                       std::string& out);
// The record at the front of `bytes`; nothing when no whole and undamaged one stands there.
std::optional<TierRecord> read_tier_record(std::string_view bytes);

std::string tier_file_name(uint32_t segment);
// The segment that a file of this name is; nothing when it is none.
std::optional<uint32_t> tier_segment(std::string_view name);

}  // namespace systemsim::store
