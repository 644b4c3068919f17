// systemsim grade FILE [--content DIR]
//
// Each line is judged by itself: what is wrong with one is its "problem" and stops nobody else's.
// FILE has one JSON object a line: {"challenge": ID, "student": NAME, "scenario": {...}}.
#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include "cli/command.h"
#include "cli/content.h"
#include "lab/challenge.h"

namespace systemsim::cli {
namespace {

// One hand-in. What could not be read of it is its problem.
struct Line {
  size_t number = 0;  // from 1
  std::string challenge;
  std::string student;
  std::string problem;
  Json scenario;
  std::string run;               // its text, for telling equal runs
  bool own_luck = true;          // not the challenge's
  std::optional<uint64_t> seed;  // of the run
};

std::string text_of(const Error& error) {
  return (error.path.empty() ? "" : error.path + ": ") + error.message;
}

Line read_line(const std::string& text, size_t number) {
  Line line;
  line.number = number;
  auto json = parse_json(text);
  if (!json) {
    line.problem = text_of(json.error());
    return line;
  }
  std::optional<Error> error;
  Fields fields(json.value(), "", error);
  fields.text("challenge", line.challenge, 100);
  fields.text("student", line.student, 200);
  const Json* scenario = fields.take("scenario");
  if (fields.ok() && (line.challenge.empty() || scenario == nullptr)) {
    fields.fail(bad_input("", "expected \"challenge\" and \"scenario\""));
  }
  fields.finish();
  if (error) {
    line.problem = text_of(*error);
    return line;
  }
  line.scenario = *scenario;
  const Json* seed = resolve(*scenario, "/seed");
  if (seed != nullptr && seed->type == Json::Type::integer) {
    line.seed = static_cast<uint64_t>(seed->integer);
  }
  return line;
}

std::vector<Line> read_lines(const std::string& text) {
  std::vector<Line> lines;
  size_t number = 0;
  for (size_t from = 0; from < text.size();) {
    const size_t to = std::min(text.find('\n', from), text.size());
    const std::string one = text.substr(from, to - from);
    from = to + 1;
    ++number;
    if (one.find_first_not_of(" \t\r") != std::string::npos) {
      lines.push_back(read_line(one, number));
    }
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
  std::vector<Line> lines = read_lines(text.value());
  if (lines.empty()) return complain(bad_input("", "expected one run a line, found none"), path);

  std::map<std::string, Result<std::vector<ContentFile>>> challenges;
  const auto challenge_of = [&](const Line& line) -> const Result<std::vector<ContentFile>>& {
    return challenges
        .try_emplace(line.challenge, read_content(content.value().value_or("content"), "challenges",
                                                  {line.challenge}))
        .first->second;
  };
  for (Line& line : lines) {
    if (!line.problem.empty()) continue;
    const auto& file = challenge_of(line);
    if (!file) continue;
    const Json& challenge = file.value().front().json;
    line.run = run_text(line.scenario, hand_in_of(challenge));
    const Json* seed = member(challenge, "seed");
    line.own_luck = seed == nullptr || seed->text != "fixed";
  }

  // Whose seeds they are, and who handed in a run first.
  using Named = std::map<std::pair<std::string, std::string>, std::string>;
  Named seeds;  // (challenge, seed) -> student
  Named first;  // (challenge, run) -> student
  for (const Line& line : lines) {
    if (line.student.empty()) continue;
    const uint64_t seed = seed_of_student(line.challenge, line.student);
    seeds.try_emplace({line.challenge, std::to_string(seed)}, line.student);
    if (!line.run.empty()) first.try_emplace({line.challenge, line.run}, line.student);
  }
  const auto find = [](const Named& named, const std::string& challenge, const std::string& what) {
    const auto found = named.find({challenge, what});
    return found == named.end() ? nullptr : &found->second;
  };

  bool unread = false;
  JsonWriter writer;
  writer.begin_object().key("graded").begin_array();
  for (Line& line : lines) {
    writer.begin_object().field("line", line.number).field("challenge", line.challenge);
    writer.field("student", line.student);
    std::optional<Grade> grade;
    if (line.problem.empty()) {
      const auto& file = challenge_of(line);
      auto read =
          file ? Grade::read(file.value().front().json, file.value().front().path, &line.scenario,
                             line.student, hand_in_of(file.value().front().json))
               : Result<Grade>(file.error());
      if (read) {
        grade.emplace(std::move(read).value());
      } else {
        line.problem = text_of(read.error());
      }
    }
    if (grade) {
      while (!grade->finished()) grade->advance(grade->total());
      grade->write(writer);
    } else {
      unread = true;
      writer.field("met", false).field("problem", line.problem);
    }
    const std::string seed = line.seed ? std::to_string(*line.seed) : "";
    write_name(writer, "seed_of", find(seeds, line.challenge, seed));
    // Where all have the same luck, equal runs say nothing about who has seen whose.
    const std::string* same = line.own_luck ? find(first, line.challenge, line.run) : nullptr;
    write_name(writer, "same_as", same != nullptr && *same != line.student ? same : nullptr);
    writer.end_object();
  }
  std::printf("%s\n", writer.end_array().end_object().take().c_str());
  return unread ? kBadInput : kDone;
}

}  // namespace systemsim::cli
