// What a client may expect across its own calls, and across what others have seen: the four session
// guarantees (Terry et al., PDIS 1994), and causal order (Ahamad et al., 1995).
//
// A session is the calls of one process. One call is before another in it iff it was answered
// before the other began, so a write of unknown fate is before nothing: whether it took effect,
// nobody was told. A read that may have returned several writes teaches nothing and is judged
// kindly.
#pragma once

#include "check/promises.h"
#include "check/reads_from.h"

namespace systemsim {

struct SessionFindings {
  Finding read_your_writes;     // guilty: the own write, the read
  Finding monotonic_reads;      // guilty: the earlier read, the later read
  Finding monotonic_writes;     // guilty: the two writes, the read that saw only the second
  Finding writes_follow_reads;  // guilty: the write that was seen, the write after it, the read
  // A read does not return a write that, among what its client can know of, was replaced: knowing
  // runs along sessions, and from a write to who read it. Guilty: what should have been seen, the
  // read. Only the guarantees above count when writes times clients are more than kMaxClockCells.
  Finding causal;
};

constexpr uint64_t kMaxClockCells = 1ULL << 24;

SessionFindings judge_sessions(const ReadsFrom& reads);

}  // namespace systemsim
