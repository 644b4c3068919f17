#include "lab/challenge.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/sha256.h"
#include "lab/json_edit.h"
#include "sim/setup.h"

namespace systemsim {
namespace {

// What was done, the challenge's own first.
const std::vector<Json>& actions_of(const HandIn& run) {
  static const std::vector<Json> kNone;
  const Json* actions = member(run.text, "actions");
  return actions != nullptr ? actions->items : kNone;
}

// Takes away what a pointer leads to, and objects that this leaves empty.
void remove_at(Json& json, const std::string& pointer) {
  const size_t to = std::min(pointer.find('/', 1), pointer.size());
  const std::string name = pointer.substr(1, to - 1);
  const auto at = std::find_if(json.members.begin(), json.members.end(),
                               [&](const Json::Member& m) { return m.name == name; });
  if (at == json.members.end()) return;
  if (to < pointer.size()) {
    remove_at(at->value, pointer.substr(to));
    if (!at->value.members.empty() || at->value.type != Json::Type::object) return;
  }
  json.members.erase(at);
}

std::vector<std::string> read_texts(Fields& fields, const char* name) {
  std::vector<std::string> texts;
  const Json* list = fields.take(name);
  if (list == nullptr) return texts;
  for (const Json& item : list->items) {
    if (item.type != Json::Type::string) break;
    texts.push_back(item.text);
  }
  if (list->type != Json::Type::array || texts.size() != list->items.size()) {
    fields.fail(name, "expected a list of strings");
  }
  return texts;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  }
  return text;
}

// What a challenge says about what may be handed in.
struct Terms {
  HandIn start;
  uint32_t seed = 0;  // 0: the student's, 1: any, 2: the challenge's own
  std::vector<std::string> allowed_actions;
  std::vector<std::string> free;
  uint64_t max_actions = 0;
};

// Why what was handed in breaks the terms; "" when it keeps them.
std::string problem_with(const Terms& terms, const HandIn& handed_in) {
  const std::vector<Json>& actions = actions_of(handed_in);
  const size_t own = actions_of(terms.start).size();
  if (actions.size() < own) return "an action of the challenge is missing";
  if (actions.size() - own > terms.max_actions) {
    return std::to_string(actions.size() - own) + " actions; the most is " +
           std::to_string(terms.max_actions);
  }
  if (terms.seed == 2 && handed_in.seed != terms.start.seed) {
    return "the seed is not the challenge's, which is " + std::to_string(terms.start.seed);
  }
  for (size_t i = own; i < actions.size(); ++i) {
    const std::string& verb = member(actions[i], "do")->text;
    if (std::find(terms.allowed_actions.begin(), terms.allowed_actions.end(), verb) ==
        terms.allowed_actions.end()) {
      return "action " + std::to_string(i) + " is \"" + verb + "\"; allowed are " +
             listed(terms.allowed_actions);
    }
  }
  // All else must be as it was.
  Json left = handed_in.text;
  Json right = terms.start.text;
  for (Json::Member& part : left.members) {
    if (part.name == "actions") part.value.items.resize(own);
  }
  if (own == 0) {
    for (Json* json : {&left, &right}) remove_at(*json, "/actions");
  }
  for (const std::string& pointer : terms.free) {
    remove_at(left, pointer);
    remove_at(right, pointer);
  }
  for (const Json::Member& part : right.members) {
    const Json* other = member(left, part.name);
    if (other == nullptr || !same_json(part.value, *other)) {
      return "\"" + part.name + "\" is not as the challenge has it";
    }
  }
  for (const Json::Member& part : left.members) {
    if (member(right, part.name) == nullptr) return "\"" + part.name + "\" was added";
  }
  return "";
}

}  // namespace

uint64_t seed_of_student(const std::string& challenge_id, const std::string& student) {
  Sha256 hash;
  hash.update(challenge_id + "\n" + student);
  uint64_t first = 0;
  const std::string bytes = *from_hex(hash.hex_digest());
  for (size_t i = 0; i < 7; ++i) first = first << 8 | static_cast<uint8_t>(bytes[i]);
  return first >> 3;
}

std::string run_text(const Json& scenario, const HandInKind& kind) {
  auto read = kind.read(scenario, "");
  if (!read) return "";
  JsonWriter writer;
  writer.begin_array().value(read.value().seed);
  write_json(writer, read.value().text);
  return writer.end_array().take();
}

// The parts of a challenge that measure something.
class Grade::Reader {
 public:
  Reader(Grade& grade, const HandInKind& kind, const Json& scenario)
      : grade_(grade), kind_(kind), scenario_(scenario) {}

