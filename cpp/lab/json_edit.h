// JSON that is changed at a place and written again.
#pragma once

#include <string>

#include "lab/json.h"
#include "lab/json_writer.h"

namespace systemsim {

void write_json(JsonWriter& writer, const Json& json);

// One step of a JSON pointer as a name: "~1" is "/", "~0" is "~".
std::string unescaped(const std::string& step);

// The place that a pointer leads to, for writing: members that are missing on the way are made.
// Null when the way leads through what is no object, or to an item that is not there.
Json* reach(Json& json, const std::string& pointer);

}  // namespace systemsim
