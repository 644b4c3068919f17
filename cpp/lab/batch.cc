#include "lab/batch.h"

#include <memory>
#include <ostream>

#include "cluster/ring.h"
#include "lab/judged_run.h"
#include "lab/tally.h"
#include "lab/verdict_json.h"
#include "lab/views.h"
#include "sim/world.h"

namespace systemsim {
namespace {

// Counts, keeps the operations, and writes the trace where it was asked for.
class Recorder : public Tally {
 public:
  Recorder(const Setup& setup, const BatchOptions& options) : Tally(setup), options_(options) {}

  void on_trace(const TraceRecord& record) override {
    if (options_.trace != nullptr) {
      char bytes[kTraceRecordBytes];
      record.write(bytes);
      options_.trace->write(bytes, sizeof bytes);
    }
    if (options_.trace_text != nullptr) *options_.trace_text << to_text(record) << '\n';
  }

  const OperationList& list() const { return list_; }

 protected:
  void began(const Operation& operation) override {
    Tally::began(operation);
    list_.began(operation);
  }
  void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) override {
    Tally::ended(operation, verdict);
    list_.ended(operation);
  }

 private:
  const BatchOptions& options_;
  OperationList list_;
};

}  // namespace

Result<std::string> run_batch(const Scenario& scenario, const BatchOptions& options) {
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  Recorder recorder(scenario.setup, options);
  run(world, script, recorder, options.until_us);
  if (options.history != nullptr) {
    auto text = export_history(recorder.list().operations(), scenario.setup.records,
                               options.history_form, options.history_key);
    if (!text) return text.error();
    *options.history << text.value();
  }
  const bool over = !world.next_us(script).has_value();
  const JudgedRun judged = judge_run(recorder.list().operations(), world, over);
  JsonWriter writer;
  writer.begin_object();
  recorder.write(writer, world);
  write_verdict(writer, judged.history, judged.verdict);
  return writer.end_object().take();
}

Result<std::string> ring_report(uint32_t nodes, uint32_t vnodes, uint32_t n, uint64_t ring_seed) {
  if (n > nodes) {
    return bad_input("", "--n: " + std::to_string(n) + " is more than --nodes, which is " +
                             std::to_string(nodes));
  }
  if (nodes * vnodes > Limits::kRingPoints) {
    return bad_input(
        "", "--vnodes: nodes times vnodes is more than " + std::to_string(Limits::kRingPoints));
  }
  JsonWriter writer;
  writer.begin_object().field("nodes", nodes).field("vnodes", vnodes);
  writer.field("n", n).field("seed", ring_seed);
  write_balance(writer, balance_of(nodes, vnodes, n, ring_seed));
  return writer.end_object().take();
}

}  // namespace systemsim
