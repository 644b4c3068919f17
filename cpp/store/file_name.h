// The names of a database's files (LevelDB db/filename.cc). Section 09.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace systemsim::store {

enum class FileKind : uint8_t { log, table, manifest, current, lock, temporary, other };

struct FileName {
  FileKind kind = FileKind::other;
  uint64_t number = 0;
};

// No database comes near it: one that claims more is damaged, and its next numbers might wrap.
constexpr uint64_t kMaxFileNumber = 1ULL << 62;

constexpr const char* kCurrentName = "CURRENT";

std::string log_name(uint64_t number);        // 000003.log
std::string table_name(uint64_t number);      // 000005.ldb
std::string old_table_name(uint64_t number);  // 000005.sst: read, never written
std::string temporary_name(uint64_t number);  // 000005.dbtmp
std::string manifest_name(uint64_t number);   // MANIFEST-000002

FileName parse_file_name(std::string_view name);

}  // namespace systemsim::store
