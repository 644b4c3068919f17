#include "store/tier_log.h"

#include <charconv>

#include "store/coding.h"
#include "store/crc32c.h"

namespace systemsim::store {
namespace {

constexpr std::string_view kTierEnding = ".tier";
constexpr size_t kTierDigits = 6;  // at least

}  // namespace

void write_tier_record(std::string_view key, std::string_view stored, uint32_t flags,
                       std::string& out) {
  const size_t start = out.size();
  put_fixed32(out, 0);
  put_fixed32(out, static_cast<uint32_t>(key.size()));
  put_fixed32(out, static_cast<uint32_t>(stored.size()) | flags);
  out.append(key).append(stored);
  const std::string_view body = std::string_view(out).substr(start + 4);
  store32(out.data() + start, crc32c_mask(crc32c(body)));
}

std::optional<TierRecord> read_tier_record(std::string_view bytes) {
  if (bytes.size() < kTierHeaderBytes) return std::nullopt;
  const uint32_t key_bytes = load32(bytes.data() + 4);
  const uint32_t word = load32(bytes.data() + 8);
  const uint32_t stored_bytes = word & kMostTierBytes;
  const uint64_t size = uint64_t{kTierHeaderBytes} + key_bytes + stored_bytes;
  if (size > bytes.size()) return std::nullopt;
  const std::string_view record = bytes.substr(0, static_cast<size_t>(size));
  if (crc32c_mask(crc32c(record.substr(4))) != load32(record.data())) return std::nullopt;
  return TierRecord{record.substr(kTierHeaderBytes, key_bytes),
                    record.substr(kTierHeaderBytes + key_bytes), word & ~kMostTierBytes,
                    record.size()};
}

std::string tier_file_name(uint32_t segment) {
  std::string digits = std::to_string(segment);
  if (digits.size() < kTierDigits) digits.insert(0, kTierDigits - digits.size(), '0');
  return digits.append(kTierEnding);
}

std::optional<uint32_t> tier_segment(std::string_view name) {
  if (!name.ends_with(kTierEnding)) return std::nullopt;
  const std::string_view digits = name.substr(0, name.size() - kTierEnding.size());
  uint32_t segment = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), segment);
  // Each segment has one name: what is written otherwise is not ours.
  if (error != std::errc() || tier_file_name(segment) != name) return std::nullopt;
  return segment;
}

}  // namespace systemsim::store
