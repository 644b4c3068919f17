// Histories that others recorded, as the judges of this folder read them: EDN as Knossos, Jepsen
// and Porcupine write it, and the log lines of Jepsen's first etcd test. Chapter section 05.
//
// Whose rules (they agree with the outcomes that Porcupine and Knossos publish):
// - An operation is an invocation and the next completion of the same process. `:ok`: it happened.
//   `:fail`: it did not happen. `:info`, or none: nobody knows; a write may still take effect at
//   any time. The process may go on after an `:info`; it is another session then. An `:info` of a
//   process without a call is passed over.
// - `:read`, `:write` v and `:cas` [expected new] act on a register, or on one register a key when
//   operations carry a `:key`. A read returns what its completion says; one that completes with nil
//   says nothing: it fits every state. The register begins with 0.
// - jepsen.independent's keys: where no line has a `:key` and every value is a vector of two, such
//   as [5 1], of a `:cas` [7 [1 2]], the first of it is the key. This goes for what is invoked, a
//   read's [5 nil] too, and for what is `:ok` with a value. A single other value, and all of them
//   are plain values.
// - In a log the register begins with nothing; nil is nothing, also when it is read; a `:cas` that
//   fails with its pair completes: the state was not `expected`; a read that fails says nothing.
//   After the value of a `:fail` or an `:info` there may be an error, any text.
// - `:get`, `:put` v, `:append` v and `:delete` act on `:key`, which begins with nothing; "" and
// nil
//   are nothing.
// - `:absent` is "no value" in all of them, and so is nil where something is written or expected.
// - A process that is no whole number (`:nemesis`) is not a client and is passed over.
// - Values count by their text: 1 and "1" are the same; collections are compared as EDN's are.
//   Strings hold bytes as check/history_text.h says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "check/call.h"

namespace systemsim {

enum class HistoryFormat : uint8_t {
  edn,         // a map a line, or one vector or list of maps
  jepsen_log,  // INFO  jepsen.util - 0 :invoke :write 4
  json,        // our own; lab/history_json.h reads it
};
// "edn", "jepsen-log", "json".
const char* name_of(HistoryFormat format);
std::optional<HistoryFormat> format_from_name(std::string_view name);

// What the operations act on.
enum class Model : uint8_t {
  reg,           // a register: read, write
  cas_register,  // the same with conditional writes
  kv,            // keys: get, put, append, delete
};
// "register", "cas-register", "kv".
const char* name_of(Model model);
std::optional<Model> model_from_name(std::string_view name);

struct HistoryOptions {
  std::optional<Model> model;          // unset: what the operations say
  std::optional<std::string> initial;  // as EDN, nil for nothing; unset: as above
};

struct ReadHistory {
  CallHistory history;  // Call::source: the line of the invocation
  Model model = Model::reg;
  std::vector<std::string> processes;  // by Call::process: as the text names it
};

struct HistoryLimits {
  static constexpr size_t kTextBytes = size_t{64} << 20;
  static constexpr uint32_t kCalls = 1'000'000;
};

// What the text looks like: JSON when it begins with {", EDN when with any other bracket, a comment
// or nothing, else a log.
HistoryFormat detect_format(std::string_view text);

// Reads a history of the two formats of others. Reads that were not answered and operations that
// did not happen are left out. Precondition: format != json. Errors: bad_input, "line N: expected
// ..., found ..."; limit.
Result<ReadHistory> read_history(std::string_view text, HistoryFormat format,
                                 const HistoryOptions& options);

// What `--initial` says: a value's text, or nothing for nil and :absent. One EDN form.
Result<std::optional<std::string>> read_initial(const std::string& text);

}  // namespace systemsim
