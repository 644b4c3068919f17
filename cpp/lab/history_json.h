// Our own form of a history: what the view "history" shows of a run, as one JSON object.
//
//   {"initial": [{"key": "x", "value": "1"}],
//    "operations": [{"op": 0, "client": "c1", "do": "put", "key": "x", "value": "2",
//                    "begin_position": 1, "end_position": 9, "outcome": "ok", "found": null}]}
//
// `do`: put, get, delete. `outcome`: ok, timeout, open. `found`, of a read that is ok, says whether
// there was a value; without it, whether `value` is there and not null. Time is either positions
// (events of a run: at one position, answers come before calls) or whole microseconds, begin_us and
// end_us (what shares one overlaps); the first operation says which, and positions are preferred.
// `op` is the operation's id; without it, its index. Other fields of an operation are passed over;
// elsewhere they are refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/history.h"
#include "base/result.h"
#include "check/history_reader.h"

namespace systemsim {

// Call::source is the operation's id. `options.initial` is of keys that "initial" does not name
// (default: nothing). The model is kv unless the options say otherwise; a register is only what has
// one key. Errors: bad_input with a JSON pointer or a line; limit.
Result<ReadHistory> read_json_history(std::string_view text, const HistoryOptions& options);

std::string write_json_history(const std::vector<Operation>& operations,
                               const std::vector<std::pair<std::string, std::string>>& initial);

}  // namespace systemsim
