// What single reads owe to finished writes: regular registers, k-staleness, and deletes that stay
// deleted.
#pragma once

#include "check/promises.h"
#include "check/reads_from.h"

namespace systemsim {

// Every read returns the last write that was answered before it began, or one that is not older.
// Guilty: the read and the write that it missed (the read alone, if its value came from nowhere).
Finding judge_regular(const ReadsFrom& reads);

struct VersionsBehind {
  uint64_t tests = 0;  // answered reads
  uint64_t k = 0;      // see Verdict::k_staleness
  uint32_t furthest_behind = 0;
};
VersionsBehind versions_behind(const ReadsFrom& reads);

// A read that began after a delete was answered does not return what was written before the delete
// began. Guilty: the delete and the read.
Finding judge_resurrection(const ReadsFrom& reads);

}  // namespace systemsim
