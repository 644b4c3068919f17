#include "store/log_writer.h"

#include <algorithm>

#include "store/coding.h"
#include "store/crc32c.h"

namespace systemsim::store {

void LogWriter::add(std::string_view record, std::string& out) {
  bool first = true;
  do {  // an empty record is a record
    size_t room = kLogBlockBytes - block_offset_;
    if (room < kLogHeaderBytes) {
      out.append(room, '\0');
      block_offset_ = 0;
      room = kLogBlockBytes;
    }
    // With exactly a header's room this is an empty first part.
    const size_t length = std::min(record.size(), room - kLogHeaderBytes);
    const bool last = length == record.size();
    const size_t header = out.size();
    out.append(kLogHeaderBytes, '\0');
    out[header + 4] = static_cast<char>(length & 0xff);
    out[header + 5] = static_cast<char>(length >> 8);
    out[header + 6] = static_cast<char>(first  ? (last ? kFullRecord : kFirstRecord)
                                        : last ? kLastRecord
                                               : kMiddleRecord);
    out.append(record.substr(0, length));
    store32(out.data() + header,
            crc32c_mask(crc32c(std::string_view(out).substr(header + 6, 1 + length))));
    block_offset_ += static_cast<uint32_t>(kLogHeaderBytes + length);
    record.remove_prefix(length);
    first = false;
    if (last) return;
  } while (true);
}

}  // namespace systemsim::store
