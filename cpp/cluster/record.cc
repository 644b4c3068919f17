#include "cluster/record.h"

#include "base/assert.h"
#include "base/bytes.h"

namespace systemsim {
namespace {
constexpr size_t kHeaderBytes = 13;
}

bool newer(const Record& a, const Record& b) {
  if (a.version.stamp_us == b.version.stamp_us && a.deleted != b.deleted) return a.deleted;
  return a.version > b.version;
}

std::string encode_record(const Record& record) {
  std::string bytes(kHeaderBytes, '\0');
  put_le(bytes.data(), record.version.stamp_us, 8);
  put_le(bytes.data() + 8, record.version.operation, 4);
  put_le(bytes.data() + 12, record.deleted ? 1 : 0, 1);
  bytes += record.value;
  return bytes;
}

Record decode_record(std::string_view bytes) {
  SYSTEMSIM_ASSERT(bytes.size() >= kHeaderBytes);
  Record record;
  record.version.stamp_us = get_le(bytes.data(), 8);
  record.version.operation = static_cast<OperationId>(get_le(bytes.data() + 8, 4));
  record.deleted = (get_le(bytes.data() + 12, 1) & 1) != 0;
  record.value = std::string(bytes.substr(kHeaderBytes));
  return record;
}

}  // namespace systemsim
