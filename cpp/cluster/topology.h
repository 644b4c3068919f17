// Where machines and clients stand: racks within data centres. Chapter section 04.
//
// Machine i stands in data centre i mod D, and there in rack (i / D) mod R, so that a machine that
// joins moves nobody. Client k (from 0) is in data centre k mod D, the lock service in the first.
// Racks are numbered through all data centres.
#pragma once

#include <cstdint>

#include "base/ids.h"

namespace systemsim {

struct Topology {
  uint32_t racks = 1;         // of each data centre, >= 1
  uint32_t data_centres = 1;  // >= 1

  bool operator==(const Topology&) const = default;

  uint32_t data_centre_of(Endpoint endpoint) const {
    if (endpoint == kLockService) return 0;
    return (is_client(endpoint) ? client_index(endpoint) : endpoint) % data_centres;
  }
  // 0 .. data_centres * racks - 1. Precondition: a machine.
  uint32_t rack_of(Endpoint machine) const {
    return data_centre_of(machine) * racks + machine / data_centres % racks;
  }
};

}  // namespace systemsim
