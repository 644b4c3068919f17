// The chapter's sentences and questions, as things that run. A claim is a sentence with a statement
// that is expected to hold; one that "fails" is a textbook error, and its statement must not. A
// question's options are statements too: what each belief predicts. The right one's holds, every
// wrong one's does not.
//
// claim:    {"id", "section"?, "sentence", "experiment", "measure", "expect", "show"?, "fails"?,
//            "source"}
// question: {"id", "section"?, "prompt", "experiment"?, "measure"?, "source"?, "line"?: {"from",
//            "to", "step"}, "options": [{"text", "right", "misconception", "expect", "experiment"?,
//            "measure"?}]}
// With a line the reader marks a number on it instead of choosing an option; a wrong option is then
// the belief of whoever marks what it expects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "lab/statement.h"

namespace systemsim {

// Claims about one experiment, which is run once for all of them.
class Claims : public Job {
 public:
  // With one claim. `seed_offset` is added to every seed of the experiment, which
  // `read_experiment` reads.
  static Result<Claims> read(const Json& claim, const std::string& path, uint64_t seed_offset,
                             Experiment::Read read_experiment);
  // {"job": "claim", "claim": {...}, "seed_offset"}
  static Result<Claims> read_one(const Json& job, Experiment::Read read_experiment);
  // {"job": "claims", "claims": [{...}, ...], "seed_offset"}
  static Result<Claims> read_several(const Json& job, Experiment::Read read_experiment);

  bool is_about(const Json& experiment) const { return same_json(experiment_, experiment); }
  // One more claim, about the same experiment. Precondition: done() is 0.
  std::optional<Error> add(const Json& claim, const std::string& path);

  size_t size() const { return claims_.size(); }
  uint64_t total() const { return statement_.total(); }
  uint64_t done() const { return statement_.done(); }
  void advance(uint64_t budget) override { statement_.advance(budget); }
  // Once done: whether a claim stands, which for a textbook error means that it does not hold.
  // What could not be measured does not stand.
  bool stands(size_t i = 0) const;
  // {"job", "done", "total", "finished", "measured", "holds", "stands"}; of several, the last three
  // with "id" in a list "claims".
  std::string json(uint32_t job) const override;
  // {"id", "stands", "holds", "measured", "expect"}
  void write(JsonWriter& writer, size_t i) const;

 private:
  // What a claim has of its own; its measure and expectation are the statement's part of the same
  // number.
  struct Claim {
    std::string id;
    Json expect;
    bool fails = false;
  };
  // Takes the claim's fields apart; the statement's are in `source`.
  static Result<Claim> read_words(const Json& claim, Statement::Source& source);
  static Result<Claims> read_job(const Json& job, bool several, Experiment::Read read_experiment);

  Claims(Claim claim, Json experiment, Statement statement)
      : claims_({std::move(claim)}),
        experiment_(std::move(experiment)),
        statement_(std::move(statement)) {}
  void write_outcome(JsonWriter& writer, size_t i) const;

  std::vector<Claim> claims_;
  Json experiment_;
  Statement statement_;
  bool several_ = false;
};

class Question {
 public:
  static Result<Question> read(const Json& question, const std::string& path);

  const std::string& id() const { return id_; }
  // Runs every option to its end.
  void run();
  // Whether the right options hold and the wrong ones do not; and whether a line reaches the truth.
  bool proved() const;
  // {"id", "proved", "options": [{"text", "right", "holds", "measured"}]}
  void write(JsonWriter& writer) const;

 private:
  struct Option {
    std::string text;
    bool right = false;
    Statement statement;
  };
  struct Line {
    double from = 0.0;
    double to = 0.0;
    double step = 0.0;
  };
  static Line read_line(const Json& json, const std::string& path, std::optional<Error>& error);

  std::string id_;
  std::optional<Line> line_;
  std::vector<Option> options_;
};

}  // namespace systemsim
