// The session's view "ring": points, shares, where keys live, and changes that are under way.
#pragma once

#include <string>

#include "lab/session.h"

namespace systemsim {

std::string ring_view(const Session& session);

}  // namespace systemsim
