#include "lab/batch.h"

#include <memory>
#include <ostream>

#include "lab/causal_log.h"
#include "lab/run_summary.h"

namespace systemsim {
namespace {

// Writes the trace where it was asked for, besides.
class Recorder : public RunRecorder {
 public:
  Recorder(const Setup& setup, const BatchOptions& options)
      : RunRecorder(setup), options_(options) {
    if (options.shiviz != nullptr) causal_.emplace(*options.shiviz);
  }

  void on_trace(const TraceRecord& record) override {
    RunRecorder::on_trace(record);
    if (options_.trace != nullptr) {
      char bytes[kTraceRecordBytes];
      record.write(bytes);
      options_.trace->write(bytes, sizeof bytes);
    }
    if (options_.trace_text != nullptr) *options_.trace_text << to_text(record) << '\n';
    if (causal_) causal_->add(record);
  }

 private:
  const BatchOptions& options_;
  std::optional<CausalLog> causal_;
};

}  // namespace

Result<std::string> run_batch(const Scenario& scenario, const BatchOptions& options) {
  const Script script(scenario.actions);
  World world(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed);
  Recorder recorder(scenario.setup, options);
  recorder.run(world, script, options.until_us);
  if (options.history != nullptr) {
    auto text = export_history(recorder.operations(), scenario.setup.records, options.history_form,
                               options.history_key);
    if (!text) return text.error();
    *options.history << text.value();
  }
  return recorder.summary(world, script);
}

}  // namespace systemsim
