// Numbers that are written in decimal, as doubles: the same bits from every C library. In the
// browser it stands in for strtod, which brings 128-bit arithmetic with it.
#pragma once

#include <string_view>

namespace systemsim {

// The double that is nearest to `text`; of two that are as near, the even one (IEEE 754). Too large
// is infinity, too small is zero, each with its sign.
// Precondition: `text` is a number as JSON writes it (RFC 8259, section 6), of any length; it may
// also begin with zeros.
double decimal_value(std::string_view text);

}  // namespace systemsim
