// Options as JSON, for commands whose options are the fields of something in lab/, which also
// checks them.
#pragma once

#include <string>

#include "base/result.h"
#include "lab/json.h"

namespace systemsim::cli {

Json text_json(const std::string& text);
// As JSON writes it; what is no JSON stays a text, which the field's reader then refuses.
Json number_json(const std::string& text);
Json bool_json(bool flag);
// "a,b,c": a list of what `item` makes of each.
Json list_json(const std::string& text, Json (*item)(const std::string&));

// A complaint about the field /data_centres/..., as one about the option --data-centres.
Error about_option(Error error);

}  // namespace systemsim::cli
