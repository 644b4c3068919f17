// Snappy's block format (google/snappy format_description.txt), in which LevelDB may have
// compressed blocks, and a tiered store its values. Sections 01 and 09.
#pragma once

#include <string>
#include <string_view>

namespace systemsim::store {

// False when the bytes are no complete Snappy block; `out` then holds nothing of use.
bool decode_snappy(std::string_view bytes, std::string& out);

// Replaces `out` by a block that decodes to `bytes`. Simple rather than thorough: repeats of four
// bytes or more within 64 KiB are found where a small table remembers them.
// Precondition: less than 4 GiB.
void encode_snappy(std::string_view bytes, std::string& out);

}  // namespace systemsim::store
