// systemsim grade FILE [--content DIR]
//
// FILE has one JSON object a line: {"challenge": ID, "student": NAME, "scenario": {...}}.
#include <cstdio>
#include <map>

#include "cli/command.h"
#include "cli/content.h"
#include "lab/challenge.h"

namespace systemsim::cli {
namespace {

struct Line {
  size_t number = 0;  // from 1
  std::string challenge;
  std::string student;
  Json scenario;
};

Error in_line(size_t number, const Error& error) {
  return {error.code,
          "line " + std::to_string(number) + ": " + (error.path.empty() ? "" : error.path + ": ") +
              error.message,
          ""};
}

Result<std::vector<Line>> read_lines(const std::string& text) {
  std::vector<Line> lines;
  size_t number = 0;
  for (size_t from = 0; from < text.size();) {
    const size_t to = std::min(text.find('\n', from), text.size());
    const std::string one = text.substr(from, to - from);
    from = to + 1;
    ++number;
    if (one.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto json = parse_json(one);
    if (!json) return in_line(number, json.error());
    std::optional<Error> error;
    Fields fields(json.value(), "", error);
    Line line;
    line.number = number;
    fields.text("challenge", line.challenge, 100);
    fields.text("student", line.student, 200);
    const Json* scenario = fields.take("scenario");
    if (fields.ok() && (line.challenge.empty() || scenario == nullptr)) {
      fields.fail(bad_input("", "expected \"challenge\" and \"scenario\""));
    }
    fields.finish();
    if (error) return in_line(number, *error);
    line.scenario = *scenario;
    lines.push_back(std::move(line));
  }
  return lines;
}

void write_name(JsonWriter& writer, const char* name, const std::string* value) {
  writer.key(name);
  value != nullptr ? writer.value(*value) : writer.null();
}

}  // namespace

int grade(Arguments arguments) {
  auto content = arguments.option("--content");
  if (!content) return complain(content.error());
  auto rest = arguments.rest();
  if (!rest) return complain(rest.error());
  if (rest.value().size() != 1) {
    return complain(bad_input(
        "", "grade: expected one file of runs, found " + std::to_string(rest.value().size())));
  }
  const std::string& path = rest.value().front();
  auto text = read_input(path);
  if (!text) return complain(text.error(), path);
  auto lines = read_lines(text.value());
  if (!lines) return complain(lines.error(), path);

  std::map<std::string, Json> challenges;
  JsonWriter writer;
  writer.begin_object().key("graded").begin_array();
  for (const Line& line : lines.value()) {
    if (challenges.count(line.challenge) == 0) {
      auto file = read_content(content.value().value_or("content"), "challenges", {line.challenge});
      if (!file) return complain(in_line(line.number, file.error()), path);
      challenges[line.challenge] = file.value().front().json;
    }
    auto read = Grade::read(challenges[line.challenge], "/challenge", &line.scenario, "/scenario",
                            line.student);
    if (!read) return complain(in_line(line.number, read.error()), path);
    Grade grade = std::move(read).value();
    while (!grade.finished()) grade.advance(grade.total());

    // Whose seed it is, and who handed in the same before.
    const Json* seed = resolve(line.scenario, "/seed");
    const std::string* seed_of = nullptr;
    const std::string* same_as = nullptr;
    for (const Line& other : lines.value()) {
      if (other.challenge != line.challenge) continue;
      const bool own_seed =
          seed != nullptr && seed->type == Json::Type::integer && !other.student.empty() &&
          static_cast<uint64_t>(seed->integer) == seed_of_student(line.challenge, other.student);
      if (own_seed && seed_of == nullptr) seed_of = &other.student;
      if (other.number < line.number && same_as == nullptr &&
          same_run(other.scenario, line.scenario)) {
        same_as = &other.student;
      }
    }
    writer.begin_object().field("line", line.number).field("challenge", line.challenge);
    writer.field("student", line.student);
    grade.write(writer);
    write_name(writer, "seed_of", seed_of);
    write_name(writer, "same_as", same_as);
    writer.end_object();
  }
  std::printf("%s\n", writer.end_array().end_object().take().c_str());
  return kDone;
}

}  // namespace systemsim::cli
