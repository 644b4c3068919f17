// The session's view "stage": machines with their copies, clients, messages in flight.
#pragma once

#include <string>

#include "lab/session.h"

namespace systemsim {

std::string stage_view(const Session& session);

}  // namespace systemsim
