// nlohmann/json as this project uses it: its SAX reader and its number writer. Its own assertions
// are left out (they would bring their texts into the browser's download); its input is checked by
// itself.
#pragma once

#define JSON_ASSERT(condition) static_cast<void>(0)
#define JSON_NO_IO 1
#include <nlohmann/json.hpp>
