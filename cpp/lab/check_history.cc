#include "lab/check_history.h"

#include <charconv>

#include "check/history_text.h"
#include "check/promises.h"
#include "lab/history_json.h"
#include "lab/json_writer.h"
#include "lab/verdict_json.h"

namespace systemsim {
namespace {

// How the model calls it.
const char* function_of(const Call& call, Model model) {
  switch (call.kind) {
    case Call::Kind::read:
      return model == Model::kv ? "get" : "read";
    case Call::Kind::write:
      return model != Model::kv ? "write" : call.value == kAbsent ? "delete" : "put";
    case Call::Kind::cas:
      return "cas";
    case Call::Kind::append:
      return "append";
  }
  return "read";
}

const char* name_of(Call::Fate fate) {
  switch (fate) {
    case Call::Fate::ok:
      return "ok";
    case Call::Fate::refused:
      return "refused";
    case Call::Fate::unknown:
      return "unknown";
  }
  return "unknown";
}

class CheckWriter {
 public:
  CheckWriter(JsonWriter& writer, const ReadHistory& read, HistoryFormat format)
      : writer_(writer), read_(read), source_(format == HistoryFormat::json ? "op" : "line") {}

  void call(uint32_t index) {
    const Call& call = read_.history.calls[index];
    writer_.begin_object().field(source_, call.source);
    const std::string& process = read_.processes[call.process];
    writer_.key("process");
    int64_t number = 0;
    (void)std::from_chars(process.data(), process.data() + process.size(), number);
    is_plain_integer(process) ? writer_.value(number) : writer_.value(process);
    writer_.field("f", function_of(call, read_.model));
    const std::string& key = read_.history.keys[call.key].name;
    if (!key.empty() || read_.model == Model::kv) writer_.key("key").bytes(key);
    if (call.kind == Call::Kind::cas) value("expected", call.expected);
    value("value", call.value);
    writer_.field("outcome", name_of(call.fate)).end_object();
  }

 private:
  void value(const char* name, ValueId id) {
    writer_.key(name);
    id == kAbsent ? writer_.null() : writer_.bytes(read_.history.values.text(id));
  }

  JsonWriter& writer_;
  const ReadHistory& read_;
  const char* source_;
};

}  // namespace

Result<UncheckedHistory> read_for_check(std::string_view text, const CheckOptions& options) {
  const HistoryFormat format = options.format.value_or(detect_format(text));
  auto read = format == HistoryFormat::json ? read_json_history(text, options.history)
                                            : read_history(text, format, options.history);
  if (!read) {
    Error error = read.error();
    if (!options.format && error.code == ErrorCode::bad_input) {
      error.message += std::string(" (taken for ") + name_of(format) + "; --format says otherwise)";
    }
    return error;
  }
  return UncheckedHistory{std::move(read).value(), format};
}

CheckedHistory judge_history(const UncheckedHistory& unchecked, const CheckOptions& options) {
  const CallHistory& history = unchecked.read.history;
  const Verdict verdict = judge(history, nullptr, options.states);
  const Linearizability& result = verdict.linearizability;

  JsonWriter writer;
  CheckWriter calls(writer, unchecked.read, unchecked.format);
  writer.begin_object();
  if (!options.file.empty()) writer.key("file").bytes(options.file);
  writer.key("linearizable");
  if (result.state == Linearizability::State::undecided) {
    writer.null();
  } else {
    writer.value(result.state == Linearizability::State::yes);
  }
  writer.field("model", name_of(unchecked.read.model)).field("ops", history.calls.size());
  writer.field("states", result.states);
  if (result.state == Linearizability::State::no) {
    writer.key("counterexample").begin_array();
    for (const uint32_t index : result.counterexample) calls.call(index);
    writer.end_array();
    if (!result.minimal) writer.field("minimal", false);
    writer.key("first_unexplained");
    calls.call(result.first_unexplained);
    writer.key("tried");
    write_attempts(writer, history, result.attempts);
  }
  write_promises(writer, history, verdict);
  return {writer.end_object().take(), result.state};
}

Result<CheckedHistory> check_history(std::string_view text, const CheckOptions& options) {
  auto unchecked = read_for_check(text, options);
  if (!unchecked) return unchecked.error();
  return judge_history(unchecked.value(), options);
}

}  // namespace systemsim
