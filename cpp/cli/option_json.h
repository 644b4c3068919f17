// Options as JSON, for commands whose options are the fields of something in lab/, which also
// checks them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "lab/json.h"

namespace systemsim::cli {

Json text_json(const std::string& text);
// As JSON writes it; what is no JSON stays a text, which the field's reader then refuses.
Json number_json(const std::string& text);
Json bool_json(bool flag);
// "a,b,c": a list of texts; "1,2,3": of numbers.
Json texts_json(const std::string& text);
Json numbers_json(const std::string& text);

// An option and the field of the job that it fills.
struct FieldOption {
  const char* option;  // "--seed"
  const char* field;
  Json (*to_json)(const std::string&);
};
// An object with the fields of those options that were given. An error: an option without a value.
Result<Json> take_options(Arguments& arguments, const std::vector<FieldOption>& options);
// An error when anything is left over.
Outcome take_no_more(Arguments& arguments, const std::string& command);

// A complaint about the field /data_centres/..., as one about the option --data-centres.
Error about_option(Error error);

}  // namespace systemsim::cli
