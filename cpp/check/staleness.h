// Which reads were stale. Chapter section 05.
//
// A read is stale iff some write to its key was acknowledged before the read began, began after
// every write that the read returned had been acknowledged (or the read returned nothing), and is
// not what the read returned. (Of siblings that the client has not resolved, all count as returned;
// what a returned write had seen began before it was acknowledged, so ancestors need no test of
// their own.) The order is real time (positions), never version time, so the judge
// cannot be fooled by clocks. A record that was there before the run counts as a write acknowledged
// at the start. A write whose fate is unknown was never acknowledged.
//
// Feed begin() and end() in the order in which they happened. Time per call: a look-up by key.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/history.h"

namespace systemsim {

class StalenessJudge {
 public:
  struct Verdict {
    bool stale = false;
    OperationId missed = kNoOperation;  // when stale: the newest acknowledged write that it missed
  };

  // The key has a record from before the run.
  void initial(const std::string& key) { keys_[key] = {0, kInitialRecord}; }
  void begin(const Operation& operation);
  // For a read that was answered: its verdict. For anything else the verdict says nothing.
  // `operation` has the fields of its beginning and of its end.
  Verdict end(const Operation& operation);

 private:
  struct Key {
    uint64_t newest_begin = 0;  // the latest beginning among acknowledged writes
    OperationId newest = kNoOperation;
  };
  struct Floor {  // what a read must not be older than
    OperationId read = kNoOperation;
    uint64_t begin = 0;
    OperationId operation = kNoOperation;
  };

  // Ordered maps: looked up by value, never walked, and small.
  std::map<std::string, Key, std::less<>> keys_;
  std::vector<Floor> reading_;                    // reads that are open
  std::map<OperationId, uint64_t> acknowledged_;  // position at which a write was acknowledged
};

}  // namespace systemsim
