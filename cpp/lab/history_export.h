// `systemsim run --history`: what the clients of a run saw, as a file that a checker reads.
#pragma once

#include <cstdint>
#include <map>
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

// A run's operations in order of their beginning, each whole once it has ended.
class OperationList {
 public:
  void began(const Operation& operation);
  // Precondition: it began, and `operation` is whole.
  void ended(const Operation& operation);
  const std::vector<Operation>& operations() const { return operations_; }

 private:
  std::vector<Operation> operations_;
  std::map<OperationId, size_t> open_;
};

// `key`: only what was done to this key; bad_input when nothing was.
Result<std::string> export_history(const std::vector<Operation>& operations,
                                   const std::vector<InitialRecord>& records, ExportForm form,
                                   const std::optional<std::string>& key);

}  // namespace systemsim
