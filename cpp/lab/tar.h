// A directory as one file that every computer can open: a tar archive in the POSIX form (ustar;
// IEEE Std 1003.1, pax, "ustar Interchange Format"), and base64 (RFC 4648) to send it as text.
// The same files give the same bytes: every file is of the beginning of time and of nobody.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/env.h"

namespace systemsim {

// Every file of the disk under `directory`/. Errors: what the disk says.
Result<std::string> tar_of(store::Env& env, const std::string& directory);

std::string to_base64(std::string_view bytes);

}  // namespace systemsim
