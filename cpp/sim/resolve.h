// What a client makes of siblings, the versions of a key that had not seen each other. Chapter
// section 06; Dynamo (SOSP 2007), section 4.4: the cart's union, in which what was removed on one
// side comes back.
#pragma once

#include <string>
#include <vector>

#include "cluster/record.h"
#include "sim/setup.h"

namespace systemsim {

// `siblings`: latest first, at least one. Of a union the version is the latest's, and it is deleted
// only if all are. `named` is the write whose sibling Resolve::sibling takes; if it is not among
// them, the latest is. Precondition: how != Resolve::none.
Record resolved(const std::vector<Record>& siblings, Resolve how, OperationId named);

// The items of lists "[a, b]", each once, in the order of the oldest first; nothing if any of the
// values is no list.
std::optional<std::string> union_of_lists(const std::vector<std::string>& values);

}  // namespace systemsim
