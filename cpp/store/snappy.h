// Decoding Snappy's block format (google/snappy format_description.txt), in which LevelDB may have
// compressed blocks. Nothing here compresses. Section 09.
#pragma once

#include <string>
#include <string_view>

namespace systemsim::store {

// False when the bytes are no complete Snappy block; `out` then holds nothing of use.
bool decode_snappy(std::string_view bytes, std::string& out);

}  // namespace systemsim::store