  Result<Place> place(const Json& json, const std::string& path, const Json* expect) {
    const Json* experiment = member(json, "experiment");
    const Json* measure = member(json, "measure");
    for (size_t i = 0; i < experiments_.size(); ++i) {
      if (experiment == nullptr || !same_json(*experiments_[i], *experiment)) continue;
      auto part = grade_.statements_[i].also(measure, expect, path);
      if (!part) return part.error();
      return Place{i, part.value()};
    }
    Statement::Source source;
    source.experiment = experiment;
    source.measure = measure;
    source.expect = expect;
    source.path = path;
    source.scenario = &scenario_;
    auto made = Statement::read(source, kind_.read_experiment);
    if (!made) return made.error();
    experiments_.push_back(experiment);
    grade_.statements_.push_back(std::move(made).value());
    return Place{grade_.statements_.size() - 1, 0};
  }

  // A list of goals; with `says` each has a sentence.
  Result<std::vector<Goal>> goals(const Json& list, const std::string& path, bool says) {
    std::optional<Error> error;
    std::vector<Goal> goals;
    if (list.type != Json::Type::array || list.items.empty()) {
      return bad_input(path, "expected a list of goals");
    }
    for (size_t i = 0; i < list.items.size(); ++i) {
      const std::string where = pointer_to(path, i);
      Fields one(list.items[i], where, error);
      Goal goal;
      if (says) one.text("says", goal.says, kMaxText);
      for (const char* name : {"experiment", "measure", "expect"}) (void)one.take(name);
      one.finish();
      if (error) return *error;
      auto made = place(list.items[i], where, member(list.items[i], "expect"));
      if (!made) return made.error();
      goal.place = made.value();
      goals.push_back(std::move(goal));
    }
    return goals;
  }

 private:
  Grade& grade_;
  const HandInKind& kind_;
  const Json& scenario_;
  std::vector<const Json*> experiments_;  // of the statements
};

Result<Grade> Grade::read(const Json& challenge, const std::string& path, const Json* scenario,
                          const std::string& student, const HandInKind& kind) {
  std::optional<Error> error;
  Fields fields(challenge, path, error);
  Grade grade;
  std::string id;
  fields.text("id", id, 100);
  for (const char* name : {"lab", "title", "text", "source"}) {
    std::string text;
    fields.text(name, text, kMaxText);
  }
  Terms terms;
  const Json* start = fields.take("scenario");
  if (start == nullptr) fields.fail("scenario", "missing");
  fields.choice("seed", terms.seed, {"student", "any", "fixed"});
  terms.allowed_actions = read_texts(fields, "allowed_actions");
  terms.free = read_texts(fields, "free");
  for (const std::string& pointer : terms.free) {
    if (pointer.size() < 2 || pointer.front() != '/') {
      fields.fail("free", "expected JSON pointers such as \"/cluster/w\"");
    }
  }
  fields.integer("max_actions", terms.max_actions, uint64_t{0}, uint64_t{Limits::kActions});
  (void)fields.take("solution");
  const Json* goals = fields.take("goal");
  const Json* cost = fields.take("cost");
  const Json* stars = fields.take("stars");
  const bool has_goals =
      goals != nullptr && goals->type == Json::Type::array && !goals->items.empty();
  if (fields.ok() && !has_goals) {
    fields.fail("goal", "expected a list of goals");
  }
  fields.finish();
  if (error) return *error;
  if (!student.empty()) grade.seed_ = seed_of_student(id, student);

  auto begun = kind.read(*start, pointer_to(path, "scenario"));
  if (!begun) return begun.error();
  terms.start = std::move(begun).value();
  if (scenario != nullptr) {
    grade.handed_in_ = true;
    auto read = kind.read(*scenario, "");
    if (!read) {
      // A run that cannot be read is its author's problem, not the asker's.
      grade.problem_ = read.error().path + ": " + read.error().message;
      return grade;
    }
    const size_t own = actions_of(terms.start).size();
    const size_t given = actions_of(read.value()).size();
    grade.actions_ = given > own ? given - own : 0;
    if (terms.seed == 0 && grade.seed_) grade.own_seed_ = read.value().seed == *grade.seed_;
    grade.problem_ = problem_with(terms, read.value());
  }

  // Without a run the parts are read all the same, so that a wrong challenge is found out.
  Reader parts(grade, kind, scenario != nullptr ? *scenario : *start);
  auto read_goals = parts.goals(*goals, pointer_to(path, "goal"), true);
  if (!read_goals) return read_goals.error();
  grade.goals_ = std::move(read_goals).value();
  if (cost != nullptr) {
    const Json anything = parse_json(R"({"at_least":-1e15})").value();
    auto made = parts.place(*cost, pointer_to(path, "cost"), &anything);
    if (!made) return made.error();
    grade.cost_ = made.value();
  }
  for (size_t i = 0; stars != nullptr && i < stars->items.size(); ++i) {
    const std::string where = pointer_to(pointer_to(path, "stars"), i);
    Fields one(stars->items[i], where, error);
    std::string says;
    one.text("says", says, kMaxText);
    Star star;
    uint64_t most_actions = 0;
    double most_cost = 0.0;
    if (one.take("actions_at_most") != nullptr) {
      one.integer("actions_at_most", most_actions, uint64_t{0}, uint64_t{Limits::kActions});
      star.actions_at_most = most_actions;
    }
    if (one.take("cost_at_most") != nullptr) {
      one.number("cost_at_most", most_cost, 0.0, 1e15);
      star.cost_at_most = most_cost;
    }
    const Json* of_star = one.take("goal");
    one.finish();
    if (error) return *error;
    if (of_star != nullptr) {
      auto read = parts.goals(*of_star, pointer_to(where, "goal"), false);
      if (!read) return read.error();
      for (const Goal& goal : read.value()) star.goals.push_back(goal.place);
    }
    grade.stars_.push_back(std::move(star));
  }
  if (error) return *error;
  return grade;
}

