// What a log is made of (LevelDB doc/log_format.md): blocks of 32 KiB, in them records of a header
// (masked checksum of type and data, u32; length, u16; type, u8) and data. A record that does not
// fit is cut in a first, middle and last part. What is left at a block's end, when too short for a
// header, is zero. Write-ahead logs and manifests are logs. Section 09.
#pragma once

#include <cstddef>
#include <cstdint>

namespace systemsim::store {

constexpr size_t kLogBlockBytes = 32768;
constexpr size_t kLogHeaderBytes = 7;

enum LogRecordType : uint8_t { kZeroRecord, kFullRecord, kFirstRecord, kMiddleRecord, kLastRecord };

}  // namespace systemsim::store
