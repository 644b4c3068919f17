// The chapter's files as the command line reads them: JSON files in a folder, and scenarios that
// are named instead of written out.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lab/json.h"

namespace systemsim::cli {

struct ContentFile {
  std::string path;
  Json json;
};

// The JSON files of CONTENT/KIND, in order of their names; those of `ids` only, unless it is empty.
// Wherever a member "scenario" or "solution" is a string, it is the name of a file of
// CONTENT/scenarios, and that file's object takes its place. An error's message begins with the
// file's path.
Result<std::vector<ContentFile>> read_content(const std::string& content, const std::string& kind,
                                              const std::vector<std::string>& ids);

}  // namespace systemsim::cli
