#include "lab/run_summary.h"

#include <memory>

#include "lab/fates.h"
#include "lab/judged_run.h"
#include "lab/verdict_json.h"
#include "sim/world.h"

namespace systemsim {

void RunRecorder::began(const Operation& operation) {
  Tally::began(operation);
  list_.began(operation);
}

void RunRecorder::ended(const Operation& operation, const StalenessJudge::Verdict& verdict) {
  Tally::ended(operation, verdict);
  list_.ended(operation);
}

std::string RunRecorder::summary(const World& world, const Script& script) const {
  const bool over = !world.next_us(script).has_value();
  const JudgedRun judged = judge_run(operations(), world, over);
  JsonWriter writer;
  writer.begin_object();
  write(writer, world);
  write_verdict(writer, judged.history, judged.verdict);
  if (has_fates(world.stage().setup)) {
    writer.key("fates").begin_object();
    write_fates(writer, operations(), world, over);
    writer.end_object();
  }
  return writer.end_object().take();
}

std::string run_summary(const Scenario& scenario) {
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  RunRecorder recorder(scenario.setup);
  run(world, script, recorder, Limits::kTimeUs);
  return recorder.summary(world, script);
}

}  // namespace systemsim
