#include "cluster/owner.h"

namespace systemsim {

bool Owner::available() { return true; }

}  // namespace systemsim
