// Whatever the bytes: as a history of any format they are judged or refused with a reason, and as
// EDN they are what their canonical text says; behind a byte 0xff they are the luck of a run, whose
// exports read back.
#include <cstdint>
#include <string_view>

#include "check/edn.h"
#include "check/history_reader.h"
#include "check/history_writer.h"
#include "fuzz.h"
#include "lab/check_history.h"
#include "lab/history_json.h"
#include "lab/json.h"
#include "runs.h"

using namespace systemsim;
using fuzz::must;

namespace {

constexpr uint64_t kStates = 200;  // enough to go everywhere, not enough to wait

void judge_as(std::string_view text, std::optional<HistoryFormat> format) {
  CheckOptions options;
  options.format = format;
  options.states = kStates;
  const auto checked = check_history(text, options);
  if (checked) {
    must(parse_json(checked.value().json).ok(), "the answer is JSON");
    return;
  }
  const Error& error = checked.error();
  const bool ours = format.value_or(detect_format(text)) == HistoryFormat::json;
  must(error.code == ErrorCode::bad_input || error.code == ErrorCode::limit, "a bad input's code");
  must(ours || error.message.starts_with("line "), "a complaint names the line");
  must(error.message.size() < 1000, "a complaint is short");
}

void read_as_edn(std::string_view text) {
  EdnReader reader(text);
  for (;;) {
    auto next = reader.next();
    if (!next || !next.value()) return;
    const std::string canonical = canonical_text(*next.value());
    EdnReader again(canonical);
    auto same = again.next();
    must(same.ok() && same.value().has_value(), "canonical text is EDN");
    must(canonical_text(*same.value()) == canonical, "canonical text reads back as itself");
  }
}

void export_run(std::string_view text) {
  fuzz::Bytes luck(text);
  const test::Run run = test::random_run(luck);
  const CallHistory calls = calls_of(run.operations, run.initial);
  const auto names = test::client_names(run.clients);
  for (const HistoryForm form : {HistoryForm::knossos, HistoryForm::porcupine_kv}) {
    const auto read =
        read_history(write_history(run.operations, run.initial, form, {}), HistoryFormat::edn, {});
    must(read.ok(), "an export reads back");
    const ReadHistory& back = read.value();
    const size_t first_values = back.history.calls.size() - calls.calls.size();
    const auto processes = test::modulo(back.processes, test::lanes_of(run, form));
    const char* const empty = form == HistoryForm::knossos ? "empty" : "nothing";
    must(test::essence(back.history, processes, empty, first_values) ==
             test::essence(calls, names, empty, 0),
         "an export's calls are the run's");
  }
  const auto own = read_json_history(write_json_history(run.operations, run.initial), {});
  must(own.ok(), "our own form reads back");
  must(own.value().history.calls.size() == calls.calls.size(), "with as many calls");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // No text begins with this byte: what follows is luck.
  if (text.starts_with('\xff')) {
    export_run(text.substr(1));
    return 0;
  }
  judge_as(text, std::nullopt);
  for (const auto format : {HistoryFormat::edn, HistoryFormat::jepsen_log, HistoryFormat::json}) {
    if (format != detect_format(text)) judge_as(text, format);
  }
  read_as_edn(text);
  return 0;
}
