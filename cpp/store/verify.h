// Looks at every byte of a database that is checked by something, and says where it is wrong.
// Section 09.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/db.h"

namespace systemsim::store {

struct VerifyReport {
  std::vector<std::string> damages;  // "FILE at OFFSET: WHAT"
  uint64_t tables = 0;
  uint64_t blocks = 0;
  uint64_t entries = 0;      // of tables, with deletions and what is overwritten
  uint64_t log_entries = 0;  // the same of logs
  std::optional<LogEnd> log_end;
};

// Opens the database for reading, so nothing is changed. Errors: those of Db::open() but damaged.
Result<VerifyReport> verify(Call& call, const Options& options);

}  // namespace systemsim::store
