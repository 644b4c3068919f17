// For a module that does without owners of ranges. Scenarios with them are refused when they are
// read, so all the code of owners is left out.
#include "cluster/owner.h"

namespace systemsim {

bool Owner::available() { return false; }

}  // namespace systemsim
