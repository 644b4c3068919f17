// A run's operations as histories that other checkers read, and ours. Chapter section 05.
//
// knossos: one map a line for Knossos' register and cas-register: `:write`, `:read`, and `:absent`
// where there is no value (nil would fit every read); `:cas` is [expected new], and one that was
// refused is `:fail`, which Knossos takes for one that never was. Whole numbers stand as numbers,
// all other values as strings. Knossos judges one register: name the `key`; without one, each line
// carries its `:key`, and a checker has to part them (ours does). porcupine_kv: the lines of
// Porcupine's key-value tests: `:get`, `:put`, keys and values always strings, "" where there is no
// value: a delete is a put of "", and so is a put of "". It has no conditional write: precondition:
// there is none.
//
// Both begin with a completed write of each key's first value, by a process of its own. A write
// that timed out is `:info`; what is still open has no completion. A read that timed out is `:fail`
// for Knossos; for Porcupine a read without an answer is left out, since its reader takes a missing
// completion for "".
// Processes do one thing at a time and die with `:info`: a client's further calls then get new
// numbers, client + k * (clients + 1); the writer of the first values is the one behind the
// clients. Lines are in order of position; of one position, answers come first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/history.h"

namespace systemsim {

enum class HistoryForm : uint8_t { knossos, porcupine_kv };

// `operations`: in order of their beginning. `initial`: key and value of the first records.
// `key`: write only the operations on it (knossos: without `:key`).
std::string write_history(const std::vector<Operation>& operations,
                          const std::vector<std::pair<std::string, std::string>>& initial,
                          HistoryForm form, const std::optional<std::string>& key);

}  // namespace systemsim
