// How scenarios, jobs and views spell a setup's kinds: each table in the order of its enum.
#pragma once

#include <vector>

#include "sim/setup.h"

namespace systemsim {

inline const std::vector<const char*> kDiskNames = {"none", "ssd", "hdd"};
inline const char* name_of(DiskModel disk) { return kDiskNames[static_cast<size_t>(disk)]; }

inline const std::vector<const char*> kStoreNames = {"hash", "lsm", "tiers"};
inline const char* name_of(StoreEngine engine) { return kStoreNames[static_cast<size_t>(engine)]; }

}  // namespace systemsim
