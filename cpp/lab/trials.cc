#include "lab/trials.h"

#include <algorithm>

#include "lab/tally.h"

namespace systemsim {
namespace {

// Watches one trial: the verdict on each probe, and how long calls took.
class Watch : public JudgingObserver {
 public:
  Watch(const Setup& setup, OperationId awaited, const std::vector<OperationId>& probes,
        std::vector<uint64_t>& read_us, std::vector<uint64_t>& write_us)
      : JudgingObserver(setup),
        verdicts(probes.size(), 'u'),
        awaited_(awaited),
        probes_(probes),
        read_us_(read_us),
        write_us_(write_us) {}

  std::string verdicts;  // f, s or u for each probe

 protected:
  void began(const Operation&) override {}
  void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) override {
    if (operation.outcome != OperationOutcome::ok) return;
    if (operation.id == awaited_) answered_ = true;
    const uint64_t took_us = operation.end_us - operation.begin_us;
    (operation.verb == Verb::get ? read_us_ : write_us_).push_back(took_us);
    const auto probe = std::find(probes_.begin(), probes_.end(), operation.id);
    if (probe != probes_.end() && answered_) {
      verdicts[static_cast<size_t>(probe - probes_.begin())] = verdict.stale ? 's' : 'f';
    }
  }

 private:
  OperationId awaited_;
  bool answered_ = false;  // the awaited one
  const std::vector<OperationId>& probes_;
  std::vector<uint64_t>& read_us_;
  std::vector<uint64_t>& write_us_;
};

}  // namespace

Result<Trials> Trials::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  Scenario scenario;
  if (const Json* json = fields.take("scenario")) {
    auto read = read_scenario(*json, "/scenario");
    if (!read) return read.error();
    scenario = std::move(read).value();
  }
  uint64_t from = 1;
  uint64_t to = 100;
  if (const Json* seeds = fields.take("seeds")) {
    Fields range(*seeds, "/seeds", error);
    range.integer("from", from, uint64_t{0}, Limits::kMaxInteger);
    range.integer("to", to, from, std::min(Limits::kMaxInteger, from + kMaxTrials - 1));
    range.finish();
  }
  uint32_t probe = 0;
  fields.integer("probe", probe, 0, Limits::kActions);
  const bool is_probe = probe < scenario.actions.size() &&
                        scenario.actions[probe].kind == Action::Kind::get &&
                        scenario.actions[probe].after.has_value();
  if (fields.ok() && !is_probe) {
    fields.fail(bad_input("/probe", "expected the index of a get that has \"after\""));
  }
  std::vector<uint64_t> ages = {0};
  if (const Json* list = fields.take("ages_us")) {
    ages.clear();
    if (list->type != Json::Type::array || list->items.empty() || list->items.size() > kMaxAges) {
      fields.fail(bad_input("/ages_us", "expected a list of 1 to 200 ages in microseconds"));
    }
    for (size_t i = 0; i < list->items.size() && fields.ok(); ++i) {
      const Json& age = list->items[i];
      if (age.type != Json::Type::integer || age.integer < 0 ||
          static_cast<uint64_t>(age.integer) > Limits::kTimeUs) {
        fields.fail(bad_input(pointer_to("/ages_us", i),
                              "expected a whole number of microseconds, found " + quote(age)));
      }
      ages.push_back(static_cast<uint64_t>(age.integer));
    }
  }
  fields.finish();
  if (fields.ok() && (to - from + 1) * ages.size() > kMaxReads) {
    fields.fail(
        bad_input("/ages_us", "trials times ages is more than " + std::to_string(kMaxReads)));
  }
  if (error) return *error;

  // The other ages are more calls, each with luck of its own.
  const Script given(scenario.actions);
  std::vector<OperationId> probes = {given.operation_of(probe)};
  scenario.actions[probe].at_us = ages[0];
  OperationId id = given.free_id();
  for (size_t i = 1; i < ages.size(); ++i, ++id) {
    while (given.action_of(id)) ++id;
    Action more = scenario.actions[probe];
    more.id = id;
    more.at_us = ages[i];
    scenario.actions.push_back(std::move(more));
    probes.push_back(id);
  }
  const OperationId awaited = given.operation_of(*scenario.actions[probe].after);
  Trials trials(scenario.setup, std::move(scenario.actions), awaited, std::move(probes));
  trials.ages_us_ = std::move(ages);
  trials.first_seed_ = from;
  trials.last_seed_ = to;
  return trials;
}

void Trials::advance(uint64_t budget) {
  const uint64_t end = std::min(total(), done_ + std::min(budget, kMaxTrials));
  for (; done_ < end; ++done_) {
    Watch watch(stage_->setup, awaited_, probes_, read_us_, write_us_);
    World world(stage_, first_seed_ + done_);
    while (world.position() < kMaxEvents && world.step(script_, watch)) {
    }
    for (size_t i = 0; i < counts_.size(); ++i) {
      Count& count = counts_[i];
      ++(watch.verdicts[i] == 'f'   ? count.fresh
         : watch.verdicts[i] == 's' ? count.stale
                                    : count.unanswered);
    }
    if (outcomes_.size() < kMaxOutcomes) outcomes_.push_back(watch.verdicts.front());
  }
}

std::string Trials::json(uint32_t job) const {
  JsonWriter writer;
  begin_job(writer, job, done_, total(), done_ == total());
  const auto list = [&](const char* name, auto pick) {
    writer.key(name).begin_array();
    for (const Count& count : counts_) writer.value(pick(count));
    writer.end_array();
  };
  writer.key("ages_us").begin_array();
  for (const uint64_t age : ages_us_) writer.value(age);
  writer.end_array();
  list("fresh", [](const Count& count) { return count.fresh; });
  list("stale", [](const Count& count) { return count.stale; });
  list("unanswered", [](const Count& count) { return count.unanswered; });
  writer.field("outcomes", outcomes_);
  if (done_ == total()) {
    writer.key("read_ms");
    write_percentiles(writer, read_us_);
    writer.key("write_ms");
    write_percentiles(writer, write_us_);
  }
  return writer.end_object().take();
}

}  // namespace systemsim
