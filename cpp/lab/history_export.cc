#include "lab/history_export.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "check/history_text.h"
#include "check/history_writer.h"
#include "lab/history_json.h"

namespace systemsim {

std::optional<ExportForm> export_form_from_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> kNames = {"knossos", "porcupine-kv", "json"};
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ExportForm>(found - kNames.begin());
}

Result<std::string> export_history(const std::vector<Operation>& operations,
                                   const std::vector<InitialRecord>& records, ExportForm form,
                                   const std::optional<std::string>& key) {
  std::vector<Operation> chosen;
  std::vector<std::pair<std::string, std::string>> initial;
  for (const Operation& operation : operations) {
    if (!key || operation.key == *key) chosen.push_back(operation);
  }
  for (const InitialRecord& record : records) {
    if (!key || record.key == *key) initial.emplace_back(record.key, record.value);
  }
  if (key && chosen.empty()) {
    return bad_input(
        "", "--history-key: no operation of this run is on " + quoted(std::string_view(*key)));
  }
  if (form == ExportForm::porcupine_kv) {
    for (const Operation& operation : chosen) {
      const char* const what = operation.verb == Verb::cas ? "conditional write (cas)"
                               : operation.unresolved      ? "read of several versions"
                                                           : nullptr;
      if (what == nullptr) continue;
      return bad_input("", "--history-format: porcupine-kv has no " + std::string(what) +
                               "; expected knossos or json for this run");
    }
  }
  switch (form) {
    case ExportForm::knossos:
      return write_history(chosen, initial, HistoryForm::knossos, key);
    case ExportForm::porcupine_kv:
      return write_history(chosen, initial, HistoryForm::porcupine_kv, key);
    case ExportForm::json:
      return write_json_history(chosen, initial);
  }
  return std::string();
}

}  // namespace systemsim
