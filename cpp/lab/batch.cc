#include "lab/batch.h"

#include <memory>
#include <ostream>

#include "lab/causal_log.h"
#include "lab/run_summary.h"
#include "store/memory_env.h"

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

// What can be said before the run against writing a machine's files to `to` after it.
Outcome check_export(const Setup& setup, store::Env& to) {
  if (setup.cluster.store.engine != StoreEngine::lsm) {
    return bad_input("", "--export-node: only machines whose store is \"lsm\" have files");
  }
  const auto there = to.list();
  if (!there || there.value().empty()) return Done{};
  return bad_input(
      "", "--export-node: expected an empty directory, found " + there.value().front() + " in it");
}

// A machine's files, as they stand on its disk.
Outcome export_disk(const World& world, Endpoint node, store::Env& to) {
  if (node >= world.machines().size()) {
    return bad_input("", "--export-node: this run has no machine " + endpoint_name(node));
  }
  store::MemoryEnv& disk = world.machines()[node].node.store().lsm()->disk();
  const auto names = disk.list();
  for (const std::string& name : names.value()) {
    const auto file = disk.read(name);
    Outcome written = to.write(name, std::string(file.value().bytes), true);
    if (!written) return written;
  }
  return Done{};
}

}  // namespace

Result<std::string> run_batch(const Scenario& scenario, const BatchOptions& options) {
  if (options.export_to != nullptr) {
    Outcome possible = check_export(scenario.setup, *options.export_to);
    if (!possible) return possible.error();
  }
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
  if (options.export_to != nullptr) {
    Outcome exported = export_disk(world, options.export_node, *options.export_to);
    if (!exported) return exported.error();
  }
  return recorder.summary(world, script);
}

}  // namespace systemsim
