// For a module whose machines write no compressed blocks and are given no directories of others: a
// block that says it is compressed is damaged there. Nothing in it asks for compression.
#include <cstdlib>

#include "store/snappy.h"

namespace systemsim::store {

bool decode_snappy(std::string_view, std::string&) { return false; }
void encode_snappy(std::string_view, std::string&) { std::abort(); }

}  // namespace systemsim::store
