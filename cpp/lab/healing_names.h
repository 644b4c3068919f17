// How scenarios and views spell what belongs to healing: each list in the order of its enum.
#pragma once

#include <array>
#include <vector>

#include "sim/setup.h"

namespace systemsim {

inline const std::vector<const char*> kSpreadNames = {"push", "pull", "push-pull", "multicast"};
inline const std::vector<const char*> kDetectorNames = {"timeout", "exponential", "normal"};

// Named mixes of faults.
struct NemesisMix {
  const char* name;
  uint32_t mix;
};
inline constexpr std::array kNemesisMixes = {
    NemesisMix{"crash", Nemesis::crash},
    NemesisMix{"partition", Nemesis::partition},
    NemesisMix{"network", Nemesis::network},
    NemesisMix{"pause", Nemesis::pause},
    NemesisMix{"slow", Nemesis::slow},
    NemesisMix{"clock", Nemesis::clock},
    NemesisMix{"disk", Nemesis::disk},
    NemesisMix{"disks", Nemesis::disks},
    NemesisMix{"machines", Nemesis::crash | Nemesis::pause | Nemesis::slow},
    // What a strict quorum with rebuilds survives.
    NemesisMix{"all", Nemesis::crash | Nemesis::partition | Nemesis::network | Nemesis::pause |
                          Nemesis::slow | Nemesis::disk},
    NemesisMix{"all-but-disks", Nemesis::crash | Nemesis::partition | Nemesis::network |
                                    Nemesis::pause | Nemesis::slow},
    NemesisMix{"all-and-clocks", Nemesis::crash | Nemesis::partition | Nemesis::network |
                                     Nemesis::pause | Nemesis::slow | Nemesis::disk |
                                     Nemesis::clock},
    NemesisMix{"all-and-disks", Nemesis::crash | Nemesis::partition | Nemesis::network |
                                    Nemesis::pause | Nemesis::slow | Nemesis::disks},
};

}  // namespace systemsim
