#include "lab/claim.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "sim/setup.h"

namespace systemsim {
namespace {

void write_number(JsonWriter& writer, const char* name, std::optional<double> number) {
  writer.key(name);
  number ? writer.value(*number) : writer.null();
}

// A flag that is false when absent.
bool read_flag(Fields& fields, const char* name) {
  const Json* flag = fields.take(name);
  if (flag == nullptr) return false;
  if (flag->type != Json::Type::boolean) {
    fields.fail(name, "expected true or false, found " + quote(*flag));
  }
  return flag->boolean;
}

std::string read_id(Fields& fields) {
  std::string id;
  fields.text("id", id, 100);
  if (fields.ok() && id.empty()) fields.fail("id", "missing; a name is expected");
  return id;
}

// Texts that are for people, and parts that the page alone needs.
void skip(Fields& fields, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string text;
    fields.text(name, text, kMaxText);
  }
}

}  // namespace

Result<Claims::Claim> Claims::read_words(const Json& claim, Statement::Source& source) {
  std::optional<Error> error;
  Fields fields(claim, source.path, error);
  Claim words;
  words.id = read_id(fields);
  skip(fields, {"section", "sentence", "source"});
  (void)fields.take("show");
  words.fails = read_flag(fields, "fails");
  source.experiment = fields.take("experiment");
  source.measure = fields.take("measure");
  source.expect = fields.take("expect");
  if (source.expect != nullptr) words.expect = *source.expect;
  fields.finish();
  if (error) return *error;
  return words;
}

Result<Claims> Claims::read(const Json& claim, const std::string& path, uint64_t seed_offset,
                            Experiment::Read read_experiment) {
  Statement::Source source;
  source.path = path;
  source.seed_offset = seed_offset;
  auto words = read_words(claim, source);
  if (!words) return words.error();
  auto statement = Statement::read(source, read_experiment);
  if (!statement) return statement.error();
  return Claims(std::move(words).value(), *source.experiment, std::move(statement).value());
}

std::optional<Error> Claims::add(const Json& claim, const std::string& path) {
  Statement::Source source;
  source.path = path;
  auto words = read_words(claim, source);
  if (!words) return words.error();
  if (source.experiment == nullptr || !is_about(*source.experiment)) {
    return bad_input(pointer_to(path, "experiment"), "expected that of the first claim");
  }
  auto part = statement_.also(source.measure, source.expect, path);
  if (!part) return part.error();
  SYSTEMSIM_ASSERT(part.value() == claims_.size());
  claims_.push_back(std::move(words).value());
  return std::nullopt;
}

Result<Claims> Claims::read_one(const Json& job, Experiment::Read read_experiment) {
  return read_job(job, false, read_experiment);
}

Result<Claims> Claims::read_several(const Json& job, Experiment::Read read_experiment) {
  return read_job(job, true, read_experiment);
}

Result<Claims> Claims::read_job(const Json& job, bool several, Experiment::Read read_experiment) {
  const char* const name = several ? "claims" : "claim";
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  const Json* given = fields.take(name);
  uint64_t seed_offset = 0;
  fields.integer("seed_offset", seed_offset, uint64_t{0}, Limits::kMaxInteger / 4);
  fields.finish();
  if (error) return *error;
  if (given == nullptr || (several && given->items.empty())) {
    return bad_input(pointer_to("", name),
                     several ? "expected a list of claims" : "missing; a claim is expected here");
  }
  const std::string path = pointer_to("", name);
  if (!several) return read(*given, path, seed_offset, read_experiment);
  auto claims = read(given->items[0], pointer_to(path, size_t{0}), seed_offset, read_experiment);
  if (!claims) return claims.error();
  for (size_t i = 1; i < given->items.size(); ++i) {
    const auto refused = claims.value().add(given->items[i], pointer_to(path, i));
    if (refused) return *refused;
  }
  claims.value().several_ = true;
  return claims;
}

bool Claims::stands(size_t i) const {
  return statement_.measured(i) && statement_.holds(i) != claims_[i].fails;
}

void Claims::write_outcome(JsonWriter& writer, size_t i) const {
  const bool finished = statement_.finished();
  write_number(writer, "measured", statement_.measured(i));
  writer.key("holds");
  finished ? writer.value(statement_.holds(i)) : writer.null();
  writer.key("stands");
  finished ? writer.value(stands(i)) : writer.null();
}

