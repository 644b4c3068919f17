// systemsim claims [--content DIR] [--seed-offset N] [ID...]
// systemsim questions [--content DIR] [ID...]
#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/content.h"
#include "lab/claim.h"
#include "lab/scenario.h"

namespace systemsim::cli {
namespace {

Error in_file(const std::string& path, const Error& error) {
  return {error.code, path + ": " + error.path + ": " + error.message, ""};
}

}  // namespace

int claims(Arguments arguments) {
  auto content = arguments.option("--content");
  if (!content) return complain(content.error());
  auto offset = arguments.number("--seed-offset", 0, Limits::kMaxInteger / 4);
  if (!offset) return complain(offset.error());
  auto ids = arguments.rest();
  if (!ids) return complain(ids.error());
  auto files = read_content(content.value().value_or("content"), "claims", ids.value());
  if (!files) return complain(files.error());
  std::vector<Claims> experiments;                // each run once for all that is claimed of it
  std::vector<std::pair<size_t, size_t>> places;  // of each file's claim: which of them, and where
  for (const ContentFile& file : files.value()) {
    const Json* experiment = member(file.json, "experiment");
    const auto same =
        std::find_if(experiments.begin(), experiments.end(), [&](const Claims& claims) {
          return experiment != nullptr && claims.is_about(*experiment);
        });
    std::optional<Error> error;
    if (same != experiments.end()) {
      places.emplace_back(same - experiments.begin(), same->size());
      error = same->add(file.json, "");
    } else {
      places.emplace_back(experiments.size(), 0);
      auto made = Claims::read(file.json, "", offset.value().value_or(0), Experiment::read);
      if (!made) error = made.error();
      if (made) experiments.push_back(std::move(made).value());
    }
    if (error) return complain(in_file(file.path, *error));
  }
  JsonWriter writer;
  writer.begin_object().key("claims").begin_array();
  uint64_t stood = 0;
  for (const auto& [which, i] : places) {
    Claims& claims = experiments[which];
    while (claims.done() < claims.total()) claims.advance(claims.total());
    stood += claims.stands(i) ? 1 : 0;
    claims.write(writer, i);
  }
  writer.end_array().field("stood", stood).field("fell", places.size() - stood).end_object();
  std::printf("%s\n", writer.take().c_str());
  return stood == places.size() ? kDone : kNo;
}

int questions(Arguments arguments) {
  auto content = arguments.option("--content");
  if (!content) return complain(content.error());
  auto ids = arguments.rest();
  if (!ids) return complain(ids.error());
  auto files = read_content(content.value().value_or("content"), "questions", ids.value());
  if (!files) return complain(files.error());
  std::vector<Question> questions;
  for (const ContentFile& file : files.value()) {
    auto question = Question::read(file.json, "");
    if (!question) return complain(in_file(file.path, question.error()));
    questions.push_back(std::move(question).value());
  }
  JsonWriter writer;
  writer.begin_object().key("questions").begin_array();
  uint64_t proved = 0;
  for (Question& question : questions) {
    question.run();
    proved += question.proved() ? 1 : 0;
    question.write(writer);
  }
  writer.end_array().field("proved", proved).field("not_proved", questions.size() - proved);
  std::printf("%s\n", writer.end_object().take().c_str());
  return proved == questions.size() ? kDone : kNo;
}

}  // namespace systemsim::cli
