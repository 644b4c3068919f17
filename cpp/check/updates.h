// What became of acknowledged writes: changes that overwrote one another unseen, writes that are
// nowhere any more, copies that never became equal.
#pragma once

#include <vector>

#include "check/promises.h"
#include "check/reads_from.h"

namespace systemsim {

// A change is an answered write to a key that its client had read before, in order to write what it
// makes of it. Two changes of the same version: one of them is lost. Guilty: the two writes.
// Tests: changes.
Finding judge_lost_updates(const ReadsFrom& reads);
// The same where versions stay beside each other (history.saw): an acknowledged write is lost if in
// the end no copy holds it, nor a write whose client had seen it, directly or through others.
// Guilty: the write.
Finding judge_vanished(const ReadsFrom& reads, const std::vector<FinalCopies>& finals);

// Guilty: the write; tests: answered writes to the keys of `finals`.
Finding judge_lost_writes(const CallHistory& history, const std::vector<FinalCopies>& finals);

// Guilty: two writes that different copies of a key hold (one, when some copy holds none); tests:
// keys that were written to and have two copies or more.
Finding judge_convergence(const CallHistory& history, const std::vector<FinalCopies>& finals);

}  // namespace systemsim
