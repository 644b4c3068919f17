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
  if (divergence_ && operation.verb != Verb::get) divergence_->watch(operation.key);
}

void RunRecorder::ended(const Operation& operation, const StalenessJudge::Verdict& verdict) {
  Tally::ended(operation, verdict);
  list_.ended(operation);
}

void RunRecorder::run(World& world, const Script& script, uint64_t until_us,
                      uint64_t until_position, bool divergence) {
  if (divergence) divergence_.emplace(world.stage().setup);
  while (world.position() < until_position) {
    const auto next = world.next_us(script);
    if (!next || *next > until_us) break;
    if (divergence_) divergence_->look(world, *next);
    (void)world.step(script, *this, until_us);
  }
  if (divergence_) divergence_->look(world, world.now_us() + 1);
}

void RunRecorder::write_counters(JsonWriter& writer, const World& world) const {
  Tally::write_counters(writer, world);
  if (!divergence_) return;
  writer.key("divergence");
  divergence_->write(writer);
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
  writer.key("counters").begin_object();
  write_counters(writer, world);
  return writer.end_object().end_object().take();
}

std::string run_summary(const Scenario& scenario, bool divergence) {
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  RunRecorder recorder(scenario.setup);
  recorder.run(world, script, Limits::kTimeUs, UINT64_MAX, divergence);
  return recorder.summary(world, script);
}

}  // namespace systemsim
