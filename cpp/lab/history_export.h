// `systemsim run --history`: what the clients of a run saw, as a file that a checker reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/history.h"
#include "base/result.h"
#include "sim/setup.h"

namespace systemsim {

enum class ExportForm : uint8_t {
  knossos,       // check/history_writer.h
  porcupine_kv,  // the same
  json,          // lab/history_json.h
};
// "knossos", "porcupine-kv", "json".
std::optional<ExportForm> export_form_from_name(std::string_view name);

// `key`: only what was done to this key; bad_input when nothing was, and for a cas in a form that
// has none.
Result<std::string> export_history(const std::vector<Operation>& operations,
                                   const std::vector<InitialRecord>& records, ExportForm form,
                                   const std::optional<std::string>& key);

}  // namespace systemsim