Result<Grade> Grade::read_any_job(const Json& job) {
  const Json* challenge = member(job, "challenge");
  return read_job(job, challenge != nullptr ? hand_in_of(*challenge) : scenario_hand_in());
}

Result<Grade> Grade::read_job(const Json& job, const HandInKind& kind) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  const Json* challenge = fields.take("challenge");
  if (challenge == nullptr) return bad_input("/challenge", "missing; a challenge is expected");
  const Json* scenario = fields.take("scenario");
  std::string student;
  fields.text("student", student, 200);
  fields.finish();
  if (error) return *error;
  return read(*challenge, "/challenge", scenario, student, kind);
}

uint64_t Grade::total() const {
  if (!handed_in_ || !problem_.empty()) return 0;
  uint64_t total = 0;
  for (const Statement& statement : statements_) total += statement.total();
  return total;
}

uint64_t Grade::done() const {
  if (!handed_in_ || !problem_.empty()) return 0;
  uint64_t done = 0;
  for (const Statement& statement : statements_) done += statement.done();
  return done;
}

void Grade::advance(uint64_t budget) {
  if (!handed_in_ || !problem_.empty()) return;
  for (Statement& statement : statements_) {
    const uint64_t before = statement.done();
    statement.advance(budget);
    budget -= statement.done() - before;
  }
}

bool Grade::met() const {
  return handed_in_ && problem_.empty() && finished() &&
         std::all_of(goals_.begin(), goals_.end(),
                     [this](const Goal& goal) { return holds(goal.place); });
}

void Grade::write(JsonWriter& writer) const {
  const auto number = [&](const char* name, const std::optional<double>& value) {
    writer.key(name);
    value ? writer.value(*value) : writer.null();
  };
  writer.key("seed");
  seed_ ? writer.value(*seed_) : writer.null();
  writer.key("own_seed");
  own_seed_ ? writer.value(*own_seed_) : writer.null();
  writer.field("met", met()).key("problem");
  problem_.empty() ? writer.null() : writer.value(problem_);
  writer.key("goals").begin_array();
  for (const Goal& goal : goals_) {
    writer.begin_object().field("says", goal.says);
    writer.field("met", problem_.empty() && holds(goal.place));
    number("measured", measured(goal.place));
    writer.end_object();
  }
  writer.end_array().field("actions", actions_);
  const std::optional<double> cost = cost_ ? measured(*cost_) : std::nullopt;
  number("cost", cost);
  writer.key("stars").begin_array();
  for (const Star& star : stars_) {
    const bool few = !star.actions_at_most || actions_ <= *star.actions_at_most;
    const bool cheap = !star.cost_at_most || (cost && *cost <= *star.cost_at_most);
    const bool goals = std::all_of(star.goals.begin(), star.goals.end(),
                                   [this](const Place& place) { return holds(place); });
    writer.value(met() && few && cheap && goals);
  }
  writer.end_array();
}

std::string Grade::json(uint32_t job) const {
  JsonWriter writer;
  begin_job(writer, job, done(), total(), finished());
  write(writer);
  return writer.end_object().take();
}

}  // namespace systemsim
