#include "store/file_name.h"

namespace systemsim::store {
namespace {

std::string numbered(std::string_view before, uint64_t number, std::string_view after) {
  std::string digits = std::to_string(number);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return std::string(before) + digits + std::string(after);
}

}  // namespace

std::string log_name(uint64_t number) { return numbered("", number, ".log"); }
std::string table_name(uint64_t number) { return numbered("", number, ".ldb"); }
std::string old_table_name(uint64_t number) { return numbered("", number, ".sst"); }
std::string temporary_name(uint64_t number) { return numbered("", number, ".dbtmp"); }
std::string manifest_name(uint64_t number) { return numbered("MANIFEST-", number, ""); }

FileName parse_file_name(std::string_view name) {
  constexpr std::string_view kManifest = "MANIFEST-";
  if (name == kCurrentName) return {FileKind::current, 0};
  if (name == "LOCK") return {FileKind::lock, 0};
  const bool manifest = name.substr(0, kManifest.size()) == kManifest;
  if (manifest) name.remove_prefix(kManifest.size());
  uint64_t number = 0;
  size_t digits = 0;
  for (; digits < name.size() && name[digits] >= '0' && name[digits] <= '9'; ++digits) {
    if (number > (UINT64_MAX - 9) / 10) return {};
    number = number * 10 + static_cast<uint64_t>(name[digits] - '0');
  }
  if (digits == 0) return {};
  const std::string_view ending = name.substr(digits);
  if (manifest) return ending.empty() ? FileName{FileKind::manifest, number} : FileName{};
  if (ending == ".log") return {FileKind::log, number};
  if (ending == ".ldb" || ending == ".sst") return {FileKind::table, number};
  if (ending == ".dbtmp") return {FileKind::temporary, number};
  return {};
}

}  // namespace systemsim::store
