#include "cli/content.h"

#include <algorithm>
#include <filesystem>

#include "cli/command.h"

namespace systemsim::cli {
namespace {

namespace fs = std::filesystem;

Error about(const std::string& path, const Error& error) {
  return {error.code, path + ": " + (error.path.empty() ? "" : error.path + ": ") + error.message,
          ""};
}

Result<Json> read_json(const std::string& path) {
  auto text = read_input(path);
  if (!text) {
    return about(path,
                 {text.error().code, text.error().message + "; --content names the folder", ""});
  }
  auto json = parse_json(text.value());
  if (!json) return about(path, json.error());
  return json;
}

Outcome put_scenarios_in(Json& json, const std::string& content) {
  for (Json& item : json.items) {
    if (auto done = put_scenarios_in(item, content); !done) return done;
  }
  for (Json::Member& member : json.members) {
    const bool named = (member.name == "scenario" || member.name == "solution") &&
                       member.value.type == Json::Type::string;
    if (!named) {
      if (auto done = put_scenarios_in(member.value, content); !done) return done;
      continue;
    }
    auto scenario = read_json(content + "/scenarios/" + member.value.text + ".json");
    if (!scenario) return scenario.error();
    member.value = std::move(scenario).value();
  }
  return Done{};
}

}  // namespace

Result<std::vector<ContentFile>> read_content(const std::string& content, const std::string& kind,
                                              const std::vector<std::string>& ids) {
  const std::string folder = content + "/" + kind;
  std::vector<std::string> names;
  if (ids.empty()) {
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
      if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
    }
    if (names.empty()) {
      return bad_input(
          "", folder + ": no JSON files here; --content names the folder that has " + kind + "/");
    }
    std::sort(names.begin(), names.end());  // as texts, no two of them equal
  } else {
    names = ids;
  }
  std::vector<ContentFile> files;
  for (const std::string& name : names) {
    if (name.empty() ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
      return bad_input("",
                       "expected a name of small letters, digits and -, found \"" + name + "\"");
    }
    std::string path = folder;
    path += "/" + name + ".json";
    auto json = read_json(path);
    if (!json) return json.error();
    if (auto done = put_scenarios_in(json.value(), content); !done) {
      return about(path, done.error());
    }
    files.push_back({path, std::move(json).value()});
  }
  return files;
}

}  // namespace systemsim::cli
