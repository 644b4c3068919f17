// What a copy holds where versions say what they had seen, as the view "stage" shows it.
#pragma once

#include "cluster/siblings.h"
#include "lab/json_writer.h"

namespace systemsim {

// Two fields of the object that is open: "seen", how many events of each machine the copy knows of,
// and "siblings", its versions, each with its clock, or with its dot.
void write_siblings(JsonWriter& writer, const Siblings& copy);

}  // namespace systemsim