std::string Claims::json(uint32_t job) const {
  JsonWriter writer;
  begin_job(writer, job, done(), total(), statement_.finished());
  if (!several_) {
    write_outcome(writer, 0);
    return writer.end_object().take();
  }
  writer.key("claims").begin_array();
  for (size_t i = 0; i < claims_.size(); ++i) {
    writer.begin_object().field("id", claims_[i].id);
    write_outcome(writer, i);
    writer.end_object();
  }
  return writer.end_array().end_object().take();
}

void Claims::write(JsonWriter& writer, size_t i) const {
  writer.begin_object().field("id", claims_[i].id).field("stands", stands(i));
  writer.field("holds", statement_.holds(i));
  write_number(writer, "measured", statement_.measured(i));
  writer.key("expect").begin_object();
  for (const Json::Member& bound : claims_[i].expect.members) {
    writer.field(bound.name, bound.value.number);
  }
  writer.end_object().end_object();
}

Question::Line Question::read_line(const Json& json, const std::string& path,
                                   std::optional<Error>& error) {
  constexpr double kMost = 1e15;
  Line line;
  Fields fields(json, path, error);
  fields.number("from", line.from, -kMost, kMost);
  fields.number("to", line.to, -kMost, kMost);
  fields.number("step", line.step, 0.0, kMost);
  fields.finish();
  if (fields.ok() && !(line.from < line.to && line.step > 0.0)) {
    fields.fail(bad_input(path, "expected \"from\" below \"to\", and a \"step\" above 0"));
  }
  return line;
}

Result<Question> Question::read(const Json& question, const std::string& path) {
  std::optional<Error> error;
  Fields fields(question, path, error);
  Question result;
  result.id_ = read_id(fields);
  skip(fields, {"section", "prompt", "source"});
  const Json* experiment = fields.take("experiment");
  const Json* measure = fields.take("measure");
  (void)fields.take("show");
  if (const Json* line = fields.take("line")) {
    result.line_ = read_line(*line, fields.pointer("line"), error);
  }
  const Json* options = fields.take("options");
  if (fields.ok() &&
      (options == nullptr || options->type != Json::Type::array || options->items.size() < 2)) {
    fields.fail("options", "expected a list of two options or more");
  }
  fields.finish();
  if (error) return *error;
  SYSTEMSIM_ASSERT(options != nullptr);
  for (size_t i = 0; i < options->items.size(); ++i) {
    const std::string place = pointer_to(pointer_to(path, "options"), i);
    Fields one(options->items[i], place, error);
    std::string text;
    one.text("text", text, kMaxText);
    const bool right = read_flag(one, "right");
    skip(one, {"misconception", "answer"});
    Statement::Source source;
    const Json* own_experiment = one.take("experiment");
    const Json* own_measure = one.take("measure");
    source.experiment = own_experiment != nullptr ? own_experiment : experiment;
    source.measure = own_measure != nullptr ? own_measure : measure;
    source.expect = one.take("expect");
    source.path = place;
    one.finish();
    if (error) return *error;
    auto statement = Statement::read(source, Experiment::read);
    if (!statement) return statement.error();
    result.options_.push_back({std::move(text), right, std::move(statement).value()});
  }
  const bool has_right = std::any_of(result.options_.begin(), result.options_.end(),
                                     [](const Option& option) { return option.right; });
  if (!has_right) return bad_input(pointer_to(path, "options"), "expected one that is right");
  return result;
}

void Question::run() {
  for (Option& option : options_) {
    while (!option.statement.finished()) option.statement.advance(option.statement.total());
  }
}

bool Question::proved() const {
  return std::all_of(options_.begin(), options_.end(), [this](const Option& option) {
    const std::optional<double> measured = option.statement.measured();
    if (!measured || option.statement.holds() != option.right) return false;
    return !line_ || (line_->from <= *measured && *measured <= line_->to);
  });
}

void Question::write(JsonWriter& writer) const {
  writer.begin_object().field("id", id_).field("proved", proved()).key("options").begin_array();
  for (const Option& option : options_) {
    writer.begin_object().field("text", option.text).field("right", option.right);
    writer.field("holds", option.statement.holds());
    write_number(writer, "measured", option.statement.measured());
    writer.end_object();
  }
  writer.end_array().end_object();
}

}  // namespace systemsim
