// Challenges: a run to start from, what may be done to it, and a goal that the engine decides. What
// a student hands in is the whole scenario of a run; it is run again here and judged, so it cannot
// claim what did not happen.
//
// challenge: {"id", "lab", "title", "text", "scenario", "seed": "student"|"any"|"fixed",
//             "allowed_actions": [...], "max_actions", "free": [POINTER, ...],
//             "goal": [{"says", "experiment", "measure", "expect"}], "cost"?: {"experiment",
//             "measure", "unit"}, "stars": [{"says", "actions_at_most"?, "cost_at_most"?,
//             "goal"?: as above, without "says"}], "solution"?}
// Goals and cost are measured on what was handed in, unless they name a scenario of their own; what
// is measured of one experiment is measured in one run of it.
// `free` are the settings that may differ (JSON pointers into the scenario). The list of actions
// must begin with the challenge's own; what follows are the reader's. "seed" says which seed a run
// should have: the student's own (another's is told, and is no problem), any, or the challenge's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lab/hand_in.h"
#include "lab/job.h"
#include "lab/json.h"
#include "lab/json_writer.h"
#include "lab/statement.h"

namespace systemsim {

// The seed that is `student`'s own in a challenge, so that two students' runs differ: the first 53
// bits of SHA-256 over the challenge's id, a newline, and the name.
uint64_t seed_of_student(const std::string& challenge_id, const std::string& student);

// One run judged against one challenge.
class Grade : public Job {
 public:
  // `scenario`: what was handed in; null: only the student's seed is asked for. `student`: may be
  // empty. What is not allowed is no error: it is the grade's problem().
  static Result<Grade> read(const Json& challenge, const std::string& path, const Json* scenario,
                            const std::string& student, const HandInKind& kind);
  // {"job": "grade", "challenge": {...}, "scenario"?, "student"?}
  static Result<Grade> read_job(const Json& job, const HandInKind& kind);
  // Of a challenge of any lab.
  static Result<Grade> read_any_job(const Json& job);

  uint64_t total() const;
  uint64_t done() const;
  bool finished() const { return done() == total(); }
  void advance(uint64_t budget) override;
  // {"job", "done", "total", "finished", "seed", "own_seed", "met", "problem", "goals": [{"says",
  // "met", "measured"}], "actions", "cost", "stars": [true, ...]}
  std::string json(uint32_t job) const override;
  // The same without the first four.
  void write(JsonWriter& writer) const;
  bool met() const;

 private:
  // Where something is measured: a part of a statement.
  struct Place {
    size_t statement = 0;
    size_t part = 0;
  };
  struct Goal {
    std::string says;
    Place place;
  };
  struct Star {
    std::optional<uint64_t> actions_at_most;
    std::optional<double> cost_at_most;
    std::vector<Place> goals;
  };
  class Reader;

  bool holds(const Place& place) const { return statements_[place.statement].holds(place.part); }
  std::optional<double> measured(const Place& place) const {
    return statements_[place.statement].measured(place.part);
  }

  std::optional<uint64_t> seed_;  // the student's
  std::optional<bool> own_seed_;  // whether the run has it, where the challenge wants it
  bool handed_in_ = false;
  std::string problem_;  // "" when there is none
  uint64_t actions_ = 0;
  std::vector<Statement> statements_;  // one for each experiment
  std::vector<Goal> goals_;
  std::optional<Place> cost_;
  std::vector<Star> stars_;
};

// What was handed in, in the engine's own words without its title: equal for equal runs. "" when it
// cannot be read.
std::string run_text(const Json& scenario, const HandInKind& kind);

}  // namespace systemsim
